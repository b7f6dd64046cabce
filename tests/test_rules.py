"""Each rule turns the graph NAME.in.ttl into exactly the graph NAME.out.ttl."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from tests import gates

CASES = sorted((Path(__file__).parent / "rules/cases").glob("*/*.in.ttl"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name.removesuffix('.in.ttl')}")
def test_a_rule_gives_exactly_this(case: Path) -> None:
    expected = case.with_name(case.name.replace(".in.ttl", ".out.ttl"))
    graphs = gates.derive(gates.load([case]), gates.ONTOLOGY / "rules" / f"{case.parent.name}.rq")
    triples = {ox.Triple(q.subject, q.predicate, q.object) for q in gates.load([expected])}
    assert graphs == {gates.first_line(expected, "into"): triples}


@pytest.mark.parametrize("rule", gates.RULES, ids=lambda rule: rule.stem)
def test_a_rule_has_a_case_and_a_banner(rule: Path) -> None:
    assert any(case.parent.name == rule.stem for case in CASES), "give it an input and an output"
    assert rule.read_text(encoding="utf-8").partition("\n")[0].endswith(".")


def test_every_folder_of_cases_has_a_rule() -> None:
    assert CASES, "there are no cases: is the path right?"
    assert {case.parent.name for case in CASES} <= {rule.stem for rule in gates.RULES}


def test_every_snapshot_date_gets_a_graph_of_its_own() -> None:
    dates = ["2014-01-01", "2015-02-19"]
    store = gates.load([])
    term = "<https://w3id.org/conflict-actors/ontology#"
    held = '"2014-01-01"^^<http://www.w3.org/2001/XMLSchema#date>'
    lines = [f'<x:dataset> {term}snapshotDate> "{d}"^^<http://www.w3.org/2001/XMLSchema#date> .' for d in dates]
    lines += [f"<x:r> {term}directProperty> <x:p> ; {term}beginLatest> {held} ; {term}endEarliest> {held} ."]
    lines += [f"<x:r> {term}subject> <x:s> ; {term}object> <x:o> ."]
    store.load("\n".join(lines).encode(), format=ox.RdfFormat.TURTLE)
    graphs = gates.derive(store, gates.ONTOLOGY / "rules/60-snapshot.rq")
    assert {name: len(triples) for name, triples in graphs.items()} == {
        "graph/snapshot-2014-01-01": 1,
        "graph/snapshot-2015-02-19": 0,
    }
