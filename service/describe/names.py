"""The names of a thing as the publication's view `names.rq` tells them: text, kind, time, passage, claims."""

from __future__ import annotations

from dataclasses import dataclass

from service.describe.statements import Claim, Passage, passage
from service.describe.terms import Bounds, Thing, bounds, text, thing
from service.engine.rows import Row


@dataclass(frozen=True)
class Name:
    """One name. `thing` is its text, in its language, with the IRI of the name when it has one."""

    thing: Thing
    kind: str
    when: Bounds
    note: str
    passages: tuple[Passage, ...]
    claims: tuple[Claim, ...]


def merge_names(found: list[Row], claims: dict[str, tuple[Claim, ...]]) -> list[Name]:
    """The names in the view's order, then by text."""
    merged: dict[str, Row] = {}
    places: dict[str, dict[str, Passage]] = {}
    for row in found:
        key = text(row, "name") or text(row, "text")
        merged[key] = {**row, **merged.get(key, {})}
        if "citation" in row:
            places.setdefault(key, {}).setdefault(text(row, "citation"), passage(row))
    ordered = sorted(merged.items(), key=lambda item: (text(item[1], "order"), text(item[1], "text").casefold()))
    return [_name(row, tuple(places.get(key, {}).values()), claims.get(key, ())) for key, row in ordered]


def _name(row: Row, passages: tuple[Passage, ...], claims: tuple[Claim, ...]) -> Name:
    shown = thing(row.get("name"), row.get("text")) or Thing("")
    return Name(shown, text(row, "kind"), bounds(row), text(row, "note"), passages, claims)
