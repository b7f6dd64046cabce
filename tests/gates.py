"""Runs the rules, shapes and hygiene queries of this repository over small graphs. Does not know the service.

A case is a Turtle file whose first line says `# expects: MESSAGE`, or `# into: GRAPH` for the output of a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib import RDF, RDFS, SH

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology"
RULES = sorted((ONTOLOGY / "rules").glob("*.rq"))
SHAPES = sorted((ROOT / "shapes").glob("*.ttl"))
HYGIENE = sorted((ROOT / "shapes/hygiene").glob("*.rq"))
_SH = str(SH)
BASE = "https://w3id.org/conflict-actors/"
# What a property shape says to people; a validator that skips it has less to read for each focus node.
FOR_PEOPLE = (SH.name, SH.description, SH.group, SH.order, RDFS.label, RDFS.comment)
TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
# Every other sh: property of a shape constrains, so that a new kind of constraint needs a case at once.
NOT_CONSTRAINTS = {*FOR_PEOPLE, *TARGETS, SH.path, SH.property, SH.severity, SH.message, SH.declare}


_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Row = dict[ox.Variable, _Term]


@dataclass(frozen=True)
class Result:
    """One violation that pySHACL found."""

    message: str
    shape: str
    component: str


def first_line(path: Path, field: str) -> str:
    """The value of `# field: value`, the first line of a case."""
    line = path.read_text(encoding="utf-8").partition("\n")[0]
    assert line.startswith(f"# {field}: "), f"{path} has to begin with `# {field}: `"
    return line.removeprefix(f"# {field}: ")


def header(path: Path, field: str) -> str | None:
    """The value of `# field: value` among the comments of a query."""
    found = re.search(rf"^# {field}: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else None


def ontology_files() -> list[Path]:
    """The core, the schemes and the alignments; not the examples, which are data."""
    return [path for path in sorted(ONTOLOGY.rglob("*.ttl")) if path.parent.name != "examples"]


def load(paths: Iterable[Path]) -> ox.Store:
    """The files in one graph of a store in memory."""
    store = ox.Store()
    for path in paths:
        store.load(path=path, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"{BASE}graph/sources"))
    return store


def derive(store: ox.Store, rule: Path) -> dict[str, set[ox.Triple]]:
    """Graph name -> what the rule constructs for it; once for each row of its `each` query."""
    text, into, each = rule.read_text(encoding="utf-8"), header(rule, "into"), header(rule, "each")
    assert into, f"{rule} has to say `# into: GRAPH`"
    graphs: dict[str, set[ox.Triple]] = {}
    for row in _rows(store, each):
        name = into
        for variable, term in row.items():
            name = name.replace(f"{{{variable.value}}}", _text(term))
        found = store.query(text, substitutions=row, use_default_graph_as_union=True)
        assert isinstance(found, ox.QueryTriples), f"{rule} has to CONSTRUCT"
        graphs.setdefault(name, set()).update(found)
    return graphs


def _rows(store: ox.Store, each: str | None) -> list[_Row]:
    if each is None:
        return [{}]
    found = store.query(each, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    names = found.variables
    return [{n: t for n, t in zip(names, solution, strict=True) if t is not None} for solution in found]


def derive_all(store: ox.Store) -> None:
    """Run every rule in order and put what it gives into its graph."""
    for rule in RULES:
        for name, triples in derive(store, rule).items():
            graph = ox.NamedNode(BASE + name)
            store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)


def ask(store: ox.Store, query: Path) -> list[tuple[str, str]]:
    """The rows (subject, message) of a hygiene query."""
    found = store.query(query.read_text(encoding="utf-8"), use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions), f"{query} has to SELECT"
    assert [v.value for v in found.variables] == ["subject", "message"], f"{query} has to give ?subject ?message"
    return [(_text(row["subject"]), _text(row["message"])) for row in found]


def _text(term: object) -> str:
    assert isinstance(term, ox.NamedNode | ox.Literal), f"not an IRI or literal: {term}"
    return term.value


@cache
def read_shapes(*paths: Path) -> rdflib.Graph:
    """The shapes as pySHACL gets them: each property shape has the targets of its node shape.

    pySHACL evaluates a property shape once for each focus node when it hangs on a node shape, and once for all
    of them when it has the targets itself. The results are the same, in a third of the time.
    """
    graph = rdflib.Graph()
    for path in paths:
        graph.parse(path)
    for node, field in list(graph.subject_objects(SH.property)):
        targets = [(p, o) for p in TARGETS for o in graph.objects(node, p)]
        if targets:
            graph.remove((node, SH.property, field))
        for target, value in targets:
            graph.add((field, target, value))
    for predicate in FOR_PEOPLE:
        graph.remove((None, predicate, None))
    return graph


def validate(data: rdflib.Graph, shapes: rdflib.Graph) -> list[Result]:
    """What pySHACL finds in the data."""
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True, do_owl_imports=False)
    assert isinstance(report, rdflib.Graph), text
    told = (SH.resultMessage, SH.sourceShape, SH.sourceConstraintComponent)
    nodes = report.subjects(RDF.type, SH.ValidationResult)
    return [Result(*(str(report.value(node, predicate)) for predicate in told)) for node in nodes]


def constraints(shapes: rdflib.Graph) -> set[tuple[str, str]]:
    """(shape, constraint component) of everything that the targeted shapes demand."""
    targeted = {shape for target in TARGETS for shape in shapes.subjects(target)}
    said = {(str(shape), str(p)) for shape, p, _ in shapes if shape in targeted and p not in NOT_CONSTRAINTS}
    return {(shape, _component(parameter)) for shape, parameter in said if parameter.startswith(_SH)}


def _component(parameter: str) -> str:
    """sh:minCount -> sh:MinCountConstraintComponent, in full."""
    name = parameter.removeprefix(_SH)
    return f"{_SH}{'SPARQL' if name == 'sparql' else name[0].upper() + name[1:]}ConstraintComponent"


def as_rdflib(store: ox.Store) -> rdflib.Graph:
    """All quads of a store as one rdflib graph."""
    triples = {ox.Triple(q.subject, q.predicate, q.object) for q in store}
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=text, format="nt")
