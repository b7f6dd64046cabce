"""Binds a variable of a query to an IRI, in the text, for engines that can only be sent text.

What results means what a binding means to the embedded engine: the variable is the IRI wherever it is in
scope, and a SELECT that projects it still returns it. The variable is replaced by the IRI where SPARQL lets an
IRI stand; where it does not (BIND ... AS, VALUES), a VALUES clause joins it instead. Subqueries that do not
project the variable have one of their own by that name, which is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from service.engine.words import FORMS, Is, Token, tokens

# RFC 3987 loosely: a scheme, then nothing that SPARQL's IRIREF excludes.
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]*")


def is_absolute_iri(text: str) -> bool:
    """Can this stand between angle brackets and mean the same everywhere?"""
    return _ABSOLUTE.fullmatch(text) is not None


def bind_all(query: str, bindings: Mapping[str, str]) -> str:
    """The query with each variable bound to its IRI, which must be absolute."""
    for name, iri in bindings.items():
        query = _Binding(query, name, iri).bound()
    return query


class _Binding:
    """One variable and one IRI over the tokens of one query. `_texts` is the query as it becomes."""

    def __init__(self, query: str, name: str, iri: str) -> None:
        self._query, self._name, self._iri = query, name, f"<{iri}>"
        self._tokens = [token for token in tokens(query) if token.kind not in (Is.SPACE, Is.COMMENT)]
        self._gaps = _gaps(query)
        self._texts = [token.text for token in self._tokens]
        self._closing = _braces(self._tokens)
        self._fits = True

    def bound(self) -> str:
        form = next((i for i, token in enumerate(self._tokens) if token.is_word(*FORMS)), None)
        if form is None or self._closing is None:
            return self._query  # no query: the engine will say so
        last = self._whole(form, len(self._tokens))
        if not self._fits and last is not None:
            self._texts = [token.text for token in self._tokens]
            self._texts[last] = f" {self._values()} }}"
        return "".join(gap + text for gap, text in zip(self._gaps, [*self._texts, ""], strict=True))

    def _whole(self, at: int, end: int) -> int | None:
        """A query or subquery from its form to `end`; the place of the brace that closes its WHERE, if any."""
        opening = self._opening(at, end)
        if self._tokens[at].is_word("CONSTRUCT") and opening == at + 1:  # a template
            self._replace(opening, self._close(opening))
            opening = self._opening(self._close(opening), end)
        if opening is None:
            self._replace(at, end)
            return None
        closing = self._close(opening)
        self._in_pattern(opening, closing)
        starred = self._has_star(at, opening) and self._occurs(opening, closing)
        if starred or self._is_left(at, opening) or self._is_left(closing, end):
            self._give_back(opening, closing)
        return closing

    def _in_pattern(self, opening: int, closing: int) -> None:
        """Replace in the group between these braces, but for subqueries that have a variable of their own."""
        if self._tokens[opening + 1].is_word("SELECT"):
            if self._projects(opening + 1, closing):
                self._whole(opening + 1, closing)
            return
        i = opening + 1
        while i < closing:
            if self._tokens[i].text == "{":
                self._in_pattern(i, self._close(i))
                i = self._close(i)
            elif self._tokens[i].is_word("VALUES"):
                start, i = i, self._next("{", i)
                self._fits = self._fits and not self._occurs(start, i)
                continue  # with the data block
            elif self._is_it(i):
                self._replace_one(i)
            i += 1

    def _replace_one(self, i: int) -> None:
        if self._tokens[i - 1].is_word("AS"):
            self._fits = False
        elif self._tokens[i - 1].text == "(" and self._tokens[i - 2].is_word("BOUND"):
            self._texts[i - 2], self._texts[i] = "", "true"
        else:
            self._texts[i] = self._iri

    def _replace(self, start: int, end: int) -> None:
        for i in range(start, end):
            if self._is_it(i):
                self._texts[i] = self._iri

    def _give_back(self, opening: int, closing: int) -> None:
        """The variable is asked for outside the pattern: say there what it is."""
        # A subquery may still give it: then BIND is not allowed, and a join is what is meant.
        said = self._values() if self._is_left(opening, closing) else f"BIND({self._iri} AS ?{self._name})"
        if self._tokens[opening + 1].is_word("SELECT"):  # nothing may stand beside a subquery in its own braces
            self._texts[opening], self._texts[closing] = "{ {", f"}} {said} }}"
        else:
            self._texts[closing] = f" {said} }}"

    def _values(self) -> str:
        return f"VALUES ?{self._name} {{ {self._iri} }}"

    def _projects(self, at: int, end: int) -> bool:
        opening = self._opening(at, end)
        if opening is None:
            return False
        starred = self._has_star(at, opening) and self._occurs(opening, self._close(opening))
        return starred or any(self._is_it(i) for i, level in self._levels(at, opening) if level == 0)

    def _levels(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """(place, depth of parentheses) of each token between these places."""
        level = 0
        for i in range(start, end):
            level += {"(": 1, ")": -1}.get(self._tokens[i].text, 0)
            yield i, level

    def _occurs(self, start: int, end: int) -> bool:
        return any(self._is_it(i) for i in range(start, end))

    def _is_left(self, start: int, end: int) -> bool:
        """Is the variable between these places, where nothing replaced it?"""
        return any(self._is_it(i) and self._texts[i] == self._tokens[i].text for i in range(start, end))

    def _has_star(self, at: int, opening: int) -> bool:
        words = (self._tokens[i] for i in range(at + 1, opening))
        return next((t.text for t in words if not t.is_word("DISTINCT", "REDUCED")), "") == "*"

    def _opening(self, start: int, end: int) -> int | None:
        """The first opening brace outside parentheses: EXISTS { } may stand in a projection."""
        return next((i for i, level in self._levels(start, end) if level == 0 and self._tokens[i].text == "{"), None)

    def _next(self, mark: str, start: int) -> int:
        return next(i for i in range(start, len(self._tokens)) if self._tokens[i].text == mark)

    def _close(self, opening: int) -> int:
        assert self._closing is not None
        return self._closing[opening]

    def _is_it(self, i: int) -> bool:
        return self._tokens[i].kind is Is.VARIABLE and self._tokens[i].text[1:] == self._name


def _gaps(query: str) -> list[str]:
    """The spaces and comments before each other token, and those at the end."""
    gaps = [""]
    for token in tokens(query):
        if token.kind in (Is.SPACE, Is.COMMENT):
            gaps[-1] += token.text
        else:
            gaps.append("")
    return gaps


def _braces(found: list[Token]) -> dict[int, int] | None:
    """Opening brace -> closing brace; None when they do not pair."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for i, token in enumerate(found):
        if token.text == "{":
            stack.append(i)
        elif token.text == "}":
            if not stack:
                return None
            pairs[stack.pop()] = i
    return None if stack else pairs
