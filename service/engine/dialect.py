"""The one dialect of SPARQL that engines are sent: its words, and its tokens without what engines read differently.

What is no word or sign of SPARQL is refused: engines have extensions that fetch, write or run. Comments become
spaces: some engines read instructions in them. Escapes for characters are undone: some engines undo them before
they look where a string ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.engine.calls import is_mark
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


def plain_tokens(query: str) -> Iterator[Token]:
    """The tokens of a query in the one dialect, each where it begins in the query. Raises BadQuery."""
    for token in tokens(query):
        kind = token.kind
        if kind is Is.WORD and token.text.upper() not in _WORDS:
            raise refusal(query, token, f"{token.text[:40]!r} is no word of SPARQL.")
        if kind is Is.MARK and not is_mark(token):
            raise refusal(query, token, f"{token.text!r} is no sign of SPARQL.")
        if kind is Is.OPEN:
            raise refusal(query, token, "a string begins that has no end.")
        if kind is Is.COMMENT:
            yield Token(Is.SPACE, " ", token.start)
        elif (kind is Is.STRING or kind is Is.IRI) and "\\" in token.text:
            yield _unescaped(query, token)
        else:
            yield token


def refusal(query: str, token: Token, why: str) -> BadQuery:
    """The error that says what is wrong with a token, and where it stands, counted from 1."""
    line = query.count("\n", 0, token.start) + 1
    column = token.start - query.rfind("\n", 0, token.start)
    return BadQuery(f"Line {line}, column {column}: {why}", members={"line": line, "column": column})


def _unescaped(query: str, token: Token) -> Token:
    def character(escape: re.Match[str]) -> str:
        if escape[3] is not None:
            return escape[0]
        code = int(escape[1] or escape[2], 16)
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:
            raise refusal(query, token, f"{escape[0]} is no character.")
        if token.kind is Is.STRING:
            # Escaped again where it would end the string or change it.
            return _IN_STRING.get(chr(code), chr(code))
        if chr(code) in _NOT_IN_IRI or code <= 0x20:
            raise refusal(query, token, f"{escape[0]} cannot stand in an IRI.")
        return chr(code)

    return token._replace(text=_ESCAPE.sub(character, token.text))
