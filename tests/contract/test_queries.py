"""What queries mean: literals, prefixes, text in all scripts, the shapes of query that pages ask."""

import csv
import io

import pytest

from tests.contract.asking import ask, body, cells, table
from tests.contract.publication import NUMBERS, statements
from tests.stores import BASE, EX

_IN_WORDS = [
    ("{ ?s ex:motto 'ليبيا' BIND(STR(?s) AS ?x) }", [EX + "carl"], "letters in a pattern"),
    ("{ ?s rdfs:label ?l FILTER(STR(?l) = 'Hervé') BIND(STR(?s) AS ?x) }", [EX + "bert"], "letters compared"),
    ("{ ?s ex:name ?l FILTER(?l = 'Hervé') BIND(?l AS ?x) }", ["Hervé"], "letters compared and given"),
    ("{ ?s rdfs:label ?l FILTER(STR(?l) IN ('آنا', 'Anna')) BIND(?l AS ?x) }", ["Anna", "آنا"], "letters in a list"),
    ("{ ex:bert rdfs:label ?l BIND(CONCAT(STR(?l), ' → ليبيا') AS ?x) }", ["Hervé → ليبيا"], "letters joined"),
    ("{ ?s rdfs:label ?l FILTER(CONTAINS(?l, 'rvé')) BIND(STR(?s) AS ?x) }", [EX + "bert"], "letters contained"),
    ("{ ?s rdfs:label ?l FILTER(REGEX(?l, '^HERVÉ$', 'i')) BIND(STR(?s) AS ?x) }", [EX + "bert"], "letters in a pattern of REGEX"),
    ("{ VALUES ?l { 'Hervé' } ?s ex:name ?n FILTER(?n = ?l) BIND(STR(?s) AS ?x) }", [EX + "carl"], "letters in VALUES"),
    ("{ ?s rdfs:label 'Herv\\u00e9'@fr BIND(STR(?s) AS ?x) }", [EX + "bert"], "an escaped letter"),
    ("{ ?s ex:note 'line\\nbreak, \\u0022quoted\\u0022 → dash' BIND('a\\u0022b' AS ?x) }", ['a"b'], "an escaped quote"),
    ("{ ex:anna ex:note ?x }", ['line\nbreak, "quoted" → dash'], "breaks and quotes"),
    ("{ ex:anna owl:sameAs ?x }", ["http://other.example/é"], "letters in an IRI"),
    ("{ ex:anna ex:tongue ?t BIND(LANG(?t) AS ?x) }", ["en-gb"], "language tag with region"),
]  # fmt: skip
_VALUES = [
    ("{ ex:anna ex:active ?x }", ["true"], "boolean"),
    ("{ ?s ex:active true BIND(STR(?s) AS ?x) }", [EX + "anna"], "boolean in a pattern"),
    ("{ ex:anna ex:height ?x }", ["1.75"], "decimal"),
    ("{ ex:anna ex:born ?x }", ["1980-05-01"], "date"),
    ("{ ex:bert ex:seen ?x }", ["2015-02-19T10:00:00Z"], "time with zone"),
    ("{ ex:anna ex:born ?d BIND(YEAR(?d) AS ?x) }", ["1980"], "year"),
    ("{ ?s ex:born ?d FILTER(?d < '1990-01-01'^^xsd:date) BIND(STR(?s) AS ?x) }", [EX + "anna"], "dates compared"),
    ("{ ex:town ex:point ?p BIND(CONCAT(STR(?p), STR(DATATYPE(?p))) AS ?x) }",
     ["POINT(13.159 32.6635)http://www.opengis.net/ont/geosparql#wktLiteral"], "geometry"),
    ("{ ex:7 ex:number ?n BIND(?n = 7 AS ?x) }", ["true"], "computed boolean"),
    ("{ ex:7 ex:number ?n BIND(?n / 2 AS ?x) }", ["3.5"], "integer division"),
    ("{ ex:7 ex:number ?n BIND(?n * 2 + 1 AS ?x) }", ["15"], "arithmetic"),
    ("{ ex:7 ex:number ?n BIND(IF(?n > 5, 'more', 'less') AS ?x) }", ["more"], "IF"),
    ("{ ?e a ex:Event OPTIONAL { ?e ex:grade ?g } BIND(COALESCE(?g IN (ex:High), 'ungraded') AS ?y) "
     "BIND(IF(STR(?y) = 'ungraded', 'ungraded', 'graded') AS ?x) }", ["graded", "ungraded"], "errors in COALESCE"),
    ("{ ?e a ex:Event OPTIONAL { ?e ex:grade ?g } BIND(IF(BOUND(?g), 'graded', 'ungraded') AS ?x) }",
     ["graded", "ungraded"], "BOUND"),
    ("{ ex:7 ex:number ?n BIND(IF(ISBLANK(BNODE()), 'yes', 'no') AS ?x) }", ["yes"], "BNODE"),
]  # fmt: skip
_SHAPES = [
    ("{ ex:anna ex:knows/ex:knows ?y BIND(STR(?y) AS ?x) }", [EX + "carl"], "path of two steps"),
    ("{ ex:anna ex:knows+ ?y BIND(STR(?y) AS ?x) }", [EX + "bert", EX + "carl"], "path from a known end"),
    ("{ ?a ex:knows+ ?y BIND(CONCAT(STRAFTER(STR(?a), '.org/'), ' ', STRAFTER(STR(?y), '.org/')) AS ?x) }",
     ["anna bert", "anna carl", "bert carl"], "path of any length"),
    ("{ { ex:anna ex:knows ?y } UNION { ?y ex:knows ex:carl } BIND(STR(?y) AS ?x) }", [EX + "bert", EX + "bert"], "UNION"),
    ("{ ?p a ex:Person MINUS { ?p ex:knows ?q } BIND(STR(?p) AS ?x) }", [EX + "carl"], "MINUS"),
    ("{ ?p a ex:Person FILTER NOT EXISTS { ?q ex:knows ?p } BIND(STR(?p) AS ?x) }", [EX + "anna"], "NOT EXISTS"),
    ("{ ?p a ex:Person OPTIONAL { VALUES (?p ?x) { (ex:anna 'first') (ex:bert 'second') } } }", ["", "first", "second"],
     "VALUES in OPTIONAL"),
    ("{ { ?e a ex:Event } UNION { ?e a ex:Town } OPTIONAL { ?e ?p ?x } OPTIONAL { ?x rdfs:label ?l } FILTER(?p = rdfs:label) }",
     ["the meeting", "the quarrel"], "OPTIONAL after OPTIONAL"),
    ("{ { SELECT ?p (COUNT(?l) AS ?x) { ?p a ex:Person ; rdfs:label ?l } GROUP BY ?p } }", ["1", "1", "2"], "subquery"),
]  # fmt: skip


def _cases(*tables):
    return [pytest.param(query, expected, id=name) for table in tables for query, expected, name in table]


@pytest.mark.parametrize(("pattern", "expected"), _cases(_IN_WORDS, _VALUES, _SHAPES))
def test_a_query_gives_the_same_values(engine, pattern, expected):
    assert cells(engine, f"SELECT ?x {pattern}") == sorted(expected)


def test_everything_is_there_once(engine):
    assert cells(engine, "SELECT (COUNT(*) AS ?x) { ?s ?p ?o }") == [str(statements())]


def test_a_group_is_counted_ordered_and_cut(engine):
    rows = table(engine, "SELECT ?c (COUNT(DISTINCT ?s) AS ?x) { ?s a ?c } GROUP BY ?c ORDER BY DESC(?x) LIMIT 1")
    assert rows == [{"c": EX + "Person", "x": "3"}]


def test_offset_goes_on_where_limit_ended(engine):
    pages = [
        f"SELECT ?x {{ ?s ex:number ?x }} ORDER BY ?x LIMIT 1000 OFFSET {start}" for start in range(0, NUMBERS, 1000)
    ]
    found = [int(row["x"]) for page in pages for row in table(engine, page)]
    assert found == list(range(NUMBERS))


def test_relative_iris_are_those_of_the_endpoint(engine):
    assert cells(engine, "SELECT ?x { BIND(STR(<#here>) AS ?x) }") == [f"{BASE}sparql#here"]


def test_comments_and_spelling_do_not_matter(engine):
    query = "# a comment\nselect ?x # {\nwhere { ex:anna ex:height ?x . # } 'open\n }"
    assert cells(engine, query) == ["1.75"]


def test_construct_fills_its_template(engine):
    found = body(ask(engine, "CONSTRUCT { ?a ex:friendOfFriend ?c } { ?a ex:knows/ex:knows ?c }"))
    assert found == f"<{EX}anna> <{EX}friendOfFriend> <{EX}carl> .\n".encode()


def test_construct_where_gives_what_it_found(engine):
    assert body(ask(engine, "CONSTRUCT WHERE { ex:anna ex:height ?h }")).count(b"\n") == 1


@pytest.mark.parametrize("about", [pytest.param("ex:carl", id="describe")])
def test_describe_tells_what_is_said_of_a_thing(engine, about):
    found = body(ask(engine, f"DESCRIBE {about}")).decode().splitlines()
    assert len(found) == 6
    assert all(line.startswith(f"<{EX}carl>") for line in found)


@pytest.mark.parametrize(
    "query", [pytest.param("CONSTRUCT { ?s a ex:Late } { ?s ex:number ?n } OFFSET 2990", id="construct with offset")]
)
def test_construct_skips_what_offset_says(engine, query):
    assert body(ask(engine, query)).count(b"\n") == 10


def test_the_questions_of_the_release_have_their_answers(engine, release):
    asked = release.queries("questions")
    assert asked
    for name, query in asked.items():
        expected = (release.folder / "queries" / name).with_suffix(".csv").read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(expected)))
        assert sorted(map(str, table(engine, query))) == sorted(map(str, rows)), name
