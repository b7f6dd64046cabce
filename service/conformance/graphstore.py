"""The Graph Store Protocol, as far as it reads: a graph by its name in the request."""

from __future__ import annotations

from urllib.parse import urlencode

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.queries import COUNT
from service.conformance.site import Site
from service.media import HTML, NTRIPLES, TURTLE

# Where stores have it by custom; the description has no word for it.
_CUSTOM = ("/rdf-graph-store", "/rdf-graphs/service", "/store", "/data", "/graph-store", "/graphs")


def _store(site: Site) -> str:
    """The path of the graph store. Raises Inapplicable."""
    asked = urlencode({"graph": site.smallest_graph})
    for path in (*_CUSTOM, site.endpoint):
        reply = site.get(f"{path}?{asked}", NTRIPLES.media_type)
        if reply.status == 200 and reply.type == NTRIPLES.media_type:
            return path
    raise Inapplicable("no graph store was found where stores have it by custom")


@check(
    "graphstore.graph", "?graph= gives the statements of a named graph", "SPARQL 1.1 Graph Store HTTP Protocol", "4.2"
)
def graph(site: Site) -> str:
    store = _store(site)
    wanted = site.in_graph(site.smallest_graph).canonical()
    for kind in (NTRIPLES.media_type, TURTLE.media_type):
        reply = expect_status(site.get(f"{store}?{urlencode({'graph': site.smallest_graph})}", kind), 200)
        expect(reply.type == kind, f"it is {reply.type}", reply)
        differing = site.graph(reply).canonical() ^ wanted
        expect(not differing, f"{len(differing)} statements are only there or only at the endpoint", reply)
    return f"at {store}"


@check("graphstore.default", "?default gives the default graph", "SPARQL 1.1 Graph Store HTTP Protocol", "4.2")
def default(site: Site) -> str:
    reply = expect_status(site.get(f"{_store(site)}?default", NTRIPLES.media_type), 200)
    found, size = len(site.graph(reply).triples), site.number(COUNT)
    expect(found == size, f"{found} statements, COUNT says {size}", reply)
    return f"{size:,} statements"


@check("graphstore.unknown", "A graph that is not there is 404", "SPARQL 1.1 Graph Store HTTP Protocol", "5.2")
def unknown(site: Site) -> None:
    asked = urlencode({"graph": f"{site.base}graph/conformance-no-such-graph"})
    expect_status(site.get(f"{_store(site)}?{asked}", NTRIPLES.media_type), 404)


@check("graphstore.head", "HEAD of a graph is GET without its body", "SPARQL 1.1 Graph Store HTTP Protocol", "5.6")
def head(site: Site) -> None:
    path = f"{_store(site)}?{urlencode({'graph': site.smallest_graph})}"
    told, got = expect_status(site.head(path, NTRIPLES.media_type), 200), site.get(path, NTRIPLES.media_type)
    for name in ("Content-Type", "ETag"):
        expect(
            told.header(name) == got.header(name), f"{name} is {told.header(name)!r}, not {got.header(name)!r}", told
        )


@check(
    "graphstore.read-only",
    "PUT, POST, DELETE and PATCH of a graph are refused",
    "SPARQL 1.1 Graph Store HTTP Protocol",
    "5.1",
)
def read_only(site: Site) -> None:
    path = f"{_store(site)}?{urlencode({'graph': f'{site.base}graph/conformance-no-such-graph'})}"
    for method in ("PUT", "DELETE", "PATCH"):
        expect_status(site.ask(method, path, {"Content-Type": TURTLE.media_type}, b""), 401, 403, 405, 501)
    expect_status(site.post(path, TURTLE.media_type, "<urn:a> <urn:b> 1 ."), 400, 401, 403, 405, 415, 501)


@check(
    "graphstore.conflict",
    "Both graph= and default, or graph= twice, are refused",
    "SPARQL 1.1 Graph Store HTTP Protocol",
    "4.2",
)
def conflict(site: Site) -> None:
    store, one = _store(site), urlencode({"graph": site.smallest_graph})
    for query in (f"{one}&default", f"{one}&{one}"):
        expect_status(site.get(f"{store}?{query}", NTRIPLES.media_type), 400)


@check("graphstore.not-acceptable", "A graph as a picture is 406", "RFC 9110", "15.5.7")
def not_acceptable(site: Site) -> None:
    expect_status(site.get(f"{_store(site)}?{urlencode({'graph': site.smallest_graph})}", "image/png"), 406)


@check("graphstore.page", "A graph of ours is a page at its own address", "Cool URIs", "303 URIs")
def page(site: Site) -> None:
    reply = expect_status(site.follow(site.iri_path(site.own_graph), HTML.media_type), 200)
    expect(reply.type == HTML.media_type, f"it is {reply.type}", reply)
