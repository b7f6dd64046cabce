"""SPARQL 1.1 Protocol: what a client asked, read from plain values. No Flask, no engine.

https://www.w3.org/TR/sparql11-protocol/ section 2.1 (query operation).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from service.errors import (
    BadRequest,
    Forbidden,
    MethodNotAllowed,
    ServiceError,
    TooLarge,
    UnsupportedMediaType,
    UriTooLong,
)

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
_GRAPHS = ("default-graph-uri", "named-graph-uri")
_ONCE = ("query", "timeout")
_MAX_FIELDS = 1000
# https://www.w3.org/TR/n-triples/#grammar-production-STRING_LITERAL_QUOTE
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}


@dataclass(frozen=True)
class QueryRequest:
    """One query to evaluate.

    `default_graphs` and `named_graphs`, when either is given, are the whole RDF dataset of the query and
    override FROM (protocol section 2.1.4). `bindings` binds variables before evaluation, to IRIs or to what
    `literal` writes.
    `seconds` lowers the time limit; None keeps the service's. `formats` are the values of `format`, a convenience
    beside the Accept header that some clients send more than once.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    bindings: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None
    formats: tuple[str, ...] = ()


def literal(value: str, language: str = "", datatype: str = "") -> str:
    """A literal as a binding: in N-Triples, so that it begins with a quote, as no IRI does."""
    escaped = "".join(_ESCAPES.get(character, character) for character in value)
    if language:
        return f'"{escaped}"@{language}'
    return f'"{escaped}"^^<{datatype}>' if datatype else f'"{escaped}"'


@dataclass(frozen=True)
class HttpQuery:
    """The parts of an HTTP request the protocol speaks of. `body` is at most the service's limit plus one byte."""

    method: str
    query_string: bytes = b""
    content_type: str = ""
    body: bytes = b""


def read(request: HttpQuery, max_query_bytes: int) -> QueryRequest | None:
    """The query asked for, or None when nothing is asked (a bare GET or HEAD: service description).

    Raises BadRequest (missing, repeated or conflicting parameter, bad encoding), Forbidden (update),
    MethodNotAllowed, TooLarge, UriTooLong, UnsupportedMediaType.
    """
    if request.method not in ("GET", "HEAD", "POST"):
        raise MethodNotAllowed("Send queries with GET or POST.", headers={"Allow": "GET, HEAD, POST, OPTIONS"})
    in_url = _fields(request.query_string, max_query_bytes, UriTooLong)
    if request.method in ("GET", "HEAD"):
        return _short(_from_fields(in_url), max_query_bytes, UriTooLong) if in_url else None
    return _short(_from_fields(_merge(in_url, _posted(request, max_query_bytes))), max_query_bytes, TooLarge)


def formats(request: HttpQuery, max_query_bytes: int) -> tuple[str, ...]:
    """The formats that a request names in URL or form, decoded; none when it will be refused."""
    try:
        asked = read(request, max_query_bytes)
    except ServiceError:
        return ()
    return asked.formats if asked else ()


def _posted(request: HttpQuery, max_query_bytes: int) -> list[tuple[str, str]]:
    """The fields in a body; the query itself is one of them."""
    bare_type, charset = _content_type(request.content_type)
    _check_size(len(request.body), max_query_bytes, TooLarge)
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"The charset {charset!r} is not supported: send UTF-8.")
    if bare_type == FORM:
        return _fields(request.body, max_query_bytes, TooLarge)
    if bare_type == DIRECT:
        return [("query", _text(request.body))]
    if bare_type == UPDATE:
        raise _read_only()
    raise UnsupportedMediaType(f"POST a query as {FORM} (field `query`) or as {DIRECT} (the query itself).")


def _read_only() -> Forbidden:
    return Forbidden("This service is read-only: updates are refused. Ask with `query`.")


def _check_size(size: int, limit: int, error: type[TooLarge] | type[UriTooLong]) -> None:
    # URL-encoding grows a query; three bytes for one is the worst case.
    if size > limit * 3 + 2000:
        raise _too_long(f"The request is {size:,} bytes", limit, error)


def _short(request: QueryRequest, limit: int, error: type[TooLarge] | type[UriTooLong]) -> QueryRequest:
    """The request, when its query is no longer than a query may be."""
    size = len(request.query.encode())
    if size > limit:
        raise _too_long(f"The query is {size:,} bytes", limit, error)
    return request


def _too_long(said: str, limit: int, error: type[TooLarge] | type[UriTooLong]) -> TooLarge | UriTooLong:
    by_post = (
        " By POST it needs no percent-encoding; a URL is read up to 65,534 bytes." if error is UriTooLong else ""
    )
    return error(
        f"{said}; queries may be at most {limit:,} bytes. Shorten it, or take a dump and ask there.{by_post}",
        members={"limit": "query length"},
    )


def _fields(raw: bytes, limit: int, error: type[TooLarge] | type[UriTooLong]) -> list[tuple[str, str]]:
    _check_size(len(raw), limit, error)
    try:
        return parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except (UnicodeDecodeError, ValueError) as problem:
        raise BadRequest("The parameters are not URL-encoded UTF-8. Percent-encode them and send again.") from problem


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise BadRequest(f"The query is not UTF-8: byte {problem.start} cannot be decoded.") from problem


def _content_type(header: str) -> tuple[str, str]:
    """(bare media type, charset), both lower case."""
    bare, *parameters = header.split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return bare.strip().lower(), value.strip().strip('"').lower()
    return bare.strip().lower(), ""


def _merge(first: list[tuple[str, str]], second: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Fields of URL and body together; the same single-valued field in both is a conflict."""
    both = {name for name, _ in first} & {name for name, _ in second} & set(_ONCE)
    if both:
        raise BadRequest(f"`{sorted(both)[0]}` is given in the URL and in the body. Give it once.")
    return first + second


def _from_fields(fields: Sequence[tuple[str, str]]) -> QueryRequest:
    if any(name in ("update", "using-graph-uri", "using-named-graph-uri") for name, _ in fields):
        raise _read_only()
    for name in _ONCE:
        if sum(1 for given, _ in fields if given == name) > 1:
            raise BadRequest(f"`{name}` is given more than once. Give it once.")
    values = dict(fields)
    if not values.get("query", "").strip():
        raise BadRequest("There is no query: give it as the parameter `query`.")
    default, named = ([value for name, value in fields if name == graph] for graph in _GRAPHS)
    return QueryRequest(
        query=values["query"],
        default_graphs=tuple(default),
        named_graphs=tuple(named),
        seconds=_seconds(values.get("timeout")),
        formats=tuple(value for name, value in fields if name == "format" and value),
    )


def _seconds(text: str | None) -> float | None:
    """The `timeout` parameter in seconds. The limit of the service stays: only lower values have an effect."""
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise BadRequest(f"`timeout={text[:20]}` is not a number of seconds above 0.")
    return seconds
