"""Counts what graphs hold: statements, things, classes, properties. Writes nothing down; the catalog does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from service.iris import Base
from service.ntriples import RDF_TYPE, Described, Said, is_iri, joined


@dataclass(frozen=True)
class Counts:
    """Numbers of one graph, or of the union of several.

    `entities` are the things of ours with a document each: distinct subjects below {base}id/ without a
    fragment. `classes` counts distinct things, `properties` statements; `class_properties` counts the
    statements with a property whose subject has the class. `objects` is None where it cannot be told.
    """

    triples: int
    entities: int
    subjects: int
    objects: int | None
    classes: Mapping[NamedNode, int]
    properties: Mapping[NamedNode, int]
    class_properties: Mapping[tuple[NamedNode, NamedNode], int]


class Tally:
    """Counts distinct statements, given by subject, so that another graph is added without counting them again."""

    def __init__(self, described: Described, base: Base) -> None:
        self._described, self._base = described, base
        self._sums = _Sums(described, base)

    @property
    def counts(self) -> Counts:
        return self._sums.told(len(self._sums.objects))

    def beside(self, more: Described) -> Counts:
        """The counts of the union with another graph. Takes as long as that graph is large."""
        known = {subject: self._described[subject] for subject in more if subject in self._described}
        gone, come = _Sums(known, self._base), _Sums(joined([known, more]), self._base)
        sums = _Sums({}, self._base)
        sums.add(self._sums)
        sums.take(gone)
        sums.add(come)
        return sums.told(len(self._sums.objects) + len(come.objects - self._sums.objects))


def count(described: Mapping[str, Iterable[Said]], base: Base) -> Counts:
    """Count distinct statements, given by subject."""
    sums = _Sums(described, base)
    return sums.told(len(sums.objects))


class _Sums:
    def __init__(self, described: Mapping[str, Iterable[Said]], base: Base) -> None:
        things = f"<{base.thing('')}"
        self.subjects = len(described)
        self.entities = sum(subject.startswith(things) and "#" not in subject for subject in described)
        self.objects: set[str] = set()
        self.classes: Counter[str] = Counter()
        self.properties: Counter[str] = Counter()
        self.together: Counter[tuple[str, str]] = Counter()
        for said in described.values():
            self._count(said)

    def _count(self, said: Iterable[Said]) -> None:
        self.objects.update(value for _, value in said)
        used = Counter(name for name, _ in said)
        self.properties.update(used)
        for kind in [value for name, value in said if name == RDF_TYPE and is_iri(value)]:
            self.classes[kind] += 1
            for name, times in used.items():
                self.together[kind, name] += times

    def add(self, other: _Sums) -> None:
        """Add what another counted, but not its objects, of which some may be known."""
        self.subjects += other.subjects
        self.entities += other.entities
        self.classes.update(other.classes)
        self.properties.update(other.properties)
        self.together.update(other.together)

    def take(self, other: _Sums) -> None:
        """Take away what another counted, but not its objects, which others may have too."""
        self.subjects -= other.subjects
        self.entities -= other.entities
        self.classes.subtract(other.classes)
        self.properties.subtract(other.properties)
        self.together.subtract(other.together)

    def told(self, objects: int) -> Counts:
        return Counts(
            self.properties.total(),
            self.entities,
            self.subjects,
            objects,
            _ranked(self.classes),
            _ranked(self.properties),
            {(_node(kind), _node(name)): times for (kind, name), times in sorted(self.together.items()) if times},
        )


def _ranked(counted: Counter[str]) -> dict[NamedNode, int]:
    """Most numerous first, then by IRI."""
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0][:-1]))
    return {_node(term): times for term, times in ranked if times}


def _node(term: str) -> NamedNode:
    return NamedNode(term[1:-1])
