"""Triple Pattern Fragments: data that fit, a count that is right, controls that lead on."""

from __future__ import annotations

from urllib.parse import urlencode

import pyoxigraph as ox

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.site import Site
from service.conformance.syntax import Graph
from service.conformance.terms import HYDRA, RDF_TYPE, VOID
from service.conformance.wire import Exchange
from service.media import HTML, TRIG, TURTLE

_PATH = "/fragments"
_MOST_PAGES = 5
_STRANGER = "https://elsewhere.example/conformance/7f3a"


def _ask(site: Site, accept: str = TRIG.media_type, **pattern: str) -> Exchange:
    reply = site.get(f"{_PATH}?{urlencode(pattern)}" if pattern else _PATH, accept)
    if reply.status == 404 and not pattern:
        raise Inapplicable(f"there is no {_PATH}")
    return reply


def _fragment(site: Site, **pattern: str) -> tuple[Graph, Graph]:
    """The data of a page and its controls, which stand in a graph of their own."""
    _ask(site)
    reply = expect_status(_ask(site, **pattern), 200)
    quads = site.graph(reply).quads
    data, controls = (
        [quad for quad in quads if hasattr(quad.graph_name, "value") is named] for named in (False, True)
    )
    return Graph(data), Graph(controls)


def _total(controls: Graph) -> int:
    told = [controls.value(one, f"{VOID}triples") for one in controls.subjects(f"{VOID}triples")]
    expect(told, "no void:triples says how many there are")
    return int(told[0])


@check("fragments.fits", "All triples of a fragment fit its pattern", "Triple Pattern Fragments", "data")
def fits(site: Site) -> str:
    data, _ = _fragment(site, predicate=RDF_TYPE)
    expect(data.triples, "there is no data")
    strange = [triple for triple in data.triples if triple.predicate.value != RDF_TYPE]
    expect(not strange, f"among them: {strange[:1]}")
    data, _ = _fragment(site, subject=site.thing)
    strange = [triple for triple in data.triples if getattr(triple.subject, "value", "") != site.thing]
    expect(data.triples and not strange, f"of the thing: {len(data.triples)}; strange: {strange[:1]}")
    return f"{len(data.triples)} of the thing"


@check("fragments.count", "The count of a fragment is what COUNT says", "Triple Pattern Fragments", "metadata")
def count(site: Site) -> str:
    for pattern, where in (
        ({"predicate": RDF_TYPE}, f"?s <{RDF_TYPE}> ?o"),
        ({"subject": site.thing}, f"<{site.thing}> ?p ?o"),
    ):
        told = _total(_fragment(site, **pattern)[1])
        found = site.number(f"SELECT (COUNT(*) AS ?n) {{ {where} }}")
        expect(told == found, f"{told} told for {pattern}, COUNT says {found}")
    return f"{found} of the thing"


@check(
    "fragments.totals-agree", "hydra:totalItems and void:triples say the same", "Triple Pattern Fragments", "metadata"
)
def totals_agree(site: Site) -> None:
    _, controls = _fragment(site, predicate=RDF_TYPE)
    for one in controls.subjects(f"{HYDRA}totalItems"):
        expect(
            controls.value(one, f"{HYDRA}totalItems") == controls.value(one, f"{VOID}triples"),
            f"of <{one}> they differ",
        )
    expect(controls.subjects(f"{HYDRA}totalItems"), "there is no hydra:totalItems")


@check(
    "fragments.controls",
    "The form for other patterns is there: a template with a variable for each part",
    "Hydra",
    "hydra:IriTemplate",
)
def controls(site: Site) -> None:
    _, found = _fragment(site)
    templates = [
        value for one in found.subjects(f"{HYDRA}template") for value in found.objects(one, f"{HYDRA}template")
    ]
    expect(templates, "there is no hydra:template")
    told = {found.value(one, f"{HYDRA}property").rpartition("#")[2] for one in found.subjects(f"{HYDRA}variable")}
    expect({"subject", "predicate", "object"} <= told, f"there are variables for {sorted(told)}")
    expect(site.path(templates[0].partition("{")[0]), f"the template leads to another host: {templates[0]}")


@check(
    "fragments.pages",
    "Pages lead on to the next, none repeats a triple, and together they are all",
    "Hydra",
    "hydra:PartialCollectionView",
)
def pages(site: Site) -> str:
    reply, turned = expect_status(_ask(site, predicate=RDF_TYPE), 200), 0
    seen: set[ox.Triple] = set()
    total = _total(site.graph(reply))
    while turned < _MOST_PAGES:
        graph = site.graph(reply)
        here = {quad.triple for quad in graph.quads if not hasattr(quad.graph_name, "value")}
        expect(here and not here & seen, "a triple comes twice, or a page is empty", reply)
        seen |= here
        turned += 1
        following = [one for node in graph.subjects(f"{HYDRA}next") for one in graph.objects(node, f"{HYDRA}next")]
        if not following:
            expect(len(seen) == total, f"{len(seen)} triples on all pages, {total} told", reply)
            return f"{turned} pages, the last one too"
        _, _, query = following[0].partition("?")
        reply = expect_status(site.get(f"{_PATH}?{query}", TRIG.media_type), 200)
    expect(len(seen) <= total, f"{len(seen)} triples seen, {total} told")
    return f"the first {turned} pages"


@check(
    "fragments.empty",
    "A pattern that nothing fits is an empty fragment, with 0 as its count",
    "Triple Pattern Fragments",
    "metadata",
)
def empty(site: Site) -> None:
    data, controls_ = _fragment(site, subject=_STRANGER)
    expect(not data.triples and _total(controls_) == 0, f"{len(data.triples)} triples, {_total(controls_)} told")


@check("fragments.refused", "A pattern that is none is 400", "RFC 9110", "15.5.1")
def refused(site: Site) -> None:
    _ask(site)
    for pattern in ({"subject": "no iri at all"}, {"page": "minus"}):
        expect_status(_ask(site, **pattern), 400)


@check("fragments.formats", "A fragment comes as quads, as triples and as a page", "RFC 9110", "12.5.1")
def formats(site: Site) -> None:
    for kind in (TRIG.media_type, TURTLE.media_type, HTML.media_type):
        reply = expect_status(_ask(site, kind), 200)
        expect(reply.type == kind, f"it is {reply.type}", reply)
    expect_status(_ask(site, "image/png", predicate=RDF_TYPE), 406)


@check("fragments.cacheable", "A fragment has an ETag and may be kept", "RFC 9111", "4.2")
def cacheable(site: Site) -> None:
    _ask(site)
    reply = expect_status(_ask(site, predicate=RDF_TYPE), 200)
    expect(reply.header("ETag") and "no-store" not in reply.header("Cache-Control"), "it is not for keeping", reply)
