"""Where a query that does not parse goes wrong: exactly for what its tokens show, else where the parser gave up.

A string or bracket without an end, a bracket too many, a prefix that nobody declared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from service.engine.words import FORMS, Is, Token, tokens

_CLOSING = {"{": "}", "(": ")", "[": "]"}
# Words and marks that may follow; four digits of hexadecimal are a bound of a character class.
_EXPECTED = re.compile(r'"(?:[^"\\]|\\.)+"|\b(?![0-9A-F]{4}\b)[A-Z]{2,}\b')
_PLACE = re.compile(r"error at (\d+):(\d+): ?(.*)", re.DOTALL)
_QUIET = (Is.SPACE, Is.COMMENT)


class Mistake(NamedTuple):
    """What is wrong and where; lines and columns count from 1, in characters."""

    line: int
    column: int
    told: str


def explain(query: str, message: str, prefixes: Collection[str]) -> Mistake:
    """The mistake, in one sentence that begins with its place; `message` is the parser's. Line 0: nobody knows it."""
    known = mistake(query, prefixes)
    if known:
        return known._replace(told=f"Line {known.line}, column {known.column}: {known.told}")
    place = _PLACE.search(message)
    if place is None:
        return Mistake(0, 0, f"The query does not parse: {message}")
    line, column = int(place[1]), int(place[2])
    # The parser's list of what it expected holds character classes that help nobody.
    expected = ", ".join(dict.fromkeys(_EXPECTED.findall(place[3])))
    hint = f" What could stand here: {expected}." if expected else " Something is missing, or one thing too many."
    return Mistake(line, column, f"Line {line}, column {column}: the query is not SPARQL up to here.{hint}")


def mistake(query: str, prefixes: Collection[str]) -> Mistake | None:
    """The first mistake that the tokens show; None when they show none. `prefixes` need no declaration."""
    found = [token for token in tokens(query) if token.kind not in _QUIET]
    # After a string without an end nothing can be told.
    wrong = [*_strings(found)] or [*_prefixes(found, prefixes), *_brackets(found)]
    if not wrong:
        return None
    start, told = min(wrong)
    before = query[:start]
    return Mistake(before.count("\n") + 1, start - before.rfind("\n"), told)


def _strings(found: list[Token]) -> Iterator[tuple[int, str]]:
    for token in found:
        if token.kind is Is.OPEN:
            yield token.start, "the string that begins here has no end."


def _prefixes(found: list[Token], known: Collection[str]) -> Iterator[tuple[int, str]]:
    """The first use of each prefix that is declared nowhere. (SPARQL 1.1 section 4.1.1)"""
    declared = {after.text.rstrip(":") for before, after in pairwise(found) if before.is_word("PREFIX")}
    seen: set[str] = set()
    for before, token in zip([None, *found], found, strict=False):
        prefix = token.text.partition(":")[0]
        is_use = token.kind is Is.NAME and prefix != "_" and not (before and before.is_word("PREFIX"))
        if is_use and prefix not in declared and prefix not in known and prefix not in seen:
            seen.add(prefix)
            yield token.start, f"the prefix {prefix}: is not declared. Add PREFIX {prefix}: <...> at the top."


def _brackets(found: list[Token]) -> Iterator[tuple[int, str]]:
    """The first bracket that closes nothing, or else the last one that is never closed."""
    if not any(token.is_word(*FORMS) for token in found):
        return
    open_ones: list[Token] = []
    for token in found:
        if token.kind is Is.MARK and token.text in _CLOSING:
            open_ones.append(token)
        elif token.kind is Is.MARK and token.text in _CLOSING.values():
            if not open_ones or _CLOSING[open_ones[-1].text] != token.text:
                last = f"the {open_ones[-1].text} before it is still open" if open_ones else "nothing is open"
                yield token.start, f"{token.text} closes nothing here: {last}."
                return
            open_ones.pop()
    if open_ones:
        yield open_ones[-1].start, f"the {open_ones[-1].text} here is never closed."
