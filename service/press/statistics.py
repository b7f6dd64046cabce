"""Writes counts down as VoID statistics, and those of the graph that holds them until they are true of themselves.

https://www.w3.org/TR/void/#statistics
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from service.iris import Base
from service.ntriples import Described, by_subject, joined
from service.press.counts import Counts, Tally, count
from service.press.distributions import partition
from service.press.vocabulary import VOID, say

# Numbers of statements settle in four rounds; only how many objects differ may go on for ever.
_ROUNDS = 8


@dataclass(frozen=True)
class Measured:
    """The counts of the whole publication, and of the graph that tells them."""

    whole: Counts
    alone: Counts


def settle(
    tell: Callable[[Measured], Iterable[Triple]], measure: Callable[[Iterable[Triple]], Measured]
) -> list[Triple]:
    """What `tell` says of the counts that `measure` gives of just these statements.

    Numbers of distinct objects may have no such solution: the number is an object too, perhaps one that is there
    already. Then they are not told.
    """
    told, found = list(tell(measured := measure(()))), measure(())
    for number in range(2 * _ROUNDS):
        found = measure(told)
        if number >= _ROUNDS:
            found = Measured(replace(found.whole, objects=None), replace(found.alone, objects=None))
        if found == measured:
            return told
        told, measured = list(tell(found)), found
    raise AssertionError("the counts of the catalog do not settle")


def measure_with(others: Tally, own: Described, base: Base) -> Callable[[Iterable[Triple]], Measured]:
    """Measures statements as part of a graph that holds `own` too, beside the other graphs."""

    def measure(told: Iterable[Triple]) -> Measured:
        lines = (serialize(set(told), format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)
        graph = joined([own, by_subject(lines)])
        return Measured(others.beside(graph), count(graph, base))

    return measure


def describe_counts(subject: NamedNode, counts: Counts) -> Iterator[Triple]:
    """The statistics of a dataset, and the partitions by class and property."""
    yield from say(subject, VOID("triples"), counts.triples)
    yield from say(subject, VOID("entities"), counts.entities)
    yield from say(subject, VOID("distinctSubjects"), counts.subjects)
    if counts.objects is not None:
        yield from say(subject, VOID("distinctObjects"), counts.objects)
    yield from say(subject, VOID("classes"), len(counts.classes))
    yield from say(subject, VOID("properties"), len(counts.properties))
    for name, number in counts.classes.items():
        part = partition(subject, "class", name)
        yield from say(subject, VOID("classPartition"), part)
        yield from say(part, VOID("class"), name)
        yield from say(part, VOID("entities"), number)
    for name, number in counts.properties.items():
        yield from _describe_property(subject, name, number)


def describe_class_properties(dataset: NamedNode, counts: Counts) -> Iterator[Triple]:
    """Which properties the things of a class have, as query editors ask it: partitions within partitions."""
    for (name, property_), number in counts.class_properties.items():
        yield from _describe_property(partition(dataset, "class", name), property_, number)


def _describe_property(subject: NamedNode, name: NamedNode, number: int) -> Iterator[Triple]:
    part = partition(subject, "property", name)
    yield from say(subject, VOID("propertyPartition"), part)
    yield from say(part, VOID("property"), name)
    yield from say(part, VOID("triples"), number)
