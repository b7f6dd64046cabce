"""The list of a class as a page needs it: what is chosen, what is left, where every link leads.

The tables behind are read once for each release and class. A class too large for that is listed without columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flask import request

from service import listings
from service.describe.terms import Thing
from service.engine.rows import rows
from service.kept import kept
from service.listings import Choice, Column, Facet, Member, Span, Table, Type, Value
from service.listings.choices import ANY, NONE
from service.media import DATA, GEOJSON, TABLE, TURTLE, Format
from service.web import pages, words
from service.web.room import Reading, reading
from service.web.site import Collection, Site, site

VIEWS = {"table": "Table", "network": "Network", "timeline": "Timeline", "map": "Map"}
_OPEN_FACETS = 5
_VALUES = 8
_MORE_VALUES = 40
_FORMATS = (TABLE, DATA, TURTLE, GEOJSON)


@dataclass(frozen=True)
class Chip:
    """A filter that is set, in words, and the address without it."""

    column: str
    words: str
    remove: str


@dataclass(frozen=True)
class Shown:
    """What one page shows."""

    members: list[Member]
    first: int


@dataclass(frozen=True)
class Listed:
    """One list: a class, what a reader chose of it, and the members that are left."""

    collection: Collection
    path: str
    table: Table
    choice: Choice
    view: str
    all: str
    members: list[Member]

    @property
    def label(self) -> str:
        return self.collection.label

    @property
    def total(self) -> int:
        return len(self.members) if self.table.members else self.collection.count

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The parameters of this list, whatever page."""
        return [*self.choice.fields(), *([("view", self.view)] if self.view != "table" else [])]

    @property
    def facets(self) -> list[Facet]:
        """The filters, those that are set before the rest."""
        one = self.collection
        return _facets(reading(), one.iri, one.is_scheme, one.count, tuple(self.choice.sorted_by("").fields()))

    @property
    def query(self) -> str:
        """This list as SPARQL."""
        return listings.as_select(self.table, self.choice, reading().release.prefixes, site().base)

    @property
    def construct(self) -> str:
        """All that is said of the members, as a query."""
        return listings.as_construct(self.table, self.choice, reading().release.prefixes, site().base)

    @property
    def views(self) -> dict[str, str]:
        """The ways this list can be drawn, with their addresses. A way that would show nothing is none."""
        types = {column.type for column in self.table.columns}
        ends = [column for column in self.table.columns if column.end]
        joins = ends or [c for c in self.table.shown if c.type is Type.CHOICE and _links(self.table, c)]
        possible = {"table": True, "network": bool(joins), "timeline": Type.TIME in types, "map": Type.POINT in types}
        return {view: self.to(self.choice, view=view) for view in VIEWS if possible[view]}

    @property
    def files(self) -> list[tuple[Format, str]]:
        """The formats of exactly this list, with their addresses."""
        placed = any(column.type is Type.POINT for column in self.table.columns)
        return [(one, self.file(one)) for one in _FORMATS if placed or one is not GEOJSON]

    def file(self, format: Format) -> str:
        return self.choice.url(self.path, format=format.extension)

    def to(self, choice: Choice, **more: str) -> str:
        """The address of another choice, shown the same way."""
        view = more.pop("view", self.view)
        return choice.url(self.path, view="" if view == "table" else view, **more)

    def page(self, number: int, size: int) -> Shown:
        """The members of one page."""
        first = (number - 1) * size
        if self.table.members:
            return Shown(self.members[first : first + size], first)
        return Shown(_plain_page(reading(), self.collection.iri, size, first), first)

    def toggle(self, column: Column, key: str) -> str:
        return self.to(self.choice.toggled(column.name, key))

    def span(self, column: Column, span: Span) -> str:
        """The address with this range, or without it when it is chosen."""
        same = self.choice.spans.get(column.name) == span
        return self.to(self.choice.spanned(column.name, Span() if same else span))

    def possibly(self, facet: Facet) -> str:
        """The address that also takes what was possibly so, or no longer does."""
        span = Span(facet.span.first, facet.span.last, not facet.span.possibly)
        return self.to(self.choice.spanned(facet.column.name, span))

    def order(self, name: str) -> str:
        """The address sorted by a column; a second time the other way round."""
        now = self.choice.sort or "label"
        wanted = f"-{name}" if now == name else "" if name == "label" else name
        return self.to(self.choice.sorted_by(wanted))

    def sorted_by(self, name: str) -> str:
        """ascending, descending or nothing: how the table is sorted by this column."""
        now = self.choice.sort or "label"
        return {name: "ascending", f"-{name}": "descending"}.get(now, "")

    @property
    def without_filters(self) -> str:
        return self.to(Choice({}, {}, "", self.choice.sort))

    def rest(self, *but: str) -> list[tuple[str, str]]:
        """The parameters of this list that a form keeps, without those it sets itself."""
        return [(name, value) for name, value in self.fields if name not in but]

    @property
    def chips(self) -> list[Chip]:
        """Every filter that is set."""
        made = [Chip("", f"“{self.choice.text}”", self.to(self.choice.without_text()))] if self.choice.text else []
        for column in self.table.columns:
            for key in self.choice.keys.get(column.name, ()):
                made.append(Chip(column.label, self.words(column, key), self.toggle(column, key)))
            if span := self.choice.spans.get(column.name):
                made.append(
                    Chip(column.label, _spanned(span, column), self.to(self.choice.spanned(column.name, Span())))
                )
        return made

    def anchor(self, thing: Thing) -> tuple[str, str, str]:
        """Where a cell leads, what it says, and its language when that is not ours: looked up once for each thing."""
        return _anchor(site(), thing)

    def qualifier(self, value: Value) -> str:
        """In which way and at what time something is a value."""
        return listings.qualifier(value, words.when)

    def words(self, column: Column, key: str) -> str:
        """A chosen value as people call it, without in which way it is one."""
        known = self.table.known.get(column.name, {}).get(key)
        if known is not None:
            return pages.called(known.thing, site()) if known.thing.iri else known.label
        return {ANY: "given", NONE: "not given"}.get(key, key)


@lru_cache(maxsize=65536)
def _anchor(here: Site, thing: Thing) -> tuple[str, str, str]:
    label = pages.called(thing, here) if thing.iri else thing.text
    language = "" if thing.language in ("", "en") else thing.language
    return pages.href(thing.iri, here) if thing.iri else "", pages.cut(label), language


def _links(table: Table, column: Column) -> bool:
    return any(value.thing.iri for value in table.known.get(column.name, {}).values())


def _spanned(span: Span, column: Column) -> str:
    tell: Callable[[str], str] = words.figure if column.type is Type.NUMBER else words.day
    if span.first == span.last:
        said = tell(span.first)
    else:
        parts = (f"from {tell(span.first)}" if span.first else "", f"to {tell(span.last)}" if span.last else "")
        said = " ".join(part for part in parts if part)
    return f"{said}, at least possibly" if span.possibly else said


def read(chosen: Collection, path: str) -> Listed:
    """The list that the URL asks for. Raises BadRequest."""
    table = _table(reading(), chosen.iri, chosen.is_scheme, chosen.count)
    choice = listings.read_choice({name: request.args.getlist(name) for name in request.args}, table.columns)
    view, all_of = (request.args.get(name, "")[:60] for name in ("view", "all"))
    members = listings.members_of(table, choice)
    return Listed(chosen, path, table, choice, view if view in VIEWS else "table", all_of, members)


@lru_cache(maxsize=256)
def _table(here: Reading, iri: str, is_scheme: bool, count: int) -> Table:
    if count > listings.MOST_MEMBERS:
        return Table(iri, is_scheme, (), (), {})
    columns = _columns(here).of(iri)
    return listings.read_table(here.engine, here.release, iri, is_scheme, columns)


@kept(256)
def _facets(here: Reading, iri: str, is_scheme: bool, count: int, fields: tuple[tuple[str, str], ...]) -> list[Facet]:
    """The filters of a list, counted once for all its pages and orders."""
    given: dict[str, list[str]] = {}
    for name, value in fields:
        given.setdefault(name, []).append(value)
    table = _table(here, iri, is_scheme, count)
    made = listings.facets_of(table, listings.read_choice(given, table.columns))
    return sorted(made, key=lambda facet: not facet.chosen)


@lru_cache(maxsize=2)
def _columns(here: Reading) -> listings.Columns:
    return listings.read_columns(here.engine, here.release)


def _plain_page(here: Reading, iri: str, size: int, first: int) -> list[Member]:
    """One page of a class too large to hold."""
    query = f"{here.release.query(listings.LISTING) or listings.PLAIN}\nLIMIT {size} OFFSET {first}"
    found = listings.plain_members(rows(here.engine, query, **{"class": iri}))
    return list(found)
