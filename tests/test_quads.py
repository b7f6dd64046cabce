"""Statements the service puts together, and literals as bindings: nothing of ours is ever taken for syntax."""

import pyoxigraph as ox
import pytest

from service.engine import Answer
from service.engine.choose import open_engine
from service.engine.portable import Translator
from service.engine.quads import Statement, iri, is_iri, literal, read, write
from service.engine.rows import rows
from service.errors import BadRequest, EngineFailed
from service.media import JSONLD, NQUADS, NTRIPLES, RDFXML, TRIG, TURTLE, Kind
from service.protocol import QueryRequest
from service.protocol import literal as bound
from service.settings import Settings
from tests.stores import make_release

X = "http://example.org/"
TEXTS = [
    "x",
    "",
    'say "no"',
    "two\nlines\r",
    "back\\slash",
    "tab\t",
    "é \u202e 😀",
    '" . <x:a> <x:b> <x:c> .',
    "\x00\x7f",
    "'''",
]
TOLD = [
    Statement(iri(X + "s"), X + "p", literal('a "b" \\ \n c', "en"), X + "g"),
    Statement(iri(X + "s"), X + "p", literal("1", datatype="http://www.w3.org/2001/XMLSchema#integer"), X + "g"),
    Statement(iri(X + "t"), X + "p", iri(X + "s")),
]


@pytest.mark.parametrize("format", [TRIG, NQUADS, JSONLD], ids=lambda f: f.name)
def test_a_format_for_datasets_keeps_the_graphs(format):
    quads = set(ox.parse(write(TOLD, format, {"x": X}), format=ox.RdfFormat.from_media_type(format.media_type)))
    assert {q.graph_name for q in quads} == {ox.NamedNode(X + "g"), ox.DefaultGraph()}
    assert len(quads) == 3


@pytest.mark.parametrize("format", [TURTLE, NTRIPLES, RDFXML], ids=lambda f: f.name)
def test_a_format_for_graphs_holds_them_together(format):
    quads = set(ox.parse(write(TOLD, format, {"x": X}), format=ox.RdfFormat.from_media_type(format.media_type)))
    assert len(quads) == 3


@pytest.mark.parametrize("format", [TURTLE, TRIG, RDFXML, JSONLD], ids=lambda f: f.name)
def test_the_same_statements_are_the_same_bytes_in_every_process(format):
    prefixes = {f"p{i}": f"{X}{i}/" for i in range(30)}
    told = [Statement(iri(f"{X}{i}/s"), f"{X}{i}/p", iri(f"{X}{i}/o")) for i in range(30)]
    assert write(told, format, prefixes) == write(told, format, dict(reversed(prefixes.items())))


def test_only_prefixes_that_are_used_are_declared():
    body = write(TOLD, TURTLE, {"x": X, "other": "http://other.example/"})
    assert b"@prefix x:" in body
    assert b"other" not in body


def test_what_was_written_is_read_again():
    told = [Statement(one.subject, one.predicate, one.object) for one in TOLD]
    assert read(Answer(Kind.GRAPH, NTRIPLES, body=write(told, NTRIPLES, {}))) == told


def test_what_is_no_n_triples_is_the_engines_fault():
    with pytest.raises(EngineFailed):
        read(Answer(Kind.GRAPH, NTRIPLES, body=b"<html>"))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("http://e.org/", True),
        ("urn:x", True),
        ("x", False),
        ("http://[", False),
        ("a b:c", False),
        ("\ud800:x", False),
    ],
)
def test_an_iri_is_told_from_what_is_none(text, answer):
    assert is_iri(text) is answer


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    has, graph = ox.NamedNode(X + "says"), ox.NamedNode(X + "g")
    quads = [ox.Quad(ox.NamedNode(f"{X}{i}"), has, ox.Literal(text), graph) for i, text in enumerate(TEXTS)]
    quads += [
        ox.Quad(ox.NamedNode(X + "en"), has, ox.Literal("x", language="en"), graph),
        ox.Quad(ox.NamedNode(X + "n"), has, ox.Literal(7), graph),
    ]
    release = make_release(tmp_path_factory.mktemp("releases"), quads)
    pool = open_engine(Settings(workers=1, slow_workers=1), release)
    yield pool
    pool.close()


SAYS = "SELECT ?s ?o WHERE { ?s ?p ?o }"


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_a_variable_is_bound_to_any_text(engine, number):
    found = rows(engine, SAYS, o=bound(TEXTS[number]))
    assert [row["s"].value for row in found] == [f"{X}{number}"]
    assert found[0]["o"].value == TEXTS[number]


def test_a_variable_is_bound_to_a_literal_with_language_or_datatype(engine):
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert [row["s"].value for row in rows(engine, SAYS, o=bound("x", "en"))] == [X + "en"]
    assert [row["s"].value for row in rows(engine, SAYS, o=bound("7", datatype=integer))] == [X + "n"]


@pytest.mark.parametrize("nonsense", ['"', '"x" . <a:a> <a:a> <a:a>', '"x"@', "no iri", '"\ud800"'])
def test_what_is_no_term_is_refused_by_the_worker(engine, nonsense):
    with pytest.raises(BadRequest):
        rows(engine, SAYS, o=nonsense)


@pytest.mark.parametrize("text", TEXTS[:-2])
def test_a_literal_stands_in_the_text_for_remote_engines(text):
    portable = Translator(X, {}).portable(QueryRequest(SAYS, bindings={"o": bound(text, "en")}))
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode(X + "s"), ox.NamedNode(X + "p"), ox.Literal(text, language="en")))
    store.add(ox.Quad(ox.NamedNode(X + "t"), ox.NamedNode(X + "p"), ox.Literal(text + "!", language="en")))
    assert [row["s"].value for row in store.query(portable.text)] == [X + "s"]


@pytest.mark.parametrize("nonsense", ['"x" } DROP ALL', '"x"@en"', '"a\nb"', '"\\u0022"', '"x"^^<a b>'])
def test_what_is_no_literal_never_reaches_a_remote_engine(nonsense):
    with pytest.raises(BadRequest):
        Translator(X, {}).portable(QueryRequest(SAYS, bindings={"o": nonsense}))
