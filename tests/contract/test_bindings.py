"""A bound variable is the IRI wherever it is in scope, and a SELECT that projects it returns it."""

import pytest

from service.errors import BadRequest, ServiceError
from service.protocol import literal
from tests.contract.asking import ask, body, table
from tests.stores import EX

ANNA, BERT = EX + "anna", EX + "bert"
CASES = [
    pytest.param("SELECT ?this ?x { ?this ex:height ?x }", [{"this": ANNA, "x": "1.75"}], id="subject"),
    pytest.param("SELECT * { ?this ex:height ?x }", [{"this": ANNA, "x": "1.75"}], id="star"),
    pytest.param("SELECT DISTINCT ?this ?x { ?who ex:who ?this . ?who rdfs:label ?x }", [{"this": ANNA, "x": "the meeting"}], id="object"),
    pytest.param("SELECT ?this ?x { ?y ex:knows ?x FILTER(?y = ?this) }", [{"this": ANNA, "x": BERT}], id="FILTER"),
    pytest.param("SELECT ?this (COUNT(*) AS ?x) { ?this rdfs:label ?l } GROUP BY ?this", [{"this": ANNA, "x": "2"}], id="GROUP BY"),
    pytest.param("SELECT ?this { ?this ex:nothing ?x }", [], id="nothing found"),
    pytest.param("SELECT ?this ?x { { ?this ex:height ?x } UNION { ?this ex:nothing ?x } }", [{"this": ANNA, "x": "1.75"}], id="UNION"),
    pytest.param("SELECT ?this ?x { ?this a ex:Person OPTIONAL { ?this ex:seen ?x } }", [{"this": ANNA}], id="OPTIONAL"),
    pytest.param("SELECT ?this ?x { ?x a ex:Event FILTER EXISTS { ?x ex:who ?this } }", [{"this": ANNA, "x": EX + "meeting"}], id="EXISTS"),
    pytest.param("SELECT ?this ?x { ?x a ex:Event MINUS { ?x ex:who ?this } }", [{"this": ANNA, "x": EX + "quarrel"}], id="MINUS"),
    pytest.param("SELECT ?this ?x { ?this ex:height ?x FILTER(BOUND(?this)) }", [{"this": ANNA, "x": "1.75"}], id="BOUND"),
    pytest.param("SELECT ?this ?x { VALUES ?this { ex:anna ex:bert } ?this rdfs:label ?x FILTER(LANG(?x) != 'ar') }",
                 [{"this": ANNA, "x": "Anna"}], id="VALUES"),
    pytest.param("SELECT ?this ?x { ?x ex:who ?p BIND(?p AS ?this) }", [{"this": ANNA, "x": EX + "meeting"}], id="BIND"),
    pytest.param("SELECT ?this ?x { ?this ex:height ?x { SELECT ?this { ?this a ex:Person } } }", [{"this": ANNA, "x": "1.75"}],
                 id="subquery that projects it"),
    pytest.param("SELECT ?this ?n { ?this ex:height ?h { SELECT (COUNT(?this) AS ?n) { ?this a ex:Person } } }", [{"this": ANNA, "n": "3"}],
                 id="subquery with its own"),
    pytest.param("SELECT ?this ?x { GRAPH ?g { ?this ex:height ?x } } ORDER BY ?this", [{"this": ANNA, "x": "1.75"}], id="ORDER BY"),
    pytest.param("SELECT ?this (STR(?this) AS ?x) { ?this a ex:Person }", [{"this": ANNA, "x": ANNA}], id="in the projection"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "rows"), CASES)
def test_a_binding_is_the_iri(engine, query, rows):
    assert table(engine, query, bindings={"this": ANNA}) == rows


LITERALS = [
    pytest.param("SELECT ?this ?x { ?x rdfs:label ?this }", literal("Hervé", "fr"), [{"this": "Hervé", "x": BERT}], id="language"),
    pytest.param("SELECT ?this ?x { ?x ex:motto ?this }", literal("ليبيا"), [{"this": "ليبيا", "x": EX + "carl"}], id="letters"),
    pytest.param("SELECT ?this ?x { ?x ex:note ?this }", literal('line\nbreak, "quoted" → dash'),
                 [{"this": 'line\nbreak, "quoted" → dash', "x": ANNA}], id="quotes and breaks"),
    pytest.param("SELECT ?this ?x { ?x ex:name ?n FILTER(?n = ?this) }", literal("Hervé"), [{"this": "Hervé", "x": EX + "carl"}],
                 id="compared"),
    pytest.param("SELECT ?this ?x { ?x ex:number ?this }", literal("7", datatype="http://www.w3.org/2001/XMLSchema#integer"),
                 [{"this": "7", "x": EX + "7"}], id="number"),
    pytest.param("SELECT ?this ?x { ?x ex:name ?this }", literal('<urn:bound:this> } DROP ALL #'), [], id="hostile"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "value", "rows"), LITERALS)
def test_a_variable_is_bound_to_a_literal(engine, query, value, rows):
    assert table(engine, query, bindings={"this": value}) == rows


def test_two_variables_are_bound(engine):
    rows = table(engine, "SELECT ?a ?p ?x { ?a ?p ?x }", bindings={"a": ANNA, "p": EX + "knows"})
    assert rows == [{"a": ANNA, "p": EX + "knows", "x": BERT}]


def test_a_graph_is_bound(engine):
    bound = {"g": "http://localhost:8000/graph/links"}
    assert len(table(engine, "SELECT * { GRAPH ?g { ?s ?p ?o } }", bindings=bound)) == 3


@pytest.mark.parametrize(
    ("query", "lines"),
    [("CONSTRUCT { ?this ex:is ?o } { ?this ex:height ?o }", 1), ("CONSTRUCT WHERE { ?this ex:knows ?o }", 1),
     ("CONSTRUCT { ?this ex:is ?s } { ?s a ex:Event }", 2)],
)  # fmt: skip
def test_a_template_takes_the_binding(engine, query, lines):
    found = body(ask(engine, query, bindings={"this": ANNA})).decode().splitlines()
    assert len(found) == lines
    assert all(line.startswith(f"<{ANNA}>") for line in found)


def test_yes_or_no_takes_the_binding(engine):
    assert b"true" in body(ask(engine, "ASK { ?this a ex:Person }", bindings={"this": ANNA}))
    assert b"false" in body(ask(engine, "ASK { ?this a ex:Person }", bindings={"this": EX + "meeting"}))


def test_describe_takes_the_binding(engine):
    assert f"<{ANNA}>".encode() in body(ask(engine, "DESCRIBE ?this", bindings={"this": ANNA}))


@pytest.mark.parametrize("iri", ["no iri", "a> <b", "http://x/{", "", "http://x/> } DROP ALL #"])
def test_what_is_no_iri_is_refused_and_never_sent(engine, iri):
    with pytest.raises((BadRequest, ServiceError)):
        ask(engine, "SELECT ?this { ?this ?p ?o }", bindings={"this": iri})
