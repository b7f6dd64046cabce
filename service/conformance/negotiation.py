"""Content negotiation (RFC 9110 section 12), on every kind of document that is sent in several formats."""

from __future__ import annotations

from collections.abc import Iterator

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.site import Document, Site
from service.conformance.wire import Exchange
from service.media import HTML, NTRIPLES, RDFXML, TRIG, TURTLE

_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
_NOTHING = "image/png, video/mp4;q=0.5"


def _typed(site: Site, *needed: str) -> Iterator[Document]:
    """Documents that are announced in all of these types. Raises Inapplicable when there is none."""
    found = [one for one in site.documents if all(kind in one.fixed or kind == HTML.media_type for kind in needed)]
    if not found:
        raise Inapplicable(f"no document is announced as {' and '.join(needed)}")
    yield from found


def _gets(site: Site, path: str, accept: str, wanted: str) -> Exchange:
    reply = expect_status(site.get(path, accept), 200)
    expect(reply.type == wanted, f"it is {reply.type or 'of no type'} where {wanted} is wanted", reply)
    return reply


@check(
    "negotiation.announced", "Documents say by Link in which types they can be had, RDF among them", "RFC 8288", "3"
)
def announced(site: Site) -> str:
    silent = set(site.document_paths) - {one.path for one in site.documents}
    expect(not silent, f"no Link with rel=alternate and a type at {', '.join(sorted(silent))}")
    for one in site.documents:
        expect(
            {TURTLE.media_type, NTRIPLES.media_type} & set(one.rdf), f"{one.path} is announced in no plain RDF format"
        )
    return ", ".join(f"{one.path}: {len(one.fixed)} types" for one in site.documents)


@check("negotiation.exact", "Each announced type that is asked for is what comes", "RFC 9110", "12.5.1")
def exact(site: Site) -> None:
    for one in _typed(site):
        for kind in one.fixed:
            _gets(site, one.path, kind, kind)


@check(
    "negotiation.parses",
    "What comes is in the syntax that its Content-Type says, and is not empty",
    "RFC 9110",
    "8.3",
)
def parses(site: Site) -> None:
    for one in _typed(site):
        for kind in one.rdf:
            reply = _gets(site, one.path, kind, kind)
            expect(site.graph(reply).triples, "it holds no statement", reply)


@check("negotiation.same-graph", "All RDF formats of a document hold isomorphic graphs", "RDF 1.1 Concepts", "3.6")
def same_graph(site: Site) -> str:
    compared = 0
    for one in _typed(site):
        first = None
        for kind in one.rdf:
            reply = _gets(site, one.path, kind, kind)
            graph = site.graph(reply).canonical()
            first = first or graph
            expect(graph == first, f"it differs from {one.rdf[0]} by {len(graph ^ first)} triples", reply)
            compared += 1
    return f"{compared} bodies"


@check(
    "negotiation.quality",
    "The type of the highest quality wins, in whatever order they are named",
    "RFC 9110",
    "12.4.2",
)
def quality(site: Site) -> None:
    first, second = TURTLE.media_type, NTRIPLES.media_type
    for one in _typed(site, first, second):
        _gets(site, one.path, f"{first};q=0.5, {second}", second)
        _gets(site, one.path, f"{second}; q=0.2 , {first};q=0.201", first)
        _gets(site, one.path, f"{first};q=0.9, {second};q=1.0", second)


@check("negotiation.zero", "A quality of 0 means that a type is not wanted", "RFC 9110", "12.4.2")
def zero(site: Site) -> None:
    for one in _typed(site, TURTLE.media_type):
        plain = expect_status(site.get(one.path, "*/*"), 200)
        other = expect_status(site.get(one.path, f"*/*, {plain.type};q=0"), 200)
        expect(other.type != plain.type, f"{plain.type} comes although its quality is 0", other)


@check("negotiation.specific", "The most specific range decides about a type, not the order", "RFC 9110", "12.5.1")
def specific(site: Site) -> None:
    for one in _typed(site, TURTLE.media_type, NTRIPLES.media_type):
        accept = f"text/*;q=0.9, */*;q=0.1, text/html;q=0, {TURTLE.media_type};q=0.2, {NTRIPLES.media_type};q=0.5"
        _gets(site, one.path, accept, NTRIPLES.media_type)


@check("negotiation.family", "A range of a family of types gets one of the family", "RFC 9110", "12.5.1")
def family(site: Site) -> None:
    for one in _typed(site, TURTLE.media_type, RDFXML.media_type):
        reply = expect_status(site.get(one.path, "application/*"), 200)
        expect(reply.type.startswith("application/"), f"it is {reply.type}", reply)
        _gets(site, one.path, "text/*;q=0.5, text/html;q=0", TURTLE.media_type)


@check("negotiation.anything", "No Accept, and */*, get the same", "RFC 9110", "12.5.1")
def anything(site: Site) -> None:
    for one in _typed(site):
        bare, wild = expect_status(site.get(one.path), 200), expect_status(site.get(one.path, "*/*"), 200)
        expect(bare.type == wild.type, f"without Accept it is {bare.type}, with */* {wild.type}", wild)


@check("negotiation.parameters", "Parameters of a type do not keep it from being found", "RFC 9110", "8.3.1")
def parameters(site: Site) -> None:
    for one in _typed(site, TURTLE.media_type):
        _gets(site, one.path, "text/turtle;charset=utf-8", TURTLE.media_type)
        _gets(site, one.path, 'text/turtle; charset="UTF-8"; q=0.8, text/html;q=0.1', TURTLE.media_type)


@check("negotiation.case", "Media types have no case", "RFC 9110", "8.3.1")
def case(site: Site) -> None:
    for one in _typed(site, TURTLE.media_type):
        _gets(site, one.path, "Text/TURTLE", TURTLE.media_type)


@check("negotiation.several-lines", "Accept on several lines is one list", "RFC 9110", "5.3")
def several_lines(site: Site) -> None:
    for one in _typed(site, TURTLE.media_type, TRIG.media_type):
        twice = {"Accept": f"{TURTLE.media_type};q=0.4", "accept": TRIG.media_type}
        reply = expect_status(site.ask("GET", one.path, twice), 200)
        expect(reply.type == TRIG.media_type, f"only one line was read: it is {reply.type}", reply)


@check("negotiation.browser", "A browser gets a page", "RFC 9110", "12.1")
def browser(site: Site) -> None:
    for path in ("/", *(one.path for one in site.documents)):
        _gets(site, path, _BROWSER, HTML.media_type)


@check(
    "negotiation.broken-accept",
    "An Accept header that makes no sense does not break the service",
    "RFC 9110",
    "12.5.1",
)
def broken_accept(site: Site) -> None:
    for odd in (";;;,,,", "text/turtle;q=banana", "text", "q=1", "*", "text/turtle;q=2, text/html;q=-1", "/" * 2000):
        reply = site.get(site.thing_document, odd)
        expect(reply.status in (200, 400, 406), f"{reply.status} for Accept: {odd[:40]}", reply)


@check("negotiation.not-acceptable", "A client that accepts none of the types gets 406", "RFC 9110", "15.5.7")
def not_acceptable(site: Site) -> None:
    for one in _typed(site):
        expect_status(site.get(one.path, _NOTHING), 406)


@check("negotiation.list-of-types", "A 406 lists the types there are, and each can be had", "RFC 9110", "15.5.7")
def list_of_types(site: Site) -> None:
    for one in _typed(site):
        reply = expect_status(site.get(one.path, _NOTHING), 406)
        told = [link.media_type for link in site.links(reply) if "alternate" in link.relations]
        told += site.json(reply).get("available", []) if reply.type.endswith("json") else []
        expect(set(one.rdf) <= set(told), f"it does not list {', '.join(sorted(set(one.rdf) - set(told)))}", reply)
        for kind in told:
            _gets(site, one.path, kind, kind)


@check("negotiation.vary", "Whatever was negotiated says Vary: Accept, refusals too", "RFC 9110", "12.5.5")
def vary(site: Site) -> None:
    for one in _typed(site):
        for accept in ("", HTML.media_type, *one.rdf, _NOTHING):
            reply = site.get(one.path, accept)
            expect(reply.listed("Vary") & {"accept", "*"}, "Vary does not name Accept", reply)


@check(
    "negotiation.content-location",
    "What was negotiated names its own URL, which gives the same bytes whatever is accepted",
    "RFC 9110",
    "8.7",
)
def content_location(site: Site) -> None:
    for one in _typed(site):
        for kind in (HTML.media_type, *one.rdf):
            reply = _gets(site, one.path, kind, kind)
            own = site.path(reply.header("Content-Location"), reply) if reply.header("Content-Location") else ""
            expect(own, "there is no Content-Location on this host", reply)
            again = _gets(site, own, _NOTHING, kind)
            expect(again.body == reply.body, "the URL of its own gives other bytes", again)


@check("negotiation.extension", "An extension fixes the format, whatever is accepted", "Conflict Actors")
def extension(site: Site) -> None:
    for one in _typed(site):
        for kind, path in one.fixed.items():
            _gets(site, path, HTML.media_type if kind != HTML.media_type else TURTLE.media_type, kind)


@check("negotiation.charset", "Text says that it is UTF-8, and is", "RFC 9110", "8.3.2")
def charset(site: Site) -> None:
    for one in _typed(site):
        for kind in (HTML.media_type, *one.rdf):
            reply = _gets(site, one.path, kind, kind)
            told = reply.header("Content-Type").lower().replace('"', "").replace(" ", "").split(";")
            expect(not kind.startswith("text/") or "charset=utf-8" in told, f"Content-Type is {told}", reply)
            expect(kind == RDFXML.media_type or _is_utf8(reply.body), "the bytes are not UTF-8", reply)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@check(
    "negotiation.description-everywhere",
    "The front page, /dataset and /.well-known/void describe the dataset alike in RDF",
    "VoID",
    "#well-known",
)
def description_everywhere(site: Site) -> None:
    first = site.graph(expect_status(site.follow("/.well-known/void", TURTLE.media_type), 200)).canonical()
    for path in ("/", "/dataset"):
        reply = expect_status(site.follow(path, TURTLE.media_type), 200)
        expect(site.graph(reply).canonical() == first, "it says something else than /.well-known/void", reply)
