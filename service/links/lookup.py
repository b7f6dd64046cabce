"""What one URI is here: our things for it, what they are called elsewhere, what points at it. For any URI.

A URI is looked for as it is, in the other ways to write it, as an address of a known identifier, and as an
identifier itself (`wikidata:Q1`). Every question is a fixed query with bound variables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from service.describe.terms import LABEL, Thing, best, text
from service.engine import Engine
from service.engine.rows import Row, Term, rows
from service.iris import Base
from service.links.mappings import RELATIONS, Mapping, merged
from service.links.schemes import Scheme, Schemes
from service.links.spellings import is_iri, is_text, spellings
from service.protocol import literal
from service.releases import Release

_DCT, _OWL = "http://purl.org/dc/terms/", "http://www.w3.org/2002/07/owl#"
_OF = f"SELECT ?this ?target ?relation WHERE {{ ?this ?relation ?target VALUES ?relation {{ {RELATIONS} }} }}"
_TO = f"""SELECT ?target ?thing ?thingLabel ?relation WHERE {{
  ?thing ?relation ?target VALUES ?relation {{ {RELATIONS} }} OPTIONAL {{ ?thing {LABEL} ?thingLabel }}
}}"""
_INCOMING = f"""SELECT ?this ?p (SAMPLE(?label) AS ?pLabel) (COUNT(DISTINCT ?s) AS ?n) WHERE {{
  ?s ?p ?this OPTIONAL {{ ?p {LABEL} ?label }}
}} GROUP BY ?this ?p ORDER BY DESC(?n) ?p"""
_LABELS = f"SELECT ?this ?label WHERE {{ ?this {LABEL} ?label }}"
_STATE = f"""SELECT ?this ?replacement ?deprecated WHERE {{
  {{ ?this <{_DCT}isReplacedBy> ?replacement }} UNION {{ ?this <{_OWL}deprecated> ?deprecated }}
}}"""


@dataclass(frozen=True)
class Incoming:
    """How many things point at `to` with one property."""

    to: str
    property: Thing
    count: int


@dataclass(frozen=True)
class Known:
    """What there is to say of a URI. `iri` is how the data write it.

    `here` are our things for it, best first, the URI itself when it is ours (relation empty); `elsewhere` are the
    identifiers of those things in other datasets.
    """

    uri: str
    iri: str
    label: str
    here: tuple[Mapping, ...]
    elsewhere: tuple[Mapping, ...]
    incoming: tuple[Incoming, ...]
    replaced_by: str = ""
    withdrawn: bool = False


class Lookup:
    """Looks URIs up in one release."""

    def __init__(self, engine: Engine, release: Release, schemes: Schemes) -> None:
        self._engine, self._release, self._base = engine, release, Base(release.base)
        self.schemes = schemes

    def find(self, uri: str) -> Known | None:
        """Everything known of a URI; None when nothing is."""
        if not is_text(uri):
            return None
        written = self.expanded(uri)
        iri = self._known_spelling(written)
        if iri and self._base.owns(iri):
            return self._ours(uri, iri)
        held = [one for scheme, name in self.schemes.reading(uri) for one in self.by_identifier(scheme, name)]
        here = (*self._links_to(iri), *held) if iri else tuple(held)
        if not iri and not here:
            return None
        return self._foreign(uri, iri or next((m.target for m in here if m.target), uri), here)

    def by_identifier(self, scheme: Scheme, identifier: str) -> list[Mapping]:
        """The things an identifier of a scheme belongs to, best relation first."""
        query = self._release.query("views/identifier.rq")
        if query is None:
            address = scheme.address(identifier)
            return self._links_to(address) if is_iri(address) else []
        return merged(rows(self._engine, query, scheme=scheme.iri, identifier=literal(identifier)))

    def expanded(self, uri: str) -> str:
        """A short IRI in full, a document of ours as the thing it is about, anything else as it is."""
        prefix, colon, local = uri.partition(":")
        if colon and prefix in self._release.prefixes and not local.startswith("//"):
            return self._release.prefixes[prefix] + local
        document = f"{self._base.iri}doc/"
        return self._base.thing(_without_extension(uri[len(document) :])) if uri.startswith(document) else uri

    def _known_spelling(self, uri: str) -> str:
        """The first way to write the URI that occurs in the data; empty when none does."""
        ways = spellings(uri)
        if not ways:
            return ""
        found = rows(self._engine, _probe(len(ways)), **{f"way{i}": way for i, way in enumerate(ways)})
        hits = [int(text(row, "hit")) for row in found if "hit" in row]
        return ways[min(hits)] if hits else ""

    def _ours(self, uri: str, iri: str) -> Known:
        state = rows(self._engine, _STATE, this=iri)
        replacement = next((text(row, "replacement") for row in state if "replacement" in row), "")
        withdrawn = any(text(row, "deprecated") == "true" for row in state) and not replacement
        itself = Mapping(self._called(iri), "")
        return Known(
            uri,
            iri,
            itself.thing.text,
            (itself,),
            tuple(self._links_of(iri)),
            self._incoming([iri]),
            replacement,
            withdrawn,
        )

    def _foreign(self, uri: str, iri: str, here: Iterable[Mapping]) -> Known:
        unique = {(one.thing.iri, one.relation, one.target, one.identifier): one for one in here}
        ours = sorted(unique.values(), key=lambda one: (one.rank, one.thing.iri))
        things = dict.fromkeys(one.thing.iri for one in ours)
        asked = {(one.scheme, one.identifier) for one in ours}
        elsewhere = tuple(
            found for thing in things for found in self._links_of(thing)
            if found.target != iri and (not found.identifier or (found.scheme, found.identifier) not in asked)
        )  # fmt: skip
        exact = [one.thing.iri for one in ours if one.match == "exact"]
        label = self._called(iri).text or next((one.thing.text for one in ours if one.rank == ours[0].rank), "")
        return Known(uri, iri, label, tuple(ours), elsewhere, self._incoming([iri, *exact]))

    def _links_of(self, iri: str) -> list[Mapping]:
        found = rows(self._engine, self._release.query("views/links-of.rq") or _OF, this=iri)
        called = self._called(iri)
        return [replace(one, thing=called) for one in merged(found)]

    def _links_to(self, iri: str) -> list[Mapping]:
        return merged(rows(self._engine, self._release.query("views/links-to.rq") or _TO, target=iri))

    def _incoming(self, iris: Iterable[str]) -> tuple[Incoming, ...]:
        found = [(iri, row) for iri in dict.fromkeys(iris) if is_iri(iri) for row in self._pointing_at(iri)]
        return tuple(
            Incoming(iri, Thing(text(row, "pLabel"), row["p"].value), int(text(row, "n"))) for iri, row in found
        )

    def _pointing_at(self, iri: str) -> list[Row]:
        return [row for row in rows(self._engine, _INCOMING, this=iri) if "p" in row]

    def _called(self, iri: str) -> Thing:
        found = rows(self._engine, _LABELS, this=iri) if is_iri(iri) else []
        labels: list[Term] = [row["label"] for row in found if "label" in row]
        chosen = best(labels)
        return Thing(chosen.value, iri, chosen.language) if chosen else Thing("", iri)


def _without_extension(local: str) -> str:
    stem, dot, extension = local.rpartition(".")
    return stem if dot and extension in ("html", "ttl", "nt", "nq", "trig", "rdf", "jsonld") else local


@lru_cache(maxsize=64)
def _probe(count: int) -> str:
    """Which of so many bound IRIs something is said of, or points at."""
    names = [f"?way{i}" for i in range(count)]
    parts = " UNION ".join(
        f"{{ BIND({i} AS ?hit) FILTER(EXISTS {{ {name} ?p ?o }} || EXISTS {{ ?s ?q {name} }}) }}"
        for i, name in enumerate(names)
    )
    return f"SELECT {' '.join(names)} ?hit WHERE {{ {parts} }}"
