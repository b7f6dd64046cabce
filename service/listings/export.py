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


def as_csv(table: Table, members: Iterable[Member]) -> bytes:
    """A header and a line for each member (RFC 4180): address, name, remark, then every column with its addresses.

    Several values of a cell stand with ` | ` between them. What begins like a formula stays as it is.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    titles = [title for column in table.columns for title in _titles(table, column)]
    writer.writerow(["iri", "label", "remark", *titles])
    for member in members:
        row = [member.thing.iri, member.thing.text, member.detail.text if member.detail else ""]
        writer.writerow([*row, *(cell for column in table.columns for cell in _cells(table, column, member))])
    return out.getvalue().encode("utf-8", "replace")


def _titles(table: Table, column: Column) -> tuple[str, ...]:
    if column.type is Type.TIME:
        return tuple(f"{column.label}: {title}" for title in _TITLES)
    if column.type is Type.POINT:
        return ("place", "longitude", "latitude")
    if column.type is Type.NUMBER:
        return (column.label, f"{column.label} (value)")
    return (column.label, f"{column.label} (iri)") if _has_iris(table, column) else (column.label,)


def _has_iris(table: Table, column: Column) -> bool:
    return any(value.thing.iri for value in table.known.get(column.name, {}).values())


def _cells(table: Table, column: Column, member: Member) -> tuple[str, ...]:
    values = member.values(column.name)
    if column.type is Type.TIME:
        return tuple(_SEPARATOR.join(getattr(value.when, name) for value in values) for name in _BOUNDS)
    if column.type is Type.POINT:
        points = [value.point for value in values if value.point]
        return (_labels(values), *(_SEPARATOR.join(str(point[i]) for point in points) for i in (0, 1)))
    if column.type is Type.NUMBER:
        return (_labels(values), _SEPARATOR.join(value.thing.text for value in values))
    iris = _SEPARATOR.join(value.thing.iri for value in values)
    return (_labels(values), iris) if _has_iris(table, column) else (_labels(values),)


def _labels(values: tuple[Value, ...]) -> str:
    return _SEPARATOR.join(value.label for value in values)


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
    times = [value.when for value in told if value.when]
    return {
        "id": member.thing.iri,
        "label": member.thing.text or None,
        "href": base.document_path(member.thing.iri),
        "remark": member.detail.text if member.detail else None,
        "attributed": member.attributed,
        "values": {
            column.name: [_value(value, base) for value in member.values(column.name)]
            for column in table.columns
            if column.type not in (Type.TIME, Type.POINT) and member.values(column.name)
        },
        "when": _when(times[0], when) if times else None,
        "places": [_place(value, base) for value in told if value.point],
    }


def _value(value: Value, base: Base) -> dict[str, Any]:
    made: dict[str, Any] = {"label": value.label}
    if value.thing.iri:
        made |= {"id": value.thing.iri, "href": base.document_path(value.thing.iri)}
    elif value.words:
        made["value"] = value.thing.text
    return made | ({"mark": value.mark} if value.mark else {})


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
    told = {name: [value["label"] for value in values] for name, values in item["values"].items()}
    when = item["when"]["words"] if item["when"] else None
    marks = {f"{name}_mark": marks for name, values in item["values"].items() if (marks := _marks(values))}
    names = {
        "iri": item["id"], "label": item["label"], "remark": item["remark"], "attributed": item["attributed"],
        "place": place["label"],
    }  # fmt: skip
    return {**told, **marks, **names, "when": when}


def _marks(values: list[dict[str, Any]]) -> list[str]:
    """How surely, for each value; nothing when no value says."""
    marks = [value.get("mark", "") for value in values]
    return marks if any(marks) else []
