"""Breaks the built data in a small copy, and asks the gate that is meant to see it. Knows no mutation by name.

A mutation finds what to break with a pattern over the whole data, rules included. It is made in the sample: the
schema, the shapes, and around whatever a mutation breaks all that has to be there for the gates to pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
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
from service.press.sources import LINKS, META, SCHEMA, SHAPES, Sources, read_sources
from service.settings import Settings

ROOT = Path(__file__).parents[1]
BASE = "https://w3id.org/conflict-actors/"
DATA = NamedNode(f"{BASE}graph/libya-2015")
DECEASED = NamedNode(f"{BASE}id/concept/involvement-role/deceased")
# What is said of a thing elsewhere and has to come along: a standing needs all claims, a direct statement its link.
_INWARD = {NamedNode(f"{BASE}ontology#{name}") for name in ("about", "corrects", "linkFrom", "name")}
_SUBJECT, _HOLDER = NamedNode(f"{BASE}ontology#subject"), NamedNode(f"{BASE}ontology#holder")
_VOICE = NamedNode(f"{BASE}ontology#Voice")

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


@dataclass(frozen=True)
class Laboratory:
    """The publication, what each mutation found in it to break, and the sample in which it is broken."""

    sources: Sources
    rules: tuple[QueryFile, ...]
    hygiene: dict[str, QueryFile]
    found: dict[str, Found]
    sample: Quads


def open_laboratory(mutations: Iterable[Mutation]) -> Laboratory:
    """Read the publication of this repository, run its rules, and look for what the mutations break."""
    folders = {name: ROOT / name for name in ("ontology", "triples", "shapes")}
    sources = read_sources(Settings(**folders, base=BASE))
    assert sources.report.passed, "the sources have to parse first: see `conflict-actors check`"
    rules = read_plans(ROOT / "ontology", sources).rules
    hygiene = read_queries(ROOT / "shapes/hygiene", sources.written_base, BASE)
    reader = open_reader(sources)
    run_rules(rules, reader, sources.base, {*sources.graphs, META})
    found = {mutation.name: _find(reader, mutation) for mutation in mutations}
    seeds = {term for row in found.values() for term in row.values()}
    return Laboratory(sources, rules, {q.local: q for q in hygiene}, found, _sample(sources, seeds))


def _find(reader: Reader, mutation: Mutation) -> Found:
    """What the mutation breaks: the first of all that fits, so that every run breaks the same."""
    rows = reader.select(f"BASE <{BASE}id/> SELECT * WHERE {{ {mutation.where} }}")
    assert rows, f"{mutation.name}: nothing in the data fits `where`"
    return min(rows, key=lambda row: sorted((name, str(term)) for name, term in row.items()))


def _sample(sources: Sources, seeds: Iterable[Term]) -> Quads:
    """Schema, shapes, records, and all that the gates need around the seeds."""
    always = (quad for name in (SCHEMA, SHAPES, META) for quad in sources.graphs[name])
    data = [quad for name, quads in sources.graphs.items() if name not in (SCHEMA, SHAPES, META) for quad in quads]
    return frozenset(always) | _around(data, seeds)


def _around(data: Iterable[Quad], seeds: Iterable[Term]) -> Quads:
    """The statements about the seeds, about what these point to, and so on; and what has to come along."""
    of: dict[Term, list[Quad]] = defaultdict(list)
    to: dict[Term, list[Quad]] = defaultdict(list)
    for quad in data:
        of[quad.subject].append(quad)
        to[quad.object].append(quad)
    voices = {quad.subject for quad in to[_VOICE]}
    deaths = {quad.subject for quad in to[DECEASED]}
    known: set[Term] = set()
    open_ = set(seeds)
    while open_:
        known |= open_
        inward = {quad for node in open_ for quad in to.get(node, ()) if quad.predicate in _INWARD}
        inward |= {q for n in open_ for q in to.get(n, ()) if q.predicate == _SUBJECT and q.subject in deaths}
        inward |= {q for n in open_ & voices for q in to[n] if q.predicate == _HOLDER}
        outward = {quad.object for node in open_ for quad in of.get(node, ())}
        open_ = ({quad.subject for quad in inward} | {term for term in outward if term in of}) - known
    return frozenset(quad for node in known for quad in of.get(node, ()))


def mutate(laboratory: Laboratory, mutation: Mutation, **words: str) -> Quads:
    """The sample, broken. `words` fill {placeholders} in `gives`, for what may not stand in this repository."""
    row = laboratory.found[mutation.name]
    store = Store()
    store.extend(laboratory.sample)
    given = _construct(store, laboratory.sources.prefixes, row, mutation.gives.format(**words), "")
    taken = _construct(store, laboratory.sources.prefixes, row, mutation.takes, mutation.takes)
    kept = {q for q in laboratory.sample if q.triple not in taken}
    broken = frozenset(kept | {Quad(t.subject, t.predicate, t.object, DATA) for t in given})
    assert broken != laboratory.sample, f"{mutation.name}: the change changes nothing"
    return broken


def _construct(store: Store, prefixes: dict[str, str], row: Found, template: str, pattern: str) -> set[Triple]:
    """The triples of the template, for the row and whatever fits the pattern."""
    names, terms = " ".join(f"?{name}" for name in row), " ".join(map(str, row.values()))
    query = f"BASE <{BASE}id/> CONSTRUCT {{ {template} }} WHERE {{ VALUES ({names}) {{ ({terms}) }} {pattern} }}"
    return set(store.query(query, prefixes=prefixes, use_default_graph_as_union=True))


def examine(laboratory: Laboratory, quads: Quads, gates: Iterable[str], text: Text | None = None) -> list[Finding]:
    """Run the rules over the quads, then these gates; what they find."""
    reader = Reader(Store(), laboratory.sources.prefixes)
    reader.store.extend(quads)
    derived = run_rules(laboratory.rules, reader, laboratory.sources.base, {*laboratory.sources.graphs, META})
    built = quads.union(*derived.graphs.values())
    return [finding for gate in gates for finding in _run(laboratory, gate, built, reader, text).findings]


def _run(laboratory: Laboratory, gate: str, built: Quads, reader: Reader, text: Text | None) -> Report:
    """One gate: `shapes/FILE`, `hygiene/QUERY`, or, with the article, `citations` or `borrowed words`."""
    kind, _, name = gate.partition("/")
    if kind == "shapes":
        graph = NamedNode(f"{BASE}graph/{SHAPES}")
        data = (quad for quad in built if quad.graph_name != graph)
        return validate(data, _shapes(laboratory.sources, name), reader, {})
    if kind == "hygiene":
        return run_hygiene([laboratory.hygiene[name]], reader, {})
    assert text is not None, f"{gate} needs the article"
    if kind == "citations":
        return verify(read_citations(reader, laboratory.sources.base), text, {})
    return check_borrowed(built, text, {})


def _shapes(sources: Sources, name: str) -> list[Quad]:
    """The shapes of one file, or of all of them."""
    files = [p for p in sources.files if p.file.graph == SHAPES and name in ("", p.file.path.stem)]
    assert files, f"shapes/{name}.ttl is not there"
    return [quad for parsed in files for quad in parsed.quads]


def gates_of(laboratory: Laboratory) -> list[str]:
    """Every gate that needs no article: all shapes at once, and each hygiene query."""
    return ["shapes/", *(f"hygiene/{name}" for name in sorted(laboratory.hygiene))]


def is_meant(finding: Finding, mutation: Mutation, found: Found) -> bool:
    """Whether the finding is of the constraint meant for the mutation, and about what it broke."""
    gate = "shapes" if mutation.gate.startswith("shapes/") else mutation.gate
    about = value_of(found.get(mutation.about))
    return finding.check == gate and finding.message.startswith(mutation.says) and about == (finding.subject or about)
