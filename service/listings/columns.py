"""What a list can show and filter by: the columns of a class, from the publication's views and from its shapes.

A view in `views/columns/` is a SELECT of ?thing and its ?value with a head that says what it is for; a property that
a shape names (sh:path, sh:name, sh:order) is a column too, unless a view stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from service.describe.terms import LABELS
from service.engine import Engine
from service.engine.rows import Row, rows
from service.engine.words import tokens
from service.releases import Release

FOLDER = "views/columns/"
# Names that the URL of a list uses for itself.
RESERVED = frozenset({"q", "sort", "page", "view", "all", "format", "thing", "label", "class"})
_SH, _RDFS = "http://www.w3.org/ns/shacl#", "http://www.w3.org/2000/01/rdf-schema#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_HEAD = re.compile(r"^# ([a-z]+):(.*)$", re.MULTILINE)
_PREFIX = re.compile(r"^\s*PREFIX\s+\S*:\s*<[^>]*>", re.MULTILINE | re.IGNORECASE)
_WORDS = re.compile(r"^\s*# words\b.*$", re.MULTILINE)
_VARIABLE = re.compile(r"[?$](\w+)")
_LAST = 1000.0
_SHAPES = f"""SELECT ?class ?path ?name ?order ?group ?datatype ?least ?none WHERE {{
  ?shape <{_SH}targetClass> ?class . ?shape <{_SH}property> ?property . ?property <{_SH}path> ?path
  FILTER(isIRI(?path))
  OPTIONAL {{ ?property <{_SH}name> ?name }} OPTIONAL {{ ?property <{_SH}order> ?order }}
  OPTIONAL {{ ?property <{_SH}group>/<{_SH}order> ?group }} OPTIONAL {{ ?property <{_SH}datatype> ?datatype }}
  OPTIONAL {{ ?property <{_SH}minInclusive> ?least }} OPTIONAL {{ ?property <{_SH}maxCount> ?none FILTER(?none = 0) }}
}}"""
_WIDER = f"SELECT ?class ?wider WHERE {{ ?class <{_RDFS}subClassOf> ?wider FILTER(isIRI(?wider)) }}"


class Type(StrEnum):
    """What the values are, which decides how a reader filters. OPEN: the values decide."""

    OPEN = "open"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    POINT = "point"
    TEXT = "text"


# Datatypes of numbers and of days (https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes).
NUMBERS = frozenset(_XSD + name for name in (
    "integer", "decimal", "double", "float", "long", "int", "short", "byte", "unsignedLong", "unsignedInt",
    "unsignedShort", "unsignedByte", "nonPositiveInteger", "negativeInteger", "nonNegativeInteger", "positiveInteger",
))  # fmt: skip
DATES = frozenset(_XSD + name for name in ("date", "dateTime", "dateTimeStamp"))
_DATATYPES = {
    **dict.fromkeys(DATES, Type.DATE), **dict.fromkeys(NUMBERS, Type.NUMBER), f"{_XSD}boolean": Type.CHOICE,
    f"{_XSD}string": Type.TEXT, "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString": Type.TEXT,
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column. `pattern` is a SPARQL group of ?thing and ?value (or the four bounds, or ?lat and ?long); `short`
    is what of it a list as a query has: all before a line `# words`. `is_range`: its numbers lie between bounds.

    `name` is its name in URLs, `shown` whether the table shows it, `hidden` whether it is no filter either; `end` is
    from or to, when the members are relations and this is one of the things they join (the name of a member says it);
    `instead` are the properties whose own columns it stands for. `classes` empty: for every class.
    """

    name: str
    label: str
    type: Type
    pattern: str
    prologue: tuple[str, ...] = ()
    order: float = _LAST
    shown: bool = False
    hidden: bool = False
    end: str = ""
    classes: frozenset[str] = frozenset()
    instead: frozenset[str] = frozenset()
    property: str = ""
    variables: frozenset[str] = field(default=frozenset(), compare=False)
    short: str = ""
    is_range: bool = False


# Positions as the W3C Basic Geo vocabulary has them (https://www.w3.org/2003/01/geo/).
_GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_PLACED = f"?thing <{_GEO}lat> ?lat . ?thing <{_GEO}long> ?long . BIND(?thing AS ?value)"
_POINT = Column(
    name="point",
    label="on the map",
    type=Type.POINT,
    pattern=_PLACED,
    short=_PLACED,
    variables=frozenset({"thing", "value", "lat", "long"}),
)


@dataclass(frozen=True)
class Columns:
    """All columns of a publication, and which classes are part of which."""

    of_views: tuple[Column, ...]
    of_shapes: tuple[Column, ...]
    wider: dict[str, frozenset[str]]

    def of(self, class_iri: str) -> tuple[Column, ...]:
        """The columns of a class in order. A narrower class's shape wins over a wider one's."""
        upwards = self._upwards(class_iri)
        own = [column for column in self.of_views if not column.classes or column.classes & set(upwards)]
        taken = {iri for column in own for iri in column.instead}
        chosen: dict[str, Column] = {column.name: column for column in own}
        for column in sorted(self.of_shapes, key=lambda one: _rank(one, upwards)):
            if column.classes & set(upwards) and column.property not in taken:
                chosen.setdefault(column.name, column)
        if not any(column.type is Type.POINT for column in own):
            chosen.setdefault(_POINT.name, _POINT)
        return tuple(sorted((c for c in chosen.values() if not c.hidden), key=lambda one: (one.order, one.name)))

    def _upwards(self, class_iri: str) -> list[str]:
        reached = [class_iri]
        for one in reached:
            reached += [wider for wider in sorted(self.wider.get(one, ())) if wider not in reached]
        return reached


def _rank(column: Column, upwards: list[str]) -> int:
    return min((upwards.index(one) for one in column.classes if one in upwards), default=len(upwards))


def read_columns(engine: Engine, release: Release) -> Columns:
    """Every column of the publication; two queries and the texts of its views."""
    views = [_of_view(name, text) for name, text in release.queries(FOLDER.rstrip("/")).items()]
    wider: dict[str, set[str]] = {}
    for row in rows(engine, _WIDER):
        wider.setdefault(row["class"].value, set()).add(row["wider"].value)
    shaped = _of_shapes(rows(engine, _SHAPES))
    return Columns(tuple(views), tuple(shaped), {name: frozenset(found) for name, found in wider.items()})


def _of_view(file: str, text: str) -> Column:
    """A column from a view: its head, its PREFIX lines and the group of its WHERE."""
    head = {name: value.strip() for name, value in _HEAD.findall(text)}
    braces = [token.start for token in tokens(text) if token.text in ("{", "}")]
    pattern = text[braces[0] + 1 : braces[-1]].strip()
    variables = frozenset(_VARIABLE.findall(pattern))
    local = file.removeprefix(FOLDER).removesuffix(".rq")
    return Column(
        name=re.sub(r"\W", "_", head.get("name") or local),
        label=head.get("label") or local.replace("-", " "),
        type=Type(head.get("type", "open")),
        pattern=pattern,
        prologue=tuple(line.strip() for line in _PREFIX.findall(text)),
        order=float(head.get("order", "99")),
        shown=head.get("shown") == "yes",
        hidden=head.get("hidden") == "yes",
        end=head.get("end", ""),
        classes=frozenset(head.get("for", "").split()),
        instead=frozenset(head.get("instead", "").split()),
        variables=variables,
        short=_WORDS.split(pattern)[0].strip(),
        is_range={"min", "max"} <= variables,
    )


def _of_shapes(found: Iterable[Row]) -> list[Column]:
    """A column for each class and property that shapes speak of; what they forbid is none."""
    told: dict[tuple[str, str], list[Row]] = {}
    for row in found:
        told.setdefault((row["class"].value, row["path"].value), []).append(row)
    made = [_of_shape(of, path, said) for (of, path), said in told.items()]
    return _apart(made)


def _of_shape(of: str, path: str, said: list[Row]) -> Column:
    best = min(said, key=lambda row: float(row["order"].value) if "order" in row else _LAST)
    datatype = next((row["datatype"].value for row in said if "datatype" in row), "")
    numeric = any("least" in row for row in said)
    place = float(best["group"].value) * 100 if "group" in best else _LAST
    pattern = f"?thing <{path}> ?value"
    local = re.sub(r"\W", "", path.rstrip("/#").rpartition("#")[2].rpartition("/")[2])
    return Column(
        name=f"{local}_" if local in RESERVED else local or "value",
        label=best["name"].value if "name" in best else local,
        type=Type.NUMBER if numeric else _DATATYPES.get(datatype, Type.OPEN),
        pattern=pattern,
        short=pattern,
        order=_LAST + place + (float(best["order"].value) if "order" in best else 99),
        hidden=any("none" in row for row in said) or "order" not in best or path in LABELS,
        classes=frozenset({of}),
        property=path,
        variables=frozenset({"thing", "value"}),
    )


def _apart(made: list[Column]) -> list[Column]:
    """Two properties with one local name get names of their own."""
    owner: dict[str, str] = {}
    kept = []
    for column in sorted(made, key=lambda one: one.property):
        name, number = column.name, 2
        while owner.setdefault(name, column.property) != column.property:
            name, number = f"{column.name}{number}", number + 1
        kept.append(replace(column, name=name))
    return kept
