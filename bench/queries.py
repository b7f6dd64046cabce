"""SPARQL rows: a query repeated, small queries never asked before, a heavy one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from time import perf_counter
from urllib.parse import quote

import pyoxigraph as ox

from bench import load
from bench.servers import Server
from bench.table import Bars, compare, row
from service.releases import Release

JSON = "application/sparql-results+json"
SMALL = (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?label WHERE {{ <{iri}> rdfs:label ?label }} # {n}"
)
HEAVY = (
    "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?b) AS ?m) WHERE { ?a ?p ?b . ?b ?q ?c . ?c ?r ?d . "
    "FILTER(STRLEN(STR(?d)) > 3) }"
)
_AT_MOST = 1.1
Requests = Callable[[Server], Iterator[bytes]]


def things(release: Release) -> list[str]:
    """IRIs of things that have a label, in a fixed order."""
    store = ox.Store.read_only(str(release.store))
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    found = {quad.subject.value for quad in store.quads_for_pattern(None, label, None, ox.DefaultGraph())}
    return sorted(iri for iri in found if "/id/actor/" in iri or "/id/place/" in iri)


def small(release: Release, us: Server, peers: list[Server], seconds: float) -> None:
    """A query asked again and again, and queries that nobody has asked before."""
    iris = things(release)

    def ask(server: Server, n: int) -> bytes:
        query = SMALL.format(iri=iris[n % len(iris)], n=n)
        return load.get(f"{server.endpoint}?query={quote(query)}", JSON)

    rows: list[tuple[str, Requests, Bars]] = [
        ("repeated SPARQL GET", lambda it: itertools.repeat(ask(it, 0)), {"oxigraph": 3, "Virtuoso": 1.2}),
        (
            "new small SPARQL query, isolated",
            lambda it: (ask(it, n) for n in itertools.count()),
            {"oxigraph": 0.4, "Virtuoso": 1.2, "rdflib-endpoint": 3},
        ),
    ]
    for what, requests, bars in rows:
        load.run(us.port, requests(us), 60, connections=1, count=1)
        mine = load.run(us.port, requests(us), seconds)
        compare(what, mine, {it.name: load.run(it.port, requests(it), seconds) for it in peers}, bars)


def heavy(release: Release, us: Server) -> None:
    """One long query, beside the engine called directly; taken in turns, so that both meet the same machine."""
    store = ox.Store.read_only(str(release.store))
    ours, direct = [], []
    for n in range(3):
        request = load.get(f"/sparql?query={quote(HEAVY + f' # {n}')}", JSON)
        ours.append(load.run(us.port, itertools.repeat(request), 600, 1, 1).p50)
        begun = perf_counter()
        store.query(HEAVY).serialize(format=ox.QueryResultsFormat.JSON)
        direct.append((perf_counter() - begun) * 1000)
    mine, theirs = sorted(ours)[1], sorted(direct)[1]
    told = f"{mine / theirs:.2f}x of the time of pyoxigraph called directly ({theirs:,.0f} ms)"
    row("heavy query", f"p50 {mine:,.0f} ms", told, f"<= {_AT_MOST}x", mine <= _AT_MOST * theirs)
