"""The repository's own data with its links and rules, in memory and in one process: what linkers meet.

Fixture strategy: `libya` is the real world, read once for all tests that only look; tests that need a thing to be
odd (two things with one identifier, no views) use the harbour of tests/engines.py and say what is odd in Turtle.
"""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pyoxigraph as ox
from flask import Flask

from service.settings import Settings
from service.web.app import create_app
from tests import gates
from tests.engines import InProcess, write_release

BASE = gates.BASE
PREFIXES = {
    "actor": BASE + "id/actor/", "ca": BASE + "ontology#", "dct": "http://purl.org/dc/terms/", "event": BASE + "id/event/",
    "foaf": "http://xmlns.com/foaf/0.1/", "place": BASE + "id/place/", "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}  # fmt: skip


class Real(InProcess):
    """The engine over the sources and what the rules derive from them, at the base they are written with."""

    def __init__(self, edit=lambda sources: None):
        """`edit` may change what people wrote, in a store, before the rules derive from it."""
        super().__init__({})
        self.store = gates.load([*gates.ontology_files(), *sorted((gates.ROOT / "triples").rglob("*.ttl"))])
        edit(self.store)
        gates.derive_all(self.store)
        self.store.extend([ox.Quad(*quad.triple) for quad in self.store])


def _with_shapes(sources: ox.Store) -> None:
    for path in gates.SHAPES:
        sources.load(path.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=BASE)


@cache
def libya(shapes: bool = False) -> Flask:
    """The application over the real data, with their shapes or without; its engine is app.extensions["engine"]."""
    folder, engine = Path(mkdtemp()), Real(_with_shapes) if shapes else Real()
    root = gates.ONTOLOGY / "views"
    views = {f"views/{path.relative_to(root).as_posix()}": path.read_text() for path in sorted(root.rglob("*.rq"))}
    write_release(folder, {}, views, base=BASE, prefixes=PREFIXES, dumps=[])
    app = create_app(Settings(releases=folder, base=BASE), lambda settings, release: engine)
    app.extensions["engine"] = engine
    return app


def views(*names):
    """The texts of some views of the repository, at the base of the harbour."""
    from tests.engines import BASE as HARBOUR

    texts = {name: (gates.ONTOLOGY / "views" / f"{name}.rq").read_text() for name in names}
    return {f"views/{name}.rq": text.replace(BASE, HARBOUR) for name, text in texts.items()}
