"""Counts what a graph holds: statements, things, classes, properties. Writes nothing down; the catalog does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from service.iris import Base
from service.press.queries import Term

TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


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


def count(triples: Iterable[Triple], base: Base) -> Counts:
    """Count distinct triples."""
    things = base.thing("")
    objects: set[Term] = set()
    types: defaultdict[Term, list[NamedNode]] = defaultdict(list)
    used: Counter[tuple[Term, NamedNode]] = Counter()
    total = 0
    for triple in triples:
        total += 1
        subject, predicate, object_ = triple.subject, triple.predicate, triple.object
        used[subject, predicate] += 1
        objects.add(object_)
        if predicate == TYPE and isinstance(object_, NamedNode):
            types[subject].append(object_)
    subjects = {subject for subject, _ in used}
    owned = [s.value for s in subjects if isinstance(s, NamedNode) and s.value.startswith(things)]
    return Counts(
        total,
        sum("#" not in iri for iri in owned),
        len(subjects),
        len(objects),
        _ranked(Counter(name for names in types.values() for name in names)),
        _ranked(_properties(used)),
        _class_properties(used, types),
    )


def _properties(used: Mapping[tuple[Term, NamedNode], int]) -> Counter[NamedNode]:
    found: Counter[NamedNode] = Counter()
    for (_, predicate), times in used.items():
        found[predicate] += times
    return found


def _class_properties(
    used: Mapping[tuple[Term, NamedNode], int], types: Mapping[Term, list[NamedNode]]
) -> dict[tuple[NamedNode, NamedNode], int]:
    found: Counter[tuple[NamedNode, NamedNode]] = Counter()
    for (subject, predicate), times in used.items():
        for name in types.get(subject, ()):
            found[name, predicate] += times
    return dict(sorted(found.items(), key=lambda pair: (pair[0][0].value, pair[0][1].value)))


def _ranked(counted: Counter[NamedNode]) -> dict[NamedNode, int]:
    """Most numerous first, then by IRI."""
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0].value)))
