"""Queries and requests meant to do harm. The tests send them to a pool and to the real service; bench to a peer."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

_PAIRS = "?a ?b ?c . ?d ?e ?f"
_TRIPLES = f"{_PAIRS} . ?g ?h ?i"
_SOME = "<http://example.org/p>"

QUERIES: dict[str, str] = {
    "cartesian COUNT": f"SELECT (COUNT(*) AS ?n) {{ {_TRIPLES} }}",
    "cartesian COUNT DISTINCT": f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {_TRIPLES} }}",
    "cartesian MIN over strings": f"SELECT (MIN(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?n) {{ {_TRIPLES} }}",
    "cartesian SUM of lengths": f"SELECT (SUM(STRLEN(STR(?a)) * STRLEN(STR(?d))) AS ?n) {{ {_TRIPLES} }}",
    "ORDER BY bomb": f"SELECT * {{ {_TRIPLES} }} ORDER BY ?c ?f ?i",
    "ORDER BY RAND": f"SELECT * {{ {_TRIPLES} }} ORDER BY RAND() LIMIT 1",
    "ORDER BY with OFFSET": f"SELECT * {{ {_TRIPLES} }} ORDER BY ?a OFFSET 100000000 LIMIT 1",
    "OFFSET without order": f"SELECT * {{ {_TRIPLES} }} OFFSET 10000000000 LIMIT 1",
    "DISTINCT bomb": f"SELECT DISTINCT ?a ?d ?g {{ {_TRIPLES} }}",
    "DISTINCT of built strings": f"SELECT DISTINCT (CONCAT(STR(?a), STR(?c), STR(?d), STR(?f)) AS ?x) {{ {_PAIRS} }}",
    "GROUP_CONCAT bomb": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?x) {{ {_TRIPLES} }}",
    "GROUP_CONCAT with a long separator": f'SELECT (GROUP_CONCAT(?a; SEPARATOR="{"x" * 5000}") AS ?x) {{ {_PAIRS} }}',
    "GROUP BY everything": f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {_TRIPLES} }} GROUP BY ?a ?d ?g",
    "SAMPLE per pair": f"SELECT ?a ?d (SAMPLE(?f) AS ?s) {{ {_PAIRS} . ?g ?h ?f }} GROUP BY ?a ?d",
    "path, any step, any length": "SELECT (COUNT(*) AS ?n) { ?a (<:p>|!<:p>)* ?b . ?b (<:p>|!<:p>)* ?c }",
    "path, inverse and forward": "SELECT (COUNT(*) AS ?n) { ?a ((<:p>|!<:p>)|^(<:p>|!<:p>))+ ?b . ?b (<:p>|!<:p>)+ ?c . ?d ?e ?f }",
    "path, nested stars": "SELECT (COUNT(*) AS ?n) { ?a (((<:p>|!<:p>)*)*)* ?b . ?c ((<:p>|!<:p>)+)* ?d . ?e ?f ?g }",
    "path of 800 steps": f"SELECT * {{ ?s {'/'.join([_SOME] * 800)} ?o }}",
    "path of 2000 alternatives": f"SELECT * {{ ?s ({'|'.join([_SOME] * 2000)})* ?o . ?a ?b ?c . ?d ?e ?f }}",
    "regex with nested quantifiers": f'SELECT (COUNT(*) AS ?n) {{ {_TRIPLES} FILTER(REGEX(CONCAT(STR(?a), STR(?d)), "^(([a-z])+.)+[A-Z]([a-z])+$")) }}',
    "regex that is huge when compiled": 'SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "((a{1,100}){1,100}){1,100}")) }',
    "REPLACE that grows": 'SELECT (REPLACE(REPLACE(REPLACE(STR(?a), "", "xxxxxxxxxx"), "", "yyyyyyyyyy"), "", "zzzzzzzzzz") AS ?x) { ?a ?b ?c . ?d ?e ?f }',
    "nested groups": "SELECT * WHERE " + "{" * 25000 + "}" * 25000,
    "nested EXISTS": "SELECT * { " + "FILTER EXISTS {" * 3500 + "}" * 3500 + " }",
    "nested parentheses": "SELECT ((" + "(" * 25000 + "1" + ")" * 25000 + ") AS ?x) {}",
    "nested lists": "SELECT * { ?s ?p " + "(" * 400 + ")" * 400 + " }",
    "nested subqueries": "SELECT * { " + "{ SELECT * { " * 800 + "?s ?p ?o" + " } }" * 800 + " }",
    "nested blank nodes": "SELECT * { ?s ?p " + "[ <:p> " * 900 + "1" + " ]" * 900 + " }",
    "nested IF": "SELECT (" + "IF(true, " * 3000 + "1" + ", 2)" * 3000 + " AS ?x) {}",
    "nested MINUS": "SELECT * { ?s ?p ?o " + "MINUS { ?s ?p ?o " * 800 + "}" * 800 + " }",
    "200 OPTIONAL": "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 200 + "}",
    "OPTIONAL chain of products": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c "
    + "".join(f"OPTIONAL {{ ?x{i} ?y{i} ?z{i} }} " for i in range(8))
    + "}",
    "300 UNION": "SELECT (COUNT(*) AS ?n) { " + " UNION ".join(["{ ?a ?b ?c . ?d ?e ?f }"] * 300) + " }",
    "huge VALUES": "SELECT (COUNT(*) AS ?n) { VALUES ?x { "
    + "1 " * 12000
    + "} VALUES ?y { "
    + "2 " * 12000
    + "} ?a ?b ?c }",
    "VALUES product": "SELECT (COUNT(*) AS ?n) { "
    + "".join(f"VALUES ?v{i} {{ 1 2 3 4 5 6 7 8 9 0 }} " for i in range(14))
    + "}",
    "BIND that doubles": "SELECT (STRLEN(?v40) AS ?n) { BIND('xxxxxxxxxxxxxxxx' AS ?v0) "
    + "".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1}) " for i in range(40))
    + "}",
    "3000 BIND": "SELECT * { " + "".join(f"BIND({i} AS ?v{i}) " for i in range(2900)) + "}",
    "1000 triple patterns": "SELECT (COUNT(*) AS ?n) { "
    + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(1000))
    + "}",
    "star of joins": "SELECT (COUNT(*) AS ?n) { " + "".join(f"?s ?p{i} ?o{i} . " for i in range(12)) + "}",
    "CONSTRUCT product": f"CONSTRUCT {{ ?a ?e ?i . ?d ?h ?c . ?g ?b ?f }} WHERE {{ {_TRIPLES} }}",
    "DESCRIBE of everything": "DESCRIBE * { ?s ?p ?o . ?a ?b ?c }",
    "SELECT product": f"SELECT * {{ {_TRIPLES} }}",
    "GRAPH product": "SELECT (COUNT(*) AS ?n) { GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } GRAPH ?z { ?g ?h ?i } }",
    "EXISTS per pair": f"SELECT (COUNT(*) AS ?n) {{ {_PAIRS} FILTER NOT EXISTS {{ ?a ?x ?d . ?y ?z ?a }} }}",
    "64 kB of spaces": "ASK {" + " " * 63000 + "}",
    "64 kB of open strings": "SELECT * { ?s ?p " + '"""\\' * 12000 + " }",
    "64 kB of dotted words": "SELECT * { " + "a." * 30000 + " }",
}

SERVICES: dict[str, str] = {
    "plain": "SELECT * {{ SERVICE <{url}> {{ ?a ?b ?c }} }}",
    "SILENT": "SELECT * {{ SERVICE SILENT <{url}> {{ ?a ?b ?c }} }}",
    "lower case with a comment": "SELECT * {{ service#x\n<{url}> {{ ?a ?b ?c }} }}",
    "prefixed name": "PREFIX e: <{url}> SELECT * {{ SERVICE e: {{ ?a ?b ?c }} }}",
    "relative IRI": "BASE <{url}> SELECT * {{ SERVICE <> {{ ?a ?b ?c }} }}",
    "inside EXISTS": "SELECT * {{ FILTER EXISTS {{ SERVICE <{url}> {{ ?a ?b ?c }} }} }}",
    "inside a subquery": "SELECT * {{ {{ SELECT * {{ SERVICE <{url}> {{ ?a ?b ?c }} }} }} }}",
    "variable endpoint": "SELECT * {{ BIND(<{url}> AS ?e) SERVICE ?e {{ ?a ?b ?c }} }}",
    "escaped": "SELECT * {{ SERV\\u0049CE <{url}> {{ ?a ?b ?c }} }}",
    "behind a string that looks open": 'SELECT * {{ BIND("\'" AS ?x) SERVICE <{url}> {{ ?a ?b ?c }} BIND("\'" AS ?y) }}',
    "behind an operator that looks like an IRI": "SELECT * {{ FILTER(1<2) SERVICE <{url}> {{ ?a ?b ?c }} FILTER(2>1) }}",
    "FROM": "SELECT * FROM <{url}> {{ ?a ?b ?c }}",
    "FROM NAMED": "SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?a ?b ?c }} }}",
    "LOAD": "LOAD <{url}>",
}


@dataclass(frozen=True)
class Attack:
    """Bytes for one connection, sent piece by piece with a pause after each; the endpoint in them is /sparql.

    `statuses` are the first answers that are right, 0 for a connection that is closed without one; `half_closes`: the
    client ends its side after the last piece.
    """

    pieces: Iterable[bytes]
    statuses: frozenset[int]
    pause: float = 0.0
    half_closes: bool = False


_QUERY = "GET /sparql?query=ASK%7B%7D"
_ENDLESS = "GET /sparql?query=SELECT%20%28COUNT%28%2A%29%20AS%20%3Fn%29%20%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff.%3Fg%20%3Fh%20%3Fi.%3Fj%20%3Fk%20%3Fl%7D"
_MEGABYTE = b"x" * (1 << 20)
_BOMB = gzip.compress(gzip.compress(bytes(100 * 1024**2)), mtime=0)
_CHUNKED = ("Transfer-Encoding: chunked",)


def _head(line: str, *headers: str, end: str = "\r\n\r\n") -> bytes:
    return "\r\n".join([f"{line} HTTP/1.1", "Host: localhost", *headers]).encode("latin-1") + end.encode()


def _post(*headers: str, kind: str = "application/sparql-query") -> bytes:
    return _head("POST /sparql", f"Content-Type: {kind}", *headers)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _attack(*pieces: bytes, is_: Iterable[int], more: Iterable[bytes] = (), **how: Any) -> Attack:
    return Attack(_Pieces(pieces, more), frozenset(is_), **how)


@dataclass(frozen=True)
class _Pieces:
    """Pieces that can be gone through again and again; `more` may have no end."""

    first: tuple[bytes, ...]
    more: Iterable[bytes]

    def __iter__(self) -> Iterator[bytes]:
        return chain(self.first, self.more)


class _Endless:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def __iter__(self) -> Iterator[bytes]:
        return repeat(self._data)


def _times(data: bytes, count: int) -> tuple[bytes, ...]:
    return (data,) * count


REQUESTS: dict[str, Attack] = {
    "body of 20 MB": _attack(_post("Content-Length: 20971520"), more=_times(_MEGABYTE, 20), is_={413}),
    "form of 20 MB": _attack(
        _post("Content-Length: 20971526", kind="application/x-www-form-urlencoded"), b"query=", more=_times(_MEGABYTE, 20), is_={413}
    ),
    "20 MB in chunks": _attack(_post(*_CHUNKED), more=(*_times(_chunk(_MEGABYTE), 20), b"0\r\n\r\n"), is_={413}),
    "chunks without end": _attack(_post(*_CHUNKED), more=_Endless(_chunk(_MEGABYTE)), is_={413}),
    "chunks of a byte": _attack(_post(*_CHUNKED), more=_times(_chunk(b"x") * 1000, 400), is_={408, 413}),
    "chunks of a byte, slowly": _attack(_post(*_CHUNKED), more=_Endless(_chunk(b"x")), is_={408}, pause=0.1),
    "chunk size that is no number": _attack(_post(*_CHUNKED), b"zz\r\nASK{}\r\n0\r\n\r\n", is_={0, 400}),
    "chunk size beyond 64 bits": _attack(_post(*_CHUNKED), b"f" * 17 + b"\r\nASK{}", is_={0, 400}),
    "chunk extension of 1 MB": _attack(_post(*_CHUNKED), b"5;", more=_times(_MEGABYTE, 1), is_={0, 400, 408}),
    "trailers without end": _attack(
        _post(*_CHUNKED), _chunk(b"ASK{}") + b"0\r\n", more=_Endless(b"X-Y: z\r\n" * 1000), is_={0, 200, 400, 408}
    ),
    "body a byte at a time": _attack(_post("Content-Length: 5000"), more=_Endless(b"x"), is_={408}, pause=0.1),
    "body that never comes": _attack(_post("Content-Length: 5"), is_={408}),
    "length of an exabyte": _attack(_post("Content-Length: 1000000000000000000"), is_={413}),
    "length below zero": _attack(_post("Content-Length: -5"), b"ASK{}", is_={400}),
    "length that is no number": _attack(_post("Content-Length: 1e3"), b"ASK{}", is_={400}),
    "two lengths": _attack(_post("Content-Length: 5", "Content-Length: 6"), b"ASK{} ", is_={400}),
    "length and chunks": _attack(_post("Content-Length: 5", *_CHUNKED), _chunk(b"ASK{}") + b"0\r\n\r\n", is_={200, 400}),
    "20 MB after leave is asked": _attack(_post("Content-Length: 20971520", "Expect: 100-continue"), is_={413}),
    "packed bomb": _attack(
        _post(f"Content-Length: {len(_BOMB)}", "Content-Encoding: gzip"), _BOMB, is_={415}
    ),
    "head a byte at a time": _attack(b"GET / HTTP/1.1\r\nX: ", more=_Endless(b"x"), is_={0, 408}, pause=0.1),
    "head that never ends": _attack(b"GET / HTTP/1.1\r\n", is_={0, 408}),
    "nothing at all": _attack(b"", is_={0, 408}),
    "header of 1 MB": _attack(b"GET / HTTP/1.1\r\nX: " + _MEGABYTE + b"\r\n\r\n", is_={0, 400, 431}),
    "10,000 headers": _attack(_head("GET /", *(f"X{i}: y" for i in range(10_000))), is_={0, 400, 431}),
    "URL of 1 MB": _attack(b"GET /" + _MEGABYTE + b" HTTP/1.1\r\nHost: x\r\n\r\n", is_={0, 400, 414, 431}),
    "query of 64 kB in the URL": _attack(_head(_QUERY + "%20" * 21_500), is_={200, 414}),
    "NUL in a header": _attack(_head(_QUERY, "Accept: text/\0csv"), is_={400}),
    "folded header": _attack(_head(_QUERY, "Accept: text/csv,", "  text/html"), is_={400}),
    "header name with a space": _attack(_head(_QUERY, "Content Length: 5"), is_={400}),
    "version 9.9": _attack(b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", is_={0, 400, 505}),
    "no version": _attack(b"GET /\r\n\r\n", is_={0, 400}),
    "greeting of TLS": _attack(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500, is_={0, 400}),
    "unknown method": _attack(_head("BREW /sparql"), is_={405, 501}),
    "CONNECT": _attack(_head("CONNECT localhost:22"), is_={400, 404, 405, 501}),
    "TRACE": _attack(_head("TRACE /sparql", "Cookie: secret"), is_={405, 501}),
    "path that climbs": _attack(_head("GET /dumps/..%2f..%2f..%2f..%2fetc/passwd"), is_={400, 404}),
    "path that climbs in plain": _attack(_head("GET /static/../../../../etc/passwd"), is_={400, 404}),
    "percent signs without digits": _attack(_head("GET /sparql?query=%zz%ff"), is_={400}),
    "10,000 parameters": _attack(_head("GET /sparql?" + "a=&" * 10_000), is_={400}),
    "5,000 graphs": _attack(
        _post("Content-Length: 110011", kind="application/x-www-form-urlencoded"),
        b"query=ASK{}" + b"&default-graph-uri=a:a" * 5000, is_={400, 413},
    ),
    "Accept of 30 kB": _attack(_head(_QUERY, "Accept: " + ",".join(f"a/b{i};q=0.{i % 9}" for i in range(2000))), is_={406}),
    "Accept-Encoding of 30 kB": _attack(_head(_QUERY, "Accept-Encoding: " + "x;q=0.1," * 3700), is_={200}),
    "3,000 tags": _attack(_head(_QUERY, "If-None-Match: " + ",".join(f'"{i}"' for i in range(3000))), is_={200}),
    "3,000 ranges": _attack(_head("GET /dumps/all.nt", "Range: bytes=" + ",".join(f"{i}-{i}" for i in range(3000))), is_={200, 206, 404, 416}),
    "a time limit beyond all numbers": _attack(_head(_QUERY + "&timeout=1e999"), is_={400}),
    "a time limit of no number": _attack(_head(_QUERY + "&timeout=nan"), is_={400}),
    "500 requests at once": _attack(_head(_QUERY) * 500, is_={200}),
    "40 endless queries at once": _attack(_head(_ENDLESS) * 40, is_={429, 503}),
    "half-closed after a request": _attack(_head(_QUERY), half_closes=True, is_={0, 200}),
    "half-closed in a body": _attack(_post("Content-Length: 500"), b"ASK", half_closes=True, is_={0, 400}),
    "half-closed in a chunk": _attack(_post(*_CHUNKED), b"ff\r\nASK", half_closes=True, is_={0, 400}),
    "half-closed at once": _attack(b"", half_closes=True, is_={0}),
    "half-closed while a query runs": _attack(_head(_ENDLESS), half_closes=True, is_={0, 503}),
}  # fmt: skip
