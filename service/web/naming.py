"""What things are called and what sorts of things they are, for the search. Read once for each release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from service.describe.terms import text
from service.engine import Engine
from service.engine.rows import Row, rows
from service.names import Name, NameIndex
from service.releases import Release

_RDFS, _SKOS = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2004/02/skos/core#"
_PORTION = 4000
_FEW = 3
# The rank of what a thing is called by what is about it: after names that only resemble what was typed.
_ELSEWHERE = 7
# What sort of name a text is, when the publication says so: ?thing ?text ?kind.
_KINDS = "views/kinds-of-names.rq"
# What is found in the place of a thing about it (?thing ?instead ?kind), and words on a thing (?thing ?remark).
_INSTEAD, _REMARKS = "views/found-instead.rq", "views/remarks.rq"
_CONCEPTS = f"SELECT ?thing ?class WHERE {{ ?thing <{_SKOS}inScheme> ?class }}"
_NAMES = f"""SELECT DISTINCT ?thing ?name ?rank WHERE {{
  VALUES (?p ?rank) {{ (<{_RDFS}label> 1) (<{_SKOS}prefLabel> 2) (<http://purl.org/dc/terms/title> 1)
    (<http://xmlns.com/foaf/0.1/name> 1) (<{_SKOS}altLabel> 3) (<{_SKOS}hiddenLabel> 4) }}
  ?thing ?p ?name
}} ORDER BY ?rank ?thing ?name"""


@dataclass(frozen=True)
class Naming:
    """The names of a publication. `chosen`: classes readers begin with; `schemes`: lists of concepts."""

    engine: Engine
    release: Release
    chosen: Mapping[str, str]
    schemes: Mapping[str, str]

    @cached_property
    def index(self) -> NameIndex:
        """All names of all things."""
        return NameIndex(self._ranked())

    def _ranked(self) -> Iterator[Name]:
        """What readers begin with and what has names of several kinds comes first; a mere label ranks below."""
        kinds, concepts, instead = self._kinds, set(self.schemes.values()), self._instead
        named = {row["thing"].value for row in self._rows if row["rank"].value != "1"}
        about: list[Name] = []
        for row in self._rows:
            iri, name = row["thing"].value, row["name"].value
            comes_first = iri in named and self.sorts.get(iri) not in concepts
            if iri in instead:
                about.append(Name(instead[iri][0], name, _ELSEWHERE, instead[iri][1]))
            else:
                yield Name(iri, name, 0 if comes_first else 1, kinds.get((iri, name), ""))
        yield from about

    @cached_property
    def sorts(self) -> dict[str, str]:
        """What to call the sort of each thing that has a name: a class to begin with, for a concept its scheme."""
        named = {row["thing"].value for row in self._rows}
        found: dict[str, str] = {}
        values = " ".join(f"<{iri}>" for iri in self.chosen)
        members = f"SELECT ?thing ?class WHERE {{ VALUES ?class {{ {values} }} ?thing a ?class }}"
        told = rows(self.engine, members) if self.chosen else []
        order = list(self.chosen)
        for row in sorted(told, key=lambda row: order.index(text(row, "class"))):
            if row["thing"].value in named:
                found.setdefault(row["thing"].value, self.chosen[text(row, "class")])
        for row in rows(self.engine, _CONCEPTS) if self.schemes else ():
            if text(row, "class") in self.schemes:
                found.setdefault(row["thing"].value, self.schemes[text(row, "class")])
        return found

    @cached_property
    def _instead(self) -> dict[str, tuple[str, str]]:
        return {text(row, "thing"): (text(row, "instead"), text(row, "kind")) for row in self._view(_INSTEAD)}

    @cached_property
    def remarks(self) -> dict[str, str]:
        """A few words about things, from which readers tell them apart."""
        found: dict[str, list[str]] = {}
        for row in self._view(_REMARKS):
            found.setdefault(text(row, "thing"), []).append(text(row, "remark"))
        return {iri: "; ".join(list(dict.fromkeys(told))[:_FEW]) for iri, told in found.items()}

    def _view(self, name: str) -> list[Row]:
        """The rows of a view in which nothing is bound; none when the publication does not bring it."""
        query = self.release.query(name)
        found: list[Row] = []
        while query:
            portion = rows(self.engine, f"{query}\nLIMIT {_PORTION} OFFSET {len(found)}")
            found += portion
            if len(portion) < _PORTION:
                break
        return found

    @cached_property
    def _kinds(self) -> dict[tuple[str, str], str]:
        return {(text(row, "thing"), text(row, "text")): text(row, "kind") for row in self._view(_KINDS)}

    @cached_property
    def _rows(self) -> list[Row]:
        """Every name, read in portions so that no answer is too large for a page."""
        found: list[Row] = []
        while True:
            portion = rows(self.engine, f"{_NAMES} LIMIT {_PORTION} OFFSET {len(found)}")
            found += portion
            if len(portion) < _PORTION:
                return [row for row in found if row["thing"].kind == "uri"]
