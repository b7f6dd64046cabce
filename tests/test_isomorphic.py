"""Every format of every resource of the real release is the same graph, each read back by a parser that did not write it.

Nothing is left out: each thing, vocabulary, named graph, set of links and nanopublication comes in each format over
HTTP. Blank nodes are in /shapes alone; there graphs are compared by their canonical form (RDFC-1.0).
"""

import json
from io import BytesIO
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld as pyld
from werkzeug.test import EnvironBuilder

from service.web import framework
from service.web.app import create_app
from tests.contexts import context_at, inline, loader, with_context
from tests.engines import InProcess
from tests.live import ROOT, build_and_publish, publication

SYNTAX = {
    "nt": ox.RdfFormat.N_TRIPLES, "nq": ox.RdfFormat.N_QUADS, "ttl": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG,
    "rdf": ox.RdfFormat.RDF_XML, "jsonld": ox.RdfFormat.JSON_LD,
}  # fmt: skip
QUADS = ("trig", "nq", "jsonld")
SHAPES = "/shapes"
pytestmark = [pytest.mark.timeout(1200), pytest.mark.whole]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    settings = publication(ROOT, tmp_path_factory.mktemp("releases"), 8000, workers=2, query_seconds=60.0)
    release = build_and_publish(settings)
    # In this process: forty thousand documents would spend most of their time on the way to a worker and back.
    engine = InProcess({})
    engine.store = ox.Store.read_only(str(release.store))
    return create_app(settings, lambda settings, release: engine), release


@pytest.fixture(scope="module")
def read(world):
    """Reads a document: (path without extension, extension) -> quads, each a text of its own."""
    app, _ = world
    contexts, environ = {}, EnvironBuilder(base_url=app.config["SETTINGS"].base_iri).get_environ()

    def context(url):
        if url not in contexts:
            contexts[url] = context_at(app, url)
        return contexts[url]

    def quads(path, extension):
        # As a server asks, without the costs of a client: there are forty thousand documents.
        reply = framework.ask(app, environ | {"PATH_INFO": unquote(f"{path}.{extension}"), "wsgi.input": BytesIO()})
        assert reply.status == 200, (path, extension, reply.status)
        body = reply.path.read_bytes() if reply.path else reply.body
        body = inline(body, context) if extension == "jsonld" else body
        found = list(ox.parse(body, format=SYNTAX[extension], base_iri="http://nowhere.example/"))
        assert found, (path, extension)
        if path == SHAPES:
            dataset = ox.Dataset(found)
            dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
            found = list(dataset)
        return found

    return quads


def differing(read, path, extensions, key=lambda quad: quad.triple):
    """The formats that do not say what the first one says."""
    first, *others = extensions
    expected = {key(quad) for quad in read(path, first)}
    return [(path, one) for one in others if {key(quad) for quad in read(path, one)} != expected]


def things(release):
    base = release.base
    return ["/doc/" + iri.removeprefix(f"{base}id/") for iri in release.read_things(0)]


def test_every_format_of_every_thing_is_the_same_graph(world, read):
    paths = things(world[1])
    assert len(paths) == world[1].things > 6000
    wrong = [found for path in paths for found in differing(read, path, SYNTAX)]
    assert not wrong, f"{len(wrong)}: {wrong[:10]}"


def test_every_format_of_every_vocabulary_graph_and_set_of_links_is_the_same(world, read):
    _, release = world
    parts = {q.subject.value for q in read("/ontology", "nt") if "/ontology/" in q.subject.value}
    nodes = {q.subject.value for q in read("/graph/shapes", "nt") if "/genid/" in q.subject.value}
    paths = ["/ontology", SHAPES, "/dataset", "/linksets", *(f"/graph/{name}" for name in release.manifest["graphs"])]
    paths += sorted("/" + iri.removeprefix(release.base).partition("#")[0] for iri in parts | nodes)
    assert len(paths) > 60
    assert not [found for path in dict.fromkeys(paths) for found in differing(read, path, SYNTAX)]


def test_a_graph_in_quads_says_which_graph_it_is(world, read):
    for name in world[1].manifest["graphs"]:
        graph = ox.NamedNode(f"{world[1].base}graph/{name}")
        for extension in ("trig", "nq"):
            assert {quad.graph_name for quad in read(f"/graph/{name}", extension)} == {graph}


def test_each_set_of_links_is_the_same_graph_in_each_format(world, read):
    sets = {q.object.value for q in read("/linksets", "nt") if q.predicate.value.endswith("void#dataDump")}
    paths = sorted(
        {
            "/" + url.removeprefix(world[1].base).rpartition("/")[0] + "/" + url.rpartition("/")[2].partition(".")[0]
            for url in sets
        }
    )
    assert len(paths) > 3
    assert not [found for path in paths for found in differing(read, path, SYNTAX)]


def test_every_format_of_every_nanopublication_is_the_same_four_graphs(world, read):
    claims = [path.replace("/doc/", "/nanopub/") for path in things(world[1]) if path.startswith("/doc/claim/")]
    assert len(claims) > 1500
    wrong = [one for path in claims for one in differing(read, path, QUADS, key=lambda quad: quad)]
    assert not wrong, f"{len(wrong)}: {wrong[:10]}"


@pytest.mark.filterwarnings("ignore")
def test_other_libraries_read_the_same_in_json_ld_and_rdf_xml(world, read, monkeypatch):
    """rdflib and PyLD over a thing of each kind, in each form: they are slow, and the first reader has read them all."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    app, release = world
    kinds = {path.split("/")[2]: path for path in things(release)}
    client = app.test_client()
    for path in [*kinds.values(), "/ontology"]:
        expected = rdflib.Graph().parse(data=client.get(f"{path}.nt").data, format="nt")
        assert set(rdflib.Graph().parse(data=client.get(f"{path}.rdf").data, format="xml")) == set(expected), path
        for form in ("compacted", "expanded", "framed"):
            accept = f'application/ld+json;profile="http://www.w3.org/ns/json-ld#{form}"'
            body = client.get(path, headers={"Accept": accept}).data
            told = rdflib.Graph().parse(data=with_context(app, body), format="json-ld")
            assert set(told) == set(expected), (path, form)
            written = pyld.to_rdf(json.loads(body), {"documentLoader": loader(app), "format": "application/n-quads"})
            assert set(rdflib.Graph().parse(data=written, format="nt")) == set(expected), (path, form)
