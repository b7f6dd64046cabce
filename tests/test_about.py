"""The front page and /about: what a reader learns before using the data, and where it comes from."""

import json
import re

import pytest

from tests import linked
from tests.engines import BASE, get, harbour, page

ABOUT = """SELECT ?part ?order ?heading ?text { ?d dct:provenance ?part . ?part dct:title ?heading ; dct:description ?text ; :order ?order } ORDER BY ?order"""
EXAMPLES = "SELECT ?mark ?relation { ?relation :standing ?mark }"
MARKS = 'SELECT ?mark ?label ?definition { VALUES (?mark ?label ?definition) { ("asserted" "asserted" "stated flatly") ("denied" "denied" "only denied") } }'
SENTENCE = """SELECT ?this ?relation ?group ?subject ?subjectLabel ?phrase ?other ?otherLabel ?mark ?standing ?voice {
  ?this :standing ?mark ; :ship ?subject ; :harbour ?other . ?subject rdfs:label ?subjectLabel . ?other rdfs:label ?otherLabel
  BIND(?this AS ?relation) BIND("What is said" AS ?group) BIND("calls at" AS ?phrase) BIND(?mark AS ?standing) OPTIONAL { ?this :voice ?voice } }"""
STORY = """
<dataset> dct:provenance <dataset#source> , <dataset#method> .
<dataset#method> dct:title "How"@en ; dct:description "By hand."@en ; :order 2 .
<dataset#source> dct:title "Whence <b>"@en ; dct:description "From one log.\\nKept by a clerk."@en ; :order 1 .
<id/call/1> :standing "asserted" . <id/call/2> :ship <id/ship/bore> ; :harbour <id/harbour/reval> ; :standing "denied" ; :voice "attributed" .
"""
QUERIES = {
    "views/about.rq": ABOUT,
    "views/examples-of-marks.rq": EXAMPLES,
    "views/marks.rq": MARKS,
    "views/statements.rq": SENTENCE,
}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return harbour(tmp_path_factory.mktemp("releases"), STORY, QUERIES)


def test_the_texts_are_the_publications_own_in_its_order(app):
    text = page(app, "/about")
    assert text.index('<h2 id="source">Whence &lt;b&gt;</h2>') < text.index('<h2 id="method">How</h2>')
    assert "<p>From one log.</p>\n  <p>Kept by a clerk.</p>" in text


def test_each_mark_stands_with_a_statement_of_the_data(app):
    text = page(app, "/about")
    part = text[text.index('id="mark-asserted"') : text.index('id="mark-denied"')]
    assert "stated flatly" in part
    assert '<a href="/doc/ship/alma"><bdi>Alma</bdi></a> calls at <a href="/doc/harbour/reval" class="other">' in part


def test_what_is_never_said_in_our_voice_is_no_example(app):
    part = page(app, "/about").split('id="mark-denied"')[1].split("</section>")[0]
    assert "Bore" not in part


def test_without_texts_of_its_own_the_record_speaks(tmp_path):
    text = page(harbour(tmp_path), "/about")
    assert "Ships and where they call." in text
    assert "How surely" not in text


def test_the_page_says_how_current_and_how_to_cite(app):
    text = page(app, "/about")
    assert "1 May 2020" in text
    assert "The harbour clerk" in text
    assert "@misc{" in text or "@dataset{" in text
    assert "CC BY 4.0" in text


def test_every_page_leads_to_it(app):
    for path in ("/", "/browse", "/doc/ship/alma", "/search"):
        assert '<a href="/about">' in page(app, path)


def test_every_mark_has_an_example_in_the_real_data_and_none_is_about_a_person():
    text = page(linked.libya(), "/about")
    examples = text.split('class="example"')[1:]
    assert len(examples) == 6
    for example in examples:
        mark = re.search(r'id="mark-(\w+)"', example)[1]
        statements = example.count('<li class="statement')
        assert statements == 1, mark
        assert f'class="standing is-{mark}" href="/doc/rel/' in example, mark
        assert "According to" not in example, mark


@pytest.mark.parametrize("name", ["source", "method", "limits", "living-people", "corrections"])
def test_the_data_statement_of_the_real_data_is_whole(name):
    text = page(linked.libya(), "/about")
    section = text.split(f'<h2 id="{name}">')[1].split("</section>")[0]
    assert section.count("<p>") >= 2


def test_the_front_page_has_search_doors_lists_questions_and_no_flood():
    text = page(linked.libya(), "/")
    order = [
        'role="search"',
        '<h3><a href="/browse">Explore',
        '<h3><a href="/sparql">Query',
        '<h3><a href="/dumps">Download',
        "What is in it",
        "How surely",
        "How current",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert len(text) < 30_000


def test_the_front_page_begins_with_the_questions_that_the_publication_chose(tmp_path):
    queries = {
        f"questions/{n}.rq": f"# question: Question {n}?\n# topic: t{n}\n# begin: {9 - n}\nSELECT * {{ ?s ?p {n} }}"
        for n in (1, 2)
    }
    queries["questions/3.rq"] = "# question: Question 3?\n# topic: a\nSELECT * { ?s ?p 3 }"
    text = page(harbour(tmp_path, queries=queries), "/")
    assert text.index("Question 2?") < text.index("Question 1?")
    assert "Question 3?" not in text
    assert "All 4 questions" in text


def test_the_front_page_tells_search_engines_of_the_dataset(app):
    (told,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(app, "/"), re.S)
    told = json.loads(told)
    assert (told["@type"], told["@id"], told["name"]) == ("Dataset", f"{BASE}dataset", "Ships of the gulf")
    assert told["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert {one["contentUrl"] for one in told["distribution"]} == {f"{BASE}dumps/all.nq", f"{BASE}dumps/all.ttl"}


def test_pages_say_what_they_are_in_a_sentence(app):
    for path in ("/", "/doc/ship/alma", "/browse/Ship", "/about"):
        (told,) = re.findall(r'<meta name="description" content="([^"]*)">', page(app, path))
        assert told.strip(), path
    assert get(app, "/about").headers["Content-Location"] == "/about"
