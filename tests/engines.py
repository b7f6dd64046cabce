"""A small invented publication, and an engine over it that needs no process: for tests of the pages.

Fixture strategy: `Harbour` is the default world (ships, harbours, one relation with claims); a test adds what it
is about as Turtle. Nothing here is written to a store on disk.
"""

import gzip
import hashlib
import json
from pathlib import Path

import pyoxigraph as ox
from werkzeug.test import Client

from service.engine import Answer
from service.engine.worker import term
from service.media import FORMATS, JSON, NQUADS, TURTLE, Kind
from service.releases import Release
from service.settings import Settings
from service.web.app import create_app
from service.web.door import Door

BASE = "http://localhost:8000/"
PREFIXES = {
    "": BASE + "ontology#", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "skos": "http://www.w3.org/2004/02/skos/core#",
    "owl": "http://www.w3.org/2002/07/owl#", "dct": "http://purl.org/dc/terms/", "dcat": "http://www.w3.org/ns/dcat#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
HEAD = f"@base <{BASE}> .\n" + "".join(f"@prefix {p}: <{ns}> .\n" for p, ns in PREFIXES.items())
SCHEMA = """
<ontology> a owl:Ontology ; rdfs:label "Harbour ontology"@en ; owl:versionIRI <ontology/1.0.0> ; owl:versionInfo "1.0.0" .
:Ship a owl:Class ; rdfs:label "ship"@en ; skos:definition "vessel that sails"@en ; skos:example "the Alma"@en ;
  rdfs:isDefinedBy <ontology> .
:Harbour a owl:Class ; rdfs:label "harbour"@en ; rdfs:isDefinedBy <ontology> .
:Call a owl:Class ; rdfs:label "call"@en ; rdfs:isDefinedBy <ontology> .
:callsAt a owl:ObjectProperty ; rdfs:label "calls at"@en ; rdfs:domain :Ship ; rdfs:range :Harbour ;
  rdfs:isDefinedBy <ontology> .
:Sure a :Standing ; rdfs:label "sure"@en ; rdfs:isDefinedBy <ontology> .
<ontology/alignments/ships> a owl:Ontology ; rdfs:label "Alignment with ships of others"@en .
<id/concept/rig> a skos:ConceptScheme ; skos:prefLabel "rigs"@en .
<id/concept/rig/brig> a skos:Concept ; skos:prefLabel "brig"@en ; skos:inScheme <id/concept/rig> .
"""
DATA = """
<id/ship/alma> a :Ship ; rdfs:label "Alma"@en ; skos:altLabel "Älma"@sv ; :rig <id/concept/rig/brig> ; :callsAt <id/harbour/reval> .
<id/ship/bore> a :Ship ; rdfs:label "Bore"@en ; :callsAt <id/harbour/reval> ; :home <http://example.org/home> .
<id/harbour/reval> a :Harbour ; rdfs:label "Reval"@en .
<id/ship/old-name> dct:isReplacedBy <id/ship/alma> .
<id/ship/never-was> owl:deprecated true ; rdfs:label "withdrawn ship"@en .
<id/call/1> a :Call ; :ship <id/ship/alma> ; :harbour <id/harbour/reval> .
"""
META = """
<dataset> a dcat:Dataset ; dct:title "Ships of the gulf"@en ; dct:description "Ships and where they call."@en ;
  dct:license <https://creativecommons.org/licenses/by/4.0/> ; dct:creator <id/agent/clerk> ; dct:issued "2020-05-01"^^xsd:date .
<id/agent/clerk> rdfs:label "The harbour clerk"@en .
"""
QUESTION = "# question: Which ships call at which harbours?\n# topic: calls, ships\nSELECT ?ship WHERE { ?ship :callsAt ?harbour }\n"
_RESULTS = {"json": ox.QueryResultsFormat.JSON, "csv": ox.QueryResultsFormat.CSV}
_SYNTAX = {f.name: ox.RdfFormat.from_media_type(f.media_type) for f in FORMATS if Kind.GRAPH in f.kinds}


class InProcess:
    """An Engine over a store in memory whose default graph is the union of the named ones."""

    def __init__(self, graphs):
        self.asked = 0
        self.store = ox.Store()
        for name, turtle in graphs.items():
            for triple in ox.parse((HEAD + turtle).encode(), format=ox.RdfFormat.TURTLE):
                self.store.add(ox.Quad(*triple.triple, ox.NamedNode(f"{BASE}graph/{name}")))
                self.store.add(ox.Quad(*triple.triple))

    def answer(self, request, offers):
        self.asked += 1
        bound = {ox.Variable(name): term(text) for name, text in request.bindings.items()}
        found = self.store.query(request.query, base_iri=BASE, prefixes=PREFIXES, substitutions=bound)
        if isinstance(found, ox.QueryTriples):
            best = offers[Kind.GRAPH]
            return Answer(Kind.GRAPH, best, body=ox.serialize(found, format=_SYNTAX[best.name], prefixes=PREFIXES))
        kind = Kind.BOOLEAN if isinstance(found, ox.QueryBoolean) else Kind.SOLUTIONS
        return Answer(kind, offers[kind], body=found.serialize(format=_RESULTS[offers[kind].name]))

    def close(self):
        """Nothing to let go of."""


def write_release(folder: Path, graphs, queries=None, **manifest) -> Release:
    """A published release folder without a store: manifest, queries, and the dumps all.nq, all.ttl and all.ttl.gz."""
    root = folder / "r1"
    (root / "dumps").mkdir(parents=True)
    for name, text in {"questions/calls.rq": QUESTION, **(queries or {})}.items():
        (root / "queries" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "queries" / name).write_text(text)
    store = InProcess(graphs).store
    turtle = ox.serialize(
        (quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())),
        format=ox.RdfFormat.TURTLE,
    )
    dumps = [
        _dump(root, "all.nq", NQUADS, "", ox.serialize(iter(store), format=ox.RdfFormat.N_QUADS)),
        _dump(root, "all.ttl", TURTLE, "", turtle),
        _dump(root, "all.ttl.gz", TURTLE, "gzip", gzip.compress(turtle, mtime=0)),
    ]
    contents = {"base": BASE, "prefixes": {p: ns for p, ns in PREFIXES.items() if p}, "dumps": dumps, **manifest}
    (root / "manifest.json").write_text(json.dumps(contents))
    (folder / "current").symlink_to("r1")
    return Release(root)


def _dump(root, name, format, encoding, body):
    (root / "dumps" / name).write_bytes(body)
    return {
        "name": name, "media_type": format.media_type, "encoding": encoding, "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(), "statements": 20,
    }  # fmt: skip


def harbour(folder: Path, more="", queries=None, **manifest):
    """The application over the default world and `more` Turtle; its engine is app.extensions["engine"]."""
    graphs = {"schema": SCHEMA, "ships": DATA + more, "meta": META}
    write_release(folder, graphs, queries, **manifest)
    engine = InProcess(graphs)
    app = create_app(Settings(releases=folder, base=BASE), lambda settings, release: engine)
    app.extensions["engine"] = engine
    return app


def get(app, path, accept="text/html", **headers):
    """GET as a client that accepts this; the body is read and the connection closed."""
    response = Client(Door(app)).get(path, headers={"Accept": accept, **headers})
    response.get_data()
    response.close()
    return response


def page(app, path) -> str:
    """The text of a page that must be there."""
    response = get(app, path)
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.content_type == "text/html; charset=utf-8"
    return response.get_data(as_text=True)


JSON_OFFERS = {Kind.SOLUTIONS: JSON}
