"""Reads what services send: RDF in every syntax, rows in every result format, Link headers, pages. Strictly."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urljoin
from xml.parsers.expat import ExpatError, ParserCreate

import pyoxigraph as ox

from service import media

RDF_TYPES = {
    media.TURTLE.media_type: ox.RdfFormat.TURTLE,
    media.NTRIPLES.media_type: ox.RdfFormat.N_TRIPLES,
    media.RDFXML.media_type: ox.RdfFormat.RDF_XML,
    media.TRIG.media_type: ox.RdfFormat.TRIG,
    media.NQUADS.media_type: ox.RdfFormat.N_QUADS,
    media.JSONLD.media_type: ox.RdfFormat.JSON_LD,
}
_ROWS = {
    media.JSON.media_type: ox.QueryResultsFormat.JSON,
    media.XML.media_type: ox.QueryResultsFormat.XML,
    media.TSV.media_type: ox.QueryResultsFormat.TSV,
}
_Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
# RFC 8288 section 3: <target> and parameters, whose values are tokens or quoted.
_LINK = re.compile(
    r'\s*<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]+))?)*)\s*(?:,|$)'
)
_PARAMETER = re.compile(r';\s*([\w!#$&+.^`|~*-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+)))?')


class Malformed(Exception):
    """What came is not in the syntax its media type says."""


class Graph:
    """Statements that came in one body, without regard to the graph they stand in unless one asks for it."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.quads = list(quads)

    @cached_property
    def triples(self) -> frozenset[ox.Triple]:
        return frozenset(quad.triple for quad in self.quads)

    @cached_property
    def _said(self) -> dict[tuple[str, str], list[_Node]]:
        found: dict[tuple[str, str], list[_Node]] = defaultdict(list)
        for triple in self.triples:
            found[name(triple.subject), triple.predicate.value].append(triple.object)
        return found

    def objects(self, subject: str, predicate: str) -> list[str]:
        """The values of a property: IRIs, lexical forms, labels of blank nodes; sorted."""
        return sorted(map(name, self._said.get((subject, predicate), ())))

    def value(self, subject: str, predicate: str) -> str:
        """The only or first value of a property; empty when there is none."""
        return next(iter(self.objects(subject, predicate)), "")

    def subjects(self, predicate: str, value: str = "") -> list[str]:
        """What has a property, with this value when one is given; sorted."""
        return sorted(
            {s for (s, p), found in self._said.items() if p == predicate and (not value or value in map(name, found))}
        )

    def about(self, subject: str) -> bool:
        return any(known == subject for known, _ in self._said)

    def canonical(self) -> frozenset[ox.Triple]:
        """The triples, blank nodes by what is said of them, so that isomorphic graphs are equal (RDFC-1.0)."""
        if not any(isinstance(node, ox.BlankNode) for t in self.triples for node in (t.subject, t.object)):
            return self.triples
        dataset = ox.Dataset(ox.Quad(*triple) for triple in self.triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return frozenset(quad.triple for quad in dataset)


def name(node: _Node) -> str:
    return f"_:{node.value}" if isinstance(node, ox.BlankNode) else getattr(node, "value", str(node))


def read_graph(body: bytes, media_type: str, base: str, fetch: Callable[[str], bytes]) -> Graph:
    """The statements of a body. `fetch` gets the contexts that JSON-LD names by URL. Raises Malformed."""
    syntax = RDF_TYPES.get(media_type)
    if syntax is None:
        raise Malformed(f"{media_type or 'no media type'} is no syntax of RDF")
    try:
        _check_whole(body, media_type)
        if syntax is ox.RdfFormat.JSON_LD:
            body = json.dumps(_with_contexts(json.loads(body), fetch, base)).encode()
        return Graph(ox.parse(body, format=syntax, base_iri=base))
    except (SyntaxError, ValueError, ExpatError) as error:
        raise Malformed(f"it is not {media_type}: {str(error)[:200]}") from error


def _check_whole(body: bytes, media_type: str) -> None:
    """Raises ExpatError for XML that ends early, which readers of streams do not mind."""
    if media_type.endswith("+xml"):
        ParserCreate().Parse(body, True)


def _with_contexts(document: Any, fetch: Callable[[str], bytes], base: str) -> Any:
    """A JSON-LD document with the contexts it names in place of their URLs (JSON-LD 1.1 section 3.1)."""
    if not isinstance(document, dict) or "@context" not in document:
        return document
    given = document["@context"] if isinstance(document["@context"], list) else [document["@context"]]
    read = [json.loads(fetch(urljoin(base, one)))["@context"] if isinstance(one, str) else one for one in given]
    return {**document, "@context": read}


@dataclass(frozen=True)
class Rows:
    """The answer to SELECT: names, and values as text. CSV does not tell IRIs from literals, so nobody does."""

    names: tuple[str, ...]
    rows: list[dict[str, str]] = field(default_factory=list)


def read_rows(body: bytes, media_type: str) -> Rows | bool:
    """The answer to SELECT or ASK. Raises Malformed."""
    if media_type == media.CSV.media_type:
        return _csv(body)
    known = _ROWS.get(media_type)
    if known is None:
        raise Malformed(f"{media_type or 'no media type'} is no format of SPARQL results")
    try:
        _check_whole(body, media_type)
        found = ox.parse_query_results(body, format=known)
        if isinstance(found, ox.QueryBoolean):
            return bool(found)
        names = tuple(variable.value for variable in found.variables)
        return Rows(names, [_row(names, solution) for solution in found])
    except (SyntaxError, ValueError, ExpatError) as error:
        raise Malformed(f"it is not {media_type}: {str(error)[:200]}") from error


def _row(names: Iterable[str], solution: Any) -> dict[str, str]:
    return {one: name(solution[one]) for one in names if solution[one] is not None}


def _csv(body: bytes) -> Rows:
    """CSV as SPARQL writes it: a line of names, CRLF, text (SPARQL 1.1 Results CSV and TSV, section 3)."""
    try:
        lines = list(csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Malformed(f"it is not text/csv: {error}") from error
    if not lines or any(len(line) != len(lines[0]) for line in lines):
        raise Malformed("it is not text/csv: no line of names, or lines of different length")
    return Rows(tuple(lines[0]), [dict(zip(lines[0], line, strict=True)) for line in lines[1:]])


@dataclass(frozen=True)
class Link:
    """One link of a Link header. `types` are its relations, in lower case where they are registered words."""

    target: str
    relations: tuple[str, ...]
    media_type: str = ""
    profile: str = ""
    anchor: str = ""


def read_links(header: str) -> list[Link]:
    """The links of a Link header. Raises Malformed when any of it is no link."""
    found, place = [], 0
    while place < len(header):
        match = _LINK.match(header, place)
        if match is None:
            raise Malformed(f"the Link header cannot be read from {header[place : place + 60]!r} on")
        given: dict[str, str] = {}
        for key, quoted, token in _PARAMETER.findall(match[2]):
            given.setdefault(key.lower(), quoted or token)
        found.append(
            Link(
                match[1],
                tuple(given.get("rel", "").split()),
                given.get("type", ""),
                given.get("profile", ""),
                given.get("anchor", ""),
            )
        )
        place = match.end()
    return found
