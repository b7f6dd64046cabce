"""The words of a SPARQL query: its tokens, which keywords it uses. A tokeniser, not a parser: the engine parses.

In SPARQL a keyword is a word that is no part of an IRI, a string, a comment, a variable, a language tag or a
prefixed name (SPARQL 1.1 section 19.8), so the keywords can be told exactly without building a tree. Escapes
such as SERV\\u0049CE are not undone: the embedded engine refuses them as syntax errors. The time it takes grows
with the length of the query and no faster, whatever the query is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

# Quantifiers are possessive: what has been read is not read again. A run becomes words, once no name begins there.
_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\r\n]*+)
    | (?P<space>\s++)
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
    | (?P<string>
          \"{3}(?:[^"\\]|\\.|\"{1,2}(?!\"))*+\"{3}
        | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*+'{3}
        | "(?:[^"\\\r\n]|\\.)*+"
        | '(?:[^'\\\r\n]|\\.)*+'
      )
    | (?P<open>["'].*+)                             # a string without an end: no query is that begins so
    | (?P<variable>[?$]\w++)
    | (?P<language>@[A-Za-z][A-Za-z0-9-]*+)
    | (?P<name>(?:[^\W\d][\w.-]*+)?:(?:(?:[\w:]|ESCAPED)(?:[\w:-]|ESCAPED|\.++(?=[\w:%\\-]))*+)?)
    | (?P<run>[^\W\d][\w.-]*+)
    | (?P<number>(?:\d+\.\d*|\.?\d+)[eE][+-]?\d+|\d*\.\d+|\d++)
    | (?P<mark><<|>>|<=|>=|&&|\|\||\^\^|!=|.)
    """.replace("ESCAPED", r"%[0-9A-Fa-f]{2}|\\[_~.!$&'()*+,;=/?\#@%-]"),
    re.VERBOSE | re.DOTALL,
)
_IN_RUN = re.compile(r"(?P<number>\.\d+(?:[eE][+-]?\d+)?|\d++)|(?P<word>[A-Za-z]\w*+)|(?P<mark>.)", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]\w*+")
_OPERATORS = frozenset(
    {"(", ",", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "!", "&&", "||", "|", "^", "^^"}
)
# Their names, STRUUID too; no keyword has one of them in it.
_FRESH = re.compile("NOW|RAND|UUID|BNODE", re.IGNORECASE)
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


class Is(StrEnum):
    """What a token is; the names are the groups of the tokeniser."""

    COMMENT = "comment"
    SPACE = "space"
    IRI = "iri"
    STRING = "string"
    OPEN = "open"
    VARIABLE = "variable"
    LANGUAGE = "language"
    NAME = "name"
    WORD = "word"
    NUMBER = "number"
    MARK = "mark"


_KINDS = {kind.value: kind for kind in Is}


class Token(NamedTuple):
    """One token and where it begins. The texts of all tokens, joined, are the query."""

    kind: Is
    text: str
    start: int = 0

    def is_word(self, *words: str) -> bool:
        """Is this one of these keywords (given in upper case)?"""
        return self.kind is Is.WORD and self.text.upper() in words


def tokens(query: str) -> Iterator[Token]:
    """Every token of a query in order, spaces and comments too."""
    for found in _TOKEN.finditer(query):
        kind, text = found.lastgroup or "mark", found.group()
        if kind != "run":
            yield Token(_KINDS[kind], text, found.start())
        elif _WORD.fullmatch(text):
            yield Token(Is.WORD, text, found.start())
        else:
            yield from _parts(found)


def _parts(run: re.Match[str]) -> Iterator[Token]:
    """The tokens of words, dots and hyphens that belong to no name."""
    for found in _IN_RUN.finditer(run.group()):
        yield Token(_KINDS[found.lastgroup or "mark"], found.group(), run.start() + found.start())


def bare_words(query: str) -> set[str]:
    """The keywords and function names of a query, in upper case."""
    return {token.text.upper() for token in tokens(query) if token.kind is Is.WORD}


def names_service(query: str) -> bool:
    """Does the query call another endpoint? Where a parser may read it in two ways, in doubt it does."""
    if "service" not in query.lower():
        return False
    found = [token for token in tokens(query) if token.kind not in (Is.SPACE, Is.COMMENT)]
    doubt = next(_doubts(found), len(query))
    if "service" in query[doubt:].lower():
        return True
    return any(_may_call(found, i) for i, token in enumerate(found) if "service" in token.text.lower())


def _may_call(found: list[Token], i: int) -> bool:
    """Can this token, which has `service` in it, be the keyword? Parsers take SERVICEx:y for SERVICE x:y."""
    token, before, after = found[i], found[max(0, i - 1)], found[i + 1 : i + 2]
    if token.kind is Is.NAME and "service" in token.text.partition(":")[0].lower():
        return bool(after) and after[0].text == "{" and not before.is_word("GRAPH", "FROM", "NAMED", "DESCRIBE")
    return token.kind is Is.WORD


def _doubts(found: list[Token]) -> Iterator[int]:
    """Where `<` after an operand can begin an IRI for one parser and compare for another: ?a<'>', ?a<5#>.

    What follows is then a string for the one and not for the other. In VALUES only an IRI can stand.
    """
    within: list[str] = []  # the open brackets; "data" for those of VALUES
    block = False  # between VALUES and its rows
    for i, token in enumerate(found):
        opens_iri = (token.kind is Is.IRI and ("'" in token.text or "#" in token.text)) or token.text == "<<"
        if opens_iri and within[-1:] == ["("] and found[i - 1].text not in _OPERATORS:
            yield token.start
        if token.text in ("(", "{", "["):
            in_data = block or within[-1:] == ["data"]
            within.append("data" if in_data else token.text)
        elif token.text in (")", "}", "]") and within:
            within.pop()
        block = token.is_word("VALUES") or (block and (token.text in ("(", ")") or token.kind is Is.VARIABLE))


def names_dataset(query: str) -> bool:
    """Does the query say its own dataset (FROM, FROM NAMED)?"""
    return "from" in query.lower() and "FROM" in bare_words(query)


def is_fresh(query: str) -> bool:
    """Does the answer differ from call to call, by a function such as NOW (section 17.4)? In doubt it does."""
    if not _FRESH.search(query):
        return False
    found = [token for token in tokens(query) if token.kind not in (Is.SPACE, Is.COMMENT)]
    doubt = next(_doubts(found), len(query))
    return bool(_FRESH.search(query, doubt)) or any(map(_may_be_fresh, found))


def _may_be_fresh(token: Token) -> bool:
    """Can this token call such a function? An IRI may be a comparison; parsers take BYRAND() for BY RAND()."""
    if token.kind is Is.IRI:
        return "(" in token.text and _FRESH.search(token.text) is not None
    return token.kind is Is.WORD and _FRESH.search(token.text) is not None


def is_update(text: str) -> bool:
    """Is this text, which did not parse as a query, an update request?"""
    words = bare_words(text)
    return (bool(words & _UPDATES) and not words & set(FORMS)) or "INSERT" in words or "DELETE" in words
