"""`/links`: any URI in, what it is here out; for people and machines, one at a time and many."""

import json

import pytest
import rdflib
from rdflib.namespace import RDFS, SKOS
from werkzeug.test import Client

from service.web.door import Door
from tests.engines import BASE as HARBOUR
from tests.engines import get, harbour, page
from tests.linked import BASE, libya

DERNA = BASE + "id/place/derna"
Q_DERNA = "http://www.wikidata.org/entity/Q211866"
ADMS = rdflib.Namespace("http://www.w3.org/ns/adms#")
SAME = """<id/ship/alma> skos:exactMatch <http://ships.example/1> ; owl:sameAs <https://other.example/alma> .
<id/ship/bore> skos:closeMatch <http://ships.example/1> ."""


@pytest.fixture(scope="module")
def app():
    return libya()


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return harbour(tmp_path_factory.mktemp("releases"), SAME)


def ask(app, uri, accept="application/json", status=200):
    response = Client(Door(app)).get("/links", query_string={"uri": uri}, headers={"Accept": accept})
    assert response.status_code == status, response.get_data(as_text=True)
    return response


@pytest.mark.parametrize(
    "uri",
    [
        Q_DERNA,
        "https://www.wikidata.org/entity/Q211866",
        "http://www.wikidata.org/entity/Q211866/",
        "https://www.wikidata.org/wiki/Q211866",
        "https://www.wikidata.org/wiki/Q211866#P31",
        "https://m.wikidata.org/wiki/Q211866?uselang=ar",
        "https://www.wikidata.org/wiki/Special:EntityData/Q211866.json",
        "wikidata:Q211866",
        "http://sws.geonames.org/87205",
        "https://www.geonames.org/87205/darnah.html",
        "http://dbpedia.org/page/Derna,_Libya",
        "http://dbpedia.org/resource/Derna%2C_Libya",
    ],
)
def test_an_address_elsewhere_is_our_thing_however_it_is_written(app, uri):
    told = ask(app, uri).json
    assert told["uri"] == uri
    assert [(one["iri"], one["match"], one["label"]) for one in told["here"]] == [(DERNA, "exact", "Derna")]


@pytest.mark.parametrize("uri", [DERNA, BASE + "doc/place/derna", BASE + "doc/place/derna.ttl", "place:derna"])
def test_a_thing_of_ours_is_itself_with_its_identifiers_elsewhere(app, uri):
    told = ask(app, uri).json
    assert (told["iri"], told["here"][0]["match"]) == (DERNA, "self")
    assert {one["identifier"] for one in told["elsewhere"]} == {"Q211866", "87205", "Derna,_Libya"}
    assert all(one["of"] == DERNA and one["evidence"] and one["link"] for one in told["elsewhere"])


def test_the_json_is_as_promised(app):
    told = ask(app, Q_DERNA).json
    assert list(told) == ["uri", "iri", "label", "replacedBy", "withdrawn", "here", "elsewhere", "incoming"]
    link = ["match", "relation", "scheme", "schemeLabel", "identifier", "since", "evidence", "license", "link"]
    assert list(told["here"][0]) == ["iri", "label", "page", *link]
    assert list(told["elsewhere"][0]) == ["of", "iri", *link]
    assert told["here"][0]["page"] == BASE + "doc/place/derna"
    assert told["here"][0]["relation"] == str(SKOS.exactMatch)


def test_what_points_at_it_is_counted(app):
    counted = {(one["to"], one["property"]): one["count"] for one in ask(app, Q_DERNA).json["incoming"]}
    assert counted[Q_DERNA, str(SKOS.exactMatch)] == 1
    assert counted[DERNA, BASE + "ontology#object"] > 10


def test_a_country_has_the_exact_thing_before_the_close_one(app):
    here = ask(app, "http://www.wikidata.org/entity/Q1016").json["here"]
    assert [(one["iri"].removeprefix(BASE), one["match"]) for one in here] == [
        ("id/place/country-libya", "exact"),
        ("id/actor/libya", "close"),
    ]


def test_an_identifier_without_an_address_is_found_by_its_scheme(app):
    told = ask(app, "un-sanctions:QDe.146").json
    assert told["here"][0]["iri"] == BASE + "id/actor/asl-benghazi"
    assert told["here"][0]["since"] == "2014-11-19"


@pytest.mark.parametrize("uri", ["http://nowhere.example/", "Derna", "http://[", 'http://x/"><b>', "wikidata:Q42"])
def test_what_nobody_knows_is_404_with_a_hint(app, uri):
    problem = ask(app, uri, status=404)
    assert problem.content_type == "application/problem+json"
    assert ("form of Wikidata" in problem.json["detail"]) == uri.startswith("wikidata")


def test_no_uri_is_400_for_machines_and_a_form_for_people(app):
    assert get(app, "/links", "application/json").status_code == 400
    assert '<form class="find large" action="/links">' in page(app, "/links")


def test_the_page_names_what_is_here_and_elsewhere(app):
    text = ask(app, Q_DERNA, "text/html").get_data(as_text=True)
    assert 'href="/doc/place/derna"' in text
    assert 'href="https://sws.geonames.org/87205/"' in text
    assert "format=json" in text


def test_a_uri_on_the_page_is_text(app):
    text = ask(app, 'http://x/"><script>alert(1)</script>', "text/html", 404).get_data(as_text=True)
    assert "<script>alert" not in text


@pytest.mark.parametrize(
    ("accept", "parser"),
    [("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/ld+json", "json-ld")],
)
def test_the_same_as_rdf(app, accept, parser):
    response = ask(app, "https://www.wikidata.org/wiki/Q211866", accept)
    graph = rdflib.Graph().parse(data=response.get_data(), format=parser)
    thing = rdflib.URIRef(DERNA)
    assert (thing, SKOS.exactMatch, rdflib.URIRef(Q_DERNA)) in graph
    assert (thing, RDFS.label, rdflib.Literal("Derna", "en")) in graph
    identifiers = set(graph.objects(thing, ADMS.identifier))
    assert {str(graph.value(one, SKOS.notation)) for one in identifiers} == {"Q211866", "87205", "Derna,_Libya"}


def test_an_answer_has_a_validator_and_varies_with_accept(app):
    first = ask(app, Q_DERNA)
    assert "Accept" in first.headers["Vary"]
    headers = {"Accept": "application/json", "If-None-Match": first.headers["ETag"]}
    again = Client(Door(app)).get("/links", query_string={"uri": Q_DERNA}, headers=headers)
    assert again.status_code == 304


def test_head_is_get_without_a_body(app):
    head = Client(Door(app)).head("/links", query_string={"uri": Q_DERNA}, headers={"Accept": "application/json"})
    assert (head.status_code, head.get_data()) == (200, b"")
    assert head.headers["ETag"] == ask(app, Q_DERNA).headers["ETag"]


def test_a_format_nobody_has_is_refused(app):
    assert ask(app, Q_DERNA, "image/png", 406).json["available"]
    response = Client(Door(app)).get("/links", query_string={"uri": Q_DERNA, "format": "png"})
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (json.dumps([Q_DERNA, "http://nowhere.example/", DERNA]), "application/json"),
        (f"{Q_DERNA}\r\nhttp://nowhere.example/\n\n{DERNA}\n", "text/plain; charset=utf-8"),
        (f"# mine\n{Q_DERNA}\nhttp://nowhere.example/\n{DERNA}", "text/uri-list"),
    ],
)
def test_a_list_is_answered_in_its_order_with_null_for_the_unknown(app, body, kind):
    told = Client(Door(app)).post("/links", data=body, content_type=kind).json
    assert [one and one["uri"] for one in told] == [Q_DERNA, None, DERNA]


def test_half_a_character_in_a_list_is_only_unknown(app):
    body = '["\\ud800", "wikipedia-en:\\ud800", "http://x/\\ud800", "wikidata:"]'
    assert Client(Door(app)).post("/links", data=body, content_type="application/json").json == [None] * 4


def test_a_list_comes_back_as_one_graph(app):
    response = Client(Door(app)).post("/links", json=[DERNA, "x"], headers={"Accept": "text/turtle"})
    assert len(rdflib.Graph().parse(data=response.get_data(), format="turtle")) > 10


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("[1]", "application/json", 400), ('{"a": 1}', "application/json", 400), ("[", "application/json", 400),
        ("[" * 90_000, "application/json", 400), ("[" + "9" * 5000 + "]", "application/json", 400),
        ("x", "application/xml", 415), (json.dumps(["a:b"] * 1001), "application/json", 413),
    ],
)  # fmt: skip
def test_a_list_that_is_none_is_refused(app, body, kind, status):
    assert Client(Door(app)).post("/links", data=body, content_type=kind).status_code == status


def test_a_thousand_unknown_uris_cost_a_query_each(app):
    engine = app.extensions["engine"]
    before = engine.asked
    told = Client(Door(app)).post("/links", json=[f"http://nowhere.example/{i}" for i in range(1000)]).json
    assert told == [None] * 1000
    assert engine.asked - before <= 1010


def test_without_views_the_mapping_properties_are_read(plain):
    here = ask(plain, "http://ships.example/1").json["here"]
    assert [(one["iri"], one["match"]) for one in here] == [
        (HARBOUR + "id/ship/alma", "exact"),
        (HARBOUR + "id/ship/bore", "close"),
    ]
    elsewhere = ask(plain, HARBOUR + "id/ship/alma").json["elsewhere"]
    assert {one["iri"] for one in elsewhere} == {"http://ships.example/1", "https://other.example/alma"}


def test_merged_and_withdrawn_things_say_so(plain):
    assert ask(plain, HARBOUR + "id/ship/old-name").json["replacedBy"] == HARBOUR + "id/ship/alma"
    assert ask(plain, HARBOUR + "id/ship/never-was").json["withdrawn"] is True
