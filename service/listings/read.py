"""Reads the table of a class from the engine: one query for its members, one for each column, one for the names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from service.describe.figures import number
from service.describe.statements import Number
from service.describe.terms import LABEL, Thing, bounds, text, thing
from service.engine import Engine
from service.engine.rows import Row, rows
from service.iris import Base
from service.listings.columns import DATES, NUMBERS, Column, Type
from service.listings.table import IN_SCHEME, NAMES, Member, Table, Value, as_number, member_pattern
from service.releases import Release

LISTING = "views/listing.rq"
# A class of more members is listed without columns: it would fill the memory of the service.
MOST_MEMBERS = 20_000
_PORTION = 10_000
PLAIN = f"""SELECT ?class ?thing ?label WHERE {{ {{ ?thing a ?class }} UNION {{ ?thing {IN_SCHEME} ?class }}
  OPTIONAL {{ ?thing {LABEL} ?label }} }} ORDER BY LCASE(STR(?label)) ?thing"""


def read_table(
    engine: Engine, release: Release, class_iri: str, is_scheme: bool, columns: tuple[Column, ...]
) -> Table:
    """Everything a list of this class needs; some hundred milliseconds for a class of a thousand."""
    base = Base(release.base)
    listed: dict[str, Row] = {}
    for row in _all(engine, release.query(LISTING) or PLAIN, class_iri):
        if row["thing"].kind == "uri":
            listed.setdefault(row["thing"].value, row)
    cells: dict[str, dict[str, tuple[Value, ...]]] = {iri: {} for iri in listed}
    kept = [made for column in columns if (made := _fill(engine, base, class_iri, is_scheme, column, cells))]
    names = _names(engine, class_iri, is_scheme)
    told = Table(class_iri, is_scheme, tuple(kept), (), {}).told
    members = tuple(_member(row, cells[iri], names.get(iri, ""), told) for iri, row in listed.items())
    return Table(class_iri, is_scheme, tuple(kept), members, _known(members), bool(names))


def _all(engine: Engine, query: str, class_iri: str) -> Iterator[Row]:
    """The rows of a query of ?class that has an order, in portions."""
    start = 0
    while True:
        portion = rows(engine, f"{query}\nLIMIT {_PORTION} OFFSET {start}", **{"class": class_iri})
        yield from portion
        start += _PORTION
        if len(portion) < _PORTION or start > MOST_MEMBERS * 10:
            return


def _fill(
    engine: Engine, base: Base, class_iri: str, is_scheme: bool, column: Column,
    cells: dict[str, dict[str, tuple[Value, ...]]],
) -> Column | None:  # fmt: skip
    """Put the values of a column into the cells; the column with the type of its values, None when it has none."""
    found: dict[str, dict[Value, None]] = {}
    for row in rows(engine, _query(column, is_scheme), **{"class": class_iri}):
        value = _value(row, column.type, base)
        if value is not None and row["thing"].value in cells:
            found.setdefault(row["thing"].value, {})[value] = None
    if not found:
        return None
    for iri, values in found.items():
        cells[iri][column.name] = _once(values)
    if column.type is not Type.OPEN:
        return column
    return replace(column, type=_type_of([value for values in found.values() for value in values]))


def _query(column: Column, is_scheme: bool) -> str:
    has = column.variables
    label = "" if "valueLabel" in has or "value" not in has else f"OPTIONAL {{ ?value {LABEL} ?valueLabel }}"
    asked = [
        "value", "valueLabel", "valueNote", "statement", "according", "mark", "min", "max", "approximate", "unit",
        "beginEarliest", "beginLatest", "endEarliest", "endLatest", "lat", "long",
    ]  # fmt: skip
    projected = " ".join(f"?{name}" for name in asked if name in has or (name == "valueLabel" and label))
    body = f"{member_pattern(is_scheme)}\n{column.pattern}\n{label}"
    return "\n".join((*column.prologue, f"SELECT ?class ?thing {projected} WHERE {{\n{body}\n}}"))


def _once(values: dict[Value, None]) -> tuple[Value, ...]:
    """Each value once for each way in which it is one: the label in the language we prefer is the first in order."""
    kept: dict[tuple[object, ...], Value] = {}
    for value in sorted(values, key=_rank):
        kept.setdefault((value.key or repr(value), value.note, value.when, value.statement), value)
    return tuple(kept.values())


def _rank(value: Value) -> tuple[bool, float, str]:
    """Words of ours before others, numbers by their size."""
    place = as_number(value.thing.text) if value.is_number else 0.0
    return value.thing.language not in ("en", ""), place, value.label.casefold()


def _value(row: Row, type: Type, base: Base) -> Value | None:
    if type is Type.TIME:
        when = bounds(row)
        return Value("", Thing(""), when=when) if when else None
    made = thing(row.get("value"), row.get("valueLabel"))
    if type is Type.POINT:
        point = _point(row)
        return point and Value(key_of(made.iri, base) if made else "", made or Thing(""), point=point)
    if made is None or (row["value"].kind == "bnode"):
        return None
    key = key_of(made.iri, base) if made.iri else made.text
    words = "" if made.iri else _words(row)
    return Value(
        key, made, words, text(row, "mark"), bounds(row), None, text(row, "min"), text(row, "max"),
        text(row, "valueNote"), _iri(row, "statement"), text(row, "according"),
    )  # fmt: skip


def _iri(row: Row, column: str) -> str:
    return row[column].value if column in row and row[column].kind == "uri" else ""


def _words(row: Row) -> str:
    """A value in words: those that the view gives, else an estimate with its unit."""
    if "valueLabel" in row or not {"unit", "min", "max"} & row.keys():
        return text(row, "valueLabel")
    about = text(row, "approximate") in ("true", "1")
    return number(Number(text(row, "unit"), text(row, "min"), text(row, "max"), about))


def key_of(iri: str, base: Base) -> str:
    """An IRI as it stands in URLs of lists: below our base without it."""
    return iri[len(base.iri) :] if base.owns(iri) and len(iri) > len(base.iri) else iri


def _point(row: Row) -> tuple[float, float] | None:
    try:
        long, lat = float(text(row, "long")), float(text(row, "lat"))
    except ValueError:
        return None
    return (long, lat) if -180 <= long <= 180 and -90 <= lat <= 90 else None


def _type_of(values: list[Value]) -> Type:
    """What values are whose shape does not say: numbers, dates, things, or just text when they are long or many."""
    if all(value.thing.datatype in NUMBERS for value in values):
        return Type.NUMBER
    if all(value.thing.datatype in DATES for value in values):
        return Type.DATE
    if all(value.thing.iri for value in values) or max(len(value.label) for value in values) <= 40:
        return Type.CHOICE
    return Type.TEXT


def _names(engine: Engine, class_iri: str, is_scheme: bool) -> dict[str, str]:
    """All names of each member, in lower case, a line each."""
    query = f"SELECT ?class ?thing ?name WHERE {{ {member_pattern(is_scheme)} ?thing {NAMES} ?name }}"
    found: dict[str, list[str]] = {}
    for row in rows(engine, query, **{"class": class_iri}):
        found.setdefault(row["thing"].value, []).append(row["name"].value.lower())
    return {iri: "\n".join(names) for iri, names in found.items()}


def plain_members(found: Iterable[Row]) -> Iterator[Member]:
    """Members without columns, each once."""
    listed = {row["thing"].value: row for row in found}
    for row in listed.values():
        yield _member(row, {}, "", ())


def _member(row: Row, cells: dict[str, tuple[Value, ...]], names: str, told: tuple[Column, ...]) -> Member:
    made = thing(row["thing"], row.get("label"))
    assert made is not None, "the view projects ?thing"
    labels = [
        v.label.lower() for column in told if column.type is not Type.NUMBER for v in cells.get(column.name, ())
    ]
    kind, detail, is_attributed = thing(row.get("kind")), thing(row.get("detail")), text(row, "voice") == "attributed"
    return Member(made, kind, detail, cells, "\n".join([names, *labels]), is_attributed)


def _known(members: tuple[Member, ...]) -> dict[str, dict[str, Value]]:
    """Column -> key -> the value, for words of filters."""
    known: dict[str, dict[str, Value]] = {}
    for member in members:
        for column, values in member.cells.items():
            for value in values:
                known.setdefault(column, {}).setdefault(value.key, value)
    return known
