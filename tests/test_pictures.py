"""Network, timeline and map: what the views tell is chosen rightly, and no allegation is told in our own voice."""

import csv
import io
import json
import re

import pytest

from service.describe.terms import Bounds
from service.engine.rows import rows
from service.pictures.presence import presence, turning_days
from tests.engines import BASE, get, harbour, page
from tests.linked import BASE as REAL
from tests.linked import libya

CALLS = """
SELECT ?relation ?group ?order ?quiet ?side ?subject ?subjectLabel ?phrase ?other ?otherLabel
  ?beginEarliest ?beginLatest ?endEarliest ?endLatest ?standing ?mark ?voice ?place ?placeLabel
WHERE {
  ?relation a :Call . ?relation :ship ?subject . ?relation :harbour ?other .
  ?subject rdfs:label ?subjectLabel . ?other rdfs:label ?otherLabel
  OPTIONAL { ?relation :from ?beginLatest } OPTIONAL { ?relation :until ?endEarliest }
  OPTIONAL { ?relation :first ?beginEarliest } OPTIONAL { ?relation :last ?endLatest }
  OPTIONAL { ?relation :quiet ?quiet } OPTIONAL { ?relation :voice ?voice }
  BIND(COALESCE(?quiet, "false") AS ?q) BIND(IF(?q = "true", "rumours", "calls") AS ?group)
  BIND(1 AS ?order) BIND("with" AS ?side) BIND("calls at" AS ?phrase) BIND("sure" AS ?standing) BIND("asserted" AS ?mark)
  BIND(?other AS ?place) BIND(?otherLabel AS ?placeLabel)
}
"""
CLAIMS = """SELECT ?relation ?claim ?holder ?holderLabel ?stanceMark ?hedge ?citation ?passage WHERE {
  ?claim :about ?relation . ?claim :holder ?holder . ?holder rdfs:label ?holderLabel
  OPTIONAL { ?claim :stance ?given } BIND(COALESCE(?given, "affirms") AS ?stanceMark) BIND("reportedly" AS ?hedge) BIND(?claim AS ?citation) BIND("L3" AS ?passage)
}"""
PLACES = """SELECT ?place ?placeLabel ?longitude ?latitude ?around WHERE {
  ?place a :Harbour . ?place rdfs:label ?placeLabel
  OPTIONAL { ?place :long ?longitude . ?place :lat ?latitude } OPTIONAL { ?place :in ?around }
}"""
VIEWS = {
    "views/network.rq": CALLS, "views/network-claims.rq": CLAIMS, "views/timeline.rq": CALLS,
    "views/map.rq": CALLS, "views/map-places.rq": PLACES,
}  # fmt: skip
STORY = """
<id/call/1> :first "2020-01-01"^^xsd:date ; :from "2020-02-01"^^xsd:date ; :until "2020-03-01"^^xsd:date ; :last "2020-04-01"^^xsd:date .
<id/call/2> a :Call ; :ship <id/ship/bore> ; :harbour <id/harbour/quay> ; :quiet "true" .
<id/call/3> a :Call ; :ship <id/ship/bore> ; :harbour <id/harbour/reval> ; :voice "attributed" .
<id/call/4> a :Call ; :ship <id/ship/alma> ; :harbour <id/harbour/lost> ; :voice "attributed" .
<id/claim/1> :about <id/call/3> ; :holder <id/ship/gull> . <id/ship/gull> rdfs:label "The Gull" .
<id/claim/2> :about <id/call/1> ; :holder <id/ship/gull> . <id/claim/3> :about <id/call/1> ; :holder <id/ship/tern> .
<id/claim/4> :about <id/call/1> ; :holder <id/ship/foe> ; :stance "denies" .
<id/ship/tern> rdfs:label "The Tern" . <id/ship/foe> rdfs:label "The Alma" .
<id/harbour/quay> a :Harbour ; rdfs:label "Old Quay" ; :in <id/harbour/reval> .
<id/harbour/lost> a :Harbour ; rdfs:label "Lost Bay" .
<id/harbour/reval> :long 24.75 ; :lat 59.44 .
"""


@pytest.fixture
def port(tmp_path):
    return harbour(tmp_path, STORY, VIEWS)


def told(app, path):
    response = get(app, path, "application/json")
    assert response.status_code == 200, response.get_data(as_text=True)
    return json.loads(response.data)


def ties(app, query=""):
    return {tie["id"].removeprefix(BASE + "id/"): tie for tie in told(app, f"/network?{query}")["ties"]}


SKOS = "http://www.w3.org/2004/02/skos/core#"
FOUR = Bounds("2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01")


@pytest.mark.parametrize(
    ("bounds", "day", "expected"),
    [
        (FOUR, "2019-12-31", "not"), (FOUR, "2020-01-01", "possibly"), (FOUR, "2020-01-31", "possibly"),
        (FOUR, "2020-02-01", "surely"), (FOUR, "2020-03-01", "surely"), (FOUR, "2020-03-02", "possibly"),
        (FOUR, "2020-04-01", "possibly"), (FOUR, "2020-04-02", "not"),
        (Bounds(), "2020-01-01", "possibly"),
        (Bounds(begin_latest="2015-02-19", end_earliest="2015-02-19"), "2015-02-19", "surely"),
        (Bounds(begin_latest="2015-02-19", end_earliest="2015-02-19"), "1900-01-01", "possibly"),
        (Bounds(begin_earliest="2020-01-01"), "2019-12-31", "not"),
        (Bounds(end_latest="some time"), "2019-12-31", "possibly"),
    ],
)  # fmt: skip
def test_surely_and_possibly_turn_at_the_bounds(bounds, day, expected):
    assert presence(bounds, day) == expected


def test_turning_days_are_in_order_and_few():
    many = [Bounds(begin_earliest=f"{year}-01-01") for year in range(1000, 2000)]
    assert turning_days([FOUR, FOUR]) == ["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"]
    days = turning_days(many)
    assert len(days) <= 401
    assert (days[0], days[-1]) == ("1000-01-01", "1999-01-01")


def test_quiet_groups_are_shown_when_asked_for(port):
    assert set(ties(port)) == {"call/1"}
    assert set(ties(port, "group=rumours")) == {"call/2"}
    assert set(ties(port, "group=*")) == {"call/1", "call/2"}
    assert told(port, "/network")["groups"] == [{"name": "calls", "quiet": False}, {"name": "rumours", "quiet": True}]


def test_what_is_attributed_is_left_out_until_asked_for_and_has_a_voice(port):
    assert told(port, "/network?group=*")["leftOut"] == 1
    asked = ties(port, "group=*&alleged=1")
    assert asked["call/3"]["voice"] == "according to The Gull (reportedly), L3"
    assert "call/4" not in asked, "nobody is named who says so"
    assert "According to" in page(port, "/network?alleged=1")
    assert "Lost Bay" not in page(port, "/network?alleged=1")


def test_what_is_ours_to_say_still_says_who_says_it(port):
    assert "voice" not in ties(port)["call/1"]
    assert (
        ties(port)["call/1"]["says"]
        == "The Gull (reportedly), L3 and The Tern (reportedly), L3; denied by The Alma (reportedly), L3"
    )


def test_the_table_tells_who_denies_it_from_who_says_it(port):
    row = re.search(r'<td class="said-by">(.*?)</td>', page(port, "/network"), re.S)
    words = " ".join(re.sub(r"<[^>]*>", " ", row[1]).split())
    assert re.fullmatch(r"The Gull .*and The Tern .*; denied by The Alma .*", words), words


def test_a_day_leaves_out_what_was_over(port):
    assert set(ties(port, "asof=2020-04-01")) == {"call/1"}
    assert set(ties(port, "asof=2020-04-02")) == set()
    assert "possibly" in page(port, "/network?asof=2020-04-01")


def test_around_one_thing_comes_what_touches_it_and_further_by_steps(port):
    assert set(ties(port, "around=harbour/quay")) == {"call/2"}
    assert set(ties(port, "around=ship/gull")) == set()
    assert set(ties(port, f"around={BASE}id/harbour/reval&alleged=1")) == {"call/1", "call/3"}
    assert set(ties(port, "around=harbour/quay&hops=2&alleged=1")) == {"call/2", "call/3"}


def test_an_allegation_is_no_way_to_somebody_else(port):
    assert set(ties(port, "around=harbour/quay&hops=3")) == {"call/2"}


def test_words_find_what_has_them(port):
    assert set(ties(port, "group=*&q=BORE")) == {"call/2"}
    assert set(ties(port, "group=*&q=heron")) == set()


def test_a_place_without_a_position_borrows_that_of_the_place_around_it(port):
    places = {place["label"]: place for place in told(port, "/map?group=*")["places"]}
    assert (places["Old Quay"]["longitude"], places["Old Quay"]["inside"]) == (24.75, "Reval")
    assert "inside" not in places["Reval"]


def test_a_thing_says_how_much_there_is_to_draw(port):
    assert told(port, "/drawn?around=harbour/quay") == {"network": 1, "timeline": 1, "map": 1}
    assert told(port, "/drawn") == {}


@pytest.mark.parametrize("path", ["/network", "/timeline", "/map"])
def test_without_a_view_the_page_says_so_and_the_document_is_empty(tmp_path, path):
    bare = harbour(tmp_path)
    assert "brings no view" in page(bare, path)
    assert not any(told(bare, path).get(part) for part in ("ties", "spans", "sightings", "groups"))
    assert f'href="{path}"' not in page(bare, "/browse")


@pytest.mark.parametrize("query", ["asof=yesterday", "asof=2015-02-30", "hops=0", "hops=9", "hops=two", "format=pdf"])
def test_nonsense_is_refused_with_a_problem_document(port, query):
    response = get(port, f"/network?{query}", "application/json")
    assert (response.status_code, response.content_type) == (400, "application/problem+json")


@pytest.mark.parametrize("path", ["/network", "/timeline", "/map"])
def test_documents_can_be_kept_and_asked_after(path):
    first = get(libya(), path, "application/json")
    again = get(libya(), path, "application/json", **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "Accept" in first.headers["Vary"]
    assert "max-age" in first.headers["Cache-Control"]


def alleged():
    """The real relations that are alleged of a person, by IRI."""
    found = (
        libya()
        .extensions["engine"]
        .store.query(
            "SELECT DISTINCT ?r WHERE { ?r ca:subject|ca:object ?p . ?p a ca:Person "
            "FILTER NOT EXISTS { ?r ca:sensitivity ?grade FILTER(?grade IN (ca:Neutral, ca:Affiliation)) } }",
            prefixes={"ca": REAL + "ontology#"},
        )
    )
    return {row["r"].value for row in found}


@pytest.mark.parametrize(("path", "part"), [("/network", "ties"), ("/timeline", "spans"), ("/map", "sightings")])
def test_no_real_allegation_is_told_in_our_voice(path, part):
    accused = alleged()
    assert len(accused) > 100, "the real data have such relations, or this test sees nothing"
    assert not [one for one in told(libya(), f"{path}?group=*")[part] if one["id"] in accused]
    asked = [one for one in told(libya(), f"{path}?group=*&alleged=1")[part] if one["id"] in accused]
    assert asked, f"{path} has allegations to show"
    assert all(re.match("(according to|denied by|left open by) ", one["voice"]) for one in asked)


def test_a_real_document_says_by_way_of_what_somebody_says_it():
    told = json.loads(get(libya(), "/network?group=*&alleged=1", "application/json").data)
    assert any(", by way of " in tie.get("voice", tie.get("says", "")) for tie in told["ties"])


def test_an_actor_of_which_it_is_only_reported_is_never_put_into_an_event_plainly():
    app = libya()
    query = f"""SELECT ?event ?name ?standing WHERE {{ ?part a <{REAL}ontology#Involvement> ; <{REAL}ontology#object> ?event ;
      <{REAL}ontology#subject> ?actor ; <{REAL}ontology#standing> ?standing . ?actor <{SKOS}prefLabel> ?name }}"""
    asserted: dict[str, set[str]] = {}
    doubtful: set[tuple[str, str]] = set()
    for row in rows(app.extensions["engine"], query):
        if row["standing"].value.endswith("#Asserted"):
            asserted.setdefault(row["event"].value, set()).add(row["name"].value)
        else:
            doubtful.add((row["event"].value, row["name"].value))
    spans = {span["id"]: span for span in json.loads(get(app, "/timeline?group=*", "application/json").data)["spans"]}
    plain = {(event, name) for event, span in spans.items() for name in span["rows"].get("actor", ())}
    assert len(doubtful) > 10
    assert not {one for one in plain & doubtful if one[1] not in asserted.get(one[0], ())}
    assert any(name.endswith(" (reported)") for _, name in plain)


def test_the_real_table_begins_allegations_with_who_says_so():
    accused = alleged()
    lines = re.findall(r"<tr[^>]*>\s*<td>(.*?)</tr>", page(libya(), "/network?group=*&alleged=1"), re.DOTALL)
    addresses = [f'href="/doc/{iri.removeprefix(REAL + "id/")}"' for iri in accused]
    ours = [line for line in lines if any(address in line for address in addresses)]
    assert len(ours) > 50
    assert all(re.match(r'<p class="said">(According to|<a |Nobody)', line.strip()) for line in ours)


def test_what_is_denied_or_disputed_is_never_told_plainly_in_a_table():
    lines = re.findall(r"<tr[^>]*>\s*<td>(.*?)</tr>", page(libya(), "/network?group=*"), re.DOTALL)
    weak = [line for line in lines if re.search("is-(denied|disputed|open)", line)]
    assert len(weak) > 3
    assert all(re.match("<strong>(Denied|Disputed|Open):</strong> ", line) for line in weak)


def test_the_table_is_there_as_csv_with_who_says_so(port):
    response = get(port, "/network?format=csv&group=*&alleged=1")
    assert response.content_type == "text/csv; charset=utf-8"
    lines = {
        line["statement"].rpartition("/")[2]: line
        for line in csv.DictReader(io.StringIO(response.get_data(as_text=True)))
    }
    assert set(lines) == {"1", "2", "3"}
    assert (lines["3"]["according"], lines["3"]["saidBy"]) == ("according to The Gull (reportedly), L3", "")
    assert (lines["1"]["subjectLabel"], lines["1"]["objectLabel"], lines["1"]["endLatest"]) == (
        "Alma",
        "Reval",
        "2020-04-01",
    )
    assert "/network?group=%2A&amp;alleged=1&amp;format=csv" in page(port, "/network?group=*&alleged=1")


def test_the_map_names_the_sources_of_its_positions_and_of_the_land():
    credits = re.sub("<[^>]+>", "", page(libya(), "/map").partition("Land and borders")[2].partition("</p>")[0])
    assert "Natural Earth, public domain" in credits
    assert "en.wikipedia.org under CC BY-SA 4.0" in credits
    assert "sws.geonames.org under CC BY 4.0" in credits


def test_every_real_place_is_on_the_map_or_listed_as_without_a_position():
    document = told(libya(), "/map")
    lost = {place["label"] for place in document["places"] if "longitude" not in place and "country" not in place}
    listed = page(libya(), "/map").partition("data-unplaced")[2].partition("</section>")[0]
    assert lost
    assert all(label in listed.replace("&#39;", "'") for label in lost)
    assert len(lost) < len(document["places"]) / 4
