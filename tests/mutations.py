"""Breaks the built data in a small copy, and asks the gate that is meant to see it. Knows no mutation by name.

A mutation finds what to break with a pattern over the whole data, rules included. It is made in a specimen: the
ontology, the shapes, and around what it breaks all that has to be there for the gates to pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store, Triple

from service.press.borrowed import check_borrowed
from service.press.checks import open_reader
from service.press.citations import read_citations, verify
from service.press.findings import Finding, Report
from service.press.hygiene import run_hygiene
from service.press.passages import Text
from service.press.plans import read_plans
from service.press.queries import QueryFile, Reader, Term, read_queries, value_of
from service.press.rules import run_rules
from service.press.shapes import validate
from service.press.sources import META, SCHEMA, SHAPES, Sources, read_sources
from service.press.vocabulary import RDF, RDFS
from service.settings import Settings

ROOT = Path(__file__).parents[1]
BASE = "https://w3id.org/conflict-actors/"
TERMS = f"{BASE}ontology#"
_DATA = NamedNode(f"{BASE}graph/libya-2015")
_SHAPES = NamedNode(f"{BASE}graph/{SHAPES}")
# What is said of a thing elsewhere and has to come along: a standing needs all claims, a direct statement its link.
_INWARD = {NamedNode(f"{TERMS}{name}") for name in ("about", "corrects", "linkFrom", "name")}
# What concepts tell the rules.
_ASKED = {NamedNode(f"{TERMS}{name}") for name in ("shortcut", "suppressesShortcut", "tieSensitivity")}
_SUBJECT, _HOLDER, _VOICE = (NamedNode(f"{TERMS}{name}") for name in ("subject", "holder", "Voice"))
_OWL = "http://www.w3.org/2002/07/owl#"
_CLASSES = {RDF("type"), RDFS("subClassOf")}
_DECEASED = NamedNode(f"{BASE}id/concept/involvement-role/deceased")

Found = dict[str, Term]
Quads = frozenset[Quad]


@dataclass(frozen=True)
class Mutation:
    """One way to break the data, and the constraint meant for it: a gate, and how its message begins.

    `where` finds ?it, and all else that the change speaks of. The change takes every triple that fits `takes`
    (a variable that `where` leaves open fits anything) and gives those of `gives`. The finding is about `about`.
    """

    name: str
    gate: str
    says: str
    where: str
    takes: str = ""
    gives: str = ""
    about: str = "it"


def without(name: str, gate: str, says: str, where: str, what: str = "", about: str = "it") -> Mutation:
    """A mutation that takes something, by itself what `where` finds."""
    return Mutation(name, gate, says, where, takes=what or where, about=about)


def besides(name: str, gate: str, says: str, where: str, more: str, about: str = "it") -> Mutation:
    """A mutation that adds something."""
    return Mutation(name, gate, says, where, gives=more, about=about)


def instead(name: str, gate: str, says: str, where: str, old: str, new: str, about: str = "it") -> Mutation:
    """A mutation that puts one thing in place of another."""
    return Mutation(name, gate, says, where, old, new, about)


class Neighbours:
    """What has to stand beside a thing: all that is said of it, what that points to, and some of what points to it."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.about: dict[Term, list[Quad]] = defaultdict(list)
        inward: list[Quad] = []
        for quad in quads:
            self.about[quad.subject].append(quad)
            if quad.predicate in {*_INWARD, _SUBJECT, _HOLDER}:
                inward.append(quad)
        self._pointing: dict[Term, set[Term]] = defaultdict(set)
        for quad in filter(self._comes_along, inward):
            self._pointing[quad.object].add(quad.subject)

    def _comes_along(self, quad: Quad) -> bool:
        """Claims, names and links of a thing; what tells that a person is dead; what a voice says."""
        if quad.predicate == _SUBJECT:
            return any(said.object == _DECEASED for said in self.about[quad.subject])
        if quad.predicate == _HOLDER:
            return any(said.object == _VOICE for said in self.about[quad.object])
        return True

    def around(self, seeds: Iterable[Term], known: frozenset[Term] = frozenset()) -> frozenset[Term]:
        """The known things, the seeds, and what has to stand beside these, and so on."""
        seen = set(known)
        fresh = set(seeds) - seen
        while fresh:
            seen |= fresh
            near = {quad.object for node in fresh for quad in self.about.get(node, ())}
            near |= {subject for node in fresh for subject in self._pointing.get(node, ())}
            fresh = {term for term in near if term in self.about} - seen
        return frozenset(seen)

    def said_of(self, things: Iterable[Term]) -> Quads:
        return frozenset(quad for thing in things for quad in self.about.get(thing, ()))


class Laboratory:
    """The publication of this repository, what each mutation breaks in it, and specimens to break it in."""

    def __init__(self) -> None:
        folders = {name: ROOT / name for name in ("ontology", "triples", "shapes")}
        self.sources: Sources = read_sources(Settings(**folders, base=BASE))
        assert self.sources.report.passed, "the sources have to parse first: see `conflict-actors check`"
        self.rules = read_plans(ROOT / "ontology", self.sources).rules
        queries = read_queries(ROOT / "shapes/hygiene", self.sources.written_base, BASE)
        self.hygiene: dict[str, QueryFile] = {query.local: query for query in queries}
        self._built = open_reader(self.sources)
        run_rules(self.rules, self._built, self.sources.base, {*self.sources.graphs, META})
        # Asked again and again; many mutations are made in the same specimen.
        self.found = cache(self.found)
        self._faults_around = cache(self._faults_around)

    def found(self, mutation: Mutation) -> Found:
        """What the mutation breaks: the first of all that fits, so that every run breaks the same."""
        rows = self._built.select(f"BASE <{BASE}id/> SELECT * WHERE {{ {mutation.where} }}")
        assert rows, f"{mutation.name}: nothing in the data fits `where`"
        return min(rows, key=lambda row: [str(row["it"]), *sorted(map(str, row.values()))])

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours(quad for name, quads in self.sources.graphs.items() if name != SHAPES for quad in quads)

    @cached_property
    def _always(self) -> frozenset[Term]:
        """The terms of the ontology, the concepts that rules ask, and what the records and the shapes speak of."""
        terms = {term for term in self._neighbours.about if value_of(term).startswith(TERMS)}
        asked = {quad.subject for quad in self.sources.graphs[SCHEMA] if quad.predicate in _ASKED}
        said = [*self.sources.graphs[META], *self.sources.graphs[SHAPES]]
        return self._neighbours.around(terms | asked | {q.subject for q in said} | {q.object for q in said})

    def specimen(self, seeds: Iterable[Term]) -> Quads:
        """What a mutation is made in, around what it breaks."""
        things = self._neighbours.around(seeds, self._always)
        return self._neighbours.said_of(things).union(self.sources.graphs[SHAPES])

    def mutate(self, mutation: Mutation, **words: str) -> Quads:
        """The specimen, broken. `words` fill {placeholders}, for what may not stand in this repository."""
        found = self.found(mutation)
        whole = self.specimen(found.values())
        store = Store()
        store.bulk_extend(whole)
        taken = self._construct(store, found, mutation.takes, mutation.takes)
        given = self._construct(store, found, mutation.gives.format(**words) if words else mutation.gives, "")
        kept = {quad for quad in whole if quad.triple not in taken}
        broken = frozenset(kept | {Quad(t.subject, t.predicate, t.object, _DATA) for t in given})
        assert broken != whole, f"{mutation.name}: the change changes nothing"
        return broken

    def _construct(self, store: Store, found: Found, template: str, pattern: str) -> set[Triple]:
        """The triples of the template, for what was found and whatever fits the pattern."""
        names, terms = " ".join(f"?{name}" for name in found), " ".join(map(str, found.values()))
        query = f"BASE <{BASE}id/> CONSTRUCT {{ {template} }} WHERE {{ VALUES ({names}) {{ ({terms}) }} {pattern} }}"
        return set(store.query(query, prefixes=self.sources.prefixes, use_default_graph_as_union=True))

    def faults(self, mutation: Mutation, text: Text | None = None) -> tuple[Finding, ...]:
        """What the gate of the mutation finds before the mutation is made."""
        return self._faults_around(frozenset(self.found(mutation).values()), mutation.gate, text)

    def _faults_around(self, seeds: frozenset[Term], gate: str, text: Text | None) -> tuple[Finding, ...]:
        return self.examine(self.specimen(seeds), gate, text)

    def examine(self, quads: Quads, gate: str, text: Text | None = None) -> tuple[Finding, ...]:
        """What the gate finds in the quads and in what the rules make of them."""
        reader = Reader(Store(), self.sources.prefixes)
        reader.store.bulk_extend(quads)
        derived = run_rules(self.rules, reader, self.sources.base, {*self.sources.graphs, META})
        return self._run(gate, quads.union(*derived.graphs.values()), reader, text).findings

    def _run(self, gate: str, built: Quads, reader: Reader, text: Text | None) -> Report:
        """One gate: `shapes/FILE`, `hygiene/QUERY`, or, with the text, `citations` or `borrowed words`."""
        kind, _, name = gate.partition("/")
        if kind == "shapes":
            return validate((q for q in built if self._is_data(q)), self._shapes(name), reader, {}, self.sources.base)
        if kind == "hygiene":
            return run_hygiene([self.hygiene[name]], reader, {})
        assert text is not None, f"{gate} needs the text"
        if kind == "citations":
            return verify(read_citations(reader, self.sources.base), text, {})
        return check_borrowed(built, text, {})

    def _is_data(self, quad: Quad) -> bool:
        """Whether a shape can look at it: what documents classes and properties is for people, and slow to carry."""
        return quad.graph_name != _SHAPES and (quad.subject not in self._terms or quad.predicate in _CLASSES)

    @cached_property
    def _terms(self) -> set[Term]:
        """The classes and properties of the ontology."""
        schema = (quad for quad in self.sources.graphs[SCHEMA] if quad.predicate in _CLASSES)
        return {quad.subject for quad in schema if value_of(quad.object).startswith(_OWL)}

    def _shapes(self, name: str) -> list[Quad]:
        """The shapes of one file."""
        (parsed,) = (p for p in self.sources.files if p.file.graph == SHAPES and p.file.path.stem == name)
        return list(parsed.quads)

    def is_meant(self, finding: Finding, mutation: Mutation) -> bool:
        """Whether the finding is of the constraint meant for the mutation, and about what it broke."""
        gate = SHAPES if mutation.gate.startswith(f"{SHAPES}/") else mutation.gate
        about = value_of(self.found(mutation).get(mutation.about))
        return (finding.check, finding.subject) == (gate, about) and finding.message.startswith(mutation.says)
