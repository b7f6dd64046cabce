"""The one dialect of SPARQL that engines are sent: its words, and its tokens without what engines read differently.

What is no word of SPARQL is refused: engines have extensions that fetch, write or run. Comments become spaces:
some engines read instructions in them. Escapes for characters are undone: some engines undo them before they
look where a string ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.engine.words import Is, Token, tokens
from service.errors import BadQuery

# Every word of the grammar of SPARQL 1.1, then those of SPARQL 1.2; the engine decides what it has of those.
_WORDS = frozenset(
    """
    BASE PREFIX SELECT CONSTRUCT DESCRIBE ASK DISTINCT REDUCED AS FROM NAMED WHERE GROUP BY HAVING ORDER ASC DESC
    LIMIT OFFSET VALUES UNDEF OPTIONAL GRAPH BIND MINUS UNION FILTER EXISTS NOT IN A TRUE FALSE COUNT SUM MIN MAX
    AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND
    CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS
    MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM
    ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX SUBSTR REPLACE
    VERSION LANGDIR HASLANG HASLANGDIR STRLANGDIR TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE
    """.split()  # noqa: SIM905 - a list of 120 strings says no more
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_IN_STRING = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_NOT_IN_IRI = frozenset('<>"{}|^`\\')


@dataclass(frozen=True, slots=True)
class Placed:
    """A token and where it stands in what the client sent, counted from 1."""

    token: Token
    line: int
    column: int

    def refusal(self, why: str) -> BadQuery:
        """The error that says what is wrong with this token."""
        where = {"line": self.line, "column": self.column}
        return BadQuery(f"Line {self.line}, column {self.column}: {why}", members=where)


def plain_tokens(query: str) -> Iterator[Placed]:
    """The tokens of a query in the one dialect. Raises BadQuery."""
    line, column = 1, 1
    for token in tokens(query):
        yield _plain(Placed(token, line, column))
        breaks = token.text.count("\n")
        line, column = line + breaks, len(token.text) - token.text.rfind("\n") if breaks else column + len(token.text)


def _plain(placed: Placed) -> Placed:
    kind, text = placed.token.kind, placed.token.text
    if kind is Is.WORD and text.upper() not in _WORDS:
        raise placed.refusal(f"{text[:40]!r} is no word of SPARQL.")
    if kind is Is.COMMENT:
        return Placed(Token(Is.SPACE, " "), placed.line, placed.column)
    if "\\" in text and kind in (Is.STRING, Is.IRI):
        text = _ESCAPE.sub(lambda escape: _character(escape, placed), text)
        return Placed(Token(kind, text), placed.line, placed.column)
    return placed


def _character(escape: re.Match[str], placed: Placed) -> str:
    """A character for its code point, escaped again where it would end the string or change it."""
    if escape[3] is not None:
        return escape[0]
    code = int(escape[1] or escape[2], 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise placed.refusal(f"{escape[0]} is no character.")
    character = chr(code)
    if placed.token.kind is Is.STRING:
        return _IN_STRING.get(character, character)
    if character in _NOT_IN_IRI or code <= 0x20:
        raise placed.refusal(f"{escape[0]} cannot stand in an IRI.")
    return character
