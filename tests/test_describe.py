"""What is said about a thing, as plain values: generic queries, views and how their rows are merged."""

import pytest

from service import describe
from service.describe.statements import Passage, merge_claims, merge_statements
from service.describe.terms import Bounds, Thing, best
from service.engine.rows import Term
from service.errors import NotFound
from tests.engines import BASE, DATA, META, SCHEMA, InProcess, write_release

ALMA = BASE + "id/ship/alma"
REVAL = BASE + "id/harbour/reval"


def world(folder, more="", queries=None):
    graphs = {"schema": SCHEMA, "ships": DATA + more, "meta": META}
    return InProcess(graphs), write_release(folder, graphs, queries)


def row(**cells):
    """A row; a value that begins with http is an IRI."""
    return {name: Term(text, "uri" if text.startswith("http") else "literal") for name, text in cells.items()}


def test_nothing_said_is_not_found(tmp_path):
    engine, release = world(tmp_path)
    with pytest.raises(NotFound):
        describe.entity(engine, release, BASE + "id/ship/nobody")
    assert describe.look(engine, BASE + "id/ship/nobody") is None


def test_properties_are_grouped_with_labels(tmp_path):
    engine, release = world(tmp_path)
    about = describe.entity(engine, release, ALMA)
    assert about.label == Thing("Alma", ALMA, "en")
    assert [one.text for one in about.types] == ["ship"]
    calls = next(p for p in about.properties if p.predicate.text == "calls at")
    assert calls.values == (Thing("Reval", REVAL, "en"),)


def test_what_points_here_is_counted_and_named(tmp_path):
    engine, release = world(tmp_path)
    calls = next(i for i in describe.entity(engine, release, REVAL).incoming if i.predicate.text == "calls at")
    assert calls.count == 2
    assert [one.text for one in calls.named] == ["Alma", "Bore"]


def test_what_has_no_label_is_counted_but_not_named(tmp_path):
    engine, release = world(tmp_path)
    by_call = next(i for i in describe.entity(engine, release, ALMA).incoming if i.predicate.iri.endswith("#ship"))
    assert (by_call.count, by_call.named) == (1, ())


def test_a_view_is_run_only_for_the_classes_it_names(tmp_path):
    view = "# for: {}\nSELECT ?this ?relation ?group ?phrase {{ ?this ?p ?o BIND(?this AS ?relation) BIND('All' AS ?group) }}"
    queries = {"views/statements.rq": view.format(BASE + "ontology#Harbour")}
    engine, release = world(tmp_path, queries=queries)
    assert describe.entity(engine, release, ALMA).groups == []
    assert [group.title for group in describe.entity(engine, release, REVAL).groups] == ["All"]


def test_a_view_is_run_only_when_a_property_it_names_points_at_the_thing(tmp_path):
    view = "# if: {}\nSELECT ?this ?relation ?group {{ ?this ?p ?o BIND(?this AS ?relation) BIND('All' AS ?group) }}"
    engine, release = world(tmp_path, queries={"views/statements.rq": view.format(BASE + "ontology#callsAt")})
    assert describe.entity(engine, release, ALMA).groups == []
    assert [group.title for group in describe.entity(engine, release, REVAL).groups] == ["All"]


def test_a_view_without_classes_is_for_everything(tmp_path):
    queries = {"views/facts.rq": "SELECT ?this ?part ?value { ?this rdfs:label ?value BIND('lead' AS ?part) }"}
    engine, release = world(tmp_path, queries=queries)
    assert [lead.text for lead in describe.entity(engine, release, ALMA).facts.lead] == ["Alma"]


def test_a_thing_without_label_is_named_by_the_view(tmp_path):
    queries = {"views/label.rq": "SELECT ?this ?label { ?this a :Call BIND('a call' AS ?label) }"}
    engine, release = world(tmp_path, queries=queries)
    assert describe.entity(engine, release, BASE + "id/call/1").label.text == "a call"


def test_labels_in_our_language_come_first():
    labels = [Term("Tallinna", "literal", "et"), Term("Reval", "literal", "de"), Term("Tallinn", "literal", "en-GB")]
    assert best(labels) == labels[2]
    assert best(labels[:2]) == labels[1]
    assert best([]) is None


def test_rows_of_one_relation_are_one_statement_with_all_claims():
    told = [
        row(
            relation="http://r/1", group="Calls", order="2", phrase="calls at", other="http://h/1", otherLabel="Reval"
        ),
        row(relation="http://r/1", claim="http://c/1", stanceMark="affirms", citation="http://p/1", passage="P1"),
        row(relation="http://r/1", claim="http://c/1", stanceMark="affirms", citation="http://p/2", passage="P2"),
        row(relation="http://r/1", claim="http://c/2", stanceMark="denies", citation="http://p/1", passage="P1"),
        row(relation="http://r/2", claim="http://c/3", stanceMark="affirms"),
    ]
    (group,) = merge_statements(told)
    (statement,) = group.statements
    assert [(c.mark, [p.label for p in c.passages]) for c in statement.claims] == [
        ("affirms", ["P1", "P2"]),
        ("denies", ["P1"]),
    ]


def test_who_says_the_same_twice_is_named_once():
    told = [
        row(relation="http://r/1", group="g"),
        row(relation="http://r/1", claim="http://c/1", holder="http://a/1", citation="http://p/1"),
        row(relation="http://r/1", claim="http://c/2", holder="http://a/1", citation="http://p/2"),
    ]
    (statement,) = merge_statements(told)[0].statements
    assert len(statement.claims) == 2
    assert [len(voice.passages) for voice in statement.voices] == [2]


def test_a_row_without_a_group_adds_to_the_relation_wherever_it_stands():
    told = [
        row(relation="http://r/1", beginLatest="2014-05-01"),
        row(relation="http://r/1", group="Events"),
        row(relation="http://r/1", group="What it says"),
        row(relation="http://r/2", beginLatest="2014-05-01"),
    ]
    groups = merge_statements(told)
    assert [(g.title, [s.when.begin_latest for s in g.statements]) for g in groups] == [
        ("Events", ["2014-05-01"]), ("What it says", ["2014-05-01"])
    ]  # fmt: skip


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_one_row_calls_attributed_stays_so(order):
    told = [
        row(relation="http://r/1", group="g", voice="own"),
        row(relation="http://r/1", group="g", voice="attributed"),
    ]
    (statement,) = merge_statements([told[place] for place in order])[0].statements
    assert statement.attributed


def test_groups_come_in_their_order_and_dated_ones_by_time():
    told = [
        row(relation="http://r/1", group="Events", order="9", layout="dated", beginLatest="2014-05-01"),
        row(relation="http://r/2", group="Events", order="9", layout="dated", beginEarliest="2013-01-01"),
        row(relation="http://r/3", group="Events", order="9", layout="dated"),
        row(relation="http://r/4", group="Calls", order="1", phrase="b"),
        row(relation="http://r/5", group="Calls", order="1", phrase="a"),
    ]
    groups = merge_statements(told)
    assert [group.title for group in groups] == ["Calls", "Events"]
    assert [s.iri[-1] for group in groups for s in group.statements] == ["5", "4", "2", "1", "3"]


def test_claims_can_be_about_a_name():
    claims = merge_claims([row(relation="http://n/1", claim="http://c/1", hedge="reportedly")])
    assert claims["http://n/1"][0].hedge == "reportedly"


def test_a_passage_opens_the_source_at_its_words():
    assert (
        Passage("i", "P1", "so-called, war", "https://x.org/a").link == "https://x.org/a#:~:text=so%2Dcalled%2C%20war"
    )
    assert Passage("i", "P1", "", "https://x.org/a").link == ""


def test_unknown_bounds_are_no_time():
    assert not Bounds()
    assert Bounds(end_latest="2014-01-01")
