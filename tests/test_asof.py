"""The page of a thing as of a day, and what a page says of itself to search engines."""

import json
import re

import pytest

from tests import linked
from tests.engines import BASE, get, harbour, page

VIEW = {
    "views/statements.rq": """SELECT ?this ?relation ?group ?phrase ?other ?otherLabel ?beginEarliest ?beginLatest ?endEarliest ?endLatest {
      ?relation :on ?this ; :at ?other ; :words ?phrase . ?other rdfs:label ?otherLabel BIND("Voyages" AS ?group)
      OPTIONAL { ?relation :be ?beginEarliest } OPTIONAL { ?relation :bl ?beginLatest } OPTIONAL { ?relation :ee ?endEarliest } OPTIONAL { ?relation :el ?endLatest } }"""
}


def voyage(name, **bounds):
    dates = "".join(f' ; :{key} "{day}"^^xsd:date' for key, day in bounds.items())
    return f'<id/voyage/{name}> :on <id/ship/alma> ; :at <id/harbour/reval> ; :words "{name} to"{dates} .\n'


VOYAGES = (
    voyage("held", be="1880-01-01", bl="1880-02-01", ee="1880-10-01", el="1880-12-01")
    + voyage("over", bl="1879-01-01", ee="1879-03-01", el="1879-12-31")
    + voyage("later", be="1881-01-01")
    + voyage("undated")
)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return harbour(tmp_path_factory.mktemp("releases"), VOYAGES, VIEW)


def told(text):
    """The words of each statement with how it is meant on the day, in the order of the page."""
    lines = text.split('<li class="statement')[1:]
    return [
        (re.search(r"(\w+) to ", line)[1], (re.search(r'class="held is-(\w+)"', line) or [None, ""])[1])
        for line in lines
    ]


@pytest.mark.parametrize(
    ("day", "held"),
    [
        ("1880-05-01", [("held", "surely"), ("undated", "possibly")]),
        ("1880-02-01", [("held", "surely"), ("undated", "possibly")]),
        ("1880-01-15", [("held", "possibly"), ("undated", "possibly")]),
        ("1880-11-01", [("held", "possibly"), ("undated", "possibly")]),
        ("1879-02-01", [("over", "surely"), ("undated", "possibly")]),
        ("1879-06-01", [("over", "possibly"), ("undated", "possibly")]),
        ("1882-01-01", [("later", "possibly"), ("undated", "possibly")]),
    ],
)
def test_a_page_shows_what_surely_and_what_possibly_held_on_a_day(app, day, held):
    assert told(page(app, f"/doc/ship/alma?asof={day}")) == held


def test_without_a_day_a_page_shows_all_and_says_nothing_of_a_day(app):
    text = page(app, "/doc/ship/alma")
    assert sorted(told(text)) == [("held", ""), ("later", ""), ("over", ""), ("undated", "")]
    assert "As of the day" in text
    assert "dates here go from 1 January 1879 to 1 January 1881" in text


def test_the_page_counts_what_it_left_out_in_words(app):
    text = page(app, "/doc/ship/alma?asof=1880-05-01")
    assert "As of 1 May 1880." in text
    assert "1 statement held on that day" in text
    assert "2 of other times are left out" in text


@pytest.mark.parametrize(
    "day",
    [
        "1880-02-30",
        "1880",
        "yesterday",
        "01.05.1880",
        "1880-5-1",
        "<script>",
        "99999-01-01",
        "0000-01-01",
        "\u0661880-05-01",
    ],
)
def test_what_is_no_day_is_refused_with_a_reason(app, day):
    response = app.test_client().get("/doc/ship/alma", query_string={"asof": day}, headers={"Accept": "text/html"})
    assert response.status_code == 400
    assert "is a day of the calendar" in response.get_data(as_text=True)


def test_one_address_stands_for_the_page_of_all_days(app):
    text = page(app, "/doc/ship/alma?asof=1880-05-01")
    assert f'<link rel="canonical" href="{BASE}doc/ship/alma">' in text
    assert (
        get(app, "/doc/ship/alma?asof=1880-05-01").headers["Content-Location"]
        == "/doc/ship/alma.html?asof=1880-05-01"
    )


def test_a_page_of_a_day_may_be_kept_and_has_a_validator_of_its_own(app):
    one, other = (get(app, f"/doc/ship/alma{query}") for query in ("", "?asof=1880-05-01"))
    assert one.headers["ETag"] != other.headers["ETag"]
    assert "max-age" in other.headers["Cache-Control"]
    again = get(app, "/doc/ship/alma?asof=1880-05-01", **{"If-None-Match": other.headers["ETag"]})
    assert again.status_code == 304


def test_a_thing_without_dates_offers_no_day(app):
    assert "As of the day" not in page(app, "/doc/harbour/reval")


def test_who_surely_led_the_government_in_spring_2014_stands_before_who_possibly_did():
    text = page(linked.libya(), "/doc/actor/tobruk-government?asof=2014-04-15")
    leaders = text[text.index(">Leaders and members") :]
    leaders = leaders[: leaders.index("</section>")]
    assert "Abdullah al-Thani" in leaders
    assert "surely then" in leaders
    assert "Ali Zeidan" not in leaders


# ---- schema.org


def schema(text):
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    return [json.loads(one) for one in found]


def typed(name, label, more=""):
    return f"<id/ship/{name}> a <https://schema.org/Vehicle> ; rdfs:label {label} {more}.\n"


def test_a_thing_with_a_type_of_schema_org_says_who_it_is(tmp_path):
    more = '; skos:altLabel "Old Faithful"@en ; skos:exactMatch <http://example.org/cora> ; skos:closeMatch <http://example.org/like> ; :accusedOf "piracy" '
    (told,) = schema(page(harbour(tmp_path, typed("cora", '"Cora"@en', more)), "/doc/ship/cora"))
    assert told["@type"] == "Vehicle"
    assert (told["@id"], told["name"], told["alternateName"]) == (f"{BASE}id/ship/cora", "Cora", ["Old Faithful"])
    assert told["sameAs"] == ["http://example.org/cora"]
    assert "piracy" not in json.dumps(told)


def test_a_thing_of_no_such_type_says_nothing(app):
    assert schema(page(app, "/doc/ship/alma")) == []


@pytest.mark.parametrize(
    "text",
    ["</script><script>alert(1)</script>", "<!--<script>", "&lt;/script&gt;", "\\u2028\\u2029", '\\"]}//', "]]>"],
)
def test_no_name_ends_the_script_element(tmp_path, text):
    body = page(harbour(tmp_path, typed("odd", f'"{text}"@en')), "/doc/ship/odd")
    (told,) = schema(body)
    assert told["name"] == json.loads(f'"{text}"')
    inside = body.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert not set("<>&") & set(inside)


def test_no_dangerous_address_is_named_as_the_same(tmp_path):
    app = harbour(tmp_path, typed("cora", '"Cora"@en', "; skos:exactMatch <javascript:alert(1)> "))
    assert "sameAs" not in schema(page(app, "/doc/ship/cora"))[0]


def test_of_a_living_person_only_the_identity_is_said():
    (told,) = schema(page(linked.libya(), "/doc/actor/khalifa-haftar"))
    assert set(told) <= {"@context", "@type", "@id", "name", "alternateName", "url", "mainEntityOfPage", "sameAs"}
