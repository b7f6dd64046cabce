"""Rules add triples to the graph they name, in the order of their file names, each over what the earlier gave."""

import pytest

from service.press.checks import check
from tests.publications import BASE, copy_mini, write

TERMS = f"{BASE}ontology#"


@pytest.fixture
def mini(tmp_path):
    return copy_mini(tmp_path)


def derived(settings):
    checked = check(settings)
    names = sorted(set(checked.graphs) - {"mini", "schema", "shapes", "meta"})
    return {name: [str(q.triple) for q in checked.graphs[name]] for name in names}


def of_rules(settings):
    return [f for f in check(settings).report.findings if f.check == "rules"]


def test_a_rule_fills_the_graph_it_names(mini):
    assert {name: len(triples) for name, triples in derived(mini).items()} == {"derived": 4}
    assert check(mini).report.ran["rules"] == 1


def test_a_later_rule_sees_what_an_earlier_gave(mini):
    write(
        mini,
        "ontology/rules/20-joined.rq",
        "# Neighbours of neighbours are joined.\n# into: graph/far\n"
        "CONSTRUCT { ?a mini:joinedTo ?c } WHERE { ?a mini:nextTo/mini:nextTo ?c . FILTER(?a != ?c) }",
    )
    assert len(derived(mini)["far"]) == 2


def test_each_runs_a_rule_once_for_each_row(mini):
    write(
        mini,
        "ontology/rules/20-years.rq",
        "# Open in that year.\n# into: graph/open-{year}\n"
        "# each: SELECT DISTINCT ?year WHERE { ?s <https://example.org/mini/ontology#opened> ?year }\n"
        "CONSTRUCT { ?s mini:openIn ?year } WHERE { ?s mini:opened ?o . ?t mini:opened ?year . FILTER(?o <= ?year) }",
    )
    found = derived(mini)
    assert {name: len(triples) for name, triples in found.items()} == {"derived": 4, "open-1903": 1, "open-1905": 2}
    assert '"1905"' in found["open-1905"][0]


def test_two_rules_that_say_the_same_say_it_once(mini):
    rule = (mini.ontology / "rules/10-neighbours.rq").read_text()
    write(mini, "ontology/rules/20-again.rq", rule)
    assert len(derived(mini)["derived"]) == 4


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        pytest.param("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", 1, "# into: graph/NAME", id="no target"),
        pytest.param("# into: graph/a.b\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", 1, "digits, - and _", id="dot"),
        pytest.param("# into: graph/é\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", 1, "names no graph", id="accent"),
        pytest.param("# into: graph/a/b\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", 1, "names no graph", id="slash"),
        pytest.param(
            "# into: graph/{x}\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", 1, "names no graph", id="unbound"
        ),
        pytest.param("# into: graph/d\nCONSTRUCT { ?s ?p ?o }\nWHERE { ?s ?p }", 3, "does not parse", id="syntax"),
        pytest.param("# into: graph/d\nSELECT ?s WHERE { ?s ?p ?o }", 1, "CONSTRUCT", id="not a CONSTRUCT"),
        pytest.param("# into: graph/d\nCONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }", 1, "blank nodes", id="blank node"),
        pytest.param(
            "# into: graph/d\n# each: SELECT ?y WHERE { ?t mini:opened ?y }\n"
            "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o . FILTER(?o <= ?y) }",
            1,
            "cannot be run",
            id="variable in no pattern",
        ),
        pytest.param(
            "# into: graph/d\n# each: SELECT nonsense\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
            1,
            "parse",
            id="each",
        ),
    ],
)
def test_a_rule_that_cannot_run_is_a_violation_with_its_place(mini, text, line, says):
    write(mini, "ontology/rules/20-bad.rq", text)
    (finding,) = of_rules(mini)
    assert (finding.severity, finding.file, finding.line) == ("violation", "ontology/rules/20-bad.rq", line)
    assert says in finding.message


def test_a_rule_that_gives_nothing_is_a_warning(mini):
    write(
        mini, "ontology/rules/20-idle.rq", "# into: graph/d\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(false) }"
    )
    assert [f.severity for f in of_rules(mini)] == ["warning"]


def test_a_rule_may_not_feed_an_edited_graph(mini):
    write(mini, "ontology/rules/20-bold.rq", "# into: graph/mini\nCONSTRUCT { ?s a ?s } WHERE { ?s ?p ?o }")
    (finding,) = of_rules(mini)
    assert "edited" in finding.message


def test_the_order_of_derived_triples_does_not_change(mini):
    assert derived(mini) == derived(mini)
