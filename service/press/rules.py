"""Runs the CONSTRUCT rules of a publication: each adds triples to the graph its header names.

A rule sees the union of all graphs and what earlier rules gave. Refuses rules that make blank nodes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from service.errors import BadQuery, PressError
from service.iris import Base
from service.press.findings import Finding, Place, Report, violation, warning
from service.press.queries import QueryFile, Reader, Term, value_of
from service.press.sources import GRAPH_NAME, GRAPH_NAME_SAYS


@dataclass(frozen=True)
class Derived:
    """What the rules gave: graph name -> distinct quads, and the report."""

    graphs: dict[str, list[Quad]]
    report: Report


def run_rules(rules: Iterable[QueryFile], reader: Reader, base: Base, edited: Collection[str]) -> Derived:
    """Run the rules in order over the reader's store, which takes what they give. `edited` graphs are not theirs."""
    graphs: dict[str, dict[Quad, None]] = {}
    findings: list[Finding] = []
    ran = 0
    for ran, rule in enumerate(rules, 1):  # noqa: B007 - the count is wanted after the loop
        try:
            gave = list(_outputs(rule, reader, base, edited))
        except (PressError, BadQuery) as error:
            findings.append(violation("rules", error.detail, None, Place(rule.name, error.members.get("line", 1))))
            continue
        for name, quads in gave:
            reader.store.extend(quads)
            graphs.setdefault(name, {}).update(dict.fromkeys(quads))
        if not any(quads for _, quads in gave):
            findings.append(warning("rules", "The rule gives nothing.", None, Place(rule.name, 1)))
    return Derived({name: list(quads) for name, quads in graphs.items()}, Report({"rules": ran}, tuple(findings)))


def _outputs(
    rule: QueryFile, reader: Reader, base: Base, edited: Collection[str]
) -> Iterator[tuple[str, list[Quad]]]:
    """(graph name, quads) of the rule, once for each row of its `each:` query."""
    each = rule.fields.get("each")
    rows: list[dict[str, Term]] = reader.select(each) if each else [{}]
    for row in rows:
        name = _graph_name(rule, row)
        if name in edited:
            raise PressError(f"graph/{name} is edited by hand, a rule may not add to it. Name another in `# into:`.")
        graph = NamedNode(base.graph(name))
        yield name, [_quad(t, graph) for t in reader.construct(rule.text, row)]


def _graph_name(rule: QueryFile, row: dict[str, Term]) -> str:
    """The name in `# into: graph/NAME`, with {variable} replaced by the row's value."""
    name = rule.fields.get("into", "").removeprefix("graph/")
    for variable, term in row.items():
        name = name.replace(f"{{{variable}}}", value_of(term))
    if not GRAPH_NAME.fullmatch(name):
        raise PressError(f"{name!r} names no graph. The header needs `# into: graph/NAME`. {GRAPH_NAME_SAYS}")
    return name


def _quad(triple: Triple, graph: NamedNode) -> Quad:
    if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
        raise PressError("The rule makes blank nodes, which nobody can link to. Build an IRI with BIND(IRI(...)).")
    return Quad(triple.subject, triple.predicate, triple.object, graph)
