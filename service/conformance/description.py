"""The SPARQL service description: there, and true."""

from __future__ import annotations

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.queries import COUNT, DIRECT
from service.conformance.site import Site
from service.conformance.syntax import RDF_TYPES
from service.conformance.terms import RDF_TYPE, RDFS, SCHEMA, SD, VOID
from service.media import HTML, JSON, JSONLD, NTRIPLES, RDFXML, TURTLE

_LONGEST = 1_000_000
_SIZES = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


def _service(site: Site) -> str:
    found = site.description.subjects(RDF_TYPE, f"{SD}Service")
    expect(len(found) == 1, f"there are {len(found)} services in the description")
    return found[0]


@check(
    "description.bare",
    "The endpoint without a query answers with its description, in RDF also without Accept",
    "SPARQL 1.1 Service Description",
    "2",
)
def bare(site: Site) -> None:
    for accept in ("", TURTLE.media_type, NTRIPLES.media_type, RDFXML.media_type, JSONLD.media_type):
        reply = expect_status(site.get(site.endpoint, accept), 200)
        expect(reply.type in RDF_TYPES and accept in ("", reply.type), f"it is {reply.type}", reply)
        expect(site.graph(reply).subjects(f"{SD}endpoint"), "it names no endpoint", reply)


@check("description.page", "The endpoint without a query is a page for a browser", "RFC 9110", "12.1")
def page(site: Site) -> None:
    reply = expect_status(site.get(site.endpoint, "text/html,*/*;q=0.8"), 200)
    expect(reply.type == HTML.media_type, f"it is {reply.type}", reply)


@check("description.endpoint", "It names the endpoint that sent it", "SPARQL 1.1 Service Description", "#sd-endpoint")
def endpoint(site: Site) -> None:
    told = site.description.objects(_service(site), f"{SD}endpoint")
    expect([site.path(one) for one in told] == [site.endpoint], f"sd:endpoint is {told}")


@check(
    "description.language",
    "It announces SPARQL 1.1 Query, and means it",
    "SPARQL 1.1 Service Description",
    "#sd-supportedLanguage",
)
def language(site: Site) -> None:
    told = site.description.objects(_service(site), f"{SD}supportedLanguage")
    expect(f"{SD}SPARQL11Query" in told, f"sd:supportedLanguage is {told}")
    query = (
        "SELECT (COUNT(DISTINCT ?x) AS ?n) { VALUES ?x { 1 2 2 } BIND(?x + 1 AS ?y) "
        "FILTER NOT EXISTS { ?x <urn:a>*/^<urn:b> ?z FILTER(?z = ?y) } }"
    )
    expect(site.number(query) == 2, "a query with aggregates, BIND, VALUES, NOT EXISTS and paths has another answer")


@check(
    "description.federation",
    "BasicFederatedQuery is announced only where SERVICE is not refused",
    "SPARQL 1.1 Service Description",
    "#sd-BasicFederatedQuery",
)
def federation(site: Site) -> None:
    told = f"{SD}BasicFederatedQuery" in site.description.objects(_service(site), f"{SD}feature")
    reply = site.query("SELECT * { SERVICE SILENT <http://127.0.0.1:1/x> { ?s ?p ?o } }", JSON.media_type)
    expect(told == (reply.status == 200), f"announced: {told}, and SERVICE is {reply.status}", reply)


@check(
    "description.features",
    "A feature of its own that it names, it also describes",
    "SPARQL 1.1 Service Description",
    "#sd-feature",
)
def features(site: Site) -> str:
    told = site.description.objects(_service(site), f"{SD}feature")
    own = [one for one in told if site.base and one.startswith(site.base)]
    for one in own:
        expect(site.description.value(one, f"{RDFS}label"), f"<{one}> has no rdfs:label")
        expect(site.description.value(one, f"{RDFS}comment"), f"<{one}> has no rdfs:comment")
    return f"{len(own)} of {len(told)}"


@check(
    "description.query-length",
    "The longest query that it states is answered, and a byte more is not",
    "Conflict Actors",
)
def query_length(site: Site) -> str:
    stated = site.description.value(f"{_service(site)}#limit-query-length", f"{SCHEMA}value")
    if not stated.isdigit() or int(stated) > _LONGEST:
        raise Inapplicable(f"it states no longest query of at most {_LONGEST:,} bytes")
    text = "ASK {} #".ljust(int(stated), "-")
    expect_status(site.post(site.endpoint, DIRECT, text, JSON.media_type), 200)
    expect_status(site.post(site.endpoint, DIRECT, text + "-", JSON.media_type), 413)
    return f"{int(stated):,} bytes"


@check(
    "description.default-graph",
    "It counts the triples of the default graph right",
    "SPARQL 1.1 Service Description",
    "#sd-defaultGraph",
)
def default_graph(site: Site) -> str:
    default = [
        one
        for node in site.description.subjects(f"{SD}defaultGraph")
        for one in site.description.objects(node, f"{SD}defaultGraph")
    ]
    expect(default, "it describes no default graph")
    told, found = site.description.value(default[0], f"{VOID}triples"), site.number(COUNT)
    expect(told == str(found), f"void:triples is {told or 'not there'}, COUNT says {found}")
    return f"{found:,} triples"


@check(
    "description.union",
    "Where it says that the default graph is the union, it is",
    "SPARQL 1.1 Service Description",
    "#sd-UnionDefaultGraph",
)
def union(site: Site) -> str:
    if f"{SD}UnionDefaultGraph" not in site.description.objects(_service(site), f"{SD}feature"):
        raise Inapplicable("it does not say so")
    alone = site.number("SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }")
    missing = site.number("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o } }")
    expect(not alone and not missing, f"{alone} triples are in no named graph, {missing} not in the default graph")
    return "it is"


@check(
    "description.named-graphs",
    "The named graphs it lists are those there are",
    "SPARQL 1.1 Service Description",
    "#sd-namedGraph",
)
def named_graphs(site: Site) -> str:
    there, told = {row["g"] for row in site.rows(_SIZES).rows}, set(site.graphs)
    expect(there == told, f"not listed: {sorted(there - told)}; not there: {sorted(told - there)}")
    return f"{len(told)} graphs"


@check("description.sizes-of-graphs", "It counts the triples of named graphs right", "VoID", "#statistics")
def sizes_of_graphs(site: Site) -> str:
    found = {row["g"]: int(row["n"]) for row in site.rows(_SIZES).rows}
    told = {graph: size for graph, size in site.graphs.items() if size is not None}
    expect(told, "it counts no graph")
    for graph, size in told.items():
        expect(found.get(graph) == size, f"{graph} is said to have {size}, COUNT says {found.get(graph, 0)}")
    return f"{len(told)} of {len(site.graphs)} graphs are counted"


@check(
    "description.graphs-dereference",
    "The IRI of a named graph of ours leads to the statements in it",
    "SPARQL 1.1 Graph Store HTTP Protocol",
    "4.1",
)
def graphs_dereference(site: Site) -> str:
    reply = expect_status(site.follow(site.iri_path(site.own_graph), NTRIPLES.media_type), 200)
    differing = site.graph(reply).canonical() ^ site.in_graph(site.own_graph).canonical()
    expect(not differing, f"{len(differing)} statements are only there or only at the endpoint", reply)
    return f"<{site.own_graph}>"


@check(
    "description.in-itself",
    "The description of the dataset can be asked for at the endpoint itself",
    "Conflict Actors",
)
def in_itself(site: Site) -> None:
    found = site.query(f"ASK {{ <{site.dataset}> <{VOID}sparqlEndpoint> ?endpoint }}", JSON.media_type)
    expect(
        site.json(expect_status(found, 200)).get("boolean") is True,
        "the endpoint knows nothing of its dataset",
        found,
    )
