"""A query that does not parse says where it goes wrong, in words that help."""

import pyoxigraph as ox
import pytest

from service.engine.mistakes import mistake

CASES = [
    ("SELECT *\nWHERE { ?s nope:p ?o }", 2, 12, "prefix nope: is not declared"),
    ("SELECT * { :a ?p ?o }", 1, 12, "prefix : is not declared"),
    ("SELECT * {\n  ?s ?p 'it }\n}", 2, 9, "string that begins here has no end"),
    ("SELECT * {\n ?s ?p ?o", 1, 10, "{ here is never closed"),
    ("SELECT * { ?s ?p ?o }\n}", 2, 1, "} closes nothing here: nothing is open"),
    ("SELECT * { FILTER(?x = 1 }", 1, 26, "} closes nothing here: the ( before it is still open"),
    ("SELECT * { FILTER EXISTS { ?s ?p ?o }\n", 1, 10, "{ here is never closed"),
]


@pytest.mark.parametrize(("query", "line", "column", "words"), CASES)
def test_a_mistake_is_told_where_it_is(query, line, column, words):
    found = mistake(query, {"known"})
    assert found is not None
    assert (found.line, found.column) == (line, column)
    assert words in found.told
    with pytest.raises(SyntaxError):
        ox.Store().query(query, prefixes={"known": "http://e/"})


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s known:p _:b ; ?q '''}''' # }\n}",
        "PREFIX e: <http://e/> SELECT * { e:a\\,b ?p ?o }",
        'PREFIX : <http://e/> SELECT * { :a :p "{(" , [ :q (1 2) ] . FILTER(?x < 3 && ?y > 4) }',
    ],
)
def test_what_is_no_mistake_is_none(query):
    assert mistake(query, {"known"}) is None


def test_what_the_tokens_do_not_show_is_left_to_the_parser():
    assert mistake("SELECT * { ?s ?p }", set()) is None
