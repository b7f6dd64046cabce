"""Print the benchmark table: each row ours beside its peers, as a ratio, with the bar of the design.

Seconds per row: `SECONDS=3 python -m bench`. Loopback only; stops by itself.
`python -m bench --hostile` prints how the hostile set ends instead (bench/hostile.py).
"""

from __future__ import annotations

import itertools
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from bench import hostile, load, servers
from bench.load import Measure
from bench.servers import Server
from service.releases import Release

SECONDS = float(os.environ.get("SECONDS", "4"))
JSON = "application/sparql-results+json"
SMALL = (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?label WHERE {{ <{iri}> rdfs:label ?label }} # {n}"
)
HEAVY = (
    "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?b) AS ?m) WHERE { ?a ?p ?b . ?b ?q ?c . ?c ?r ?d . "
    "FILTER(STRLEN(STR(?d)) > 3) }"
)


def main() -> None:
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {SECONDS:g} s a row, 16 connections\n", flush=True
    )
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        settings, release = servers.publication(Path(folder))
        row("whole build of the dataset", f"{time.perf_counter() - begun:.1f} s", "", "<= 10 s")
        with servers.ours(settings) as us, servers.oxigraph(release, Path(folder)) as oxigraph:
            with servers.rdflib_endpoint(release) as rdflib:
                sparql(release, us, oxigraph, rdflib)
            pages(release, us, oxigraph)
            with servers.nginx(release, Path(folder)) as nginx:
                dumps(us, oxigraph, nginx)
            heavy(release, us)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nLargest process of all: {peak:,.0f} MiB resident.")


def row(what: str, ours: str, peers: str, bar: str) -> None:
    print(f"{what:34} {ours:>22}   {peers:72} bar {bar}", flush=True)


def things(release: Release) -> list[str]:
    """IRIs of things that have a label, in a fixed order."""
    store = ox.Store.read_only(str(release.store))
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    found = {quad.subject.value for quad in store.quads_for_pattern(None, label, None, ox.DefaultGraph())}
    return sorted(iri for iri in found if "/id/actor/" in iri or "/id/place/" in iri)


def sparql(release: Release, us: Server, oxigraph: Server, rdflib: Server) -> None:
    """Repeated and new small queries."""
    iris = things(release)

    def repeated(server: Server) -> Iterator[bytes]:
        return itertools.repeat(load.get(f"{server.endpoint}?query={quote(SMALL.format(iri=iris[0], n=0))}", JSON))

    def fresh(server: Server) -> Iterator[bytes]:
        return (
            load.get(f"{server.endpoint}?query={quote(SMALL.format(iri=iris[n % len(iris)], n=n))}", JSON)
            for n in itertools.count()
        )

    compare("repeated SPARQL GET", repeated, us, [oxigraph, rdflib], ">= 3x oxigraph")
    compare(
        "new small SPARQL query, isolated", fresh, us, [oxigraph, rdflib], ">= 0.4x oxigraph, >= 3x rdflib-endpoint"
    )


def compare(
    what: str, requests: Callable[[Server], Iterator[bytes]], us: Server, peers: list[Server], bar: str
) -> None:
    """One row: the same requests to each server, one after the other."""
    mine = load.run(us.port, requests(us), SECONDS)
    theirs = [(peer.name, load.run(peer.port, requests(peer), SECONDS)) for peer in peers]
    row(what, rate(mine), ", ".join(f"{ratio(mine, it)}x {name} ({rate(it)})" for name, it in theirs), bar)


def rate(measure: Measure) -> str:
    return f"{measure.per_second:,.0f}/s p99 {measure.p99:.1f} ms"


def ratio(mine: Measure, theirs: Measure) -> str:
    return f"{mine.per_second / theirs.per_second:.2f}"


def pages(release: Release, us: Server, oxigraph: Server) -> None:
    """Entity pages and documents, first and repeated, beside DESCRIBE."""
    documents = [iri[len(release.base) - 1 :].replace("/id/", "/doc/", 1) for iri in things(release)]
    first = load.run(
        us.port, (load.get(path, "text/html") for path in documents), 600, connections=1, count=len(documents)
    )
    row(
        "entity page, first",
        f"p50 {first.p50:.1f} ms p99 {first.p99:.1f} ms",
        f"{len(documents)} pages",
        "p50 <= 20 ms",
    )
    again = load.run(us.port, itertools.cycle([load.get(path, "text/html") for path in documents[:50]]), SECONDS)
    row("entity page, repeated", rate(again), "", ">= 5,000/s")
    turtle = load.run(us.port, itertools.cycle([load.get(path, "text/turtle") for path in documents[:50]]), SECONDS)
    described = [f"{oxigraph.endpoint}?query={quote(f'DESCRIBE <{iri}>')}" for iri in things(release)[:50]]
    peer = load.run(oxigraph.port, itertools.cycle([load.get(path, "text/turtle") for path in described]), SECONDS)
    row("entity document in Turtle", rate(turtle), f"{ratio(turtle, peer)}x oxigraph DESCRIBE ({rate(peer)})", "-")


def dumps(us: Server, oxigraph: Server, nginx: Server | None) -> None:
    """Files of the release, large and small, beside nginx sending the same bytes."""

    def take(server: Server, path: str) -> Measure:
        return load.run(server.port, itertools.repeat(load.get(path, "*/*")), SECONDS, connections=2)

    for what, path in (("dump, large (N-Quads)", "/dumps/all.nq"), ("dump, packed (Turtle)", "/dumps/all.ttl.gz")):
        mine = take(us, path)
        theirs = take(nginx, path) if nginx else None
        row(
            what,
            rate(mine),
            f"{ratio(mine, theirs)}x nginx ({rate(theirs)})" if theirs else "nginx is not installed",
            "-",
        )
    mine, store = take(us, "/dumps/all.nq"), take(oxigraph, "/store")
    row("dump, beside a store's", rate(mine), f"{ratio(mine, store)}x oxigraph /store ({rate(store)})", "-")


def heavy(release: Release, us: Server) -> None:
    """One long query, beside the engine called directly."""
    mine = load.run(
        us.port, (load.get(f"/sparql?query={quote(HEAVY + f' # {n}')}", JSON) for n in range(3)), 600, 1, 3
    )
    store = ox.Store.read_only(str(release.store))
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        store.query(HEAVY).serialize(format=ox.QueryResultsFormat.JSON)
        times.append((time.perf_counter() - begun) * 1000)
    direct = sorted(times)[1]
    row(
        "heavy query",
        f"p50 {mine.p50:,.0f} ms",
        f"{mine.p50 / direct:.2f}x pyoxigraph called directly ({direct:,.0f} ms)",
        "<= 1.1x",
    )


if __name__ == "__main__":
    hostile.main() if "--hostile" in sys.argv[1:] else main()
