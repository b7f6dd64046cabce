"""Counts what a graph holds: statements, things, classes, properties. Writes nothing down; the catalog does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from service.iris import Base
from service.ntriples import RDF_TYPE, Said, is_iri


@dataclass(frozen=True)
class Counts:
    """Numbers of one graph, or of the union of several.

    `entities` are the things of ours with a document each: distinct subjects below {base}id/ without a
    fragment. `classes` counts distinct things, `properties` statements; `class_properties` counts the
    statements with a property whose subject has the class.
    """

    triples: int
    entities: int
    subjects: int
    objects: int
    classes: Mapping[NamedNode, int]
    properties: Mapping[NamedNode, int]
    class_properties: Mapping[tuple[NamedNode, NamedNode], int]


def count(described: Mapping[str, Iterable[Said]], base: Base) -> Counts:
    """Count distinct statements, given by subject."""
    objects: set[str] = set()
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for said in described.values():
        objects.update(value for _, value in said)
        used = Counter(name for name, _ in said)
        properties.update(used)
        for kind in [value for name, value in said if name == RDF_TYPE and is_iri(value)]:
            classes[kind] += 1
            for name, times in used.items():
                together[kind, name] += times
    things = f"<{base.thing('')}"
    return Counts(
        properties.total(),
        sum(subject.startswith(things) and "#" not in subject for subject in described),
        len(described),
        len(objects),
        _ranked(classes),
        _ranked(properties),
        {(_node(kind), _node(name)): times for (kind, name), times in sorted(together.items())},
    )


def _ranked(counted: Counter[str]) -> dict[NamedNode, int]:
    """Most numerous first, then by IRI."""
    return {_node(term): times for term, times in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0][:-1]))}


def _node(term: str) -> NamedNode:
    return NamedNode(term[1:-1])
