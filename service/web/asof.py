"""A page about a thing as of a day: what by its dates surely held then, what possibly did, and what is left out.

Dates are all that is looked at: how surely something is stated at all is told by its standing, on that day as on any.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flask import request

from service.describe import Entity
from service.describe.names import Name
from service.describe.statements import Group, Statement
from service.errors import BadRequest
from service.listings.choices import is_day
from service.pictures.presence import NOT, POSSIBLY, SURELY, presence


@dataclass(frozen=True)
class AsOf:
    """A day, how many statements held then, and which way each is meant (by the IRI of its relation).

    `first` and `last` are the earliest and the latest day that the thing's statements name; empty when none does.
    """

    day: str = ""
    surely: int = 0
    possibly: int = 0
    left_out: int = 0
    first: str = ""
    last: str = ""
    held: dict[str, str] = field(default_factory=dict)


def asked_day() -> str:
    """The parameter `asof`; empty when there is none. Raises BadRequest for what is no day."""
    day = request.args.get("asof", "").strip()
    if day and not is_day(day):
        raise BadRequest(f"`asof` is a day of the calendar, written like 2014-05-16; {day[:40]!r} is none.")
    return day


def as_of(about: Entity, day: str) -> tuple[Entity, AsOf]:
    """The thing with only what held on a day (surely before possibly), and what that came to. No day: all of it."""
    told = [one for group in about.groups for one in group.statements]
    days = sorted(day for one in told for day in _days(one) if is_day(day))
    ends = (days[0], days[-1]) if days else ("", "")
    if not day:
        return about, AsOf(first=ends[0], last=ends[1])
    held = {one.iri: presence(one.when, day) for one in told}
    groups = [made for group in about.groups if (made := _group(group, held)).statements]
    surely, possibly, left_out = (list(held.values()).count(word) for word in (SURELY, POSSIBLY, NOT))
    names = [name for name in about.names if _called(name, day)]
    return replace(about, groups=groups, names=names), AsOf(day, surely, possibly, left_out, *ends, held)


def _days(one: Statement) -> tuple[str, ...]:
    when = one.when
    return (when.begin_earliest, when.begin_latest, when.end_earliest, when.end_latest)


def _group(group: Group, held: dict[str, str]) -> Group:
    """What held, surely before possibly, otherwise in its order."""
    kept = [one for one in group.statements if held[one.iri] != NOT]
    return replace(group, statements=tuple(sorted(kept, key=lambda one: held[one.iri] != SURELY)))


def _called(name: Name, day: str) -> bool:
    return not name.when or presence(name.when, day) != NOT
