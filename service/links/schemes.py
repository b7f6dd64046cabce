"""The systems that identifiers are taken from: their short names, forms and addresses, as a view tells them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from service.describe.terms import text
from service.engine import Engine
from service.engine.rows import Row, rows
from service.links.spellings import key
from service.releases import Release

_VIEW = "views/identifier-schemes.rq"
_ID, _ANYTHING = re.escape("{id}"), re.escape("*")


@dataclass(frozen=True)
class Scheme:
    """One system. `templates` are the addresses of its identifiers, with {id}; `pages` are other addresses that
    lead to the same, in which * is anything. `slug` is its name in our URLs.
    """

    iri: str
    slug: str
    label: str
    pattern: str
    templates: tuple[str, ...]
    pages: tuple[str, ...]

    def has(self, identifier: str) -> bool:
        """Does the identifier have the form of this system?"""
        return bool(identifier) and (self._form is None or self._form.search(identifier) is not None)

    def address(self, identifier: str) -> str:
        """Where the identifier leads, empty when the system has no addresses."""
        return self.templates[0].replace("{id}", identifier) if self.templates else ""

    def identifier_in(self, uri: str) -> str:
        """The identifier that an address holds, empty when it is no address of this system."""
        wanted = key(uri)
        found = (pattern.fullmatch(wanted) for pattern in self._addresses)
        return next((match["id"] for match in found if match and self.has(match["id"])), "")

    @cached_property
    def _form(self) -> re.Pattern[str] | None:
        try:
            return re.compile(self.pattern) if self.pattern else None
        except re.error:
            return None

    @cached_property
    def _addresses(self) -> tuple[re.Pattern[str], ...]:
        return tuple(_as_pattern(address) for address in (*self.templates, *self.pages) if "{id}" in address)


def _as_pattern(template: str) -> re.Pattern[str]:
    held = re.escape(key(template)).replace(_ID, "(?P<id>.+)", 1).replace(_ANYTHING, ".*")
    return re.compile(held)


@dataclass(frozen=True)
class Schemes:
    """All systems of a release, by IRI and by slug."""

    all: tuple[Scheme, ...]

    def __iter__(self) -> Iterator[Scheme]:
        return iter(self.all)

    def get(self, iri: str) -> Scheme | None:
        return self._by_iri.get(iri)

    @cached_property
    def _by_iri(self) -> dict[str, Scheme]:
        return {one.iri: one for one in self.all}

    def called(self, name: str) -> list[Scheme]:
        """The systems of this name: the one with the slug, else the family (un, wikipedia) whose slugs begin so."""
        wanted = name.lower()
        exact = [one for one in self.all if one.slug == wanted]
        return exact or [one for one in self.all if one.slug.startswith(f"{wanted}-")]

    def reading(self, uri: str) -> list[tuple[Scheme, str]]:
        """Every way to read a URI as an identifier: as an address, with or without # and ?, or as slug:identifier."""
        ways = dict.fromkeys((uri, uri.partition("#")[0], re.split(r"[?#]", uri)[0]))
        found = [(one, held) for way in ways for one in self.all if (held := one.identifier_in(way))]
        name, _, rest = uri.partition(":")
        short = [(one, rest) for one in self.called(name) if one.has(rest)] if name else []
        return list(dict.fromkeys((*found, *short)))


def read_schemes(engine: Engine, release: Release) -> Schemes:
    """The systems of a release; none when no view tells them."""
    query = release.query(_VIEW)
    told: dict[str, list[Row]] = {}
    for row in rows(engine, query) if query else ():
        told.setdefault(text(row, "scheme"), []).append(row)
    return Schemes(tuple(_scheme(iri, members) for iri, members in told.items()))


def _scheme(iri: str, members: list[Row]) -> Scheme:
    first = members[0]
    templates, pages = (
        tuple(dict.fromkeys(text(row, column) for row in members if column in row)) for column in ("template", "page")
    )
    return Scheme(iri, text(first, "slug"), text(first, "label"), text(first, "pattern"), templates, pages)
