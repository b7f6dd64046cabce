"""Clients by others ask the real service: Python, C and JavaScript, each as its own users use it.

Fixture strategy: the repository's own data, built and served once. What a client should have got is what a bare
HTTP request gets, in the plainest format (`rows`, `graph`); the clients share no code with us.
"""

import csv
import io
import json
import subprocess
import urllib.error
import urllib.request
import warnings
from urllib.parse import urlencode

import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, RDF, RDFXML, TSV, TURTLE, XML, SPARQLWrapper, SPARQLWrapper2
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests.live import ROOT, build_and_publish, free_port, publication, serving
from tests.programs import by_node, program

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
STATES = "SELECT ?state ?label WHERE { ?state a ca:State ; rdfs:label ?label } ORDER BY ?state"
SUPPORT = "CONSTRUCT { ?a ca:supports ?b } WHERE { ?s a ca:Support ; ca:subject ?a ; ca:object ?b }"
ANY = "ASK { ?state a ca:State }"
SELECTED, GRAPHS = (JSON, XML, CSV, TSV), (TURTLE, N3, RDF, RDFXML, JSONLD, XML)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clients")
    settings = publication(ROOT, folder / "releases", free_port())
    build_and_publish(settings)
    with serving(settings, folder / "log") as address:
        yield address


def get(url, accept="*/*"):
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": accept}), timeout=30) as answer:
        return answer.read().decode()


def ask(base, query, accept):
    return get(f"{base}sparql?{urlencode({'query': query})}", accept)


def rows(base, query):
    """The expected rows, each as {variable: text}, in any order."""
    found = json.loads(ask(base, query, "application/sparql-results+json"))["results"]["bindings"]
    assert found, "a test that expects nothing sees nothing"
    return in_order({name: cell["value"] for name, cell in row.items()} for row in found)


def in_order(some):
    return sorted(some, key=lambda row: sorted(row.items()))


def graph(base, query):
    found = rdflib.Graph().parse(data=ask(base, query, "application/n-triples"), format="nt")
    assert len(found)
    return found


def full(base, query):
    """The query with its prefixes written out, for clients that parse it themselves."""
    return f"PREFIX ca: <{base}ontology#> PREFIX rdfs: <{RDFS}> PREFIX skos: <{SKOS}>\n{query}"


# SPARQLWrapper


def wrapper(base, query, return_format, method="GET", how="urlencoded", conneg=False):
    made = SPARQLWrapper(base + "sparql", returnFormat=return_format)
    made.setQuery(full(base, query))
    made.setMethod(method)
    made.setRequestMethod(how)
    made.setOnlyConneg(conneg)
    return made


WAYS = [("GET", "urlencoded", False), ("GET", "urlencoded", True), ("POST", "urlencoded", False),
        ("POST", "urlencoded", True), ("POST", "postdirectly", False), ("POST", "postdirectly", True)]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("return_format", SELECTED)
def test_sparqlwrapper_gets_rows(base, return_format, way):
    body = wrapper(base, STATES, return_format, *way).query().response.read()
    parsed = rdflib.query.Result.parse(io.BytesIO(body), format=return_format)
    found = [{str(name): str(cell).strip() for name, cell in row.asdict().items()} for row in parsed]
    assert in_order(found) == rows(base, STATES)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_sparqlwrapper_converts_each_form_of_result(base, way):
    assert len(wrapper(base, STATES, JSON, *way).queryAndConvert()["results"]["bindings"]) == len(rows(base, STATES))
    table = wrapper(base, STATES, XML, *way).queryAndConvert()
    assert len(table.getElementsByTagName("result")) == len(rows(base, STATES))
    assert wrapper(base, ANY, JSON, *way).queryAndConvert()["boolean"] is True
    told = wrapper(base, ANY, XML, *way).queryAndConvert().getElementsByTagName("boolean")
    assert told[0].firstChild.data == "true"


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("return_format", GRAPHS)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated", "ignore:Sending Accept header")
@pytest.mark.filterwarnings("ignore:Format requested was RDF")
def test_sparqlwrapper_gets_graphs(base, return_format, way):
    found = wrapper(base, SUPPORT, return_format, *way).queryAndConvert()
    if isinstance(found, bytes):
        found = rdflib.Graph().parse(data=found, format="turtle")
    assert isomorphic(found, graph(base, SUPPORT))


@pytest.mark.parametrize("query", [STATES, SUPPORT], ids=["SELECT", "CONSTRUCT"])
@pytest.mark.parametrize("return_format", [*SELECTED, *GRAPHS])
def test_sparqlwrapper_gets_something_whole_or_a_refusal_when_format_and_query_do_not_fit(base, return_format, query):
    """By Accept alone it asks for anything; where `format` insists on what cannot be, it is told so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert wrapper(base, query, return_format, conneg=True).queryAndConvert()
        fits = return_format in (SELECTED if query is STATES else GRAPHS) or (return_format, query) == (JSON, SUPPORT)
        try:
            assert wrapper(base, query, return_format).queryAndConvert()
            assert fits
        except urllib.error.HTTPError as refused:
            assert (refused.code, fits) == (406, False)


def test_sparqlwrapper_reads_bindings_as_values(base):
    made = SPARQLWrapper2(base + "sparql")
    made.setQuery(full(base, STATES))
    found = [{name: cell.value for name, cell in row.items()} for row in made.query().bindings]
    assert in_order(found) == rows(base, STATES)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_tells_what_is_wrong_in_our_words(base, method):
    with pytest.raises(QueryBadFormed, match="line"):
        wrapper(base, "SELECT * WHERE { ?s ?p }", JSON, method).query()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_chooses_the_graphs(base, method):
    made = wrapper(base, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", JSON, method)
    made.addDefaultGraph(base + "graph/links")
    found = made.queryAndConvert()["results"]["bindings"][0]["n"]["value"]
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{base}graph/links> {{ ?s ?p ?o }} }}"
    assert [{"n": found}] == rows(base, query)


# rdflib


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("return_format", SELECTED)
def test_sparqlstore_answers_queries(base, method, return_format):
    store = rdflib.Graph(SPARQLStore(base + "sparql", method=method, returnFormat=return_format))
    found = [{str(name): str(cell).strip() for name, cell in row.asdict().items()} for row in store.query(STATES)]
    assert in_order(found) == rows(base, STATES)


def test_sparqlstore_binds_variables_and_prefixes(base):
    store = rdflib.Graph(SPARQLStore(base + "sparql"))
    dawn = rdflib.URIRef(base + "id/actor/libya-dawn")
    found = store.query("SELECT ?l { ?x r:label ?l }", initNs={"r": RDFS}, initBindings={"x": dawn})
    expected = rows(base, f"SELECT ?l {{ <{dawn}> rdfs:label ?l }}")
    assert in_order({"l": str(row.l)} for row in found) == expected
    assert {str(label) for label in store.objects(dawn, rdflib.URIRef(RDFS + "label"))} == {r["l"] for r in expected}


def test_sparqlstore_constructs_and_asks(base):
    store = rdflib.Graph(SPARQLStore(base + "sparql"))
    assert store.query(ANY).askAnswer is True
    assert isomorphic(store.query(SUPPORT).graph, graph(base, SUPPORT))


def test_sparqlstore_tells_graphs_apart(base):
    store = SPARQLStore(base + "sparql", context_aware=True)
    links = rdflib.Graph(store, identifier=rdflib.URIRef(base + "graph/links"))
    whole = rdflib.Graph(SPARQLStore(base + "sparql"))
    expected = rows(base, "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    counts = {row["g"]: int(row["n"]) for row in expected}
    assert {str(one.identifier if hasattr(one, "identifier") else one) for one in store.contexts()} == set(counts)
    assert len(links) == counts[base + "graph/links"] < len(whole)
    assert len(list(links.query("SELECT * { ?s ?p ?o }"))) == counts[base + "graph/links"]


# Rasqal and Raptor


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def roqet(*options):
    """The rows of a SELECT. Over the protocol it reads no other form of result, and its JSON writer is not built in."""
    table = run(program("roqet"), "-q", "-i", "sparql", "-r", "csv", *options)
    return in_order(csv.DictReader(io.StringIO(table)))


@pytest.mark.needs("roqet")
def test_roqet_asks_the_endpoint(base):
    assert roqet("-p", base + "sparql", "-e", full(base, STATES)) == rows(base, STATES)


@pytest.mark.needs("roqet")
def test_roqet_is_told_of_an_error(base):
    command = [program("roqet"), "-p", base + "sparql", "-e", "SELECT * { ?s ?p }"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode != 0
    assert "status 400" in done.stderr


@pytest.mark.needs("roqet")
@pytest.mark.parametrize("document", ["id/place/derna", "graph/links", "dumps/all.ttl"])
def test_roqet_queries_documents(base, document):
    """What stands in a document of ours it also finds there by itself, redirects and negotiation included."""
    query = f"SELECT ?l WHERE {{ <{base}id/place/derna> <{SKOS}exactMatch> ?l }}"
    assert roqet("-D", base + document, "-e", query) == rows(base, query)


@pytest.mark.needs("rapper")
@pytest.mark.parametrize(
    ("syntax", "extension"), [("guess", ""), ("turtle", ".ttl"), ("rdfxml", ".rdf"), ("ntriples", ".nt")]
)
@pytest.mark.parametrize("path", ["doc/actor/libya-dawn", "ontology", "graph/links"])
def test_rapper_reads_each_document(base, path, syntax, extension):
    told = run(program("rapper"), "-q", "-i", syntax, "-o", "ntriples", base + path + extension)
    found = rdflib.Graph().parse(data=told, format="nt")
    expected = rdflib.Graph().parse(data=get(base + path, "application/n-triples"), format="nt")
    assert len(expected) > 10
    assert isomorphic(found, expected)


@pytest.mark.needs("rapper")
def test_rapper_takes_graphs_from_the_graph_store(base):
    whole, links = (
        rows(base, f"SELECT (COUNT(*) AS ?n) WHERE {pattern}")[0]["n"]
        for pattern in ("{ ?s ?p ?o }", f"{{ GRAPH <{base}graph/links> {{ ?s ?p ?o }} }}")
    )
    for question, number in (("default", whole), (f"graph={base}graph/links", links)):
        told = subprocess.run(
            [program("rapper"), "-c", "-i", "turtle", f"{base}graph-store?{question}"],
            capture_output=True, text=True, check=True, timeout=100,
        )  # fmt: skip
        assert f"returned {number} triples" in told.stderr


# Comunica

JOIN = """SELECT ?place ?actor ?label WHERE {
  ?place a ca:Place ; skos:exactMatch ?item . ?actor ca:presentIn ?place ; rdfs:label ?label }"""
OPTIONAL = """SELECT ?actor ?label ?other WHERE {
  ?actor a ca:Person ; rdfs:label ?label OPTIONAL { ?actor skos:altLabel ?other }
  FILTER(STRLEN(STR(?label)) > 12) }"""
COUNT = "SELECT ?class (COUNT(?s) AS ?n) WHERE { ?s a ca:Support ; ca:standing ?class } GROUP BY ?class"


def comunica(name, query, *sources):
    """The rows that Comunica finds, each as {variable: text}."""
    told = run(*by_node(name), *sources, query, "-t", "application/sparql-results+json")
    found = json.loads(told)["results"]["bindings"]
    return in_order({name: cell["value"] for name, cell in row.items()} for row in found)


@pytest.mark.needs("comunica-sparql")
@pytest.mark.parametrize("source", ["sparql@{}sparql", "{}sparql", "{}fragments", "{}dumps/all.nt"],
                         ids=["endpoint", "endpoint found out", "fragments", "dump"])  # fmt: skip
@pytest.mark.parametrize("query", [JOIN, OPTIONAL, COUNT], ids=["join", "optional", "count"])
def test_comunica_finds_what_the_endpoint_answers(base, source, query):
    assert comunica("comunica-sparql", full(base, query), source.format(base)) == rows(base, query)


@pytest.mark.needs("comunica-sparql")
def test_comunica_federates_what_we_offer_in_different_ways(base):
    sources = [base + path for path in ("fragments", "graph/links.ttl", "doc/place/derna")]
    query = f"""SELECT DISTINCT ?item ?label WHERE {{
      <{base}id/place/derna> skos:exactMatch ?item ; rdfs:label ?label }}"""
    assert comunica("comunica-sparql", full(base, query), *sources, "sparql@" + base + "sparql") == rows(base, query)


@pytest.mark.needs("comunica-sparql")
def test_comunica_asks_the_endpoint_to_ask_nobody_else(base):
    done = subprocess.run(
        [*by_node("comunica-sparql"), "sparql@" + base + "sparql", "SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }"],
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode != 0


@pytest.mark.needs("comunica-sparql-link-traversal")
def test_comunica_follows_our_links_from_thing_to_thing(base):
    """It begins with one URI and knows no endpoint: every URI leads to a document, which leads on."""
    query = f"""SELECT DISTINCT ?other ?label WHERE {{
      <{base}id/actor/libya-dawn> ca:hostileTo ?other . ?other rdfs:label ?label }}"""
    found = comunica("comunica-sparql-link-traversal", full(base, query), base + "id/actor/libya-dawn", "--lenient")
    assert found == rows(base, query)
