"""Short facts of a thing as the publication's view `facts.rq` tells them: badges, lead, notes, label and value."""

from __future__ import annotations

from dataclasses import dataclass

from service.describe.terms import Bounds, Thing, bounds, text, thing
from service.engine.rows import Row


@dataclass(frozen=True)
class Fact:
    """A label with its values, or with a time."""

    label: str
    values: tuple[Thing, ...]
    when: Bounds


@dataclass(frozen=True)
class Facts:
    """What stands at the head of a page. `lead` is a sentence, `badges` are kinds, `links` lead elsewhere."""

    badges: tuple[Thing, ...] = ()
    lead: tuple[Thing, ...] = ()
    notes: tuple[Thing, ...] = ()
    links: tuple[Fact, ...] = ()
    facts: tuple[Fact, ...] = ()

    def __bool__(self) -> bool:
        return any((self.badges, self.lead, self.notes, self.links, self.facts))


def merge_facts(found: list[Row]) -> Facts:
    """The rows by part (badge, lead, note, link or none), in order, values with one label together."""
    ordered = sorted(found, key=lambda row: (float(text(row, "order") or 99), text(row, "valueLabel").casefold()))
    parts: dict[str, list[Row]] = {}
    for row in ordered:
        parts.setdefault(text(row, "part"), []).append(row)
    return Facts(
        badges=_things(parts.get("badge", [])),
        lead=_things(parts.get("lead", [])),
        notes=_things(parts.get("note", [])),
        links=_labelled(parts.get("link", [])),
        facts=_labelled(parts.get("", [])),
    )


def _things(members: list[Row]) -> tuple[Thing, ...]:
    """Each value once; one value may come with several labels, of which the first is taken."""
    made: dict[tuple[str, str], Thing] = {}
    for row in members:
        value = thing(row.get("value"), row.get("valueLabel"))
        if value is not None:
            made.setdefault((value.iri, "" if value.iri else value.text), value)
    return tuple(made.values())


def _labelled(members: list[Row]) -> tuple[Fact, ...]:
    groups: dict[str, list[Row]] = {}
    for row in members:
        groups.setdefault(text(row, "label"), []).append(row)
    return tuple(_fact(label, group) for label, group in groups.items())


def _fact(label: str, group: list[Row]) -> Fact:
    when = next((found for found in map(bounds, group) if found), Bounds())
    return Fact(label, () if when else _things(group), when)
