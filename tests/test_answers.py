"""SPARQL over HTTP without a framework: formats, validators, caching."""

import json
from collections import defaultdict
from dataclasses import replace
from itertools import groupby
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from service import media
from service.engine.pool import Pool
from service.engine.words import is_fresh
from service.errors import BadRequest, ServiceError
from service.protocol import HttpQuery
from service.settings import Settings
from service.web import answers
from service.web.answers import Wishes
from service.web.preconditions import Conditions
from service.web.room import Reading
from tests.stores import BASE, EX, make_release, numbers

ENDPOINT = ox.NamedNode(BASE + "sparql")
SD = "http://www.w3.org/ns/sparql-service-description#"
SETTINGS = Settings(workers=1)
SELECT = "SELECT ?s ?n { ?s ex:number ?n } ORDER BY ?n LIMIT 2"
ASK = "ASK { ex:1 ex:number 1 }"
CONSTRUCT = "CONSTRUCT { ?s a ex:Number } { ?s ex:number 1 }"


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    described = [ox.Quad(ENDPOINT, ox.NamedNode(SD + "endpoint"), ENDPOINT, ox.NamedNode(BASE + "graph/meta"))]
    release = make_release(tmp_path_factory.mktemp("releases"), numbers(5) + described, release_id="r1")
    pool = Pool(SETTINGS, release)
    yield Reading(release, pool)
    pool.close()


def ask(reading, query=None, accept="", if_none_match="", **fields):
    fields = ({"query": query} if query else {}) | fields
    http = HttpQuery("GET", urlencode(fields).encode())
    return answers.answer(http, Wishes(accept, Conditions(if_none_match=if_none_match)), reading, SETTINGS)


def statements(reply):
    """(subject, property) -> the values, of a reply in N-Triples."""
    found = defaultdict(set)
    for quad in ox.parse(reply.body, format=ox.RdfFormat.N_TRIPLES):
        found[quad.subject.value, quad.predicate.value].add(quad.object.value)
    return found


def header(reply, name):
    return dict(reply.headers).get(name)


@pytest.mark.parametrize("format_", media.carrying(media.Kind.SOLUTIONS), ids=lambda f: f.name)
@pytest.mark.parametrize("way", ["accept", "format"])
def test_select_and_ask_come_in_each_result_format(reading, format_, way):
    chosen = {"accept": format_.media_type} if way == "accept" else {"format": format_.name}
    rows, yes = ask(reading, SELECT, **chosen), ask(reading, ASK, **chosen)
    assert header(rows, "Content-Type") == header(yes, "Content-Type") == format_.content_type
    assert b"example.org/1" in rows.body
    assert b"true" in yes.body


@pytest.mark.parametrize("format_", media.carrying(media.Kind.GRAPH), ids=lambda f: f.name)
def test_construct_and_describe_come_in_each_graph_format(reading, format_):
    for query in (CONSTRUCT, "DESCRIBE ex:1"):
        reply = ask(reading, query, accept=format_.media_type)
        assert header(reply, "Content-Type") == format_.content_type
        assert b"example.org/" in reply.body


def test_the_bare_endpoint_describes_itself_in_rdf(reading):
    reply = ask(reading)
    assert header(reply, "Content-Type") == "text/turtle; charset=utf-8"
    assert SD.encode() in reply.body
    assert b"ex:0" not in reply.body


def test_the_description_states_the_limits_that_are_set_and_what_is_refused(reading):
    described = statements(ask(reading, accept="application/n-triples"))
    endpoint = f"{reading.release.base}sparql"
    features = described[endpoint, f"{SD}feature"]
    assert {f"{endpoint}#no-service", f"{endpoint}#no-update"} < features
    found = {
        name: described[f"{endpoint}#limit-{name}", "https://schema.org/value"]
        for name in ("time", "query-length", "result", "queries-of-a-client", "memory")
    }
    assert found == {
        "time": {f"{SETTINGS.query_seconds:.0f}"},
        "query-length": {str(SETTINGS.query_bytes)},
        "result": {str(SETTINGS.result_mb * 1024**2)},
        "queries-of-a-client": {str(SETTINGS.client_queries)},
        "memory": {str(SETTINGS.query_memory_mb * 1024**2)},
    }
    rdfs = "http://www.w3.org/2000/01/rdf-schema#"
    for feature in features - {f"{SD}UnionDefaultGraph"}:
        assert described[feature, f"{rdfs}label"]
        assert described[feature, f"{rdfs}comment"]


def test_the_description_has_the_statements_of_a_subject_side_by_side(reading):
    lines = ask(reading, accept="application/n-triples").body.splitlines()
    subjects = [line.split()[0] for line in lines]
    assert len([one for one, _ in groupby(subjects)]) == len(set(subjects))


def test_other_settings_make_another_description(reading):
    first = ask(reading)
    slower = replace(SETTINGS, query_seconds=2.5, engine="https://elsewhere.example/sparql")
    other = answers.answer(HttpQuery("GET", b""), Wishes("application/n-triples"), reading, slower)
    assert first.etag != other.etag
    assert b'"2.5"^^<http://www.w3.org/2001/XMLSchema#decimal>' in other.body
    assert b"limit-memory" not in other.body


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [(SELECT, "text/turtle", 406), (CONSTRUCT, "text/csv", 406), (SELECT, "image/png", 406), ("SELECT", "", 400)],
)
def test_what_cannot_be_answered_is_refused(reading, query, accept, status):
    with pytest.raises(ServiceError) as refused:
        ask(reading, query, accept=accept)
    assert refused.value.status == status


def test_an_unknown_format_name_is_refused_with_the_list(reading):
    with pytest.raises(ServiceError, match="turtle"):
        ask(reading, SELECT, format="docx")


def test_a_validator_saves_the_evaluation(reading):
    first = ask(reading, SELECT)
    again = ask(reading, SELECT, if_none_match=f'"other", {first.etag}')
    assert (again.status, again.body, again.etag) == (304, b"", first.etag)


def test_validators_differ_by_query_format_graphs_and_release(reading):
    tags = {
        ask(reading, SELECT).etag,
        ask(reading, SELECT + " ").etag,
        ask(reading, SELECT, accept="text/csv").etag,
        ask(reading, SELECT, **{"default-graph-uri": EX + "graph/numbers"}).etag,
    }
    assert len(tags) == 4


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_answers_that_change_are_never_kept(reading, call):
    reply = ask(reading, f"SELECT ({call} AS ?x) {{}}")
    assert header(reply, "Cache-Control") == "no-store"
    assert not reply.etag


HIDDEN = [
    pytest.param("SELECT (NOW#\n() AS ?x) {}", id="a comment before the brackets"),
    pytest.param("SELECT (now #(\r () AS ?x) {}", id="a comment with a bracket"),
    pytest.param("SELECT (1<RAND()&&2>1 AS ?x) {}", id="what looks like an IRI"),
    pytest.param("SELECT ?s { ?s ?p ?o } ORDER BYRAND()", id="a keyword grown together"),
    pytest.param("SELECT (1<2#'>\n && RAND#\n() > 1 AS ?x) {}", id="a comment that looks like an IRI"),
]


@pytest.mark.parametrize("query", HIDDEN)
def test_a_call_is_found_wherever_it_hides(reading, query):
    try:
        reply = ask(reading, query)
    except BadRequest:
        assert is_fresh(query)  # to this parser it is no query; another may take it
        return
    assert (header(reply, "Cache-Control"), reply.etag) == ("no-store", "")


@pytest.mark.parametrize(
    "text", ["1 # NOW()", "'RAND()' .", "<http://example.org/now>", "?uuid .", "'now'@now .", "ex:now .", "?known ."]
)
def test_what_only_looks_like_a_call_keeps_its_validator(reading, text):
    assert ask(reading, f"SELECT * {{ ?uuid ex:number ?x OPTIONAL {{ ?s ex:number {text}\n }} }}").etag


@pytest.mark.parametrize(("query", "status"), [("nonsense", 400), ("INSERT DATA {}", 403)])
@pytest.mark.parametrize("held", ["*", '"x", *'])
def test_a_condition_is_never_told_in_place_of_a_refusal(reading, query, status, held):
    """RFC 9110 section 13.2.1: conditions count when the answer would be there."""
    with pytest.raises(ServiceError) as refused:
        ask(reading, query, if_none_match=held)
    assert refused.value.status == status


def test_answers_may_be_cached_and_vary_by_accept(reading):
    reply = ask(reading, SELECT)
    assert header(reply, "Vary") == "Accept"
    assert "max-age" in header(reply, "Cache-Control")
    assert header(reply, "Access-Control-Allow-Origin") == "*"


def test_rows_are_the_rows(reading):
    found = json.loads(ask(reading, SELECT).body)["results"]["bindings"]
    assert [row["n"]["value"] for row in found] == ["0", "1"]
