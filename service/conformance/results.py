"""What the endpoint answers with: every format it announces, by Accept, each of them right."""

from __future__ import annotations

from service import media
from service.conformance.checks import Failed, Inapplicable, check, expect, expect_status
from service.conformance.queries import counted, read, rows_of
from service.conformance.site import Site
from service.conformance.syntax import RDF_TYPES, Rows
from service.conformance.terms import FORMATS, SD
from service.media import CSV, JSON, NQUADS, NTRIPLES, TRIG, TSV, TURTLE, XML, Kind

_TYPES = {known.registered: known.media_type for known in media.FORMATS if known.registered}
# Others of https://www.w3.org/ns/formats/, which a service may have and no check here reads.
_REGISTERED = {
    "LD_Patch", "microdata", "N3", "OWL_Functional", "OWL_Manchester", "OWL_XML", "POWDER", "POWDER-S", "PROV-N",
    "PROV-XML", "RDFa", "RDF_JSON", "RIF_XML", "SHACLC", "SPARQL_Query", "SPARQL_Update", "ShExC", "ShExJ", "TriX",
}  # fmt: skip
_GRAPH = "CONSTRUCT { ?s ?p ?o } { BIND(<%s> AS ?s) ?s ?p ?o }"


def _announced(site: Site, kind: Kind) -> list[str]:
    """Media types that the description announces and that carry this kind. Raises Inapplicable."""
    told = {
        _TYPES.get(iri.removeprefix(FORMATS)) for iri in site.description.objects(_service(site), f"{SD}resultFormat")
    }
    found = [one.media_type for one in media.carrying(kind) if one.media_type in told]
    if not found:
        raise Inapplicable(f"no format is announced that carries {kind}")
    return found


def _service(site: Site) -> str:
    return next(iter(site.description.subjects(f"{SD}resultFormat")), "")


@check(
    "results.select",
    "SELECT comes in every announced format, with the same rows in each",
    "SPARQL 1.1 Service Description",
    "#sd-resultFormat",
)
def select(site: Site) -> str:
    types, wanted = _announced(site, Kind.SOLUTIONS), read(site.query(rows_of(site), JSON.media_type))
    for kind in types:
        reply = site.query(rows_of(site), kind)
        found = read(reply)
        expect(reply.type == kind, f"it is {reply.type}", reply)
        if not isinstance(found, Rows) or not isinstance(wanted, Rows):
            raise Failed("there are no rows", reply)
        expect(found.names == wanted.names, f"the columns are {found.names}", reply)
        expect(counted(found.rows) == counted(wanted.rows), "the rows are others than in JSON", reply)
    return ", ".join(types)


@check(
    "results.unbound",
    "An unbound value is left out or empty, and the row stays",
    "SPARQL 1.1 Results JSON",
    "bindings",
)
def unbound(site: Site) -> None:
    query = "SELECT ?a ?b { VALUES (?a ?b) { (1 UNDEF) (UNDEF 2) } }"
    for kind in _announced(site, Kind.SOLUTIONS):
        reply = site.query(query, kind)
        found = read(reply)
        expect(isinstance(found, Rows) and len(found.rows) == 2, "there are no two rows", reply)
        assert isinstance(found, Rows)
        expect(counted(found.rows) == counted([{"a": "1"}, {"b": "2"}]), f"they are {found.rows}", reply)


@check(
    "results.escapes",
    "Quotes, commas, tabs and line breaks in a value survive every format",
    "SPARQL 1.1 Results CSV and TSV",
    "3.2",
)
def escapes(site: Site) -> None:
    query = 'SELECT ("a\\"b,c\\td\\ne\\\\f <g> & ü" AS ?x) {}'
    for kind in _announced(site, Kind.SOLUTIONS):
        reply = site.query(query, kind)
        found = read(reply)
        expect(isinstance(found, Rows) and found.rows == [{"x": 'a"b,c\td\ne\\f <g> & ü'}], f"it is {found}", reply)


@check("results.ask", "ASK comes in JSON and XML, true and false", "SPARQL 1.1 Results JSON", "boolean")
def ask(site: Site) -> None:
    for kind in (JSON.media_type, XML.media_type):
        for query, wanted in (("ASK {}", True), ("ASK { FILTER(false) }", False)):
            reply = site.query(query, kind)
            expect(read(reply) is wanted and reply.type == kind, f"{query} is not {wanted}", reply)


@check(
    "results.construct",
    "CONSTRUCT comes in every announced format, isomorphic in each",
    "SPARQL 1.1 Service Description",
    "#sd-resultFormat",
)
def construct(site: Site) -> str:
    types = _announced(site, Kind.GRAPH)
    wanted = site.graph(expect_status(site.query(_GRAPH % site.thing, NTRIPLES.media_type), 200)).canonical()
    expect(wanted, "there are no triples")
    for kind in types:
        reply = expect_status(site.query(_GRAPH % site.thing, kind), 200)
        expect(reply.type == kind, f"it is {reply.type}", reply)
        expect(site.graph(reply).canonical() == wanted, "the graph is another than in N-Triples", reply)
    return ", ".join(types)


@check("results.describe", "DESCRIBE of a thing says something of it", "SPARQL 1.1 Query", "16.4")
def describe(site: Site) -> None:
    reply = expect_status(site.query(f"DESCRIBE <{site.thing}>", TURTLE.media_type), 200)
    expect(site.graph(reply).about(site.thing), "it says nothing", reply)


@check(
    "results.all-announced",
    "No format is announced that nobody knows, and each can be asked for",
    "SPARQL 1.1 Service Description",
    "#sd-resultFormat",
)
def all_announced(site: Site) -> str:
    told = [iri.removeprefix(FORMATS) for iri in site.description.objects(_service(site), f"{SD}resultFormat")]
    expect(told, "no format is announced")
    unknown = [one for one in told if one not in _TYPES and one not in _REGISTERED]
    expect(not unknown, f"unknown: {unknown}")
    known = [_TYPES[one] for one in told if one in _TYPES]
    for kind in known:
        graph = kind in RDF_TYPES
        reply = expect_status(site.query(_GRAPH % site.thing if graph else rows_of(site), kind), 200)
        expect(reply.type == kind, f"it is {reply.type} where {kind} is asked for", reply)
    return f"{len(known)} of {len(told)} formats"


@check("results.quality", "Among formats for rows the client's quality decides", "RFC 9110", "12.4.2")
def quality(site: Site) -> None:
    for accept, wanted in (
        (f"{CSV.media_type};q=0.3, {XML.media_type};q=0.8", XML), (f"{TSV.media_type}, */*;q=0.1", TSV),
        (f"{JSON.media_type};q=0, {CSV.media_type};q=0.1", CSV),
        (f"{TURTLE.media_type}, {CSV.media_type};q=0.1", CSV),
    ):  # fmt: skip
        reply = expect_status(site.query(rows_of(site), accept), 200)
        expect(reply.type == wanted.media_type, f"it is {reply.type} where {wanted.media_type} is wanted", reply)


@check(
    "results.default",
    "Without Accept, rows come in a format of SPARQL results and graphs in one of RDF",
    "SPARQL 1.1 Protocol",
    "2.1.5",
)
def default(site: Site) -> None:
    rows, graph = expect_status(site.query(rows_of(site)), 200), expect_status(site.query(_GRAPH % site.thing), 200)
    expect(isinstance(read(rows), Rows), "there are no rows", rows)
    expect(graph.type in RDF_TYPES, f"a graph is {graph.type}", graph)


@check("results.not-acceptable", "Rows as a picture, or only as Turtle: 406", "RFC 9110", "15.5.7")
def not_acceptable(site: Site) -> None:
    for accept in ("image/png", TURTLE.media_type):
        expect_status(site.query(rows_of(site), accept), 406)
    expect_status(site.query(_GRAPH % site.thing, CSV.media_type), 406)


@check("results.format-parameter", "?format= names a format where no header can be set", "Conflict Actors")
def format_parameter(site: Site) -> None:
    for name, wanted in (("csv", CSV), ("json", JSON), ("xml", XML)):
        reply = expect_status(site.query(rows_of(site), "*/*", format=name), 200)
        expect(reply.type == wanted.media_type, f"format={name} is {reply.type}", reply)


@check("results.quads", "Formats for quads carry a graph too", "RDF 1.1 Concepts", "4")
def quads(site: Site) -> None:
    found = [kind for kind in (NQUADS.media_type, TRIG.media_type) if kind in _announced(site, Kind.GRAPH)]
    if not found:
        raise Inapplicable("no format for quads is announced")
    for kind in found:
        reply = expect_status(site.query("CONSTRUCT { <urn:a> <urn:b> 1 } {}", kind), 200)
        expect(len(site.graph(reply).triples) == 1, "it is not the one triple", reply)


@check("results.page", "A browser gets a page with the rows", "RFC 9110", "12.1")
def page(site: Site) -> None:
    reply = expect_status(site.query(rows_of(site), "text/html,*/*;q=0.8"), 200)
    expect(reply.type == "text/html", f"it is {reply.type}", reply)


@check(
    "results.validators",
    "An answer that stays has an ETag, for which 304 is the answer the next time",
    "RFC 9110",
    "13.1.2",
)
def validators(site: Site) -> None:
    reply = expect_status(site.query(rows_of(site), JSON.media_type), 200)
    tag = reply.header("ETag")
    expect(tag, "there is no ETag", reply)
    same = site.get(site.path(reply.target), JSON.media_type, if_none_match=tag)
    expect_status(same, 304)
    other = expect_status(site.query(rows_of(site), CSV.media_type), 200)
    expect(other.header("ETag") != tag, "two formats share an ETag", other)


@check("results.vary", "Answers say Vary: Accept", "RFC 9110", "12.5.5")
def vary(site: Site) -> None:
    for reply in (
        site.query(rows_of(site), JSON.media_type),
        site.query(rows_of(site), "image/png"),
        site.query(_GRAPH % site.thing, TURTLE.media_type),
    ):
        expect(reply.listed("Vary") & {"accept", "*"}, "Vary does not name Accept", reply)


@check("results.never-the-same", "An answer that is never the same twice is not kept", "RFC 9111", "5.2.2.5")
def never_the_same(site: Site) -> None:
    query = "SELECT (UUID() AS ?x) {}"
    first = site.query(query, JSON.media_type)
    again = site.get(site.path(first.target), JSON.media_type, fresh=True)
    expect(read(first) != read(again), "the same random name came twice", again)
    for reply in (first, again):
        expect({"no-store", "no-cache"} & reply.listed("Cache-Control"), "caches are not told to ask again", reply)
