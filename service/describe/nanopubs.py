"""Nanopublications: one claim, where it comes from and who published it, in four graphs (https://nanopub.net/guidelines/).

What goes into which graph, and for which things there are any, is told by the publication's views
nanopub-assertion, nanopub-provenance and nanopub-pubinfo; the head graph is the same for all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.describe.terms import text
from service.describe.trusty import UNKNOWN, seal
from service.describe.views import Subject, fitting
from service.engine import Engine
from service.engine.quads import Statement, iri, read
from service.engine.rows import rows
from service.errors import NotFound
from service.iris import Base
from service.media import NTRIPLES, Kind
from service.protocol import QueryRequest, literal
from service.releases import Release

NP = "http://www.nanopub.org/nschema#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_TYPES = f"SELECT ?this ?class WHERE {{ ?this <{_TYPE}> ?class }}"
# Part -> how the head names it.
_PARTS = {"assertion": "hasAssertion", "provenance": "hasProvenance", "pubinfo": "hasPublicationInfo"}
_VARIABLE = re.compile(r"[?$](\w+)")


@dataclass(frozen=True)
class Nanopub:
    """A nanopublication: its statements, and the artifact code that its IRI and those of its graphs end with."""

    code: str
    statements: list[Statement]


@dataclass(frozen=True)
class _Names:
    """The IRIs of one before its code is known."""

    iri: str

    def graph(self, name: str) -> str:
        return f"{self.iri}#{name}"


def has_nanopub(release: Release, subject: Subject) -> bool:
    """Do the views make a nanopublication of this thing?"""
    return all(fitting(release, f"nanopub-{part}", subject) for part in _PARTS)


def nanopub_address(base: Base, thing: str) -> str:
    """Where the newest nanopublication of a thing is: {base}id/a/b -> {base}nanopub/a/b; its IRI has the code too."""
    return f"{base.iri}nanopub/{thing.removeprefix(base.thing(''))}"


def read_nanopub(engine: Engine, release: Release, thing: str) -> Nanopub:
    """The nanopublication of a thing, sealed. Raises NotFound when no view is for it."""
    types = frozenset(text(row, "class") for row in rows(engine, _TYPES, this=thing))
    subject = Subject(thing, types, frozenset())
    if not has_nanopub(release, subject):
        raise NotFound(f"There is no nanopublication of <{thing[:300]}>: it is not a claim.")
    made = _Names(f"{nanopub_address(Base(release.base), thing)}/{UNKNOWN}")
    parts = {part: _part(engine, release, subject, made, part) for part in _PARTS}
    empty = [part for part, statements in parts.items() if not statements]
    if empty:
        raise NotFound(f"There is no nanopublication of <{thing[:300]}>: it would have no {empty[0]}.")
    code, statements = seal([*_head(made), *(one for found in parts.values() for one in found)])
    return Nanopub(code, statements)


def _head(made: _Names) -> list[Statement]:
    graph = made.graph("head")
    told = [Statement(iri(made.iri), _TYPE, iri(f"{NP}Nanopublication"), graph)]
    return told + [Statement(iri(made.iri), NP + name, iri(made.graph(part)), graph) for part, name in _PARTS.items()]


def _part(engine: Engine, release: Release, subject: Subject, made: _Names, part: str) -> list[Statement]:
    """What the views tell for one graph, in a fixed order."""
    values = {
        "this": subject.iri, "nanopub": made.iri, "release": literal(release.id),
        **{name: made.graph(name) for name in _PARTS},
    }  # fmt: skip
    found: set[Statement] = set()
    for query in fitting(release, f"nanopub-{part}", subject):
        # A variable that the query does not have cannot be bound.
        bindings = {name: values[name] for name in values.keys() & set(_VARIABLE.findall(query))}
        answer = engine.answer(QueryRequest(query, bindings=bindings), {Kind.GRAPH: NTRIPLES})
        found.update(read(answer, made.graph(part)))
    return sorted(found, key=lambda one: (one.subject.value, one.predicate, one.object.value))
