"""Each hygiene query has graphs that it finds fault with; a valid graph with the whole ontology passes them all."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from tests import gates

HERE = Path(__file__).parent / "shapes"
CASES = sorted(HERE.glob("hygiene/*/*.ttl"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_a_case_is_found(case: Path) -> None:
    expected = gates.first_line(case, "expects")
    rows = gates.ask(gates.load([case]), gates.ROOT / "shapes/hygiene" / f"{case.parent.name}.rq")
    assert rows, f"nothing is found, but {expected!r} was expected"
    assert all(message.startswith(expected) for _, message in rows), rows


@pytest.mark.parametrize("query", gates.HYGIENE, ids=lambda query: query.stem)
def test_a_query_has_a_case_a_severity_and_a_banner(query: Path) -> None:
    assert any(case.parent.name == query.stem for case in CASES), "give it a failing graph"
    assert gates.header(query, "severity") in ("violation", "warning")
    assert query.read_text(encoding="utf-8").partition("\n")[0].endswith(".")


def test_every_folder_of_cases_has_a_query() -> None:
    assert CASES, "there are no cases: is the path right?"
    assert {case.parent.name for case in CASES} <= {query.stem for query in gates.HYGIENE}


@cache
def valid_store() -> ox.Store:
    store = gates.load([*gates.ontology_files(), *gates.SHAPES, HERE / "valid.ttl"])
    gates.derive_all(store)
    return store


@pytest.mark.parametrize("query", gates.HYGIENE, ids=lambda query: query.stem)
def test_a_valid_graph_passes(query: Path) -> None:
    assert gates.ask(valid_store(), query) == []
