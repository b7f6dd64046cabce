"""The functions a query names by IRI. Engines have some of their own that fetch, write or run; the standards do not.

A tokeniser, not a parser: it follows the brackets to know where expressions stand and where patterns do, since
`ex:p (1 2)` is a list in a pattern and a call in an expression. In doubt it is a call.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from service.engine.words import Is, Token

# The casts of SPARQL 1.1 section 17.5, and the functions of GeoSPARQL.
STANDARD = ("http://www.w3.org/2001/XMLSchema#", "http://www.opengis.net/def/function/geosparql/")
# Two of Virtuoso, one of Jena: what has such a name is a function, or a predicate that runs one.
_SCHEME = re.compile(r"(?:bif|sql|java):", re.IGNORECASE)
# One inside an IRI: some engines take the `<` before it to compare, where others begin the IRI.
_HIDDEN = re.compile(r"(?<![\w+.-])(?:bif|sql|java):[\w.]*\(", re.IGNORECASE)
_MARKS = frozenset({"<<", ">>", "<=", ">=", "&&", "||", "^^", "!=", *"(){}[];,.+-*/!=<>|^?~"})
_TERMS = frozenset({Is.VARIABLE, Is.IRI, Is.NAME, Is.STRING, Is.NUMBER, Is.LANGUAGE})
# What a verb or a subject may follow in a pattern.
_BEFORE_A_TERM = frozenset({"<<", ">>", *"()[]{};.^!/|"})
_NOTHING = Token(Is.SPACE, "")


def is_mark(token: Token) -> bool:
    """Is this a sign of SPARQL? Engines have others: what stands between ` and ` in a pattern is evaluated."""
    return token.text in _MARKS


def is_of_an_engine(iri: str) -> bool:
    """Does this IRI, absolute or not, name what an engine runs, or may an engine read it so?"""
    return any(_SCHEME.match(text) or _HIDDEN.search(text) for text in {iri, unquote(iri)})


class Calls:
    """Is told the tokens of one query in their order, without spaces."""

    def __init__(self) -> None:
        # For each open bracket, outermost first: do patterns stand in it? Expressions otherwise.
        self._patterns = [False]
        self._before, self._last = _NOTHING, _NOTHING

    def note(self, token: Token) -> Token | None:
        """The IRI or prefixed name that is called, when its arguments begin with this token."""
        called = self._last if token.text == "(" and self._is_call() else None
        self._follow(token, called is not None)
        self._before, self._last = self._last, token
        return called

    def _is_call(self) -> bool:
        if self._last.kind not in (Is.IRI, Is.NAME):
            return False
        if self._last.text.upper().startswith("FILTER"):
            return True  # some parsers take FILTERx:y for FILTER x:y
        return not (self._patterns[-1] and (self._before.kind in _TERMS or self._before.text in _BEFORE_A_TERM))

    def _follow(self, token: Token, is_call: bool) -> None:
        within = self._patterns[-1]
        if token.text == "(":
            # After a keyword stands an expression; `a` is a verb.
            after_keyword = self._last.kind is Is.WORD and self._last.text != "a"
            self._patterns.append(within and not after_keyword and not is_call)
        elif token.text == "{":
            self._patterns.append(True)
        elif token.text == "[":
            self._patterns.append(within)
        elif token.text in (")", "}", "]"):
            self._patterns = self._patterns[:-1] or [False]
        elif token.is_word("SELECT"):
            self._patterns[-1] = False  # a subquery: its patterns have brackets of their own
