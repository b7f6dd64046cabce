"""What a published release must answer, worked out apart from the service under test, and which release counts when.

Results of queries come from a store in memory filled from the dumps, documents from a door in this process, dumps from
the files.
"""

import csv
import io
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import pyoxigraph as ox
from werkzeug.test import Client as Direct

from service.media import Kind
from service.releases import Release

_RDFS = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
ASKED = {
    "labels": (Kind.SOLUTIONS, f"{_RDFS}SELECT ?s ?label {{ ?s rdfs:label ?label }} ORDER BY ?s ?label"),
    "count": (Kind.SOLUTIONS, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
    "graphs": (Kind.SOLUTIONS, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"),
    "pairs": (Kind.SOLUTIONS, f"{_RDFS}SELECT ?a ?b {{ ?a rdfs:label ?x . ?b rdfs:label ?y FILTER(?x < ?y) }}"),
    "none": (Kind.SOLUTIONS, "SELECT ?s { ?s <urn:none> ?o }"),
    "ask": (Kind.BOOLEAN, f'{_RDFS}ASK {{ ?s rdfs:label "Cedar Wharf"@en }}'),
    "construct": (Kind.GRAPH, f"{_RDFS}CONSTRUCT {{ ?s rdfs:label ?l }} {{ ?s rdfs:label ?l }}"),
    "everything": (Kind.GRAPH, "CONSTRUCT WHERE { ?s ?p ?o }"),
}  # fmt: skip
# A product that goes through a file; any of its rows may be among so many.
LARGE, LARGE_ROWS = "SELECT ?s ?a { ?s ?p ?o . ?a ?b ?c } LIMIT 50000", 50_000
_RESULTS = {
    "json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV,
}  # fmt: skip
_RDF = {
    "turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD,
}  # fmt: skip


class Expected:
    """What one release answers: to each query of ASKED, at each (path, Accept) of `paths`, and its dumps."""

    def __init__(self, release: Release, direct: Direct, paths: list[tuple[str, str]]) -> None:
        self.id = release.id
        store = ox.Store()
        store.bulk_load(path=str(release.folder / "dumps" / "all.nq"), format=ox.RdfFormat.N_QUADS)
        store.bulk_load(path=str(release.folder / "dumps" / "all.nt"), format=ox.RdfFormat.N_TRIPLES)
        self.answers = {name: canonical(store.query(query)) for name, (_, query) in ASKED.items()}
        self.degrees = Counter(q.subject.value for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
        self.documents = {}
        for path, accept in paths:
            response = direct.get(path, headers={"Accept": accept})
            assert response.status_code == 200, (path, accept, response.status)
            self.documents[path, accept] = response.get_data()
        self.dumps = {name: (release.folder / "dumps" / name).read_bytes() for name in release.dumps}

    def holds_rows(self, rows: Counter) -> bool:
        """Are these so many rows of LARGE, each no more often than the product has it?"""
        most = (self.degrees[s] * self.degrees[a] >= n for (s, a), n in rows.items())
        return rows.total() == LARGE_ROWS and all(most)


def canonical(results) -> object:
    """The value of a result, whatever the format: a truth, a bag of rows, a set of triples."""
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    if isinstance(results, ox.QueryTriples):
        return frozenset(results)
    return Counter(tuple("" if cell is None else cell.value for cell in row) for row in results)


def read(kind: Kind, name: str, body: bytes) -> object:
    """What a body in the format of this name says. Raises ValueError or SyntaxError when it is no complete result."""
    if kind is Kind.GRAPH:
        return frozenset(quad.triple for quad in ox.parse(body, format=_RDF[name]))
    if name != "csv":
        return canonical(ox.parse_query_results(body, format=_RESULTS[name]))
    if kind is Kind.BOOLEAN:
        return {b"true": True, b"false": False}[body.strip()]
    rows = list(csv.reader(io.StringIO(body.decode("utf-8"), newline="")))
    return Counter(tuple(row) if row else ("",) for row in rows[1:])


@dataclass
class Move:
    """Publishing `to`, a place in World.releases; while it lasts either release may answer."""

    to: int
    began: float = field(default_factory=time.monotonic)
    over: float = float("inf")


@dataclass
class World:
    """What all clients share. The first of `releases` is published when it begins."""

    port: int
    releases: list[Expected]
    stop: threading.Event = field(default_factory=threading.Event)
    moves: list[Move] = field(default_factory=list)

    def move(self, to: int, publish) -> None:
        """Publish another release by calling `publish`."""
        self.moves.append(Move(to))
        publish()
        self.moves[-1].over = time.monotonic()

    def right(self, begun: float, of) -> list[object]:
        """The answers that are right for a request that began then and is over now; `of` takes one from a release."""
        return [of(self.releases[place]) for place in self._current(begun, time.monotonic())]

    def _current(self, begun: float, ended: float) -> set[int]:
        """The releases that were published at any moment of this stretch."""
        moves = list(self.moves)
        known = [0, *(move.to for move in moves)]
        since = [0.0, *(move.began for move in moves)]
        until = [*(move.over for move in moves), float("inf")]
        return {
            place for place, first, last in zip(known, since, until, strict=True) if first <= ended and begun <= last
        }
