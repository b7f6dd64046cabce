"""Identifiers of others as addresses here: /id/{scheme}/{identifier}."""

import pytest

from tests.engines import BASE as HARBOUR
from tests.engines import get, harbour
from tests.linked import BASE, libya, views

CA = "https://w3id.org/conflict-actors/ontology#"
ODD = f"""
@prefix ca: <{HARBOUR}ontology#> .
<id/concept/identifier-scheme/lloyd> ca:idPattern "^[0-9]+$" ; skos:prefLabel "Lloyd's"@en .
<id/concept/identifier-scheme/ship> ca:idPattern "^[a-z]+$" ; skos:prefLabel "ships"@en .
<id/link/1> ca:identifierScheme <id/concept/identifier-scheme/lloyd> ; dct:identifier "7" ; ca:linkFrom <id/ship/alma> ; ca:linkRelation skos:exactMatch .
<id/link/2> ca:identifierScheme <id/concept/identifier-scheme/lloyd> ; dct:identifier "7" ; ca:linkFrom <id/ship/bore> ; ca:linkRelation skos:exactMatch .
<id/link/3> ca:identifierScheme <id/concept/identifier-scheme/lloyd> ; dct:identifier "8" ; ca:linkFrom <id/ship/bore> ; ca:linkRelation skos:closeMatch .
<id/link/4> ca:identifierScheme <id/concept/identifier-scheme/ship> ; dct:identifier "alma" ; ca:linkFrom <id/ship/bore> ; ca:linkRelation skos:exactMatch .
"""


@pytest.fixture(scope="module")
def app():
    return libya()


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    return harbour(tmp_path_factory.mktemp("releases"), ODD, views("identifier", "identifier-schemes", "links-of"))


@pytest.mark.parametrize(
    ("identifier", "thing"),
    [
        ("wikidata/Q211866", "place/derna"),
        ("Wikidata/Q211866", "place/derna"),
        ("wikidata/Q1016", "place/country-libya"),
        ("geonames/87205", "place/derna"),
        ("geonames/87205/", "place/derna"),
        ("un-sanctions/QDe.146", "actor/asl-benghazi"),
        ("un/QDe.146", "actor/asl-benghazi"),
        ("iso-3166-1-alpha-2/LY", "place/country-libya"),
        ("iso-3166-1/434", "place/country-libya"),
        ("wikipedia-en/Ansar_al-Sharia_(Libya)", "actor/ansar-al-sharia-libya"),
        ("wikipedia/Ansar_al-Sharia_%28Libya%29", "actor/ansar-al-sharia-libya"),
        ("dbpedia/Derna,_Libya", "place/derna"),
        ("jihad-intel/group/34", "actor/aqim"),
        ("icao/HLLT", "place/tripoli-airport"),
        ("website/unsmil.unmissions.org", "actor/unsmil"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_identifier_leads_to_our_thing(app, identifier, thing, method):
    response = app.test_client().open(f"/id/{identifier}", method=method)
    assert (response.status_code, response.headers["Location"]) == (303, f"/id/{thing}")
    assert f'<{BASE}id/{thing}>; rel="canonical"' in response.headers.getlist("Link")


def test_every_identifier_in_the_data_leads_somewhere(app):
    engine = app.extensions["engine"]
    query = f"SELECT ?s ?i {{ ?l <{CA}identifierScheme> ?s ; <http://purl.org/dc/terms/identifier> ?i }}"
    found = [(row["s"].value.rpartition("/")[2], row["i"].value) for row in engine.store.query(query)]
    assert len(found) > 300
    statuses = {app.test_client().get(f"/id/{slug}/{identifier}").status_code for slug, identifier in found}
    assert statuses == {300, 303}


@pytest.mark.parametrize("accept", ["text/html", "application/json", "text/turtle"])
def test_two_things_with_one_identifier_are_a_choice(odd, accept):
    response = get(odd, "/id/lloyd/7", accept)
    assert response.status_code == 300
    assert response.content_type.startswith(accept)
    body = response.get_data(as_text=True)
    assert "ship/alma" in body
    assert "ship/bore" in body


def test_a_choice_stays_one_for_whoever_has_it_already(odd):
    first = get(odd, "/id/lloyd/7", "application/json")
    again = get(odd, "/id/lloyd/7", "application/json", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (300, first.get_data())


def test_a_thing_that_is_only_near_is_a_choice_of_one(odd):
    response = get(odd, "/id/lloyd/8", "application/json")
    assert response.status_code == 300
    assert [one["match"] for one in response.json["here"]] == ["close"]


def test_a_thing_of_ours_wins_over_an_identifier(odd):
    assert get(odd, "/id/ship/alma").headers["Location"] == "/doc/ship/alma"


def test_a_scheme_may_have_the_name_of_a_kind_for_what_is_no_thing(odd):
    assert get(odd, "/id/ship/nobody").status_code == 404


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("wikidata/Q42", "Nothing here has the identifier Q42 of Wikidata"),
        ("wikidata/foo", "does not have the form"),
        ("wikidata", "Add an identifier of Wikidata"),
        ("wikidata/", "Add an identifier of Wikidata"),
        ("nobody/x", "Nothing is said here about"),
        ("wikidata/Q1%22%7D%20%3Cx", "does not have the form"),
    ],
)
def test_what_is_not_here_is_404_with_a_hint(app, path, hint):
    response = get(app, f"/id/{path}", "application/json")
    assert response.status_code == 404
    assert hint in response.json["detail"]


def test_the_hint_says_where_the_identifier_leads_elsewhere(app):
    assert get(app, "/id/wikidata/Q42", "application/json").json["elsewhere"] == "http://www.wikidata.org/entity/Q42"


def test_without_views_there_are_no_resolvers(tmp_path):
    assert get(harbour(tmp_path), "/id/wikidata/Q1").status_code == 404
