"""What the lists of the real data say: in which role and when, between which figures, about what, and one row each as a query."""

import csv
import io
import re

import pytest

from service.engine.rows import rows
from tests import linked
from tests.engines import get, harbour, page
from tests.test_listings import link_to_query, read, things

CA = linked.BASE + "ontology#"


def lines(query):
    """A CSV of a list by the names of its members."""
    body = get(linked.libya(), f"/browse/{query}").get_data(as_text=True)
    return {line["label"]: line for line in csv.DictReader(io.StringIO(body))}


def asked(query):
    return list(rows(linked.libya().extensions["engine"], f"PREFIX ca: <{CA}> {query}"))


@pytest.fixture(scope="module")
def shaped():
    """The same with what the shapes make columns of."""
    return linked.libya(shapes=True)


# ---- In which role, when, how surely


@pytest.fixture(scope="module")
def people():
    return lines("Person?format=csv")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Rasheed Mohammed Saleh Alsabri", ["Petroleum Facilities Guard (formal leader, from some time between 1 July 2013 and 19 February 2015)"]),
        ("Ibrahim Jadhran", ["Petroleum Facilities Guard (leader, ", "until July 2013)"]),
        ("Ali Zeidan", ["Libya (head of government, ", "until March 2014)"]),
        ("Khalifa Haftar", ["Libyan National Army (leader, hedged, attested 19 February 2015)", "(leader, attested between December 1986 and September 1987)"]),
    ],
)  # fmt: skip
def test_a_person_leads_in_a_role_at_a_time_and_so_surely(people, name, told):
    for part in told:
        assert part in people[name]["leads or led"]


def test_no_heading_says_that_what_was_once_so_is_so(people):
    text = page(linked.libya(), "/browse/Person")
    for heading in ("leads or led", "belongs or belonged to"):
        assert f">{heading}<" in text
        assert heading in next(iter(people.values()))
    assert ">leads<" not in text


def test_what_somebody_leads_is_what_an_ungraded_denied_or_alleged_statement_never_says(people):
    graded = asked(
        "SELECT ?thing WHERE { ?thing a ca:Membership ; ca:sensitivity ?grade FILTER(?grade IN (ca:Neutral, ca:Affiliation)) }"
    )
    allowed = {row["thing"].value for row in graded}
    refused = asked(
        "SELECT ?thing { { ?thing ca:standing ca:Denied } UNION { ?thing ca:sensitivity ca:Allegation } }"
    )
    shown = set()
    for line in people.values():
        for column in ("leads or led (statement)", "belongs or belonged to (statement)"):
            shown |= set(filter(None, line[column].split(" | ")))
    assert len(shown) > 20
    assert shown <= allowed
    assert not shown & {row["thing"].value for row in refused}


def test_what_a_group_was_part_of_or_present_in_says_how_surely():
    groups = lines("Group?format=csv")
    told = " | ".join(line["is or was present in"] + line["is or was part of"] for line in groups.values())
    for word in ("hedged", "reported", "until", "since", "base"):
        assert word in told
    refused = {
        row["thing"].value
        for row in asked("SELECT ?thing { ?thing ca:standing ?s FILTER(?s IN (ca:Denied, ca:Open)) }")
    }
    shown = {iri for line in groups.values() for iri in line["is or was present in (statement)"].split(" | ")}
    assert refused
    assert not shown & refused


def test_whose_word_a_value_is_stands_beside_it_in_the_file(people):
    line = people["Rasheed Mohammed Saleh Alsabri"]
    assert line["leads or led (according to)"].startswith("Kyle Orton, P")
    sizes = list(lines("Group?size=*&format=csv").values())
    assert all(", P" in line["size (according to)"] for line in sizes)


PRESENT = (
    "leads",
    "is a member of",
    "is part of",
    "is present in",
    "answers to",
    "controls",
    "supports",
    "is tied to",
    "is hostile to",
    "is listed on",
    "is characterised as",
)


@pytest.mark.parametrize("name", ["Person", "Group", "PublicBody", "State", "Community"])
def test_no_filter_or_file_of_actors_says_what_is_so_now_and_nothing_ungraded_of_a_person(shaped, name):
    told = read(shaped, "", name)
    headings = {column["label"] for column in told["columns"]}
    assert "was involved in" in headings, "the shapes make columns"
    assert not headings & set(PRESENT)
    said = {
        value["statement"]
        for one in told["items"]
        for values in one["values"].values()
        for value in values
        if "statement" in value
    }
    query = """SELECT ?r { { ?r ca:standing ca:Denied } UNION { ?r ca:standing ca:Open } UNION { ?r ca:sensitivity ca:Allegation } UNION
      { ?r a ca:Relation ; ca:subject|ca:object ?who . ?who a ca:Person FILTER NOT EXISTS { ?r ca:sensitivity ?any } } }"""
    assert said
    assert not said & {row["r"].value for row in asked(query)}


def test_a_value_leads_to_the_thing_and_its_way_to_the_statement():
    text = page(linked.libya(), "/browse/Person?q=haftar")
    assert '<a href="/doc/actor/libyan-national-army"><bdi>Libyan National Army</bdi></a>' in text
    assert '<a class="way" href="/doc/rel/membership/khalifa-haftar--libyan-national-army' in text
    assert "leader, hedged, attested 19 February 2015" in text
    filters = text[text.index('id="filters"') :]
    assert "hedged" not in filters


def test_a_value_in_two_ways_counts_its_thing_once(tmp_path):
    view = "# for: http://localhost:8000/ontology#Ship\n# label: calls\n# shown: yes\nPREFIX v: <http://localhost:8000/ontology#>\nSELECT ?thing ?value ?valueNote { ?call v:ship ?thing ; v:harbour ?value ; v:how ?valueNote }"
    calls = "".join(
        f'<id/call/{n}> :ship <id/ship/alma> ; :harbour <id/harbour/reval> ; :how "{how}" .\n'
        for n, how in ((8, "trade"), (9, "repair"))
    )
    app = harbour(tmp_path, calls, {"views/columns/calls.rq": view})
    told = [value["note"] for one in read(app)["items"] for value in one["values"].get("calls", [])]
    assert told == ["repair", "trade"]
    query = link_to_query(app, "/browse/Ship?calls=*")
    (row,) = rows(app.extensions["engine"], query)
    assert set(row["calls_all"].value.split(" | ")) == {"Reval (trade)", "Reval (repair)"}


# ---- Between which figures


@pytest.mark.parametrize(
    ("name", "least", "most", "words"),
    [
        ("February 17 Martyrs' Brigade", "1500", "3500", "1,500 to 3,500 men (asserted)"),
        ("Misrata Brigades", "", "40000", "up to 40,000 men (asserted)"),
        ("Libyan National Army", "", "", "men: no figure can be given (hedged)"),
        ("Tunisian attackers of the Corinthia Hotel", "1", "", "men: at least 1 (asserted)"),
    ],
)
def test_a_size_has_both_its_bounds_and_its_statement(name, least, most, words):
    line = lines("Group?format=csv")[name]
    assert (line["size (at least)"], line["size (at most)"], line["size"]) == (least, most, words)
    assert line["size (statement)"] in {one["iri"] for one in lines("Estimate?format=csv").values()}


def test_an_estimate_has_its_hedge_and_paragraph_in_the_file():
    (line,) = [one for one in lines("Estimate?format=csv").values() if one["iri"].endswith("al-qaqa-brigade--men")]
    assert (line["hedge"], line["paragraph"], line["who says so"]) == ("said to be", "28", "Kyle Orton")


def test_a_filter_by_size_takes_what_can_lie_in_the_range():
    found = set(lines("Group?size.from=1000&size.to=3000&format=csv"))
    assert "February 17 Martyrs' Brigade" in found
    assert not found & {"Libyan National Army", "Al-Saiqa", "Omar al-Mukhtar Brigade"}
    query = link_to_query(linked.libya(), "/browse/Group?size.from=1000&size.to=3000")
    assert len(things(linked.libya(), query)) == len(found)


def test_that_no_figure_can_be_given_is_not_the_same_as_none_given():
    assert set(lines("Group?size=no+figure+can+be+given&format=csv")) == {"Libyan National Army"}
    assert "Libyan National Army" not in lines("Group?size=-&format=csv")
    assert "men: no figure can be given</bdi>" in page(linked.libya(), "/browse/Group")


# ---- About what


def places(name):
    """The paragraphs and numbers in the names of the members of a list."""
    return [
        tuple(map(int, re.findall("[0-9]+", one["id"].rpartition("/")[2])[:2]))
        for one in read(linked.libya(), "", name)["items"]
    ]


def test_a_claim_says_what_it_is_about_in_the_order_of_the_text():
    told = list(lines("Claim?format=csv").values())
    assert all(line["about"] and line["about (iri)"] for line in told)
    assert (names := places("Claim")) == sorted(names)
    assert (names := places("Citation")) == sorted(names)
    text = page(linked.libya(), "/browse/Claim")
    head = text[text.index("<thead>") : text.index("</thead>")]
    assert ">about" in head
    assert ">kind" not in head


def test_of_an_allegation_a_claim_says_its_ends_and_its_class_only():
    query = """SELECT ?claim ?class ?kind WHERE { ?claim ca:about ?r . ?r ca:sensitivity ca:Allegation ; a/<http://www.w3.org/2000/01/rdf-schema#label> ?class
      . ?r a/<http://www.w3.org/2000/01/rdf-schema#subClassOf> ca:Relation }"""
    alleged = {row["claim"].value for row in asked(query)}
    shown = [line for line in lines("Claim?format=csv").values() if line["iri"] in alleged]
    assert len(shown) > 50
    for line in shown:
        ends, _, word = line["about"].rpartition(", ")
        assert " \u2013 " in ends
        assert word in line["about what sort of statement"]


def test_a_passage_says_which_claims_and_names_it_carries():
    told = lines("Citation?format=csv").values()
    assert all(line["claims"] or line["names"] for line in told)
    carried = {iri for line in told for iri in line["claims (iri)"].split(" | ") if iri}
    assert carried == {row["claim"].value for row in asked("SELECT DISTINCT ?claim { ?claim a ca:Claim }")}


# ---- The same list as a query: a row each, in lines one can read


LISTS = [
    "Group", "Group?size=*", "Group?size.from=1000&size.to=3000", "Group?size=-&q=brigade", "Group?present_in=id/place/derna&present_in=-",
    "Person", "Person?leads=*", "Person?member_of=id/actor/united-states", "Person?sort=-leads", "Event", "Event?when.from=2014-01-01&when.to=2014-12-31",
    "Event?when.from=2014-01-01&when.how=possibly&sort=when", "Estimate", "Estimate?amount.from=100&sort=-amount", "Claim", "Claim?hedge=*",
    "Claim?q=libya&sort=about", "Citation", "Citation?paragraph.from=10&paragraph.to=12", "Membership?standing=ontology%23Hedged", "Name", "Place",
    "Presence?q=derna", "Support", "role",
]  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_the_query_has_a_row_for_each_member_of_the_list(path):
    app = linked.libya()
    query = link_to_query(app, f"/browse/{path}")
    found = [row["thing"].value for row in app.extensions["engine"].store.query(query)]
    name, _, choice = path.partition("?")
    assert sorted(found) == sorted(one["id"] for one in read(app, choice, name)["items"])
    assert found


@pytest.mark.parametrize("path", LISTS)
def test_the_query_has_lines_that_one_can_read(path):
    query = link_to_query(linked.libya(), f"/browse/{path}")
    assert max(map(len, query.splitlines())) <= 160
    assert "REPLACE(" not in query


def test_the_query_keeps_role_time_and_hedge():
    query = link_to_query(linked.libya(), "/browse/Person?leads=id/actor/petroleum-facilities-guard")
    told = {row["label"].value: row["leads_all"].value for row in rows(linked.libya().extensions["engine"], query)}
    assert told == {
        "Ibrahim Jadhran": "Petroleum Facilities Guard (leader, ../2013-07)",
        "Rasheed Mohammed Saleh Alsabri": "Petroleum Facilities Guard (formal leader, 2013-07/)",
    }


def test_a_query_asks_for_names_only_where_there_are_any():
    groups, claims = (link_to_query(linked.libya(), f"/browse/{name}?sort=-label") for name in ("Group", "Claim"))
    assert "?label" in groups
    assert "?label" not in claims
    assert claims.strip().endswith("ORDER BY DESC(LCASE(STR(?thing))) ?thing")
    found = [row["label"].value for row in rows(linked.libya().extensions["engine"], groups)]
    assert found == [one["label"] for one in read(linked.libya(), "sort=-label", "Group")["items"]]


def test_the_query_says_that_there_is_no_figure():
    query = link_to_query(linked.libya(), "/browse/Group?size=*&q=libyan+national")
    (told,) = (row["size_of"].value for row in rows(linked.libya().extensions["engine"], query))
    assert told == "men: no figure can be given (hedged)"


def test_a_view_whose_variables_are_called_like_its_column_makes_a_query_all_the_same(tmp_path):
    view = '# for: http://localhost:8000/ontology#Ship\n# name: rig\n# label: "rig" # of\n# shown: yes\nPREFIX v: <http://localhost:8000/ontology#>\nSELECT ?thing ?value { ?thing v:rig ?rig . BIND(?rig AS ?value) ?rig v:none|<http://www.w3.org/2004/02/skos/core#prefLabel> ?rigLabel }'
    app = harbour(tmp_path, "", {"views/columns/rig.rq": view})
    query = link_to_query(app, "/browse/Ship?rig=*")
    assert [row["rigLabel"].value for row in rows(app.extensions["engine"], query)] == ["brig"]


def test_who_leads_something_is_not_told_again_to_belong_to_it(people):
    for line in people.values():
        led = set(filter(None, line["leads or led (statement)"].split(" | ")))
        assert not led & set(line["belongs or belonged to (statement)"].split(" | "))
