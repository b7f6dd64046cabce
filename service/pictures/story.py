"""What the views of one picture tell, read once: statements with their groups, the things they are about, the places.

Rows with `?relation` add up to statements, rows with `?node` to what is known of things, rows with `?place` and no
`?relation` to places.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.describe.statements import Statement, fill, merge_claims, statement_of
from service.describe.terms import Thing, text, thing
from service.engine import Engine
from service.engine.rows import Row, rows
from service.releases import Release

# More than a picture can show, and few enough to keep in memory for each release.
_MOST_ROWS = 20_000


@dataclass(frozen=True)
class Told:
    """One statement of a picture. `quiet` ones are shown when their group is asked for."""

    statement: Statement
    group: str
    order: float
    quiet: bool
    side: str
    shape: str
    sort: str
    mutual: bool
    actors: tuple[Thing, ...]
    places: tuple[Thing, ...]

    @property
    def ends(self) -> tuple[Thing, ...]:
        """The things that the words of the statement name, without itself."""
        both = (self.statement.subject, self.statement.other)
        return tuple(one for one in both if one is not None and one.iri and one.iri != self.statement.iri)

    @property
    def touches(self) -> frozenset[str]:
        """The IRIs of everything it is about, and its own."""
        return frozenset(one.iri for one in (*self.ends, *self.actors, *self.places)) | {self.statement.iri}


@dataclass(frozen=True)
class Place:
    """Where a place is: in degrees, or by the numeric code of a country (ISO 3166-1), or else within others."""

    thing: Thing
    kind: str
    longitude: float | None
    latitude: float | None
    country: str
    around: tuple[str, ...]
    sources: tuple[Thing, ...]
    licences: tuple[Thing, ...]


@dataclass(frozen=True)
class Story:
    """All that one picture can show, in order. `is_whole` is false when there was more than is read."""

    told: tuple[Told, ...]
    kinds: dict[str, tuple[str, str]]
    places: dict[str, Place]
    is_whole: bool


def read(engine: Engine, release: Release, name: str) -> Story | None:
    """The story of the picture called `name`; None when the publication has no view of that name."""
    texts = release.queries("views")
    if f"views/{name}.rq" not in texts:
        return None
    chosen = [
        query for file, query in texts.items() if file == f"views/{name}.rq" or file.startswith(f"views/{name}-")
    ]
    portions = [rows(engine, f"{query}\nLIMIT {_MOST_ROWS}") for query in chosen]
    found = [row for portion in portions for row in portion]
    places = _places(found)
    return Story(_told(found, places), _kinds(found), places, all(len(one) < _MOST_ROWS for one in portions))


def _told(found: Iterable[Row], places: dict[str, Place]) -> tuple[Told, ...]:
    merged: dict[str, Row] = {}
    parts: dict[str, dict[str, dict[str, Thing]]] = {}
    lines = [row for row in found if "relation" in row]
    claims = merge_claims(lines)
    for row in lines:
        relation = text(row, "relation")
        if "claim" not in row:
            fill(merged.setdefault(relation, {}), row)
        for column in ("actor", "place"):
            given = thing(row.get(column), row.get(f"{column}Label"))
            if given is not None:
                given = places[given.iri].thing if not given.text and given.iri in places else given
                parts.setdefault(relation, {}).setdefault(column, {})[given.iri] = given
    # A row that only adds something tells nothing by itself.
    made = [_one(row, claims.get(iri, ()), parts.get(iri, {})) for iri, row in merged.items() if "subject" in row]
    return tuple(sorted(made, key=_order))


def _one(row: Row, claims: tuple, parts: dict[str, dict[str, Thing]]) -> Told:  # type: ignore[type-arg]
    return Told(
        statement_of(row, claims),
        text(row, "group") or "other",
        float(text(row, "order") or 99),
        text(row, "quiet") == "true",
        text(row, "side"),
        text(row, "shape"),
        text(row, "sort"),
        text(row, "mutual") == "true",
        tuple(parts.get("actor", {}).values()),
        tuple(parts.get("place", {}).values()),
    )


def _order(one: Told) -> tuple[float, str, str, str]:
    subject = one.statement.subject
    return one.order, one.statement.when.order, subject.text.casefold() if subject else "", one.statement.iri


def _kinds(found: Iterable[Row]) -> dict[str, tuple[str, str]]:
    return {text(row, "node"): (text(row, "kind"), text(row, "shape")) for row in found if "node" in row}


def _places(found: Iterable[Row]) -> dict[str, Place]:
    merged: dict[str, list[Row]] = {}
    for row in found:
        if "place" in row and "relation" not in row:
            merged.setdefault(text(row, "place"), []).append(row)
    return {iri: _place(lines) for iri, lines in merged.items()}


def _place(lines: list[Row]) -> Place:
    row: Row = {}
    for line in lines:
        fill(row, line)
    shown = thing(row["place"], row.get("placeLabel"))
    assert shown is not None, "the row has a place"
    around = sorted({text(line, "around") for line in lines} - {""})
    return Place(
        shown,
        text(row, "kind"),
        _degrees(row, "longitude", 180),
        _degrees(row, "latitude", 90),
        text(row, "country"),
        tuple(around),
        _things(lines, "source"),
        _things(lines, "license"),
    )


def _things(lines: list[Row], column: str) -> tuple[Thing, ...]:
    given = [thing(line.get(column)) for line in lines]
    return tuple(dict.fromkeys(one for one in given if one is not None))


def _degrees(row: Row, column: str, most: float) -> float | None:
    """The number of a cell when it is one that lies on the Earth."""
    try:
        value = float(text(row, column))
    except ValueError:
        return None
    return value if -most <= value <= most else None
