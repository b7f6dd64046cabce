"""Tables and examples of the query page, and the page itself with every kind of outcome."""

import json

import pytest

from service.web.tables import MOST_ROWS, example_questions, table_from_json, topics
from tests.engines import InProcess, get, harbour, page, write_release


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return harbour(tmp_path_factory.mktemp("releases"))


def test_a_question_is_read_from_the_head_of_its_query(tmp_path):
    queries = {"questions/plain-words.rq": "SELECT * { ?s ?p ?o }"}
    examples = example_questions(write_release(tmp_path, {"a": ""}, queries))
    assert [(e.question, e.topic) for e in examples] == [
        ("plain words", ""),
        ("Which ships call at which harbours?", "calls, ships"),
    ]
    assert examples[1].query == "SELECT ?ship WHERE { ?ship :callsAt ?harbour }"
    assert list(topics(examples)) == ["", "calls"]


def test_a_table_keeps_what_is_unbound_and_counts_what_it_leaves_out():
    cell = {"type": "literal", "value": "x", "xml:lang": "en"}
    bindings = [{"a": cell}] * (MOST_ROWS + 5)
    table = table_from_json(json.dumps({"head": {"vars": ["a", "b"]}, "results": {"bindings": bindings}}).encode())
    assert table.variables == ("a", "b")
    assert table.rows[0][1] is None
    assert table.rows[0][0].language == "en"
    assert (len(table.rows), table.total) == (MOST_ROWS, MOST_ROWS + 5)


def test_a_quoted_triple_is_shown():
    triple = {"type": "triple", "value": {"subject": {"type": "uri", "value": "a:b"}}}
    table = table_from_json(json.dumps({"head": {"vars": ["t"]}, "results": {"bindings": [{"t": triple}]}}).encode())
    assert "a:b" in table.rows[0][0].value


def test_rows_link_things_of_ours_by_their_names_and_the_web_as_it_is(app):
    text = page(app, "/sparql?query=SELECT * { ?ship :rig ?rig ; :callsAt ?at } ")
    assert '<a href="/doc/ship/alma" title="http://localhost:8000/id/ship/alma"><bdi>Alma</bdi></a>' in text
    text = page(app, "/sparql?query=SELECT * { ?ship :home ?home }")
    assert '<a href="http://example.org/home"' in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("ASK { ?s a :Ship }", "Yes"),
        ("ASK { ?s a :Whale }", "No"),
        ("CONSTRUCT { ?s a :Ship } WHERE { ?s a :Ship }", "id/ship/alma"),
        ("SELECT * { ?s a :Whale }", "0 rows"),
        ("SELECT ?a ?b { BIND(1 AS ?a) }", '<span class="none">none</span>'),
    ],
)
def test_every_kind_of_result_is_shown(app, query, shown):
    assert shown in page(app, f"/sparql?query={query}")


def test_a_result_can_be_taken_in_every_format(app):
    text = page(app, "/sparql?query=SELECT * { ?s a :Ship }")
    for name in ("json", "xml", "csv", "tsv"):
        assert f"&amp;format={name}" in text


def test_the_page_without_a_query_offers_the_questions(app):
    text = page(app, "/sparql")
    assert "Which ships call at which harbours?" in text
    assert '<label for="query">' in text


def test_the_query_stays_in_the_form_exactly(app):
    query = "SELECT * {\n\n  ?s ?p '</textarea><b>' }"
    text = page(app, "/sparql?query=" + query.replace("\n", "%0A"))
    assert "\nSELECT * {\n\n  ?s ?p &#39;&lt;/textarea&gt;&lt;b&gt;&#39; }</textarea>" in text


def test_what_went_wrong_is_shown_with_line_and_column(tmp_path, monkeypatch):
    from service.errors import BadQuery

    app = harbour(tmp_path)
    honest = InProcess.answer

    def refuse(self, request, offers):
        if "BROKEN" in request.query:
            raise BadQuery("Line 2, column 3: expected }", members={"line": 2, "column": 3})
        return honest(self, request, offers)

    monkeypatch.setattr(InProcess, "answer", refuse)
    response = get(app, "/sparql?query=SELECT * {%0A  BROKEN <b>%0A}")
    text = response.get_data(as_text=True)
    assert response.status_code == 400
    assert 'role="alert"' in text
    assert '<li value="2" class="here"><code>  <mark>BROKEN &lt;b&gt;</mark></code></li>' in text
