"""Small releases made without the press, for tests of the reading room's parts.

As in a real one, the default graph is the union of the named graphs.
"""

import json
from pathlib import Path

import pyoxigraph as ox

from service.releases import Release

BASE = "http://localhost:8000/"
EX = "http://example.org/"


def numbers(count: int, graph: str = EX + "graph/numbers") -> list[ox.Quad]:
    """`count` things that each have a number."""
    has = ox.NamedNode(EX + "number")
    return [ox.Quad(ox.NamedNode(f"{EX}{i}"), has, ox.Literal(i), ox.NamedNode(graph)) for i in range(count)]


def make_release(folder: Path, quads: list[ox.Quad], release_id: str = "r1", **manifest: object) -> Release:
    """A release folder that holds just a store and a manifest."""
    root = folder / release_id
    root.mkdir(parents=True)
    store = ox.Store(str(root / "store"))
    store.bulk_extend(quads)
    store.bulk_extend(ox.Quad(*quad.triple) for quad in quads)
    store.flush()
    del store
    (root / "dumps").mkdir()
    (root / "queries").mkdir()
    contents = {"base": BASE, "prefixes": {"ex": EX}, "dumps": [], **manifest}
    (root / "manifest.json").write_text(json.dumps(contents))
    return Release(root)
