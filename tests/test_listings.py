"""Lists: columns from shapes and views, filters with counts, and the same list from the engine."""

import csv
import io
import json
from collections import Counter
from urllib.parse import parse_qs, quote, urlsplit

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import listings
from service.engine.rows import rows
from service.errors import BadRequest
from service.iris import Base
from service.listings import Choice, Span, Type
from service.listings.choices import ANY, NONE
from tests import linked
from tests.engines import BASE, InProcess, get, harbour, page, write_release

SHAPES = """
<shapes#Ship> a sh:NodeShape ; sh:targetClass :Ship ; sh:property [ sh:path :rig ; sh:name "rig"@en ; sh:order 1 ; sh:class skos:Concept ] ,
  [ sh:path :crew ; sh:name "crew"@en ; sh:order 2 ; sh:datatype xsd:integer ] , [ sh:path :launched ; sh:name "launched"@en ; sh:order 3 ; sh:datatype xsd:date ] ,
  [ sh:path :steam ; sh:name "under steam"@en ; sh:order 4 ; sh:datatype xsd:boolean ] , [ sh:path :sunk ; sh:name "sunk"@en ; sh:order 5 ; sh:maxCount 0 ] ,
  [ sh:path :motto ; sh:name "motto"@en ; sh:order 6 ; sh:datatype rdf:langString ] .
<shapes#Vessel> a sh:NodeShape ; sh:targetClass :Vessel ; sh:property [ sh:path :owner ; sh:name "owner"@en ; sh:order 9 ] .
:Ship rdfs:subClassOf :Vessel .
<id/concept/rig/bark> a skos:Concept ; skos:prefLabel "bark"@en ; skos:inScheme <id/concept/rig> .
"""
FLEET = """
<id/ship/cora> a :Ship ; rdfs:label "Cora"@en ; :rig <id/concept/rig/bark> ; :crew 12 ; :launched "1870-05-01"^^xsd:date ; :steam false ; :owner "Lund" ; :motto "Onward"@en .
<id/ship/dido> a :Ship ; rdfs:label "Dido"@en ; skos:altLabel "Dídó"@is ; :rig <id/concept/rig/bark> , <id/concept/rig/brig> ; :crew 7 ; :steam true ; :owner "Lund" .
<id/ship/emma> a :Ship ; rdfs:label "Emma \\"E\\""@en ; :crew 30 ; :launched "1881-01-31"^^xsd:date ; :owner "Holm" .
"""
SKOS = "http://www.w3.org/2004/02/skos/core#"
WHEN = """# When it sailed.
# type: time
# shown: yes
PREFIX v: <http://localhost:8000/ontology#>
SELECT ?thing ?beginEarliest ?beginLatest ?endEarliest ?endLatest {
  ?thing v:sailed ?any OPTIONAL { ?thing v:be ?beginEarliest } OPTIONAL { ?thing v:bl ?beginLatest }
  OPTIONAL { ?thing v:ee ?endEarliest } OPTIONAL { ?thing v:el ?endLatest } }
"""
PREFIX = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"


def world(folder, queries=None, more=""):
    return harbour(folder, PREFIX + SHAPES + FLEET + more, queries)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return world(tmp_path_factory.mktemp("releases"))


def items(app, query="", name="Ship"):
    """The names of the things in a list."""
    return [one["label"] for one in read(app, query, name)["items"]]


def read(app, query="", name="Ship"):
    response = get(app, f"/browse/{name}?{query}{'&' if query else ''}format=json")
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def test_columns_come_from_the_shapes_of_the_class_and_of_wider_ones(app):
    columns = {one["label"]: one["type"] for one in read(app)["columns"]}
    assert columns == {
        "rig": "choice", "crew": "number", "launched": "date", "under steam": "choice", "motto": "text", "owner": "choice",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("rig=id/concept/rig/brig", ["Alma", "Dido"]),
        ("rig=id/concept/rig/brig&rig=id/concept/rig/bark", ["Alma", "Cora", "Dido"]),
        ("rig=id/concept/rig/bark&owner=Lund&steam=true", ["Dido"]),
        ("rig=-", ["Bore", 'Emma "E"']),
        ("rig=*", ["Alma", "Cora", "Dido"]),
        ("crew.from=10", ["Cora", 'Emma "E"']),
        ("crew.from=7&crew.to=12", ["Cora", "Dido"]),
        ("launched.from=1871-01-01", ['Emma "E"']),
        ("launched.to=1870-05-01", ["Cora"]),
        ("q=dídó", ["Dido"]),
        ("q=BARK", ["Cora", "Dido"]),
        ("q=" + quote('"e"'), ['Emma "E"']),
        ("sort=-crew", ['Emma "E"', "Cora", "Dido", "Alma", "Bore"]),
        ("sort=crew", ["Dido", "Cora", 'Emma "E"', "Alma", "Bore"]),
        ("sort=-label", ['Emma "E"', "Dido", "Cora", "Bore", "Alma"]),
        ("rig=id/concept/rig/galleon", []),
        ("nobody=asked", ["Alma", "Bore", "Cora", "Dido", 'Emma "E"']),
    ],
)
def test_a_list_is_filtered_and_sorted_by_its_url(app, query, left):
    assert items(app, query) == left


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("crew.from=many", "is no number"),
        ("crew.to=1e9", "is no number"),
        ("launched.from=1871-02-30", "is no day"),
        ("launched.from=31.1.1881", "is no day"),
        ("sort=beauty", "cannot be sorted"),
        ("&".join(f"owner={n}" for n in range(51)), "at most 50"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(app, query, told):
    response = get(app, f"/browse/Ship?{query}")
    assert response.status_code == 400
    assert told in response.get_data(as_text=True)


def counts(app, query, heading):
    """The values of one filter with their counts, as the page shows them."""
    text = page(app, f"/browse/Ship?{query}")
    start = text.index(f">{heading}</h3>")
    part = text[start : text.index("</section>", start)]
    return {
        row.split("<bdi>")[1].split("</bdi>")[0]: int(row.split('class="count">')[1].split("<")[0])
        for row in part.split("<li")[1:]
        if "<bdi>" in row
    }


def test_counts_are_under_the_other_filters_and_not_its_own(app):
    assert counts(app, "", "Rig") == {"bark": 2, "brig": 2}
    assert counts(app, "owner=Lund", "Rig") == {"bark": 2, "brig": 1}
    assert counts(app, "rig=id/concept/rig/brig", "Rig") == {"bark": 2, "brig": 2}
    assert counts(app, "rig=id/concept/rig/brig", "Owner") == {"Lund": 1}


def test_a_chosen_value_stays_even_when_nothing_has_it(app):
    assert counts(app, "rig=id/concept/rig/brig&owner=Holm", "Rig") == {"brig": 0}


def test_each_filter_that_is_set_has_a_chip_that_takes_it_away(app):
    text = page(app, "/browse/Ship?rig=id/concept/rig/brig&q=di&crew.from=2")
    chips = text[text.index('class="chips"') : text.index("</ul>", text.index('class="chips"'))]
    targets = [part[: part.index('"')].replace("&amp;", "&") for part in chips.split('href="')[1:]]
    assert targets[0] == "/browse/Ship?rig=id/concept/rig/brig&crew.from=2"
    assert targets[1] == "/browse/Ship?q=di&crew.from=2"
    assert targets[2] == "/browse/Ship?q=di&rig=id/concept/rig/brig"
    assert targets[3] == "/browse/Ship"


def test_the_form_of_a_list_keeps_the_other_filters(app):
    text = page(app, "/browse/Ship?rig=id/concept/rig/brig&sort=-crew")
    form = text[
        text.index('aria-label="In this list"') : text.index("</form>", text.index('aria-label="In this list"'))
    ]
    assert '<input type="hidden" name="rig" value="id/concept/rig/brig">' in form
    assert '<input type="hidden" name="sort" value="-crew">' in form


def test_the_header_says_how_the_table_is_sorted(app):
    text = page(app, "/browse/Ship?sort=-crew")
    assert '<th scope="col" aria-sort="descending" class="figure"><a href="/browse/Ship?sort=crew"' in text
    assert 'aria-sort="ascending"' in page(app, "/browse/Ship")


def test_pages_keep_the_filters(tmp_path):
    fleet = "".join(
        f'<id/ship/{n:03}> a :Ship ; rdfs:label "Boat {n:03}"@en ; :crew {n} ; :owner "Lund" .\n' for n in range(250)
    )
    app = world(tmp_path, more=fleet)
    text = page(app, "/browse/Ship?owner=Lund&crew.from=20&page=2")
    assert 'rel="next" href="/browse/Ship?owner=Lund&amp;crew.from=20&amp;page=3"' in text
    assert get(app, "/browse/Ship?owner=Lund&crew.from=20&page=4").status_code == 404


# ---- The same list from the engine


def link_to_query(app, path):
    text = page(app, path)
    start = text.rindex('href="', 0, text.index("View and edit as SPARQL")) + 6
    address = text[start : text.index('"', start)].replace("&amp;", "&")
    return parse_qs(urlsplit(address).query)["query"][0]


def things(app, query):
    found = app.extensions["engine"].store.query(query)
    return {row["thing"].value for row in found}


HOSTILE = [
    '"} UNION { ?thing ?p ?o } #',
    "\\",
    '\\"',
    "x> } DROP ALL #",
    "<http://example.org/a b>",
    "\u202e\n\t",
    "}",
    "'''",
    "{{7*7}}",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["q", "rig", "owner"])
def test_nothing_a_reader_types_becomes_a_part_of_the_query(app, name, text):
    query = link_to_query(app, f"/browse/Ship?{name}={quote(text)}")
    assert things(app, query) == set()


def test_the_query_needs_no_prefix_that_it_does_not_bring(app):
    query = link_to_query(app, "/browse/Ship?rig=id/concept/rig/brig&q=d&crew.from=3")
    assert things(app, query) == {f"{BASE}id/ship/dido"}


def test_a_value_of_text_with_quotes_is_found_again(tmp_path):
    app = world(
        tmp_path,
        more='<id/ship/finn> a :Ship ; rdfs:label "Finn"@en ; :owner "the \\"Old\\" \\\\ Company"@en . <id/ship/gro> a :Ship ; rdfs:label "Gro"@en ; :owner "the \\"Old\\" \\\\ Company"@en .',
    )
    path = "owner=" + quote('the "Old" \\ Company')
    assert items(app, path) == ["Finn", "Gro"]
    assert things(app, link_to_query(app, f"/browse/Ship?{path}")) == {f"{BASE}id/ship/finn", f"{BASE}id/ship/gro"}


CLASSES = (
    "Group",
    "Person",
    "Membership",
    "Involvement",
    "Event",
    "Place",
    "Presence",
    "Estimate",
    "Trait",
    "Listing",
    "Claim",
    "Citation",
    "Name",
)


@pytest.fixture(scope="module")
def tables():
    """The tables of some classes of the real data, with the engine behind them."""
    room = linked.libya().extensions["room"]
    with linked.libya().app_context():
        here = room.reading()
    columns = listings.read_columns(here.engine, here.release)
    terms = here.release.base + "ontology#"
    return here, {
        name: listings.read_table(here.engine, here.release, terms + name, False, columns.of(terms + name))
        for name in CLASSES
    }


def from_engine(here, table, choice):
    query = listings.as_select(table, choice, here.release.prefixes, Base(here.release.base))
    return {row["thing"].value for row in rows(here.engine, query)}


@pytest.mark.parametrize("name", CLASSES)
def test_every_filter_of_the_real_data_gives_the_same_things_as_its_query(tables, name):
    here, every = tables
    table = every[name]
    tried = 0
    for facet in listings.facets_of(table, Choice({}, {})):
        column = facet.column.name
        tries = [Choice({column: (ANY,)}, {}), Choice({column: (NONE,)}, {})]
        for bucket in facet.buckets[:2]:
            tries += [Choice({}, {column: bucket.span})] if bucket.span else [Choice({column: (bucket.key,)}, {})]
        if facet.column.type is Type.TIME:
            tries += [Choice({}, {column: Span("2014-03-01", "2014-08-15", possibly)}) for possibly in (True, False)]
        if facet.column.type is Type.NUMBER:
            tries += [
                Choice({}, {column: Span(*ends)})
                for ends in (("20", "500"), ("1000", "3000"), ("", "2"), ("30000", ""))
            ]
        for choice in tries:
            wanted = {member.thing.iri for member in listings.members_of(table, choice)}
            assert from_engine(here, table, choice) == wanted, choice
            tried += 1
    assert tried >= 4


@given(data=st.data())
@settings(max_examples=25)
def test_any_mixture_of_filters_gives_the_same_things_as_its_query(tables, data):
    here, every = tables
    # A passage has no filter by choice.
    table = every[data.draw(st.sampled_from([name for name in CLASSES if name != "Citation"]))]
    facets = [facet for facet in listings.facets_of(table, Choice({}, {})) if facet.column.type is Type.CHOICE]
    chosen = data.draw(st.lists(st.sampled_from(facets), max_size=2, unique=True))
    keys = {f.column.name: (data.draw(st.sampled_from(f.buckets)).key,) for f in chosen}
    text = data.draw(st.sampled_from(["", "derna", "al-", "20", "ansar"]))
    choice = Choice(keys, {}, text)
    assert from_engine(here, table, choice) == {m.thing.iri for m in listings.members_of(table, choice)}


def test_a_bucket_counts_what_choosing_it_leaves(tables):
    for table in tables[1].values():
        for facet in listings.facets_of(table, Choice({}, {})):
            for bucket in facet.buckets:
                choice = (
                    Choice({}, {facet.column.name: bucket.span})
                    if bucket.span
                    else Choice({facet.column.name: (bucket.key,)}, {})
                )
                assert len(listings.members_of(table, choice)) == bucket.count, (
                    table.class_iri,
                    facet.column.name,
                    bucket.key,
                )


def test_what_is_alleged_of_a_person_has_no_words_in_a_list(tables):
    here, every = tables
    query = f"SELECT ?thing WHERE {{ ?thing <{linked.BASE}ontology#sensitivity> <{linked.BASE}ontology#Allegation> }}"
    alleged = {row["thing"].value for row in rows(here.engine, query)}
    seen = 0
    for name in ("Membership", "Involvement", "Trait", "Listing", "Presence"):
        for member in every[name].members:
            if member.thing.iri in alleged:
                seen += 1
                assert not member.values("kind"), member.thing.iri
                assert not member.values("role"), member.thing.iri
                assert member.detail, member.thing.iri
                assert member.detail.text.startswith(("according to ", "denied by ", "left open by ")), (
                    member.thing.iri
                )
                assert not member.values("note"), member.thing.iri
                assert not member.values("statedReason"), member.thing.iri
                assert member.attributed, member.thing.iri
    assert seen > 20


STANCES = {"Affirms": ("said_by", "according to "), "Denies": ("denied_by", "denied by "), "Withholds": ("left_open_by", "left open by ")}  # fmt: skip


def test_who_denies_something_is_never_named_as_who_says_it(tables):
    here, every = tables
    query = "SELECT ?thing ?stance ?holder ?name WHERE { ?claim ca:about ?thing ; ca:stance ?stance ; ca:holder ?holder . ?holder skos:prefLabel ?name }"  # fmt: skip
    said: dict[str, set[tuple[str, str, str]]] = {}
    for row in rows(here.engine, f"PREFIX ca: <{linked.BASE}ontology#> PREFIX skos: <{SKOS}> {query}"):
        stance = row["stance"].value.rpartition("#")[2]
        said.setdefault(row["thing"].value, set()).add((stance, row["holder"].value, row["name"].value))
    seen: Counter[str] = Counter()
    for table in (one for one in every.values() if one.column("said_by")):
        for member in (one for one in table.members if one.thing.iri in said):
            claimed = said[member.thing.iri]
            for stance, (column, before) in STANCES.items():
                holders = {holder for one, holder, _ in claimed if one == stance}
                assert {value.thing.iri for value in member.values(column)} == holders, (member.thing.iri, column)
                if member.attributed:
                    named = {who for one, _, who in claimed if one == stance}
                    told = [part for part in member.detail.text.split("; ") if part.startswith(before)]
                    assert {part.removeprefix(before).partition(", by way of ")[0] for part in told} == named
                seen[stance] += bool(holders)
    assert min(seen[stance] for stance in STANCES) > 5, seen


# Values of every kind of time, words where there should be days, one word in two languages.
LOGS = """
<shapes#Log> a sh:NodeShape ; sh:targetClass :Log ; sh:property [ sh:path :at ; sh:name "at"@en ; sh:order 1 ; sh:datatype xsd:dateTime ] ,
  [ sh:path :year ; sh:name "year"@en ; sh:order 2 ; sh:datatype xsd:gYear ] , [ sh:path :month ; sh:name "month"@en ; sh:order 3 ] ,
  [ sh:path :took ; sh:name "took"@en ; sh:order 4 ] , [ sh:path :port ; sh:name "port"@en ; sh:order 5 ] ,
  [ sh:path :depth ; sh:name "depth"@en ; sh:order 6 ; sh:minInclusive -99 ] , [ sh:path :stamp ; sh:name "stamp"@en ; sh:order 7 ] .
:Log rdfs:subClassOf :Paper .
<id/log/1> a :Log ; :at "2014-05-16T00:00:00"^^xsd:dateTime ; :year "2014"^^xsd:gYear ; :took "P1Y"^^xsd:duration ; :port "Reval"@en ; :depth 7 .
<id/log/2> a :Log ; :at "2014-05-16T23:30:00-05:00"^^xsd:dateTime ; :year "2015"^^xsd:gYear ; :took "PT5M"^^xsd:duration ; :port "Reval"@de ; :depth "9" .
<id/log/3> a :Log ; :at "2014-05-17"^^xsd:date ; :month "2014-05"^^xsd:gYearMonth ; :port "Reval" ; :depth "deep" ; :stamp "2014-05-16T10:00:00Z"^^xsd:dateTimeStamp .
<id/log/4> a :Log ; :at "about 2014" ; :month "2014-06"^^xsd:gYearMonth ; :port "Narva"@en , "Reval"@de , "Reval"@en ; :depth "-5"^^xsd:int .
<id/log/5> a :Log ; :at "2013-12-31Z"^^xsd:date ; :year "2014" ; :took "P1Y"^^xsd:duration ; :stamp "2015-01-01T00:00:00Z"^^xsd:dateTimeStamp .
<id/log/6> a :Log ; :sailed true ; :be "spring 2014" ; :bl "2014-05-31T12:00:00"^^xsd:dateTime ; :ee "2014-06-30"^^xsd:date ; :el "2014"^^xsd:gYear .
<id/log/7> a :Log ; :sailed true ; :bl "spring 2014" ; :ee "spring 2014" .
<id/log/8> a :Log ; :sailed true ; :be "2014-06-01"^^xsd:date ; :el "2014-06-03T00:00:00Z"^^xsd:dateTime .
<id/log/9> a :Log ; :sailed true .
"""


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    return world(tmp_path_factory.mktemp("releases"), {"views/columns/when.rq": WHEN}, LOGS)


def numbers(iris):
    return "".join(sorted(iri.rpartition("/")[2] for iri in iris))


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("at.from=2014-05-16", "123"), ("at.to=2014-05-16", "125"), ("at.from=2014-05-16&at.to=2014-05-16", "12"),
        ("at.from=2014-05-17", "3"), ("at.from=2013-01-01&at.to=2013-12-31", "5"), ("at=*", "12345"), ("at=-", "6789"),
        ("stamp.from=2014-06-01", "5"), ("year=2014", "15"), ("month=2014-05", "3"), ("took=P1Y", "15"), ("took=PT5M", "2"),
        ("port=Reval", "1234"), ("port=Narva", "4"), ("depth.from=-10", "14"), ("depth.to=8", "14"),
        ("when.from=2014-06-01&when.to=2014-06-02", "6"), ("when.from=2014-06-01&when.to=2014-06-30", "68"),
        ("when.from=2014-06-01&when.to=2014-06-02&when.how=possibly", "678"), ("when.from=2015-01-01", ""),
        ("when.from=2015-01-01&when.how=possibly", "67"), ("when.to=2014-05-01&when.how=possibly", "67"), ("when=*", "678"),
        ("when=-", "123459"),
    ],
)  # fmt: skip
def test_page_query_and_file_have_the_same_whatever_the_datatype(logs, query, left):
    assert numbers(one["id"] for one in read(logs, query, "Log")["items"]) == left
    assert numbers(things(logs, link_to_query(logs, f"/browse/Log?{query}"))) == left
    body = get(logs, f"/browse/Log?{query}&format=ttl").data
    log = ox.NamedNode(f"{BASE}ontology#Log")
    assert numbers(q.subject.value for q in ox.parse(body, ox.RdfFormat.TURTLE) if q.object == log) == left


def test_a_time_that_is_no_day_breaks_no_list(logs):
    assert "attested spring 2014" in page(logs, "/browse/Log")
    (six,) = (one for one in read(logs, "", "Log")["items"] if one["id"].endswith("/6"))
    assert six["when"]["begin"] == ["spring 2014", "2014-05-31"], "words are kept whole, a time is its day"


# ---- Files


def test_csv_is_exactly_this_list_over_all_pages(tables):
    app = linked.libya()
    response = get(app, "/browse/Group?size=*&format=csv")
    assert response.content_type == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))
    assert [line["iri"] for line in lines] == [one["id"] for one in read(app, "size=*", "Group")["items"]]
    assert lines
    assert all(line["size"] and line["size (statement)"] for line in lines)


def test_a_file_says_what_it_is_called_and_under_which_licence(app):
    response = get(app, "/browse/Ship?rig=*&format=csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="Ship.csv"'
    assert 'rel="license"' in ",".join(response.headers.getlist("Link"))
    assert response.headers["Content-Location"] == "/browse/Ship?rig=%2A&format=csv"


def test_json_says_what_it_lists_and_how_to_ask_for_it(app):
    told = read(app, "rig=id/concept/rig/brig")
    assert (told["total"], told["of"], told["label"]) == (2, 5, "ship")
    assert things(app, told["query"]) == {one["id"] for one in told["items"]}
    assert told["items"][0]["values"]["rig"] == [
        {"label": "brig", "id": f"{BASE}id/concept/rig/brig", "href": "/doc/concept/rig/brig"}
    ]
    assert get(app, "/browse/Ship", "application/json").get_json()["total"] == 5


def test_turtle_says_all_of_the_things_and_nothing_of_others(app):
    response = get(app, "/browse/Ship?rig=id/concept/rig/bark&format=ttl")
    assert response.content_type == "text/turtle; charset=utf-8"
    graph = list(ox.parse(response.data, format=ox.RdfFormat.TURTLE))
    described = {
        quad.subject.value
        for quad in graph
        if quad.predicate.value == "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    }
    assert described == {f"{BASE}id/ship/cora", f"{BASE}id/ship/dido"}
    assert any(quad.object == ox.Literal("bark", language="en") for quad in graph)


def test_geojson_has_a_point_for_each_place_of_each_thing():
    app = linked.libya()
    told = get(app, "/browse/Event?format=geojson").get_json()
    assert told["type"] == "FeatureCollection"
    assert len(told["features"]) > 20
    ids = [feature["id"] for feature in told["features"]]
    assert len(ids) == len(set(ids))
    for feature in told["features"]:
        long, lat = feature["geometry"]["coordinates"]
        assert feature["geometry"]["type"] == "Point"
        assert -180 <= long <= 180
        assert -90 <= lat <= 90
        assert feature["properties"]["label"]
    derna = [f for f in told["features"] if f["properties"]["place"] == "Derna"]
    assert derna
    assert all(abs(f["geometry"]["coordinates"][0] - 22.6) < 0.3 for f in derna)


def test_a_point_tells_how_surely_and_whether_it_is_only_attributed():
    points = get(linked.libya(), "/browse/Presence?size=*&format=geojson").get_json()["features"]
    told = {point["properties"]["iri"]: point["properties"] for point in points}
    listed = {one["id"]: one for one in read(linked.libya(), "size=*", "Presence")["items"] if one["id"] in told}
    assert len(listed) > 20
    for iri, one in listed.items():
        assert told[iri]["attributed"] == one["attributed"]
        assert told[iri]["standing_mark"] == [value["mark"] for value in one["values"]["standing"]]


def test_an_unknown_format_is_refused_with_the_list(app):
    response = get(app, "/browse/Ship?format=xlsx")
    assert response.status_code == 400
    assert "csv" in response.get_json()["detail"] if response.is_json else "csv" in response.get_data(as_text=True)


def test_a_class_too_large_to_hold_is_listed_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(listings, "MOST_MEMBERS", 3)
    app = world(tmp_path)
    text = page(app, "/browse/Ship")
    assert '<a href="/doc/ship/cora">' in text
    assert "Filters" not in text
    response = get(app, "/browse/Ship?format=csv")
    assert response.status_code == 303
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    assert query["format"] == ["csv"]
    assert len(things(app, query["query"][0])) == 5


# ---- Columns of the publication


CAPTAIN = """# Who commands the ship.
# label: captain
# for: http://localhost:8000/ontology#Ship
# order: 1
# shown: yes
# instead: http://localhost:8000/ontology#owner
PREFIX v: <http://localhost:8000/ontology#>
SELECT ?thing ?value ?mark { ?post v:on ?thing . ?post v:by ?value BIND("hedged" AS ?mark) }
"""
VOYAGES = """
<id/post/1> :on <id/ship/cora> ; :by <id/agent/clerk> .
<id/ship/cora> :sailed true ; :be "1870-01-01"^^xsd:date ; :bl "1870-03-01"^^xsd:date ; :ee "1875-01-01"^^xsd:date ; :el "1875-12-31"^^xsd:date .
<id/ship/dido> :sailed true ; :bl "1880-06-01"^^xsd:date ; :ee "1880-06-01"^^xsd:date .
<id/ship/emma> :sailed true ; :be "1880-01-01"^^xsd:date ; :bl "1880-12-31"^^xsd:date ; :ee "1880-01-01"^^xsd:date ; :el "1880-12-31"^^xsd:date .
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    queries = {"views/columns/captain.rq": CAPTAIN, "views/columns/when.rq": WHEN}
    return world(tmp_path_factory.mktemp("releases"), queries, VOYAGES)


def test_a_view_is_a_column_in_the_place_of_a_property(told):
    labels = [one["label"] for one in read(told)["columns"]]
    assert labels[0] == "captain"
    assert "owner" not in labels
    assert items(told, "captain=id/agent/clerk") == ["Cora"]
    assert (
        '<span class="standing is-hedged"><span class="mark" aria-hidden="true"></span>The harbour clerk</span>'
        in page(told, "/browse/Ship")
    )


@pytest.mark.parametrize(
    ("span", "surely", "possibly"),
    [
        ("when.from=1880-01-01&when.to=1880-12-31", ["Dido", 'Emma "E"'], ["Dido", 'Emma "E"']),
        ("when.from=1880-06-01&when.to=1880-06-01", ["Dido"], ["Dido", 'Emma "E"']),
        ("when.from=1870-02-01&when.to=1870-02-02", [], ["Cora", "Dido"]),
        ("when.from=1872-02-01&when.to=1872-02-02", ["Cora"], ["Cora", "Dido"]),
        ("when.from=1875-06-01", ["Dido", 'Emma "E"'], ["Cora", "Dido", 'Emma "E"']),
        ("when.to=1869-12-31", [], ["Dido"]),
    ],
)
def test_a_time_is_surely_or_possibly_within_a_span(told, span, surely, possibly):
    assert items(told, span) == surely
    assert items(told, f"{span}&when.how=possibly") == possibly
    for query, left in ((span, surely), (f"{span}&when.how=possibly", possibly)):
        assert len(things(told, link_to_query(told, f"/browse/Ship?{query}"))) == len(left)


def test_a_list_can_be_drawn_only_in_ways_that_show_something(told, app):
    drawn = page(told, "/browse/Ship")
    assert 'href="/browse/Ship?view=timeline"' in drawn
    assert "view=map" not in drawn
    assert 'data-listing="timeline"' in page(told, "/browse/Ship?view=timeline")
    assert 'data-source="/browse/Ship?rig=%2A&amp;format=json"' in page(
        told, "/browse/Ship?rig=*&view=timeline"
    ).replace("rig=*", "rig=%2A")
    assert "view=timeline" not in page(app, "/browse/Ship")


def test_a_view_that_is_no_query_says_so_when_it_is_used(tmp_path):
    engine = InProcess({"schema": "", "ships": FLEET})
    release = write_release(
        tmp_path, {"a": ""}, {"views/columns/odd.rq": "# type: beauty\nSELECT ?thing ?value { ?thing ?p ?value }"}
    )
    with pytest.raises(ValueError, match="beauty"):
        listings.read_columns(engine, release)


def test_a_choice_written_to_a_url_is_read_again(tables):
    columns = tables[1]["Event"].columns
    choice = Choice({"kind": ("a", "b")}, {"when": Span("2014-01-01", "", True)}, "x y", "-when")
    given = {}
    for name, value in choice.fields():
        given.setdefault(name, []).append(value)
    assert listings.read_choice(given, columns) == choice
    with pytest.raises(BadRequest):
        listings.read_choice({"sort": ["nothing"]}, columns)


def test_the_json_of_a_list_is_small_enough_for_a_phone(tables):
    assert len(get(linked.libya(), "/browse/Event?format=json").data) < 250_000
    assert json.loads(get(linked.libya(), "/browse/Event?format=json").data)["items"]
