"""Rows of pages, documents and files: first and repeated, beside nginx sending the same bytes from its disk."""

from __future__ import annotations

import itertools
import urllib.request
from pathlib import Path
from urllib.parse import quote

from bench import load, servers
from bench.load import Measure
from bench.queries import things
from bench.servers import Server
from bench.table import compare, rate, ratio, row
from service.releases import Release

_FILES = {
    "file, large (N-Quads, {size})": "all.nq", "file, packed (Turtle, {size})": "all.ttl.gz",
    "file, small (CSV of a class, {size})": "class-Person.csv",
}  # fmt: skip
_FIRST_MS, _PER_SECOND, _PATHS = 20, 5000, 50


def documents(release: Release, us: Server, oxigraph: Server, folder: Path, seconds: float) -> None:
    """Entity pages and documents, the first time and again; files of the release."""
    paths = [iri[len(release.base) - 1 :].replace("/id/", "/doc/", 1) for iri in things(release)]
    _first(paths, us)
    with servers.nginx(_copies(paths[:_PATHS], release, us, folder), folder) as nginx:
        _repeated(release, paths[:_PATHS], us, oxigraph, nginx, seconds)
        _files(release, us, oxigraph, nginx, seconds)


def _first(paths: list[str], us: Server) -> None:
    first = load.run(us.port, (load.get(path, "text/html") for path in paths), 600, connections=1, count=len(paths))
    figures = f"p50 {first.p50:.1f} ms p99 {first.p99:.1f} ms"
    row("entity page, first", figures, f"{len(paths)} pages", f"p50 <= {_FIRST_MS} ms", first.p50 <= _FIRST_MS)


def _copies(paths: list[str], release: Release, us: Server, folder: Path) -> Path:
    """A folder with the documents as we send them, and the files of the release."""
    root = folder / "copies"
    for path in (f"{one}.{extension}" for one in paths for extension in ("html", "ttl")):
        (root / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(f"http://127.0.0.1:{us.port}{path}") as answer:
            (root / path[1:]).write_bytes(answer.read())
    (root / "dumps").symlink_to((release.folder / "dumps").absolute())
    return root


def _repeated(
    release: Release, paths: list[str], us: Server, oxigraph: Server, nginx: Server | None, seconds: float
) -> None:
    def take(server: Server, extension: str) -> Measure:
        requests = [load.get(f"{path}.{extension}", "*/*") for path in paths]
        load.run(server.port, itertools.cycle(requests), 60, connections=1, count=len(requests))
        return load.run(server.port, itertools.cycle(requests), seconds)

    page = take(us, "html")
    beside = {"nginx": take(nginx, "html")} if nginx else {}
    told = ", ".join(f"{ratio(page, it)} {name} ({rate(it)})" for name, it in beside.items())
    row("entity page, repeated", rate(page), told, f">= {_PER_SECOND:,}/s", page.per_second >= _PER_SECOND)
    described = [f"{oxigraph.endpoint}?query={quote(f'DESCRIBE <{iri}>')}" for iri in things(release)[:_PATHS]]
    peer = load.run(oxigraph.port, itertools.cycle([load.get(path, "text/turtle") for path in described]), seconds)
    turtle = take(us, "ttl")
    beside = {"nginx": take(nginx, "ttl")} if nginx else {}
    compare("entity document in Turtle, repeated", turtle, beside | {"oxigraph DESCRIBE": peer}, {})


def _files(release: Release, us: Server, oxigraph: Server, nginx: Server | None, seconds: float) -> None:
    def take(server: Server, path: str) -> Measure:
        return load.run(server.port, itertools.repeat(load.get(path, "*/*")), seconds, connections=2)

    for what, name in _FILES.items():
        size = f"{release.dump_path(name).stat().st_size / 1e6:,.2f} MB"
        mine = take(us, f"/dumps/{name}")
        theirs = {"nginx": take(nginx, f"/dumps/{name}")} if nginx else {}
        if name == "all.nq":
            theirs["oxigraph /store"] = take(oxigraph, "/store")
        compare(what.format(size=size), mine, theirs, {})
