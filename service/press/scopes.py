"""What each dump covers: the whole, the links, each graph, the things of each class. Writes nothing.

The same quads give the same lines in the same order. Made from the parsed quads: the store changes lexical
forms, so nothing is read back from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from service.iris import Base
from service.ntriples import RDF_TYPE, Said, by_subject, is_iri
from service.press.classes import name_classes
from service.press.sources import LINKS, META

ALL = "all"


class Kind(StrEnum):
    """Of what sort a scope is, which decides its formats."""

    ALL = "all"
    LINKS = "links"
    GRAPH = "graph"
    CLASS = "class"
    DESCRIPTION = "description"


@dataclass(frozen=True)
class Scope:
    """The sorted, distinct statements of the whole, of a graph or of several.

    `lines` are canonical N-Triples (https://www.w3.org/TR/rdf-canon/#canonical-quads without the graph),
    `quad_lines` the same with graphs. `about` is the IRI of what the files are distributions of; a scope without
    `parts` is one graph.
    """

    name: str
    kind: Kind
    about: str
    lines: list[bytes]
    quad_lines: list[bytes]
    parts: tuple[Scope, ...] = ()

    @property
    def graphs(self) -> tuple[Scope, ...]:
        """The graphs it is made of."""
        return self.parts or (self,)

    @cached_property
    def subjects(self) -> dict[str, list[Said]]:
        """What is said of each subject."""
        return by_subject(self.lines)

    @property
    def order(self) -> list[str]:
        """Subjects by IRI, a thing before its fragments."""
        return sorted(self.subjects, key=lambda subject: subject[:-1])


@dataclass(frozen=True)
class ClassScope:
    """The things of one class. `members` are their subjects, with their fragments below {base}id/ in `parts`."""

    name: str
    about: str
    members: tuple[str, ...]
    parts: tuple[str, ...]
    kind: Kind = Kind.CLASS

    @property
    def order(self) -> list[str]:
        return sorted({*self.members, *self.parts}, key=lambda subject: subject[:-1])


def graph_scopes(graphs: Mapping[str, Iterable[Quad]], base: Base) -> dict[str, Scope]:
    """Graph name -> its scope, by name. A graph without statements is none: no store has it, no query finds it."""
    found = {name: graph_scope(f"graph-{name}", graphs[name], base.graph(name)) for name in sorted(graphs)}
    return {name: scope for name, scope in found.items() if scope.lines}


def scopes(single: Mapping[str, Scope], base: Base) -> list[Scope]:
    """The whole, then each graph, then the links, which are what triples/links/ feeds."""
    linked = [single[LINKS]] if LINKS in single else []
    whole = _joined(ALL, Kind.ALL, f"{base.iri}dataset", single.values())
    links = [_joined(LINKS, Kind.LINKS, linked[0].about, linked)] if linked else []
    return [whole, *single.values(), *links]


def graph_scope(name: str, quads: Iterable[Quad | Triple], graph: str, kind: Kind = Kind.GRAPH) -> Scope:
    """The scope of one graph."""
    distinct = dict.fromkeys(quad.triple if isinstance(quad, Quad) else quad for quad in quads)
    written = serialize(distinct, format=RdfFormat.N_TRIPLES) or b""
    lines = sorted(written.splitlines(keepends=True))
    ending = f"{NamedNode(graph)} .\n".encode()
    return Scope(name, kind, graph, lines, [line[:-2] + ending for line in lines])


def _joined(name: str, kind: Kind, about: str, single: Iterable[Scope]) -> Scope:
    parts = tuple(single)
    lines = sorted(set(chain.from_iterable(scope.lines for scope in parts)))
    quad_lines = sorted(chain.from_iterable(scope.quad_lines for scope in parts))
    return Scope(name, kind, about, lines, quad_lines, parts)


def class_scopes(found: Iterable[Scope], base: Base, prefixes: Mapping[str, str]) -> list[ClassScope]:
    """One for each class with things in another graph than graph/meta, which speaks of the rest; by name."""
    single = [scope for scope in found if scope.kind is Kind.GRAPH]
    members = _members(scope for scope in single if scope.name != f"graph-{META}")
    for iri, also in _members(scope for scope in single if scope.name == f"graph-{META}").items():
        if iri in members:
            members[iri] |= also
    parts = _parts(single, f"<{base.thing('')}")
    names = name_classes(members, base, prefixes)
    made = [_class_scope(names[iri], iri, subjects, parts) for iri, subjects in members.items()]
    return sorted(made, key=lambda scope: scope.name)


def _members(single: Iterable[Scope]) -> dict[str, set[str]]:
    """Class -> the subjects that are of it."""
    found: dict[str, set[str]] = {}
    for subject, (name, value) in (
        (s, one) for scope in single for s, said in scope.subjects.items() for one in said
    ):
        if name == RDF_TYPE and is_iri(value):
            found.setdefault(value[1:-1], set()).add(subject)
    return found


def _class_scope(name: str, iri: str, members: set[str], parts: Mapping[str, list[str]]) -> ClassScope:
    below = chain.from_iterable(parts.get(subject[:-1], ()) for subject in members)
    return ClassScope(name, iri, tuple(sorted(members)), tuple(sorted(below)))


def _parts(single: Iterable[Scope], things: str) -> dict[str, list[str]]:
    """Thing -> its fragments, which have no document of their own."""
    found: dict[str, list[str]] = {}
    for subject in dict.fromkeys(chain.from_iterable(scope.subjects for scope in single)):
        whole, fragment, _ = subject.partition("#")
        if fragment and subject.startswith(things):
            found.setdefault(whole, []).append(subject)
    return found


def content_hash(whole: Scope) -> str:
    """SHA-256 of the sorted canonical N-Quads, which are the bytes of the dump all.nq.

    Every blank node has an IRI by now, so RDFC-1.0 has nothing to rename and only sorts.
    """
    digest = hashlib.sha256()
    for line in whole.quad_lines:
        digest.update(line)
    return digest.hexdigest()
