"""A list as a file: CSV for spreadsheets, JSON for programs and pictures, GeoJSON for maps.

The JSON is a promise: fields may be added, none is renamed or left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any

from service.describe.terms import Bounds
from service.iris import Base
from service.listings.columns import Column, Type
from service.listings.table import Member, Table, Value

_BOUNDS = ("begin_earliest", "begin_latest", "end_earliest", "end_latest")
_TITLES = ("began at the earliest", "began at the latest", "ended at the earliest", "ended at the latest")
_SEPARATOR = " | "
When = Callable[[Bounds], str]


def as_csv(table: Table, members: Iterable[Member], when: When) -> bytes:
    """A header and a line for each member (RFC 4180): address, name, remark, then every column with its addresses.

    Several values of a cell stand with ` | ` between them, in the same order in each field of a column; a bound that
    is not known is empty. What begins like a formula stays as it is.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    titles = [title for column in table.columns for title in _titles(table, column)]
    writer.writerow(["iri", "label", "remark", *titles])
    for member in members:
        row = [member.thing.iri, member.thing.text, member.detail.text if member.detail else ""]
        writer.writerow([*row, *(cell for column in table.columns for cell in _cells(table, column, member, when))])
    return out.getvalue().encode("utf-8", "replace")


def _titles(table: Table, column: Column) -> tuple[str, ...]:
    if column.type is Type.TIME:
        return tuple(f"{column.label}: {title}" for title in _TITLES)
    if column.type is Type.POINT:
        return ("place", "longitude", "latitude")
    return (column.label, *(f"{column.label} ({title})" for title in _fields(table, column)))


def _fields(table: Table, column: Column) -> dict[str, Callable[[Value], str]]:
    """What each value of a column has beside its words: a title and where it is."""
    found: dict[str, Callable[[Value], str]] = {}
    if column.is_range:
        found |= {"at least": lambda value: value.least, "at most": lambda value: value.most}
    elif column.type is Type.NUMBER and any(value.words for value in table.known.get(column.name, {}).values()):
        found["value"] = lambda value: value.thing.text
    elif _has_iris(table, column):
        found["iri"] = lambda value: value.thing.iri
    if "statement" in column.variables:
        found["statement"] = lambda value: value.statement
    if "according" in column.variables:
        found["according to"] = lambda value: value.according
    return found


def _has_iris(table: Table, column: Column) -> bool:
    return any(value.thing.iri for value in table.known.get(column.name, {}).values())


def _cells(table: Table, column: Column, member: Member, when: When) -> tuple[str, ...]:
    values = member.values(column.name)
    if column.type is Type.TIME:
        return tuple(_SEPARATOR.join(getattr(value.when, name) for value in values) for name in _BOUNDS)
    if column.type is Type.POINT:
        points = [value.point for value in values if value.point]
        return (_labels(values, when), *(_SEPARATOR.join(str(point[i]) for point in points) for i in (0, 1)))
    fields = _fields(table, column).values()
    return (_labels(values, when), *(_SEPARATOR.join(field(value) for value in values) for field in fields))


def _labels(values: tuple[Value, ...], when: When) -> str:
    return _SEPARATOR.join(worded(value, when) for value in values)


def worded(value: Value, when: When) -> str:
    """A value in words, with in brackets in which way and when it is one."""
    said = qualifier(value, when)
    return f"{value.label} ({said})" if said else value.label


def qualifier(value: Value, when: When) -> str:
    """In which way and at what time something is a value, in words."""
    return ", ".join(part for part in (value.note, when(value.when) if value.when else "") if part)


def as_json(table: Table, members: Iterable[Member], base: Base, when: When) -> dict[str, Any]:
    """The list as a JSON object: its columns, and its members with their values by column."""
    return {
        "class": table.class_iri,
        "columns": [_column(one, one in table.shown) for one in table.columns],
        "items": [_item(table, member, base, when) for member in members],
    }


def _column(column: Column, shown: bool) -> dict[str, Any]:
    told = {"name": column.name, "label": column.label, "type": str(column.type), "shown": shown}
    return {**told, "end": column.end or None}


def _item(table: Table, member: Member, base: Base, when: When) -> dict[str, Any]:
    told = [value for column in table.columns for value in member.values(column.name)]
    timed = {column.name for column in table.columns if column.type is Type.TIME}
    times = [value.when for name in member.cells if name in timed for value in member.values(name)]
    return {
        "id": member.thing.iri,
        "label": member.thing.text or None,
        "href": base.document_path(member.thing.iri),
        "remark": member.detail.text if member.detail else None,
        "attributed": member.attributed,
        "values": {
            column.name: [_value(value, base, when) for value in member.values(column.name)]
            for column in table.columns
            if column.type not in (Type.TIME, Type.POINT) and member.values(column.name)
        },
        "when": _when(times[0], when) if times else None,
        "places": [_place(value, base) for value in told if value.point],
    }


def _value(value: Value, base: Base, when: When) -> dict[str, Any]:
    made: dict[str, Any] = {"label": value.label}
    if value.thing.iri:
        made |= {"id": value.thing.iri, "href": base.document_path(value.thing.iri)}
    elif value.words:
        made["value"] = value.thing.text
    more = {
        "mark": value.mark, "least": value.least, "most": value.most, "note": qualifier(value, when),
        "statement": value.statement, "according": value.according,
    }  # fmt: skip
    made |= {name: told for name, told in more.items() if told}
    return made | ({"when": _when(value.when, when)} if value.when else {})


def _when(bounds: Bounds, when: When) -> dict[str, Any]:
    known = [getattr(bounds, name) or None for name in _BOUNDS]
    return {"begin": known[:2], "end": known[2:], "words": when(bounds)}


def _place(value: Value, base: Base) -> dict[str, Any]:
    assert value.point is not None
    long, lat = value.point
    return {
        "id": value.thing.iri,
        "label": value.label,
        "href": base.document_path(value.thing.iri),
        "longitude": long,
        "latitude": lat,
    }


def as_geojson(table: Table, members: Iterable[Member], base: Base, when: When) -> dict[str, Any]:
    """The members that have a position, as a FeatureCollection (RFC 7946): a point for each place of each."""
    features = []
    for member in members:
        item = _item(table, member, base, when)
        for place in item["places"]:
            features.append(
                {
                    "type": "Feature",
                    "id": item["id"] if place["id"] in (item["id"], "") else f"{item['id']} {place['id']}",
                    "geometry": {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]},
                    "properties": _properties(item, place),
                }
            )
    return {"type": "FeatureCollection", "features": features}


def _properties(item: dict[str, Any], place: dict[str, Any]) -> dict[str, Any]:
    told = {name: [_phrase(value) for value in values] for name, values in item["values"].items()}
    when = item["when"]["words"] if item["when"] else None
    marks = {f"{name}_mark": marks for name, values in item["values"].items() if (marks := _marks(values))}
    names = {
        "iri": item["id"], "label": item["label"], "remark": item["remark"], "attributed": item["attributed"],
        "place": place["label"],
    }  # fmt: skip
    return {**told, **marks, **names, "when": when}


def _phrase(value: dict[str, Any]) -> str:
    return f"{value['label']} ({value['note']})" if "note" in value else str(value["label"])


def _marks(values: list[dict[str, Any]]) -> list[str]:
    """How surely, for each value; nothing when no value says."""
    marks = [value.get("mark", "") for value in values]
    return marks if any(marks) else []
