"""What every page needs of the publication: title, licence, counts, names. Read once for each release."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from urllib.parse import quote

from service.describe.terms import LABEL, Thing, best, text
from service.engine.rows import Row, Term, rows
from service.errors import ServiceError
from service.iris import Base
from service.names import NameIndex
from service.web.naming import Naming
from service.web.room import Reading, reading
from service.web.standard import PREFIXES

_RDFS, _SKOS = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2004/02/skos/core#"
_DCT = "http://purl.org/dc/terms/"
_DATASET = f"SELECT ?this ?p ?o ?oLabel WHERE {{ ?this ?p ?o OPTIONAL {{ ?o {LABEL} ?oLabel }} }}"
_CLASSES = f"""SELECT DISTINCT ?class ?label ?definition ?wider WHERE {{
  ?class a ?kind VALUES ?kind {{ <http://www.w3.org/2002/07/owl#Class> <{_RDFS}Class> <{_SKOS}ConceptScheme> }}
  OPTIONAL {{ ?class {LABEL} ?label }} OPTIONAL {{ ?class <{_SKOS}definition>|<{_RDFS}comment> ?definition }}
  OPTIONAL {{ ?class <{_RDFS}subClassOf> ?wider }}
}}"""
_COUNTS = "SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) WHERE { ?thing a ?class } GROUP BY ?class"
_SCHEMES = f"SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) WHERE {{ ?thing <{_SKOS}inScheme> ?class }} GROUP BY ?class"
_EXAMPLE = "SELECT ?class ?thing WHERE { ?thing a ?class } LIMIT 1"
# The classes that readers begin with, when the publication brings views/classes.rq: ?class ?group ?order ?label.
_CHOSEN = "views/classes.rq"
_MARKS = "views/marks.rq"
# Where values in the answers to its questions lead, when the publication says so: ?column ?class ?filter.
_LEADS = "views/leads.rq"


@dataclass(frozen=True)
class Collection:
    """A class or concept scheme with members. `wider` are its superclasses."""

    iri: str
    name: str
    label: str
    definition: str
    count: int
    wider: frozenset[str]
    is_scheme: bool


@dataclass(frozen=True)
class Mark:
    """One of the shapes that say how surely something is stated: its name, its word and what it means."""

    name: str
    label: str
    definition: str


@dataclass(frozen=True)
class Site:
    """The publication as pages see it."""

    reading: Reading

    @property
    def base(self) -> Base:
        return Base(self.reading.release.base)

    @cached_property
    def _record(self) -> dict[str, list[Thing]]:
        """The statements about {base}dataset by the local name of their property."""
        iri = self.base.iri + "dataset"
        found: dict[str, list[Thing]] = {}
        for row in rows(self.reading.engine, _DATASET, this=iri):
            values = found.setdefault(local_name(row["p"].value), [])
            cell = row["o"]
            named = Thing(text(row, "oLabel"), cell.value)
            made = named if cell.kind == "uri" else Thing(cell.value, "", cell.language, cell.datatype)
            if made not in values:
                values.append(made)
        return found

    def said(self, *names: str) -> list[Thing]:
        """What the dataset's record says with properties of these local names, in their order."""
        return [value for name in names for value in self._record.get(name, [])]

    @property
    def title(self) -> str:
        told = self.said("title", "label")
        return told[0].text if told else str(self.reading.release.manifest.get("title", "")) or "Linked data"

    @cached_property
    def collections(self) -> list[Collection]:
        """Every class and scheme that has members, ours first, then the largest."""
        engine, manifest = self.reading.engine, self.reading.release.manifest
        live = rows(engine, _COUNTS) if "classes" not in manifest else []
        counts = {row["class"].value: int(row["n"].value) for row in live if "class" in row} or dict(
            manifest["classes"]
        )
        schemes = {row["class"].value: int(row["n"].value) for row in rows(engine, _SCHEMES) if "class" in row}
        described: dict[str, list[Row]] = {}
        for row in rows(engine, _CLASSES):
            described.setdefault(row["class"].value, []).append(row)
        made = [
            self._collection(iri, n, described.get(iri, []), iri in schemes)
            for iri, n in {**counts, **schemes}.items()
        ]
        return sorted(made, key=lambda one: (not self.base.owns(one.iri), -one.count, one.label))

    @cached_property
    def groups(self) -> dict[str, list[Collection]]:
        """The classes to begin with, under headings: as the publication wants it, else by what they are part of."""
        query = self.reading.release.query(_CHOSEN)
        if query is None:
            return self._groups_by_class()
        known = {one.iri: one for one in self.collections}
        found: dict[str, list[Collection]] = {}
        for row in rows(self.reading.engine, query):
            if text(row, "class") in known:
                chosen = replace(known[text(row, "class")], label=text(row, "label"))
                found.setdefault(text(row, "group"), []).append(chosen)
        return found

    def _groups_by_class(self) -> dict[str, list[Collection]]:
        """Each of our classes that has narrower ones, with those; the rest under no heading."""
        ours = [one for one in self.collections if self.base.owns(one.iri) and not one.is_scheme]
        known = {one.iri for one in ours}
        tops = [one for one in ours if not one.wider & known]
        below = {top.label: [one for one in ours if top.iri in one.wider] for top in tops}
        grouped = {label: members for label, members in below.items() if members}
        return {**grouped, "": [top for top in tops if not below[top.label]]}

    @cached_property
    def marks(self) -> list[Mark]:
        """How surely things are stated here, as the publication explains it in views/marks.rq; else nothing."""
        query = self.reading.release.query(_MARKS)
        found = rows(self.reading.engine, query) if query else []
        return [Mark(text(row, "mark"), text(row, "label"), text(row, "definition")) for row in found]

    @cached_property
    def leads(self) -> dict[str, str]:
        """For a column of an answer the list that a number in it leads to: an address in which {} is the number."""
        query = self.reading.release.query(_LEADS)
        found = rows(self.reading.engine, query) if query else []
        names = {one.iri: one.name for one in self.collections}
        told = [(text(row, "column"), names.get(text(row, "class")), quote(text(row, "filter"))) for row in found]
        return {column: f"/browse/{quote(name)}?{by}.from={{}}&{by}.to={{}}" for column, name, by in told if name}

    @cached_property
    def example(self) -> str:
        """The path of some thing, to show what an address looks like."""
        first = next((one for members in self.groups.values() for one in members), None)
        found = rows(self.reading.engine, _EXAMPLE, **{"class": first.iri}) if first else []
        return self.base.path(text(found[0], "thing")).lstrip("/") if found else "id/..."

    def _collection(self, iri: str, count: int, told: list[Row], is_scheme: bool) -> Collection:
        label, definition = _best(told, "label"), _best(told, "definition")
        wider = frozenset(text(row, "wider") for row in told) - {""}
        return Collection(iri, local_name(iri), label or self.short(iri), definition, count, wider, is_scheme)

    @cached_property
    def naming(self) -> Naming:
        """Every name of every thing, and what sort of thing each is."""
        chosen = {one.iri: one.label for members in self.groups.values() for one in members}
        schemes = {one.iri: one.label for one in self.collections if one.is_scheme}
        return Naming(self.reading.engine, self.reading.release, chosen, schemes)

    @property
    def names(self) -> NameIndex:
        return self.naming.index

    def short(self, iri: str) -> str:
        """An IRI as people write it: below our base without it, else with a prefix, else as it is."""
        if self.base.owns(iri) and not iri.startswith(self.base.terms):
            return iri[len(self.base.iri) :] or iri
        spaces = {**PREFIXES, **self.reading.release.prefixes}.items()
        fitting = max(
            ((ns, p) for p, ns in spaces if ns and iri.startswith(ns)), default=None, key=lambda pair: len(pair[0])
        )
        return f"{fitting[1]}:{iri[len(fitting[0]) :]}" if fitting else iri


def local_name(iri: str) -> str:
    """What follows the last # or / of an IRI."""
    return iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2]


def _best(told: list[Row], column: str) -> str:
    labels: list[Term] = [row[column] for row in told if column in row]
    chosen = best(labels)
    return chosen.value if chosen else ""


@lru_cache(maxsize=2)
def _site(of: Reading) -> Site:
    return Site(of)


def site() -> Site:
    """The publication of the request being answered."""
    return _site(reading())


def site_if_any() -> Site | None:
    """The same for pages that must come in any case; None while nothing is published or can be read."""
    try:
        here = site()
        return here if here.title else None
    except ServiceError:
        return None
