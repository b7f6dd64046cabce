"""A small release with every dump that `load` takes: three graphs, one statement in two of them.

Fixture strategy: what a test expects can be read off PEOPLE; NUMBERS is there for results that are large.
"""

import hashlib
from pathlib import Path

import pyoxigraph as ox

from service.releases import Release
from tests.stores import BASE, EX, make_release

NUMBERS = 3000
PREFIXES = {
    "ex": EX,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
PEOPLE = """
ex:anna a ex:Person ; rdfs:label "Anna"@en , "آنا"@ar ; ex:born "1980-05-01"^^xsd:date ; ex:active true ;
  ex:knows ex:bert ; ex:height 1.75 ; ex:note "line\\nbreak, \\"quoted\\" → dash" ; ex:tongue "colour"@en-GB .
ex:bert a ex:Person ; rdfs:label "Hervé"@fr ; ex:knows ex:carl ; ex:active false ;
  ex:seen "2015-02-19T10:00:00Z"^^xsd:dateTime .
ex:carl a ex:Person ; rdfs:label "Carl" ; ex:motto "Ça va → ليبيا" , "ليبيا" ; ex:name "Hervé" .
ex:meeting a ex:Event ; rdfs:label "the meeting"@en ; ex:who ex:anna , ex:bert ; ex:grade ex:High .
ex:quarrel a ex:Event ; rdfs:label "the quarrel"@en ; ex:who ex:bert .
ex:town ex:point "POINT(13.159 32.6635)"^^<http://www.opengis.net/ont/geosparql#wktLiteral> .
"""
LINKS = """
ex:anna ex:knows ex:bert ; owl:sameAs <http://other.example/é> .
ex:carl owl:sameAs <http://other.example/carl> .
"""
QUESTION = "SELECT ?person ?label { ?person a ex:Person ; rdfs:label ?label } ORDER BY ?person STR(?label)"
EXPECTED = "person,label\nex:anna,Anna\nex:anna,آنا\nex:bert,Hervé\nex:carl,Carl\n".replace("ex:", EX)


def graphs() -> dict[str, list[ox.Triple]]:
    """Graph name -> its statements."""
    number = ox.NamedNode(EX + "number")
    numbers = [ox.Triple(ox.NamedNode(f"{EX}{i}"), number, ox.Literal(i)) for i in range(NUMBERS)]
    return {"links": _turtle(LINKS), "numbers": numbers, "people": _turtle(PEOPLE)}


def statements() -> int:
    """How many there are, each counted once."""
    return len({triple for found in graphs().values() for triple in found})


def graph(name: str) -> str:
    return f"{BASE}graph/{name}"


def make_publication(folder: Path, release_id: str = "r1") -> Release:
    """The release, with its dumps and its one question."""
    found = graphs()
    quads = [ox.Quad(*triple, ox.NamedNode(graph(name))) for name, triples in found.items() for triple in triples]
    union = list(dict.fromkeys(triple for triples in found.values() for triple in triples))
    dumps = {f"graph-{name}.nt": triples for name, triples in found.items()} | {"all.nt": union}
    counts = {name: len(triples) for name, triples in found.items()}
    listed = [_dump(name, triples) for name, triples in dumps.items()]
    release = make_release(
        folder, quads, release_id, prefixes=PREFIXES, graphs=counts, dumps=listed, built="2024-05-01"
    )
    for name, triples in dumps.items():
        (release.folder / "dumps" / name).write_bytes(_ntriples(triples))
    (release.folder / "queries" / "questions").mkdir()
    (release.folder / "queries" / "questions" / "who-is-there.rq").write_text(QUESTION)
    (release.folder / "queries" / "questions" / "who-is-there.csv").write_text(EXPECTED)
    return release


def _turtle(text: str) -> list[ox.Triple]:
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    return [quad.triple for quad in ox.parse(head + text, format=ox.RdfFormat.TURTLE)]


def _ntriples(triples: list[ox.Triple]) -> bytes:
    return b"".join(sorted((ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)))


def _dump(name: str, triples: list[ox.Triple]) -> dict[str, object]:
    body = _ntriples(triples)
    return {
        "name": name, "media_type": "application/n-triples", "encoding": "", "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(), "statements": len(triples),
    }  # fmt: skip
