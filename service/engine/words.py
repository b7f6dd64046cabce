"""The words of a SPARQL query: its tokens, which keywords it uses. A tokeniser, not a parser: the engine parses.

In SPARQL a keyword is a word that is no part of an IRI, a string, a comment, a variable, a language tag or a
prefixed name (SPARQL 1.1 section 19.8), so the keywords can be told exactly without building a tree. Escapes
such as SERV\\u0049CE are not undone: the embedded engine refuses them as syntax errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\r\n]*)
    | (?P<space>\s+)
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    | (?P<string>
          \"{3}(?:[^"\\]|\\.|\"{1,2}(?!\"))*\"{3}
        | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
        | "(?:[^"\\\r\n]|\\.)*"
        | '(?:[^'\\\r\n]|\\.)*'
      )
    | (?P<variable>[?$]\w+)
    | (?P<language>@[A-Za-z][A-Za-z0-9-]*)
    | (?P<name>(?:[^\W\d][\w.-]*)?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[^\w\s])*)
    | (?P<number>(?:\d+\.\d*|\.?\d+)[eE][+-]?\d+|\d*\.\d+|\d+)
    | (?P<word>[A-Za-z]\w*)
    | (?P<mark><<|>>|<=|>=|&&|\|\||\^\^|!=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


class Is(StrEnum):
    """What a token is; the names are the groups of the tokeniser."""

    COMMENT = "comment"
    SPACE = "space"
    IRI = "iri"
    STRING = "string"
    VARIABLE = "variable"
    LANGUAGE = "language"
    NAME = "name"
    NUMBER = "number"
    WORD = "word"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Token:
    """One token. The texts of all tokens, joined, are the query."""

    kind: Is
    text: str

    def is_word(self, *words: str) -> bool:
        """Is this one of these keywords (given in upper case)?"""
        return self.kind is Is.WORD and self.text.upper() in words


def tokens(query: str) -> Iterator[Token]:
    """Every token of a query in order, spaces and comments too."""
    for found in _TOKEN.finditer(query):
        yield Token(Is(found.lastgroup or Is.MARK), found.group())


def bare_words(query: str) -> set[str]:
    """The keywords and function names of a query, in upper case."""
    return {found.group().upper() for found in _TOKEN.finditer(query) if found.lastgroup == "word"}


def names_service(query: str) -> bool:
    """Does the query call another endpoint?"""
    return "service" in query.lower() and "SERVICE" in bare_words(query)


def names_dataset(query: str) -> bool:
    """Does the query say its own dataset (FROM, FROM NAMED)?"""
    return "from" in query.lower() and "FROM" in bare_words(query)


def is_update(text: str) -> bool:
    """Is this text, which did not parse as a query, an update request?"""
    words = bare_words(text)
    return (bool(words & _UPDATES) and not words & set(FORMS)) or "INSERT" in words or "DELETE" in words
