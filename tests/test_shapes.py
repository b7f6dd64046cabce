"""Each constraint of each shape has a small graph that breaks it and nothing else; a valid graph passes them all."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import rdflib

from tests import gates

HERE = Path(__file__).parent / "shapes"
CASES = sorted(HERE.glob("cases/*/*.ttl"))
EXAMPLES = sorted((gates.ONTOLOGY / "examples").glob("*.ttl"))


@cache
def violations(case: Path) -> frozenset[gates.Result]:
    """What the shapes of the file after which the folder of the case is named find in the case."""
    shapes = gates.read_shapes(gates.ROOT / "shapes" / f"{case.parent.name}.ttl")
    return frozenset(gates.validate(rdflib.Graph().parse(case), shapes))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_a_case_breaks_its_constraint_and_no_other(case: Path) -> None:
    expected = gates.first_line(case, "expects")
    messages = {result.message for result in violations(case)}
    assert messages, f"nothing is found, but {expected!r} was expected"
    assert all(message.startswith(expected) for message in messages), messages


@pytest.mark.parametrize("path", gates.SHAPES, ids=lambda path: path.stem)
def test_every_constraint_has_a_case(path: Path) -> None:
    demanded = gates.constraints(gates.read_shapes(path))
    cases = [case for case in CASES if case.parent.name == path.stem]
    broken = {(result.shape, result.component) for case in cases for result in violations(case)}
    assert demanded - broken == set()


def test_every_folder_of_cases_has_a_shape() -> None:
    assert CASES, "there are no cases: is the path right?"
    assert {case.parent.name for case in CASES} <= {path.stem for path in gates.SHAPES}


@pytest.mark.parametrize("path", [HERE / "valid.ttl", *EXAMPLES], ids=lambda path: path.stem)
def test_a_valid_graph_passes_all_shapes(path: Path) -> None:
    store = gates.load([*gates.ontology_files(), path])
    gates.derive_all(store)
    assert gates.validate(gates.as_rdflib(store), gates.read_shapes(*gates.SHAPES)) == []


def test_the_valid_graph_has_a_target_for_every_shape() -> None:
    store = gates.load([*gates.ontology_files(), HERE / "valid.ttl"])
    gates.derive_all(store)
    data = gates.as_rdflib(store)
    shapes = gates.read_shapes(*gates.SHAPES)
    classes = set(shapes.objects(None, rdflib.SH.targetClass))
    assert {c for c in classes if (None, rdflib.RDF.type, c) not in data} == set()
