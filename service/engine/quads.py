"""Statements that the service itself puts together: reads them from N-Triples, writes them in any RDF format.

Plain terms in, bytes out; the second door to pyoxigraph outside the worker. No text of ours is ever taken for
syntax: what is no term is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import pyoxigraph as ox

from service.engine import Answer, exact
from service.engine.rows import Term
from service.errors import EngineFailed, NotAcceptable
from service.media import Format, Kind

_WRITTEN: dict[str, Any] = {
    "turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD,
}  # fmt: skip
_PREFIXED = ("turtle", "trig", "rdfxml", "jsonld")
_ROOT = re.compile(rb"(<rdf:RDF)([^>]*)>")
_NAMESPACE = re.compile(rb"\s+[\w:.-]+=\"[^\"]*\"")
_Node = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True)
class Statement:
    """A triple, in a graph when `graph` is an IRI."""

    subject: Term
    predicate: str
    object: Term
    graph: str = ""


def is_iri(text: str) -> bool:
    """Is this an absolute IRI, with every part as RFC 3987 wants it?"""
    try:
        ox.NamedNode(text)
    except ValueError:  # also a character that UTF-8 does not have
        return False
    return True


def iri(value: str) -> Term:
    return Term(value, "uri")


def literal(value: str, language: str = "", datatype: str = "") -> Term:
    return Term(value, "literal", language, datatype)


def read(answer: Answer, graph: str = "") -> list[Statement]:
    """The statements of an answer in N-Triples, put into a graph. Raises EngineFailed."""
    try:
        found = list(ox.parse(answer.whole(), format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        raise EngineFailed("The query engine answered with something that is no N-Triples.") from error
    return [Statement(_plain(q.subject), q.predicate.value, _plain(q.object), graph) for q in found]


def write(statements: Iterable[Statement], format: Format, prefixes: Mapping[str, str]) -> bytes:
    """The statements, each once, in their order. A format for graphs holds those of all graphs together."""
    named, told = Kind.DATASET in format.kinds, list(dict.fromkeys(statements))
    quads = dict.fromkeys(_quad(one, named) for one in told)
    written = ox.serialize(
        quads if named else (quad.triple for quad in quads),
        format=_WRITTEN[format.name],
        prefixes=_used(told, prefixes) if format.name in _PREFIXED else None,
    )
    return _settled(written or b"", format.name)


def convert(ntriples: bytes, format: Format, prefixes: Mapping[str, str]) -> bytes:
    """N-Triples in another format for graphs, in their order, with the prefixes of namespaces that occur."""
    used = {prefix: ns for prefix, ns in prefixes.items() if ns and f"<{ns}".encode() in ntriples}
    written = ox.serialize(
        ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES) if Kind.DATASET in format.kinds else _triples(ntriples),
        format=_WRITTEN[format.name],
        prefixes=used if format.name in _PREFIXED else None,
    )
    return _settled(written or b"", format.name)


def _triples(ntriples: bytes) -> Iterable[ox.Triple]:
    return map(attrgetter("triple"), ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES))


def _used(statements: list[Statement], prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes of IRIs that occur."""
    terms = {name for one in statements for name in (one.subject.value, one.predicate, one.object.value, one.graph)}
    terms |= {one.object.datatype for one in statements}
    return {p: ns for p, ns in prefixes.items() if ns and any(term.startswith(ns) for term in terms)}


def _settled(body: bytes, name: str) -> bytes:
    """The same with its prefixes in order: the library has a new order each time, and an ETag is of bytes."""
    if name in ("turtle", "trig"):
        lines = body.split(b"\n")
        count = next((i for i, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
        return b"\n".join((*sorted(lines[:count]), *lines[count:]))
    if name == "rdfxml":
        body = _xml(body)
        return _ROOT.sub(lambda root: root[1] + b"".join(sorted(_NAMESPACE.findall(root[2]))) + b">", body, count=1)
    if name == "jsonld":
        document = json.loads(body)
        if isinstance(document, dict) and "@context" in document:
            document["@context"] = dict(sorted(document["@context"].items()))
        return json.dumps(document, ensure_ascii=False, indent=1).encode()
    return body


def _xml(body: bytes) -> bytes:
    try:
        return exact.xml(body)
    except exact.NotInXml as error:
        raise NotAcceptable(str(error)) from error


def _quad(one: Statement, named: bool) -> ox.Quad:
    subject, object_ = _node(one.subject), _node(one.object)
    assert not isinstance(subject, ox.Literal), "a literal is never a subject"
    graph = ox.NamedNode(one.graph) if named and one.graph else ox.DefaultGraph()
    return ox.Quad(subject, ox.NamedNode(one.predicate), object_, graph)


def _node(term: Term) -> _Node:
    if term.kind == "uri":
        return ox.NamedNode(term.value)
    if term.kind == "bnode":
        return ox.BlankNode(term.value)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype) if term.datatype else None)


def _plain(node: object) -> Term:
    """The plain term; a quoted triple (RDF 1.2) becomes its text."""
    if isinstance(node, ox.NamedNode):
        return Term(node.value, "uri")
    if isinstance(node, ox.BlankNode):
        return Term(node.value, "bnode")
    if isinstance(node, ox.Literal):
        datatype = "" if node.language else node.datatype.value
        return Term(node.value, "literal", node.language or "", datatype)
    return Term(str(node), "literal")
