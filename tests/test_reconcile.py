"""The Reconciliation Service API 0.2: tables of names meet things; nothing a client sends breaks it."""

import json
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.engine.line import Line
from service.engine.rows import rows
from service.errors import ServiceError
from service.reconcile import MOST_QUERIES, candidates, read_extension, read_queries
from service.web.reconcile import _candidates as candidates_of
from service.web.room import reading
from tests.engines import harbour
from tests.linked import libya

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
ALT = "http://www.w3.org/2004/02/skos/core#altLabel"


@pytest.fixture(scope="module")
def client():
    return libya().test_client()


def ask(client, **query):
    reply = client.post("/reconcile", data={"queries": json.dumps({"q": query})})
    assert reply.status_code == 200, reply.text
    return reply.get_json()["q"]["result"]


def test_the_manifest_leads_to_everything_it_names(client):
    manifest = client.get("/reconcile").get_json()
    assert manifest["versions"] == ["0.2"]
    root = manifest["identifierSpace"].removesuffix("/id/")
    assert manifest["view"]["url"] == root + "/id/{{id}}"
    for service in (*manifest["suggest"].values(), manifest["extend"]["propose_properties"]):
        path = (service["service_url"] + service["service_path"]).removeprefix(root)
        assert client.get(path, query_string={"prefix": "der", "type": "Group"}).status_code == 200
    preview = manifest["preview"]["url"].removeprefix(root).replace("{{id}}", "place%2Fderna")
    assert "<bdi>Derna</bdi>" in client.get(preview).text


MEANT = [
    pytest.param("Khalifa Haftar", "actor/khalifa-haftar", id="name"),
    pytest.param("HAFTAR, Khalifa", "actor/khalifa-haftar", id="the other way round"),
    pytest.param("ASL", "actor/ansar-al-sharia-libya", id="acronym"),
    pytest.param("Libya Dawn", "actor/libya-dawn", id="others have the words too"),
    pytest.param("Derna", "place/derna", id="place"),
]


@pytest.mark.parametrize(("name", "meant"), MEANT)
def test_a_name_is_matched(client, name, meant):
    first, *others = ask(client, query=name)
    assert (first["id"], first["match"]) == (meant, True)
    assert not any(one["match"] for one in others)
    assert first["score"] > max((one["score"] for one in others), default=0)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        pytest.param("Hifter", "actor/khalifa-haftar", id="other vowels"),
        pytest.param("Gaddafi", "actor/muammar-al-qaddafi", id="other consonants"),
        pytest.param("Khalifah Hiftar", "actor/khalifa-haftar", id="both"),
        pytest.param("حفتر", "actor/khalifa-haftar", id="Arabic script"),
    ],
)
def test_another_spelling_comes_first_and_is_no_match(client, name, meant):
    first = ask(client, query=name)[0]
    assert (first["id"], first["match"]) == (meant, False)
    assert first["score"] > 90


def test_few_consonants_that_agree_are_no_spelling(client):
    assert ask(client, query="Qumu")[0]["id"] == "actor/sufian-ben-qumu"


def test_a_part_of_a_name_is_a_candidate_and_no_match(client):
    found = ask(client, query="Qumu")
    assert found[0]["id"] == "actor/sufian-ben-qumu"
    assert not found[0]["match"]


def test_a_candidate_says_what_it_is(client):
    first = ask(client, query="Khalifa Haftar")[0]
    assert first["name"] == "Khalifa Haftar"
    assert first["type"][0] == {"id": "Person", "name": "person"}
    assert first["description"]
    assert {one["id"] for one in first["features"]} == {"name"}


def test_statements_are_no_candidates(client):
    assert not [
        one for one in ask(client, query="Haftar", limit=50) if one["id"].startswith(("link/", "rel/", "claim/"))
    ]


def test_a_type_moves_what_is_not_of_it_down(client):
    free, typed = ask(client, query="Derna", limit=10), ask(client, query="Derna", type="Group", limit=10)
    assert free[0]["id"] == "place/derna"
    assert typed[0]["type"][0]["id"] == "Group"
    assert not any(one["match"] for one in typed), "the only thing of this name is none"


def test_a_property_tells_apart(client):
    kind = {"pid": "kind", "v": {"id": "concept/group-kind/jihadist-organisation"}}
    found = ask(client, query="Ansar al-Sharia", properties=[kind], limit=10)
    features = {one["id"]: {f["id"]: f["value"] for f in one["features"]} for one in found}
    assert features["actor/ansar-al-sharia-libya"]["property:kind"] == 100.0
    wrong = ask(
        client, query="Ansar al-Sharia", properties=[{"pid": "kind", "v": "concept/group-kind/tribe"}], limit=10
    )
    scores = [{one["id"]: one["score"] for one in answer}["actor/ansar-al-sharia-libya"] for answer in (found, wrong)]
    assert scores[0] > scores[1]
    assert not any(one["match"] for one in wrong)


def test_an_identifier_of_others_is_a_match(client):
    exact = (
        "SELECT ?thing ?target { ?thing skos:exactMatch ?target FILTER(CONTAINS(STR(?thing), '/id/actor/')) } LIMIT 1"
    )
    (row,) = rows(client.application.extensions["engine"], exact)
    first = ask(client, query=row["target"].value)[0]
    assert row["thing"].value.endswith("/id/" + first["id"])
    assert (first["match"], first["score"]) == (True, 100.0)


def test_nothing_is_found_for_nothing(client):
    assert ask(client, query="xyzzyxyzzy") == []
    assert ask(client, query="") == []


def test_a_get_asks_the_same(client):
    query = json.dumps({"q": {"query": "Derna"}})
    got = client.get("/reconcile", query_string={"queries": query})
    assert got.get_json() == client.post("/reconcile", data={"queries": query}).get_json()
    assert got.headers["ETag"]


def test_columns_are_added(client):
    asked = {"ids": ["actor/khalifa-haftar", "actor/nobody"], "properties": [{"id": ALT}, {"id": "kind"}]}
    told = client.post("/reconcile", data={"extend": json.dumps(asked)}).get_json()
    assert [one["id"] for one in told["meta"]] == [ALT, "kind"]
    assert {"str": "Haftar"} in told["rows"]["actor/khalifa-haftar"][ALT]
    assert told["rows"]["actor/nobody"] == {ALT: [], "kind": []}


def test_a_column_may_be_limited(client):
    asked = {"ids": ["actor/khalifa-haftar"], "properties": [{"id": ALT, "settings": {"limit": "1"}}]}
    told = client.post("/reconcile", data={"extend": json.dumps(asked)}).get_json()
    assert len(told["rows"]["actor/khalifa-haftar"][ALT]) == 1


def test_values_come_in_their_kind(tmp_path):
    more = """<id/harbour/alpha> :built "1905-02-03"^^xsd:date ; :berths 12 ; :length 3.5 ; :depth "deep"^^xsd:decimal ; :width "INF"^^xsd:double ; :near <id/harbour/reval> ;
        :page <http://example.com/> ; rdfs:label "Alpha"@en ."""
    client = harbour(tmp_path, more).test_client()
    terms = ["built", "berths", "length", "depth", "width", "near", "page"]
    asked = {"ids": ["harbour/alpha"], "properties": [{"id": name} for name in terms]}
    (row,) = client.post("/reconcile", data={"extend": json.dumps(asked)}).get_json()["rows"].values()
    assert [row[name] for name in terms] == [
        [{"date": "1905-02-03"}], [{"float": 12.0}], [{"float": 3.5}], [{"str": "deep"}], [{"str": "INF"}],
        [{"id": "harbour/reval", "name": "Reval"}], [{"str": "http://example.com/"}],
    ]  # fmt: skip


def test_suggestions(client):
    entity = client.get("/reconcile/suggest/entity?prefix=haf").get_json()["result"]
    assert entity[0]["id"] == "actor/khalifa-haftar"
    kinds = client.get("/reconcile/suggest/type?prefix=grou").get_json()["result"]
    assert kinds[0]["id"] == "Group"
    properties = client.get("/reconcile/suggest/property?prefix=hostile").get_json()["result"]
    assert "hostileTo" in [one["id"] for one in properties]
    page = client.get("/reconcile/suggest/entity?prefix=haf&cursor=1").get_json()["result"]
    assert page[0] == entity[1]


def test_properties_of_a_type(client):
    told = client.get("/reconcile/properties?type=Group&limit=3").get_json()
    assert (told["type"], told["limit"], len(told["properties"])) == ("Group", 3, 3)


def test_a_preview_may_be_framed_and_nothing_else(client):
    reply = client.get("/reconcile/preview?id=actor/khalifa-haftar")
    assert "frame-ancestors *" in reply.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in client.get("/reconcile").headers["Content-Security-Policy"]
    assert client.get("/reconcile/preview?id=actor/nobody").status_code == 404


def conditions(values, pid=TYPE):
    """A batch of one query with a property for each list of values."""
    return json.dumps({"q": {"query": "a", "properties": [{"pid": pid, "v": one} for one in values]}})


WRONG = [
    pytest.param({"queries": "{"}, 400, "not JSON", id="no JSON"),
    pytest.param({"queries": "[]"}, 400, "not an object", id="a list"),
    pytest.param({"queries": '{"q":1}'}, 400, "not an object", id="a number for a query"),
    pytest.param({"queries": '{"q":{"query":5}}'}, 400, "is text", id="a number for a name"),
    pytest.param({"queries": '{"q":{"query":"x","limit":0}}'}, 400, "limit", id="no candidates"),
    pytest.param({"queries": '{"q":{"query":"x","limit":NaN}}'}, 400, "not JSON", id="NaN"),
    pytest.param({"queries": '{"q":{"query":"x","properties":{}}}'}, 200, "", id="no conditions"),
    pytest.param({"queries": '{"q":{"query":"x","properties":[1]}}'}, 400, "not an object", id="a number for a condition"),
    pytest.param({"queries": "{}", "extend": "{}"}, 400, "one at a time", id="both"),
    pytest.param({"extend": '{"ids":[1]}'}, 400, "is text", id="a number for an id"),
    pytest.param({"extend": '{"ids":["a"],"properties":["p"]}'}, 400, "not an object", id="text for a property"),
    pytest.param({"queries": json.dumps({str(n): {"query": "x"} for n in range(MOST_QUERIES + 1)})}, 413, "50", id="too many"),
    pytest.param({"extend": json.dumps({"ids": ["a"] * 501})}, 413, "500", id="too many rows"),
    pytest.param({"queries": "[" * 20_000}, 400, "not JSON", id="nested"),
    pytest.param({"queries": conditions([["x"]] * 11)}, 413, "at most 10", id="too many properties"),
    pytest.param({"queries": conditions([["x"] * 400, ["x"] * 101])}, 413, "at most 500", id="too many values"),
    pytest.param({"queries": json.dumps({"q": {"query": "x", "type": ["x"] * 21}})}, 413, "at most 20", id="too many types"),
    pytest.param({"extend": json.dumps({"ids": ["a"], "properties": [{"id": "p"}] * 51})}, 413, "at most 50", id="too many columns"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "status", "says"), WRONG)
def test_what_is_wrong_is_said(client, form, status, says):
    reply = client.post("/reconcile", data=form, headers={"Accept": "application/json"})
    assert reply.status_code == status
    assert status == 200 or says in reply.get_json()["detail"]


@pytest.mark.parametrize("pid", [TYPE, ALT])
def test_the_most_values_that_are_taken_are_compared_in_a_moment(client, pid):
    """What is asked for is prepared once, and not again for each candidate: this took seconds before."""
    form = {"queries": conditions([[f"value {number} {'x' * 350}" for number in range(50)]] * 10, pid)}
    client.post("/reconcile", data=form)
    begun = time.process_time()
    assert client.post("/reconcile", data=form).status_code == 200
    assert time.process_time() - begun < 2.0


def test_a_value_that_many_candidates_have_is_compared_once(client, monkeypatch):
    compared = []
    alike = candidates.process.extractOne
    monkeypatch.setattr(
        candidates.process, "extractOne", lambda one, *a, **k: compared.append(one) or alike(one, *a, **k)
    )
    found = ask(client, query="a", properties=[{"pid": TYPE, "v": ["nothing like it"]}], limit=50)
    types = Counter(text for text in compared if "ontology" in text)
    assert len(found) > 10
    assert types
    assert set(types.values()) == {1}


def test_one_query_is_compared_at_a_time_and_nobody_waits_for_ever(client):
    with client.application.test_request_context():
        busy = candidates_of(reading())._comparing
    line, form = Line(), {"queries": json.dumps({"q": {"query": "Derna"}})}
    line.hurry(0.3)
    with busy, line.held():
        refused = client.post("/reconcile", data=form, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.get_json()["limit"]) == (503, "time")
    assert client.post("/reconcile", data=form).status_code == 200


def test_a_value_near_an_iri_of_ours_is_not_near_a_thing(client):
    """The IRIs of all things begin alike; what a client sends is compared, not the IRI it might be an id for."""
    kind = {"pid": "kind", "v": "zzz"}
    scores = [
        f["value"] for one in ask(client, query="Derna", properties=[kind], limit=50) for f in one["features"][1:]
    ]
    assert scores
    assert max(scores) < 60


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["query", "type", "limit", "properties", "pid", "v", "id", "ids", "settings", "q"]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(JSONS)
def test_any_json_is_read_or_refused(value):
    for read in (read_queries, read_extension):
        try:
            read(json.dumps(value))
        except ServiceError as refused:
            assert refused.detail
            assert refused.status in (400, 413)
