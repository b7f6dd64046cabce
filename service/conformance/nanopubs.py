"""Nanopublications: four graphs that hang together, as the guidelines want them."""

from __future__ import annotations

import re

import pyoxigraph as ox

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.site import Site
from service.conformance.syntax import Graph
from service.conformance.terms import DCT, NP, PROV, RDF_TYPE
from service.conformance.wire import Exchange
from service.media import HTML, JSONLD, NQUADS, TRIG, TURTLE

_LINKED = re.compile(r'href="([^"]*/nanopub/[^"?#]+)"')
_PARTS = ("hasAssertion", "hasProvenance", "hasPublicationInfo")
_EVERY_CLASS = """SELECT ?class (MIN(?s) AS ?thing) {
  ?s a ?class FILTER(STRSTARTS(STR(?s), '%sid/')) } GROUP BY ?class ORDER BY ?class"""


def _graph_of(quad: ox.Quad) -> str:
    """The IRI of the graph a quad stands in; empty for the default graph."""
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""


def _path(site: Site) -> str:
    """The path of a nanopublication that the page of a thing links to. Raises Inapplicable."""
    for row in site.rows(_EVERY_CLASS % site.base).rows:
        page = site.follow(site.iri_path(row["thing"].partition("#")[0]), HTML.media_type)
        for reference in _LINKED.findall(page.text) if page.status == 200 else ():
            path = site.path(reference, page)
            if path:
                return re.sub(r"\.(trig|nq|jsonld|html)$", "", path)
    raise Inapplicable("no page of a thing links to a nanopublication")


def _read(site: Site) -> tuple[Exchange, Graph, str, dict[str, str]]:
    """The reply, its statements, the IRI of the nanopublication and of its parts."""
    reply = expect_status(site.get(_path(site), TRIG.media_type), 200)
    graph = site.graph(reply)
    found = graph.subjects(RDF_TYPE, f"{NP}Nanopublication")
    expect(len(found) == 1, f"there are {len(found)} nanopublications", reply)
    parts = {}
    for name in _PARTS:
        named = graph.objects(found[0], f"{NP}{name}")
        expect(len(named) == 1, f"it has {len(named)} np:{name}", reply)
        parts[name] = named[0]
    return reply, graph, found[0], parts


@check(
    "nanopubs.parts",
    "It has one assertion, one provenance and one publication info, in graphs of their own",
    "Nanopublication Guidelines",
    "np:Nanopublication",
)
def parts(site: Site) -> str:
    reply, graph, nanopub, named = _read(site)
    heads = {_graph_of(quad) for quad in graph.quads if quad.predicate.value == f"{NP}hasAssertion"}
    expect(len(heads) == 1, "the head is not one graph", reply)
    wanted = {*named.values(), *heads}
    there = {_graph_of(quad) for quad in graph.quads}
    expect(len(wanted) == 4 and there == wanted, f"its graphs are {sorted(there)}", reply)
    return nanopub


@check(
    "nanopubs.provenance",
    "The provenance speaks of the assertion, and says where it comes from",
    "Nanopublication Guidelines",
    "np:hasProvenance",
)
def provenance(site: Site) -> None:
    reply, graph, _, named = _read(site)
    said = Graph(quad for quad in graph.quads if _graph_of(quad) == named["hasProvenance"])
    expect(said.about(named["hasAssertion"]), "it says nothing of the assertion", reply)
    origins = ("wasAttributedTo", "wasDerivedFrom", "hadPrimarySource", "wasGeneratedBy", "wasQuotedFrom")
    expect(any(said.objects(named["hasAssertion"], f"{PROV}{one}") for one in origins), "it names no origin", reply)


@check(
    "nanopubs.publication-info",
    "The publication info speaks of the nanopublication: when, by whom, under which licence",
    "Nanopublication Guidelines",
    "np:hasPublicationInfo",
)
def publication_info(site: Site) -> None:
    reply, graph, nanopub, named = _read(site)
    said = Graph(quad for quad in graph.quads if _graph_of(quad) == named["hasPublicationInfo"])
    expect(said.about(nanopub), "it says nothing of the nanopublication", reply)
    for names in (
        (f"{DCT}created", f"{PROV}generatedAtTime"),
        (f"{DCT}creator", f"{PROV}wasAttributedTo", "http://purl.org/pav/createdBy"),
        (f"{DCT}license", f"{DCT}rights"),
    ):
        expect(any(said.objects(nanopub, one) for one in names), f"it has none of {', '.join(names)}", reply)


@check(
    "nanopubs.own-address",
    "Its IRI is its address, and it comes only in formats that hold graphs",
    "Cool URIs",
    "Hash URIs",
)
def own_address(site: Site) -> None:
    _, _, nanopub, _ = _read(site)
    path = site.iri_path(nanopub)
    for kind in (TRIG.media_type, NQUADS.media_type, JSONLD.media_type):
        reply = expect_status(site.follow(path, kind), 200)
        expect(reply.type == kind, f"it is {reply.type}", reply)
        found = site.graph(reply).subjects(RDF_TYPE, f"{NP}Nanopublication")
        expect(found == [nanopub], f"it is of {found}", reply)
    expect_status(site.follow(path, TURTLE.media_type), 406)


@check("nanopubs.same-everywhere", "All its formats hold the same quads", "RDF 1.1 Concepts", "4")
def same_everywhere(site: Site) -> None:
    path = _path(site)
    found = [
        set(site.graph(expect_status(site.get(path, kind), 200)).quads)
        for kind in (TRIG.media_type, NQUADS.media_type, JSONLD.media_type)
    ]
    expect(found[0] == found[1] == found[2], f"they have {[len(one) for one in found]} quads")
