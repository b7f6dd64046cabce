"""A query is written so that every engine reads the same; tested without an engine."""

import pytest

from service.engine.accents import spell
from service.engine.bind import bind_all
from service.engine.portable import Dataset, Translator
from service.engine.virtuoso import last_limit
from service.errors import BadQuery, BadRequest, Forbidden
from service.media import Kind
from service.protocol import QueryRequest, literal

TRANSLATOR = Translator("http://h.example/sparql", {"ex": "http://e.example/", "rdf": "http://r.example#"})


def portable(query, **request):
    return TRANSLATOR.portable(QueryRequest(query, **request))


WRITTEN = [
    pytest.param("SELECT * { ?s ex:p ?o }", "PREFIX ex: <http://e.example/> SELECT * { ?s ex:p ?o }", id="a default prefix is said"),
    pytest.param("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o }", id="no prefix is said that is not used"),
    pytest.param("PREFIX ex: <u:> SELECT * { ?s ex:p ?o }", "PREFIX ex: <u:> SELECT * { ?s ex:p ?o }", id="a declared prefix stays"),
    pytest.param("SELECT * { ?s ?p 'ex:p' }", "SELECT * { ?s ?p 'ex:p' }", id="a prefix in a string is none"),
    pytest.param("SELECT * { ?s ?p <a> }", "BASE <http://h.example/sparql> SELECT * { ?s ?p <a> }", id="the base is said"),
    pytest.param("BASE <http://b/> SELECT * { ?s ?p <a> }", "BASE <http://b/> SELECT * { ?s ?p <a> }", id="a declared base stays"),
    pytest.param("SELECT * #c\n{ ?s ?p ?o }#c", "SELECT *  \n{ ?s ?p ?o } ", id="comments go, lines stay"),
    pytest.param("SELECT * { ?s ?p '\\u0022 \\u00e9 \\\\u0041 \\u005C' }", "SELECT * { ?s ?p '\\\" é \\\\u0041 \\\\' }", id="escapes in a string"),
    pytest.param("SELECT * { ?s ?p <http://x/\\u00e9> }", "SELECT * { ?s ?p <http://x/é> }", id="escapes in an IRI"),
    pytest.param("SELECT * FROM <u:a> FROM NAMED <u:b> { ?s ?p ?o }", "SELECT *      { ?s ?p ?o }", id="FROM goes"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "written"), WRITTEN)
def test_a_query_is_written_in_the_one_dialect(query, written):
    assert portable(query).text == written


@pytest.mark.parametrize(
    ("query", "dataset"),
    [("SELECT * { ?s ?p ?o }", None), ("SELECT * FROM <u:a> { ?s ?p ?o }", Dataset(("u:a",), ())),
     ("PREFIX a: <u:> SELECT * FROM a:x FROM NAMED a:y FROM NAMED ex:z { ?s ?p ?o }", Dataset(("u:x",), ("u:y", "http://e.example/z"))),
     ("BASE <http://b/c/> ASK FROM <../d> {}", Dataset(("http://b/d",), ())), ("ASK FROM <d> {}", Dataset(("http://h.example/d",), ())),
     ("SELECT ?from { ?s ex:from 'FROM' }", None)],
)  # fmt: skip
def test_from_becomes_the_dataset(query, dataset):
    assert portable(query).dataset == dataset


def test_the_protocol_goes_before_from():
    asked = portable("SELECT * FROM <u:a> { ?s ?p ?o }", named_graphs=("u:b",))
    assert asked.dataset == Dataset((), ("u:b",))


@pytest.mark.parametrize(
    ("query", "kind"),
    [("select * {}", Kind.SOLUTIONS), ("ASK {}", Kind.BOOLEAN), ("PREFIX ask: <u:> CONSTRUCT WHERE { ?s ask:p ?o }", Kind.GRAPH),
     ("# SELECT\nBASE <u:> DESCRIBE <u:x>", Kind.GRAPH)],
)  # fmt: skip
def test_the_kind_of_result_is_known_before_it_is_asked_for(query, kind):
    assert portable(query).kind is kind


@pytest.mark.parametrize(
    ("query", "place"),
    [("SELECT *\n{ ?s x:p ?o }", (2, 6)), ("SELECT * { LOAD }", (1, 12)), ("SELECT * { ?s ?p '\\uD800' }", (1, 18)),
     ("SELECT *\n\n{ ?s ?p 'x }", (3, 9)), ("SELECT * { ?s ?p <u:\\u003E> }", (1, 18)), ("SELECT * { SERV\\u0049CE <u:x> {} }", (1, 12))],
)  # fmt: skip
def test_what_is_not_in_the_dialect_is_refused_where_it_stands(query, place):
    with pytest.raises(BadQuery) as refused:
        portable(query)
    assert (refused.value.members["line"], refused.value.members["column"]) == place


@pytest.mark.parametrize(
    "query", ["INSERT DATA { <u:a> <u:b> 1 }", "ASK { SERVICE <u:x> {} }", "PREFIX a: <u:> DROP ALL"]
)
def test_updates_and_services_are_forbidden(query):
    with pytest.raises(Forbidden):
        portable(query)


BOUND = [
    pytest.param("SELECT ?x { ?this ex:p ?x }", "SELECT ?x { <u:i> ex:p ?x }", id="not projected"),
    pytest.param("SELECT ?this { ?this ex:p ?x }", "SELECT ?this { <u:i> ex:p ?x  BIND(<u:i> AS ?this) }", id="projected"),
    pytest.param("SELECT ?this { SELECT ?this { ?this ex:p 1 } }",
                 "SELECT ?this { { SELECT ?this { <u:i> ex:p 1  BIND(<u:i> AS ?this) } } VALUES ?this { <u:i> } }", id="only a subquery"),
    pytest.param("ASK { ?this ex:p 'a ?this' }", "ASK { <u:i> ex:p 'a ?this' }", id="not in a string"),
    pytest.param("ASK { $this ex:p ?thisOne }", "ASK { <u:i> ex:p ?thisOne }", id="the other spelling of variables"),
    pytest.param("DESCRIBE ?this", "DESCRIBE <u:i>", id="DESCRIBE"),
    pytest.param("SELECT ?this { ?a ex:p ?b", "SELECT ?this { ?a ex:p ?b", id="what does not parse stays"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "bound"), BOUND)
def test_a_variable_is_bound_in_the_text(query, bound):
    assert bind_all(query, {"this": "u:i"}) == bound


def test_a_value_is_never_taken_for_syntax_or_for_another_value():
    asked = portable("ASK { ?s ?p ?a , ?b }", bindings={"a": literal('<urn:bound:b> " } #'), "b": "u:b"})
    assert asked.text == 'ASK { ?s ?p "<urn:bound:b> \\" } #" , <u:b> }'


@pytest.mark.parametrize("value", ["x", "a> <b", '"open', '"a" . ?s ?p "b"', '"a"^^<b c>', ""])
def test_what_is_no_term_is_refused(value):
    with pytest.raises(BadRequest):
        portable("ASK { ?s ?p ?a }", bindings={"a": value})


@pytest.mark.parametrize(
    ("query", "limit"),
    [("SELECT * { ?s ?p ?o } LIMIT 5", 5), ("SELECT * { ?s ?p ?o } limit 7 OFFSET 3", 7), ("SELECT * { { SELECT * {} LIMIT 5 } }", None),
     ("SELECT * { ?s ?p 'LIMIT 5' }", None)],
)  # fmt: skip
def test_the_limit_is_that_of_the_query_itself(query, limit):
    assert last_limit(query) == limit


@pytest.mark.parametrize(
    ("query", "spelt"),
    [("ASK { ?s ?p 'é' FILTER(?p = 'é') }", "ASK { ?s ?p 'é' FILTER(?p = STR('é'@en)) }"),
     ("SELECT ('é' AS ?x) { ?s ?p ('é') VALUES (?x) { ('é') } }", "SELECT (STR('é'@en) AS ?x) { ?s ?p ('é') VALUES (?x) { ('é') } }"),
     ("ASK { FILTER(?a IN ('é', 'e', 'é'@fr, 'é'^^<u:t>)) }", "ASK { FILTER(?a IN (STR('é'@en), 'e', 'é'@fr, 'é'^^<u:t>)) }"),
     ("SELECT (GROUP_CONCAT(?x; SEPARATOR='é') AS ?y) {}", "SELECT (GROUP_CONCAT(?x; SEPARATOR='é') AS ?y) {}"),
     ("ASK { FILTER(EXISTS { ?s ?p 'é' }) }", "ASK { FILTER(EXISTS { ?s ?p 'é' }) }")],
)  # fmt: skip
def test_constants_are_spelt_for_virtuoso_where_a_function_may_stand(query, spelt):
    assert spell(query) == spelt
