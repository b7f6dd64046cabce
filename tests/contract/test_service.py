"""The whole service over each engine: its pages and documents are those of the service over the embedded one."""

import shutil
from contextlib import ExitStack
from dataclasses import replace

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from service.press.build import build
from service.releases import publish
from service.web.app import create_app
from service.web.door import Door
from tests.contract import servers
from tests.contract.conftest import load
from tests.publications import copy_mini

HALT = "doc/station/alder-halt"
LISTS = ("dataset", "graph/mini")  # the order within them is not asked for
PAGES = ["", HALT, "doc/link/alder-halt--birch-junction", "doc/nothing/here", "ontology", "sparql", "browse", "browse/Station",
         "search?q=alder", "dumps", "links", "links?uri=http://mini.example/id/station/alder-halt", "linksets",
         "fragments?subject=http://mini.example/id/station/cedar-quay&predicate=rdfs:label", *LISTS]  # fmt: skip
DOCUMENTS = [f"{HALT}.nt", f"{HALT}.ttl", f"{HALT}.rdf", HALT, "graph/mini", "ontology", "dataset", "sparql"]
QUERY = "SELECT ?label { ?s a mini:Station ; rdfs:label ?label } ORDER BY ?label"


@pytest.fixture(scope="package")
def clients(tmp_path_factory, addresses):
    """Engine -> a client of the service over it. tests/mini, built for a host of its own so that its graphs are too."""
    folder = tmp_path_factory.mktemp("mini")
    # Virtuoso takes seconds to plan a view, and more when other tests run beside this one.
    settings = copy_mini(folder, base="http://mini.example/", workers=1, query_seconds=45.0)
    release = build(settings)
    publish(settings.releases, release.id)
    known = {}
    with ExitStack() as running:

        def client(name):
            if name not in known:
                app = create_app(replace(settings, engine=address(name)))
                running.callback(app.extensions["room"].close)
                known[name] = Client(Door(app))
            return known[name]

        def address(name):
            if name == "oxigraph":  # over the release's own store, whose default graph is the union already
                shutil.copytree(release.store, folder / "store")
                return running.enter_context(servers.oxigraph(folder / "store", "serve-read-only")) + "/query"
            if name == "virtuoso":
                load(release, addresses(name), "--user", "dba")
            return addresses(name)

        yield client


@pytest.mark.parametrize("page", [pytest.param(page, id=f"page {page}") for page in PAGES])
def test_a_page_is_the_same_over_every_engine(clients, engine_name, page):
    told = [_get(clients(name), page, "text/html") for name in (engine_name, "pool")]
    assert told[0].status_code == told[1].status_code
    if page in LISTS:
        words = [sorted(answer.get_data(as_text=True).split()) for answer in told]
        assert len(words[0]) == len(words[1])
    else:
        assert told[0].get_data(as_text=True) == told[1].get_data(as_text=True)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_says_the_same_over_every_engine(clients, engine_name, document):
    told = [_get(clients(name), document, "application/n-triples, */*;q=0.1") for name in (engine_name, "pool")]
    assert [answer.status_code for answer in told] == [200, 200]
    assert _triples(told[0]) == _triples(told[1])


def test_a_query_is_answered_through_the_service(clients, engine_name):
    answer = clients(engine_name).get("/sparql", query_string={"query": QUERY}, headers={"Accept": "text/csv"})
    assert answer.get_data(as_text=True).split() == ["label", "Alder", "Halt", "Birch", "Junction", "Cedar", "Quay"]


def test_a_broken_query_is_a_problem_document(clients, engine_name):
    answer = clients(engine_name).get("/sparql", query_string={"query": "SELECT * { ?s ?p }"})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_the_service_is_ready_and_tells_its_figures(clients, engine_name):
    assert clients(engine_name).get("/-/ready").get_json()["ready"] is True


def _get(client, path, accept):
    return client.get(f"/{path}", headers={"Accept": accept}, follow_redirects=True)


def _triples(answer):
    known = {"text/turtle": ox.RdfFormat.TURTLE, "application/n-triples": ox.RdfFormat.N_TRIPLES,
             "application/rdf+xml": ox.RdfFormat.RDF_XML}  # fmt: skip
    found = {quad.triple for quad in ox.parse(answer.get_data(), format=known[answer.mimetype])}
    # Only the embedded engine has a limit of memory to state.
    return {triple for triple in found if "#limit-memory" not in f"{triple.subject} {triple.object}"}
