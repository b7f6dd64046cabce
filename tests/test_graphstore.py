"""The read side of the Graph Store Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from service.media import FORMATS, Kind
from service.web.door import Door
from tests.contexts import with_context
from tests.engines import BASE, get, harbour

SHIPS = f"{BASE}graph/ships"
SYNTAX = {f.media_type: ox.RdfFormat.from_media_type(f.media_type) for f in FORMATS if Kind.GRAPH in f.kinds}
# In full, so that a parser that fetches no context can read it.
EXPANDED = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"'
TRIPLES = ("text/turtle", "application/n-triples", "application/rdf+xml")
OTHER_METHODS = ("PUT", "POST", "DELETE", "PATCH")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return harbour(tmp_path_factory.mktemp("releases"))


def ask(app, accept="text/turtle", method="GET", held="", **fields):
    headers = {"Accept": accept, "If-None-Match": held} if held else {"Accept": accept}
    response = Client(Door(app)).open("/graph-store", method=method, query_string=fields, headers=headers)
    response.get_data()
    response.close()
    return response


def triples(app, response):
    assert response.status_code == 200, response.get_data(as_text=True)
    syntax, body = SYNTAX[response.content_type.partition(";")[0]], response.get_data()
    body = with_context(app, body) if syntax == ox.RdfFormat.JSON_LD else body
    return {quad.triple for quad in ox.parse(body, format=syntax)}


def stored(app, graph):
    return {quad.triple for quad in app.extensions["engine"].store.quads_for_pattern(None, None, None, graph)}


@pytest.mark.parametrize("accept", SYNTAX)
def test_a_graph_is_found_by_its_iri_in_every_format(app, accept):
    response = ask(app, EXPANDED if accept == "application/ld+json" else accept, graph=SHIPS)
    assert response.content_type.partition(";")[0] == accept
    assert triples(app, response) == stored(app, ox.NamedNode(SHIPS)) != set()
    assert response.headers["Content-Location"].startswith("/graph/ships.")


@pytest.mark.parametrize("accept", TRIPLES)
def test_the_default_graph_is_the_union_of_the_others(app, accept):
    response = ask(app, accept, default="")
    assert response.content_type.partition(";")[0] == accept
    assert triples(app, response) == stored(app, ox.DefaultGraph()) > stored(app, ox.NamedNode(SHIPS))


def test_the_default_graph_has_no_names_of_graphs(app):
    """In N-Quads and TriG every statement would stand in a named graph: what is asked for has none."""
    assert ask(app, "application/n-quads", default="").status_code == 406
    assert ask(app, "application/n-quads, */*;q=0.1", default="").content_type.startswith("text/turtle")


def test_a_graph_answers_under_its_own_iri_too(app):
    direct, indirect = (
        get(app, "/graph/ships", "application/n-triples"),
        ask(app, "application/n-triples", graph=SHIPS),
    )
    assert triples(app, direct) == triples(app, indirect)
    assert (direct.headers["Content-Location"], direct.status_code) == (indirect.headers["Content-Location"], 200)


def test_format_may_stand_in_the_url(app):
    assert ask(app, "*/*", graph=SHIPS, format="nt").content_type == "application/n-triples"
    assert ask(app, "*/*", graph=SHIPS, format="docx").status_code == 400


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": SHIPS}, 400),
        ({"graph": SHIPS, "default": ""}, 400),
        ({"graph": [SHIPS, SHIPS]}, 400),
        ({"default": ["", ""]}, 400),
        ({"graph": ""}, 400),
        ({"graph": "graph/ships"}, 400),
        ({"graph": "http://[/"}, 400),
        ({"graph": "http://elsewhere.example/graph/ships"}, 404),
        ({"graph": BASE + "graph/"}, 404),
        ({"graph": BASE + "graph/nowhere"}, 404),
        ({"graph": BASE + "graph/ships.ttl"}, 404),
        ({"graph": BASE + "graph/../graph/ships"}, 404),
        ({"graph": BASE + "id/ship/alma"}, 404),
    ],
)
def test_what_names_no_graph_is_refused(app, fields, status):
    response = ask(app, **fields)
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert response.get_json()["detail"]


def test_without_a_graph_it_leads_to_its_description(app):
    response = ask(app)
    assert (response.status_code, response.headers["Location"]) == (303, "/dataset#graph-store")


@pytest.mark.parametrize("method", OTHER_METHODS)
@pytest.mark.parametrize("path", ["/graph-store?graph=" + SHIPS, "/graph-store?default", "/graph/ships"])
def test_nothing_can_be_written(app, method, path):
    response = Client(Door(app)).open(path, method=method, data="<a:b> <a:b> <a:b> .", content_type="text/turtle")
    assert response.status_code == 405
    assert {"GET", "HEAD"} <= set(response.headers["Allow"].split(", "))


@pytest.mark.parametrize("fields", [{"graph": SHIPS}, {"default": ""}], ids=str)
def test_head_and_validators_are_those_of_get(app, fields):
    got, head = ask(app, **fields), ask(app, method="HEAD", **fields)
    assert head.get_data() == b""
    assert [head.headers[name] for name in ("ETag", "Content-Type", "Vary")] == [
        got.headers[name] for name in ("ETag", "Content-Type", "Vary")
    ]
    assert ask(app, held=got.headers["ETag"], **fields).status_code == 304
