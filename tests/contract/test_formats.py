"""Every format is written in full by every engine, and says what the others say."""

import csv
import io

import pyoxigraph as ox
import pytest

from service import media
from service.media import Kind
from tests.contract.asking import ask, body
from tests.stores import EX

LABELS = "SELECT ?person ?label { ?person a ex:Person ; rdfs:label ?label }"
EXPECTED = {
    (EX + "anna", "Anna", "en"), (EX + "anna", "آنا", "ar"), (EX + "bert", "Hervé", "fr"), (EX + "carl", "Carl", None),
}  # fmt: skip
NOTE = "CONSTRUCT { ?s ex:note ?o ; a ex:Noted } { ?s ex:note ?o }"
_READERS = {
    media.JSON: ox.QueryResultsFormat.JSON, media.XML: ox.QueryResultsFormat.XML, media.TSV: ox.QueryResultsFormat.TSV,
    media.TURTLE: ox.RdfFormat.TURTLE, media.NTRIPLES: ox.RdfFormat.N_TRIPLES, media.RDFXML: ox.RdfFormat.RDF_XML,
    media.TRIG: ox.RdfFormat.TRIG, media.NQUADS: ox.RdfFormat.N_QUADS, media.JSONLD: ox.RdfFormat.JSON_LD,
}  # fmt: skip


@pytest.mark.parametrize("offer", [media.JSON, media.XML, media.TSV], ids=lambda f: f.name)
def test_a_table_keeps_terms_and_languages(engine, offer):
    answer = ask(engine, LABELS, {Kind.SOLUTIONS: offer})
    rows = ox.parse_query_results(body(answer), format=_READERS[offer])
    assert {(row["person"].value, row["label"].value, row["label"].language) for row in rows} == EXPECTED
    assert (answer.kind, answer.format) == (Kind.SOLUTIONS, offer)


def test_a_table_in_csv_has_a_head_and_plain_values(engine):
    rows = list(csv.reader(io.StringIO(body(ask(engine, LABELS, {Kind.SOLUTIONS: media.CSV})).decode(), newline="")))
    assert rows[0] == ["person", "label"]
    assert {tuple(row) for row in rows[1:]} == {(person, label) for person, label, _ in EXPECTED}


@pytest.mark.parametrize("offer", media.carrying(Kind.BOOLEAN), ids=lambda f: f.name)
@pytest.mark.parametrize(
    ("query", "said"), [("ASK { ex:anna a ex:Person }", b"true"), ("ASK { ex:anna a ex:Event }", b"false")]
)
def test_a_question_is_answered_yes_or_no(engine, offer, query, said):
    answer = ask(engine, query, {Kind.BOOLEAN: offer})
    assert said in body(answer)
    assert answer.kind is Kind.BOOLEAN


@pytest.mark.parametrize("offer", media.carrying(Kind.GRAPH), ids=lambda f: f.name)
def test_a_graph_is_the_same_in_every_format(engine, offer):
    answer = ask(engine, NOTE, {Kind.GRAPH: offer})
    found = {(q.predicate.value, q.object.value) for q in ox.parse(body(answer), format=_READERS[offer])}
    assert found == {
        (EX + "note", 'line\nbreak, "quoted" → dash'),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", EX + "Noted"),
    }
    assert (answer.kind, answer.format) == (Kind.GRAPH, offer)


def test_an_empty_graph_is_a_graph(engine):
    assert body(ask(engine, "CONSTRUCT { ?s a ex:None } { ?s ex:nothing ?o }")) == b""


def test_turtle_is_written_with_the_prefixes_of_the_release(engine):
    assert b"@prefix ex:" in body(ask(engine, NOTE, {Kind.GRAPH: media.TURTLE}))
