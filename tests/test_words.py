"""Keywords are told from names, strings and comments exactly."""

import itertools
from contextlib import suppress

import pyoxigraph as ox
import pytest

from service.engine.words import bare_words, is_fresh, is_update, names_dataset, names_service

SERVICE = [
    pytest.param("SELECT * { SERVICE <http://x/> { ?a ?b ?c } }", True, id="plain"),
    pytest.param("SELECT * { sErViCe SILENT <http://x/> { ?a ?b ?c } }", True, id="case and SILENT"),
    pytest.param("SELECT * { SERVICE#c\n<http://x/> { ?a ?b ?c } }", True, id="comment after"),
    pytest.param("SELECT * { SERVICE ex:e { ?a ?b ?c } }", True, id="prefixed endpoint"),
    pytest.param("SELECT * { FILTER EXISTS{SERVICE ?e {?a ?b ?c}} }", True, id="inside EXISTS"),
    pytest.param("SELECT * { ?s ?p 'it''s' SERVICE <u:x> {} }", True, id="after odd quotes"),
    pytest.param('SELECT * { ?s ?p """a"b"" """ . SERVICE <u:x> {} }', True, id="after a long string"),
    pytest.param("SELECT * { ?s ?p 'SERVICE' }", False, id="in a string"),
    pytest.param("SELECT * { ?s ?p '\\'SERVICE' }", False, id="in a string with an escape"),
    pytest.param('SELECT * { ?s ?p """x " SERVICE """ }', False, id="in a long string"),
    pytest.param("SELECT * { ?s ?p ?o } # SERVICE", False, id="in a comment"),
    pytest.param("SELECT * { ?service ?p $SERVICE }", False, id="a variable"),
    pytest.param("SELECT * { ?s ex:service service:x }", False, id="prefixed names"),
    pytest.param("SELECT * { ?s <http://x/SERVICE> ?o }", False, id="in an IRI"),
    pytest.param("SELECT * { ?s ?p 'x'@service }", False, id="a language tag"),
    pytest.param("SELECT * { ?s ex:a-service _:service }", False, id="hyphen and blank node"),
]


@pytest.mark.parametrize(("query", "expected"), SERVICE)
def test_service_is_found_where_it_is_a_keyword(query, expected):
    assert names_service(query) is expected


def test_from_is_a_dataset_clause_only_as_a_keyword():
    assert names_dataset("SELECT * FROM <http://x/> { ?s ?p ?o }")
    assert not names_dataset("SELECT ?from { ?s ex:from 'FROM' }")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("INSERT DATA { <a:a> <a:b> 1 }", True), ("DELETE WHERE { ?s ?p ?o }", True), ("LOAD <http://x/>", True),
     ("CLEAR ALL", True), ("SELECT * { ?s ?p", False), ("SELECT ?load { ?s ?p 'DROP'", False)],
)  # fmt: skip
def test_updates_are_told_from_broken_queries(text, expected):
    assert is_update(text) is expected


def test_words_are_in_upper_case():
    assert bare_words("select (Count(*) as ?n) { ?s a ex:x }") == {"SELECT", "COUNT", "AS", "A"}


HIDING = {
    "where": ["SELECT ({} AS ?x) {{}}", "ASK {{ FILTER EXISTS {{ FILTER({}) }} }}", "SELECT * {{ ?s ?p ?o }} ORDER BY{}"],
    "before": ["", "?a<", "1<2#'>\n&&", "'>'!=", '"#"=', "<http://x#>=", '"a"@en<', "?x<?y||", "'''#'''<", "-"],
    "call": ["{}()", "{} ()", "{}#\n()", "{}(#'>\n)", '{}#)"\n(#\n)'],
    "after": ["", ">1", "&&2>1", ">?b", "=1||'>'", "#'>\n"],
}  # fmt: skip


@pytest.mark.parametrize("name", ["rand", "Now", "uuid", "StrUUID", "bnode"])
def test_no_call_that_the_engine_takes_hides_from_the_tokens(name):
    """Whatever stands around it; how often the engine took the query says that the test has looked at something."""
    store, taken = ox.Store(), 0
    for where, before, call, after in itertools.product(*HIDING.values()):
        query = where.format(before + call.format(name) + after)
        with suppress(SyntaxError, ValueError):
            store.query(query)
            taken += 1
            assert is_fresh(query), query
    assert taken > 50


@pytest.mark.parametrize(
    "query",
    ["SELECT * { ?now ?rand ?uuid }", "ASK { <http://e/now> e:NOW 'NOW()'@uuid }", "ASK {} # RAND()", "ASK {}"],
)
def test_a_name_that_is_no_call_is_not_fresh(query):
    assert not is_fresh(query)
