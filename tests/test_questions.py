"""The competency questions: each gives its expected answer over a release of this repository, and together they use every term.

Does not say how an expected answer came about: each was read in the cited article first, then compared with the data.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse
from rdflib.plugins.sparql import prepareQuery

from service.press.borrowed import check_borrowed
from service.press.build import build
from service.press.passages import Text
from service.press.queries import read_queries, value_of
from service.settings import Settings

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology"
FOLDER = ONTOLOGY / "questions"
BASE = "https://w3id.org/conflict-actors/"
CA = f"{BASE}ontology#"
QUESTIONS = {question.local: question for question in read_queries(FOLDER, BASE, BASE)}
ARTICLE = os.environ.get("ARTICLE")
FEWEST, LONGEST, WIDEST = 60, 28, 118
TOPICS = {
    "people and offices", "foreign backing", "places and control", "numbers", "disputes and doubt",
    "who is for and against what", "who says what", "groups and alliances", "origins of groups", "fighting and events",
    "pledges of allegiance", "sanctions and registers", "names", "links to other datasets", "the dataset itself",
}  # fmt: skip
# Terms that no question can use, with the reason.
UNUSED: dict[str, str] = {}

each_question = pytest.mark.parametrize("name", sorted(QUESTIONS))


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The store of a release built from this repository, under the base its files are written in."""
    shelf = tmp_path_factory.mktemp("releases")
    release = build(Settings(ONTOLOGY, ROOT / "triples", ROOT / "shapes", releases=shelf, base=BASE))
    return Store.read_only(str(release.folder / "store"))


def answer(store: Store, query: str) -> list[list[str]]:
    """The header and the rows of a SELECT, as a CSV file has them."""
    found = store.query(query)
    assert isinstance(found, QuerySolutions), "a question is a SELECT"
    header = [variable.value for variable in found.variables]
    return [header, *([value_of(term) for term in row] for row in found)]


def expected(name: str) -> list[list[str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@cache
def words_of(name: str) -> str:
    """The query without comments, IRIs and strings: what is left uses terms."""
    return re.sub(r'"[^"]*"|<[^>\s]*>|#.*', "", QUESTIONS[name].text)


def terms() -> Iterator[str]:
    """The local names of all terms in the ontology's own files."""
    for file in sorted(ONTOLOGY.glob("*.ttl")):
        for quad in parse(path=str(file), format=RdfFormat.TURTLE):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(CA):
                yield quad.subject.value.removeprefix(CA)


@each_question
def test_a_question_gives_its_expected_answer(store: Store, name: str) -> None:
    assert answer(store, QUESTIONS[name].text) == expected(name)


@each_question
def test_a_question_has_words_a_known_topic_and_rows(name: str) -> None:
    fields = QUESTIONS[name].fields
    assert fields.get("question", "").endswith("?"), "say `# question: ...?`"
    topics = {topic.strip() for topic in fields.get("topic", "").split(",")}
    assert topics <= TOPICS, f"no such topic: {', '.join(sorted(topics - TOPICS))}"
    rightly_empty = fields.get("expects") == "nothing"
    assert (len(expected(name)) == 1) == rightly_empty, "give it an answer, or say `# expects: nothing`"


@each_question
def test_a_question_can_be_read_and_copied(name: str) -> None:
    text = QUESTIONS[name].text
    lines = text.splitlines()
    assert len(lines) <= LONGEST, "make it shorter"
    assert max(map(len, lines)) <= WIDEST, "break the long lines"
    assert "ORDER BY" in text, "without an order the answer differs from store to store"
    declared = set(re.findall(r"(?m)^PREFIX ([\w-]+):", text))
    used = set(re.findall(r"(?<![\w?:-])([a-z][\w-]*):", re.sub(r"(?m)^PREFIX.*$", "", words_of(name))))
    assert declared == used, "declare the prefixes it uses and no others"
    prepareQuery(text)


@each_question
def test_an_answer_about_claims_tells_the_paragraphs(name: str) -> None:
    if "ca:about" in words_of(name) and QUESTIONS[name].fields.get("expects") != "nothing":
        assert any("aragraph" in column for column in expected(name)[0])


def test_there_are_enough_questions_and_every_answer_has_one() -> None:
    assert len(QUESTIONS) >= FEWEST
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(QUESTIONS)
    numbers = [name.partition("-")[0] for name in QUESTIONS]
    assert len(set(numbers)) == len(numbers), "two questions have one number"


def test_every_topic_has_questions() -> None:
    told = {topic.strip() for question in QUESTIONS.values() for topic in question.fields["topic"].split(",")}
    assert told == TOPICS


def test_every_term_is_used_by_a_question() -> None:
    known = set(terms())
    assert known, "the ontology has no terms: is the path right?"
    used = {term for name in QUESTIONS for term in re.findall(r"\bca:(\w+)", words_of(name))}
    assert known - used == set(UNUSED), "ask for it in a question, or say in UNUSED why not"
    assert used <= known, "a question asks for a term that is not there"


def test_the_first_question_can_be_asked_of_every_direct_statement(store: Store) -> None:
    first = QUESTIONS[min(QUESTIONS)].text
    every = re.sub(r"(?m)^ *VALUES \?property .*\n", "", first)
    assert every != first, "the first question names the property it is about in a VALUES line"
    header, *rows = answer(store, every)
    ends = [header.index(name) for name in ("subject", "property", "object")]
    direct = f"""PREFIX ca: <{CA}> SELECT DISTINCT ?subject ?property ?object
        WHERE {{ {{ SELECT DISTINCT ?property WHERE {{ ?any ca:directProperty ?property }} }} ?subject ?property ?object }}"""
    statements = {tuple(row) for row in answer(store, direct)[1:]}
    assert statements, "there are no direct statements"
    assert {tuple(row[end] for end in ends) for row in rows} == statements


@pytest.mark.skipif(not ARTICLE, reason="ARTICLE names no copy of the cited article")
def test_neither_questions_nor_answers_borrow_the_words_of_the_article(store: Store) -> None:
    text = Text.of(Path(ARTICLE or "").read_text(encoding="utf-8"))
    names = "SELECT ?name { ?node <http://www.w3.org/2008/05/skos-xl#literalForm> ?name }"
    free = {name for (name,) in answer(store, names)}  # names are facts, however long
    told = {(name, cell) for name in QUESTIONS for row in expected(name) for cell in row if cell not in free}
    told |= {(name, question.text) for name, question in QUESTIONS.items()}
    note = NamedNode("http://www.w3.org/2004/02/skos/core#note")
    quads = [Quad(NamedNode(f"{BASE}id/question/{name}"), note, Literal(words)) for name, words in sorted(told)]
    assert check_borrowed(quads, text, {}).findings == ()
