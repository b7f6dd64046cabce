"""What is refused is refused by every engine with the same error, and nothing is sent that could do harm."""

import socket

import pytest

from service import media
from service.errors import BadQuery, BadRequest, Forbidden, NotAcceptable, Unavailable
from service.media import Kind
from tests.contract.asking import ask, cells

BROKEN = [
    pytest.param("SELECT *\n{ ?s ?p }", id="pattern of two"),
    pytest.param("SELECT * {", id="no end"),
    pytest.param("SELECT * { ?s nope:p ?o }", id="unknown prefix"),
    pytest.param("SELECT * { ?s ?p ?o FILTER(nonsense(?o)) }", id="unknown function"),
    pytest.param('SELECT * { ?s ?p "open }', id="open string"),
    pytest.param("nonsense", id="no query"),
    pytest.param("DEFINE input:storage <x:y> SELECT * { ?s ?p ?o }", id="an extension of an engine"),
    pytest.param("SELECT * { ?s ?p ?o OPTION (transitive) }", id="another extension"),
    pytest.param("SELECT * { ?s ?p ?o } LIMIT many", id="LIMIT of no number"),
]
UPDATES = [
    "INSERT DATA { ex:a ex:b 1 }", "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "DROP GRAPH <x:y>", "LOAD <http://127.0.0.1/>",
    "PREFIX a: <b:> insert data { a:a a:b 1 }", "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
]  # fmt: skip
SERVICES = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }", "SELECT * { service silent <http://127.0.0.1:9/> { ?a ?b ?c } }",
    "SELECT * { ?s ?p ex:.SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }", "SELECT * { SERVICEex:e { ?a ?b ?c } }",
    "SELECT * { ?s ?p ?a FILTER(?a<'>') SERVICE <http://127.0.0.1:9/> { ?x ?y ?z } FILTER(?a != '') }",
]  # fmt: skip


@pytest.mark.parametrize("query", BROKEN)
def test_a_broken_query_is_the_clients_fault(engine, query):
    with pytest.raises(BadQuery) as refused:
        ask(engine, query)
    assert refused.value.status == 400
    assert "virtuoso.db" not in refused.value.detail
    assert len(refused.value.detail) < 900


@pytest.mark.parametrize(
    "query", ["SELECT (<bif:http_get>('{}') AS ?a) {{}}", "SELECT * {{ ?s ?p ?o FILTER(<java:java.net.URL>('{}')) }}"]
)
def test_no_function_of_an_engine_opens_a_connection(engine, query):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        with pytest.raises(BadQuery):
            ask(engine, query.format(f"http://127.0.0.1:{listener.getsockname()[1]}/"))
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize("query", UPDATES)
def test_an_update_is_forbidden(engine, query):
    with pytest.raises(Forbidden):
        ask(engine, query)


@pytest.mark.parametrize("query", SERVICES)
def test_no_other_endpoint_is_asked(engine, query):
    with pytest.raises(Forbidden):
        ask(engine, query)


@pytest.mark.parametrize(
    "graphs", [{"default_graphs": ("no iri",)}, {"named_graphs": ("a> <b",)}], ids=["default", "named"]
)
def test_a_graph_that_is_no_iri_is_a_bad_request(engine, graphs):
    with pytest.raises(BadRequest):
        ask(engine, "SELECT * { ?s ?p ?o }", **graphs)


@pytest.mark.parametrize(
    ("query", "offers", "instead"),
    [("SELECT * { ?s ?p ?o }", {Kind.GRAPH: media.TURTLE}, "text/csv"), ("ASK {}", {Kind.GRAPH: media.TURTLE}, "text/csv"),
     ("CONSTRUCT WHERE { ?s ?p ?o }", {Kind.SOLUTIONS: media.JSON}, "text/turtle")],
)  # fmt: skip
def test_a_kind_nobody_asked_for_is_not_acceptable(engine, query, offers, instead):
    with pytest.raises(NotAcceptable) as refused:
        ask(engine, query, offers)
    assert instead in refused.value.members["available"]


def test_a_refusal_leaves_the_engine_as_it_was(engine):
    for _ in range(3):
        with pytest.raises(BadQuery):
            ask(engine, "SELECT * { ?s ?p }")
    assert cells(engine, "SELECT ?x { ex:anna ex:height ?x }") == ["1.75"]


def test_a_closed_engine_refuses(opened, engine_name):
    closed = opened(engine_name, query_seconds=9.0)
    closed.close()
    with pytest.raises(Unavailable):
        ask(closed, "ASK {}")
