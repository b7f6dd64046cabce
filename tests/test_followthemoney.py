"""The export to FollowTheMoney: what becomes an entity, and that nothing is told there that needs its claims."""

import json
from collections import Counter

import pyoxigraph as ox
import pytest

from service.errors import PressError
from service.iris import Base
from service.press.checks import open_reader
from service.press.followthemoney import EXPORT, entity_id, export
from service.press.plans import read_plans
from service.press.queries import QueryFile, Reader
from service.press.rules import run_rules
from service.press.sources import META, read_sources
from service.settings import Settings
from tests.live import ROOT
from tests.publications import BASE

DATA = f"""@base <{BASE}id/> . @prefix : <{BASE}ontology#> .
<actor/a> a :Group ; :name "A" , "Aa" . <actor/b> a :Group ; :name "B" . <tie/1> a :Tie ; :from <actor/a> ; :to <actor/b> .
"""
HEAD = f"PREFIX ftm: <https://schema.followthemoney.tech/#> PREFIX : <{BASE}ontology#> "
GROUPS = "CONSTRUCT { ?a a ftm:Organization ; ftm:Thing:name ?name } WHERE { ?a a :Group ; :name ?name }"
TIES = """CONSTRUCT { ?tie a ftm:UnknownLink ; ftm:UnknownLink:subject ?a ; ftm:UnknownLink:object ?b }
WHERE { ?tie :from ?a ; :to ?b . ?a a ftm:Organization }"""


def entities(*queries):
    reader = Reader(ox.Store(), {})
    reader.store.load(DATA.encode(), ox.RdfFormat.TURTLE)
    files = [QueryFile(f"exports/{n}.rq", f"{EXPORT}/{n}", HEAD + query, "", {}) for n, query in enumerate(queries)]
    return [json.loads(line) for line in export(files, reader, Base(BASE))]


def test_an_iri_is_an_entity_and_a_literal_a_value_and_queries_see_what_came_before():
    assert entities(GROUPS, TIES) == [
        {"id": "actor.a", "schema": "Organization", "properties": {"name": ["A", "Aa"]}},
        {"id": "actor.b", "schema": "Organization", "properties": {"name": ["B"]}},
        {"id": "tie.1", "schema": "UnknownLink", "properties": {"object": ["actor.b"], "subject": ["actor.a"]}},
    ]


def test_without_queries_there_is_nothing():
    assert entities() == []


@pytest.mark.parametrize(
    ("queries", "says"),
    [
        (["CONSTRUCT { ?a a ftm:Person , ftm:Event } WHERE { ?a a :Group }"], "two FollowTheMoney schemata"),
        (["CONSTRUCT { ?a ftm:Thing:name ?name } WHERE { ?a :name ?name }"], "without a FollowTheMoney schema"),
        (
            ["CONSTRUCT { ?t a ftm:UnknownLink ; ftm:UnknownLink:subject ?a } WHERE { ?t :from ?a }"],
            "does not export",
        ),
        (["CONSTRUCT { ?a a :Group } WHERE { ?a a :Group }"], "no schema of FollowTheMoney"),
        (["CONSTRUCT { ?a a ftm:Person } WHERE {"], "exports/0.rq"),
        (["SELECT * { ?a a :Group }"], "must be a CONSTRUCT"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_would_be_no_entity_is_refused(queries, says):
    with pytest.raises(PressError, match=says):
        entities(*queries)


@pytest.mark.parametrize(
    ("local", "expected"),
    [("id/actor/libya-dawn", "actor.libya-dawn"), ("id/a.b", None), ("id/a_b", None), ("id/é", None), ("id/a-", None),
     ("ontology#a", None), ("id/a/b", "a.b"), ("id/a#b", None)],
)  # fmt: skip
def test_an_id_is_the_path_or_a_hash(local, expected):
    found = entity_id(BASE + local, Base(BASE))
    assert found == expected if expected else found.startswith("iri-")


# The properties of FollowTheMoney 4.11 for the schemata that the real export uses.
_THING = {"name", "alias", "description", "keywords", "sourceUrl", "wikidataId", "wikipediaUrl"}
_INTERVAL = {"startDate", "endDate", "date", "description", "proof", "sourceUrl"}
_LEGAL = _THING | {"classification"}
_INTEREST = _INTERVAL | {"role"}
MODEL = {
    "Article": _THING | {"title", "author", "publishedAt"},
    "Event": _THING | _INTERVAL | {"location", "involved"},
    "LegalEntity": _LEGAL, "Organization": _LEGAL, "Person": _LEGAL, "PublicBody": _LEGAL,
    "Membership": _INTEREST | {"member", "organization"},
    "Sanction": _INTERVAL | {"entity", "authority", "program", "reason", "listingDate"},
    "Succession": _INTEREST | {"predecessor", "successor"},
    "UnknownLink": _INTEREST | {"subject", "object"},
}  # fmt: skip
ENDS = {
    "Membership": {"member", "organization"}, "Succession": {"predecessor", "successor"},
    "UnknownLink": {"subject", "object"}, "Sanction": {"entity"},
}  # fmt: skip


@pytest.fixture(scope="module")
def real():
    """(reader, entities) of the publication in this repository."""
    settings = Settings(ontology=ROOT / "ontology", triples=ROOT / "triples", shapes=ROOT / "shapes", base=BASE)
    sources = read_sources(settings)
    reader, plans = open_reader(sources), read_plans(settings.ontology, sources)
    run_rules(plans.rules, reader, sources.base, {*sources.graphs, META})
    found = [json.loads(line) for line in export(plans.export(EXPORT), reader, sources.base)]
    return reader, {entity["id"]: entity for entity in found}


def test_the_real_export_keeps_to_the_model(real):
    _, found = real
    assert {entity["schema"] for entity in found.values()} == set(MODEL)
    for entity in found.values():
        assert entity["properties"].keys() <= MODEL[entity["schema"]], entity["id"]
        assert entity["properties"].keys() >= ENDS.get(entity["schema"], {"name"}), entity["id"]
        for name in ENDS.get(entity["schema"], ()):
            assert set(entity["properties"][name]) <= found.keys()


def test_the_real_export_tells_no_relation_whose_ends_may_not_be_joined(real):
    reader, found = real
    query = "SELECT ?r { ?r a/rdfs:subClassOf* ca:Relation FILTER NOT EXISTS { ?r ca:directProperty ?p } }"
    withheld = {entity_id(row["r"].value, Base(BASE)) for row in reader.select(query)}
    told = [name for name, entity in found.items() if entity["schema"] in ENDS]
    assert len(withheld) > 100
    assert len(told) > 100
    assert not withheld & set(told)


def test_the_real_export_tells_no_event_that_is_not_asserted(real):
    reader, found = real
    query = "SELECT ?e { ?e a ca:Event ; ca:standing ?standing FILTER(?standing != ca:Asserted) }"
    withheld = {entity_id(row["e"].value, Base(BASE)) for row in reader.select(query)}
    assert withheld
    assert not withheld & found.keys()


def test_the_real_export_has_every_person_once_and_nothing_of_a_register_about_the_living(real):
    reader, found = real
    persons = {entity_id(row["p"].value, Base(BASE)) for row in reader.select("SELECT ?p { ?p a ca:Person }")}
    assert persons == {name for name, entity in found.items() if entity["schema"] == "Person"}
    listed = [value for e in found.values() if e["schema"] == "Sanction" for value in e["properties"]["entity"]]
    assert Counter(found[name]["schema"] for name in listed)["Person"] == 0
