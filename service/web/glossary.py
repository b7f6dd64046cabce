"""What the pages of the ontology and of a graph tell: terms with their use, and the contents of a graph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from service.describe.terms import LABEL, Thing, best, thing
from service.engine.rows import Row, Term, rows
from service.releases import Dump
from service.web.site import Site

_RDF, _RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
_OWL, _SKOS = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2004/02/skos/core#"
_VOID, _DCT = "http://rdfs.org/ns/void#", "http://purl.org/dc/terms/"
_KINDS = {
    "Classes": (f"{_OWL}Class", f"{_RDFS}Class"),
    "Properties": (f"{_OWL}ObjectProperty", f"{_OWL}DatatypeProperty", f"{_RDF}Property"),
    "Annotations": (f"{_OWL}AnnotationProperty",),
}
_OTHERS = "Concepts and individuals"
_TERMS = f"""SELECT ?term ?p ?pLabel ?o ?oLabel WHERE {{
  {{ ?term a ?kind VALUES ?kind {{ {" ".join(f"<{iri}>" for kinds in _KINDS.values() for iri in kinds)} }} }}
  UNION {{ ?term <{_RDFS}isDefinedBy> ?ontology }}
  ?term ?p ?o OPTIONAL {{ ?p {LABEL} ?pLabel }} OPTIONAL {{ ?o {LABEL} ?oLabel }}
}}"""
_ABOUT = f"SELECT ?this ?p ?o ?oLabel WHERE {{ ?this ?p ?o OPTIONAL {{ ?o {LABEL} ?oLabel }} }}"
_FIGURES = """SELECT ?this ?o ?text WHERE {
  ?this <http://xmlns.com/foaf/0.1/depiction> ?o OPTIONAL { ?o <http://purl.org/dc/terms/description> ?text }
}"""
_USES = f"""SELECT ?this ?property ?n WHERE {{
  ?this <{_VOID}propertyPartition> ?part . ?part <{_VOID}property> ?property ; <{_VOID}triples> ?n
}}"""
_LIVE_USES = "SELECT ?property (COUNT(*) AS ?n) WHERE { ?s ?property ?o } GROUP BY ?property"
_CONTENTS = f"""SELECT ?this ?class ?label ?n WHERE {{
  ?this <{_VOID}classPartition> ?part . ?part <{_VOID}class> ?class ; <{_VOID}entities> ?n
  OPTIONAL {{ ?class {LABEL} ?label }}
}} ORDER BY DESC(?n)"""
# Told in their own places on the page, or by the section the term stands in.
_APART = {
    "label": f"{_RDFS}label", "definition": f"{_SKOS}definition", "comment": f"{_RDFS}comment",
    "example": f"{_SKOS}example", "note": f"{_SKOS}scopeNote", "prefLabel": f"{_SKOS}prefLabel",
    "type": f"{_RDF}type", "defined": f"{_RDFS}isDefinedBy",
}  # fmt: skip


@dataclass(frozen=True)
class OntologyTerm:
    """One term. `rows` are its other properties; `uses` counts instances or statements, None for individuals."""

    iri: str
    name: str
    label: str
    definition: str
    notes: tuple[str, ...]
    examples: tuple[str, ...]
    rows: tuple[tuple[Thing, tuple[Thing, ...]], ...]
    uses: int | None


@dataclass(frozen=True)
class Figure:
    """A drawing of the ontology, and what it shows in words."""

    iri: str
    text: str


@dataclass(frozen=True)
class Ontology:
    """The ontology: what it says of itself, and its terms by section."""

    title: str
    description: str
    facts: tuple[tuple[Thing, tuple[Thing, ...]], ...]
    versions: frozenset[str]
    figures: tuple[Figure, ...]
    sections: dict[str, list[OntologyTerm]]


@dataclass(frozen=True)
class Graph:
    """A named graph: its size, what it holds and the files to take it home."""

    iri: str
    name: str
    title: str
    description: str
    statements: int
    classes: tuple[tuple[Thing, int], ...]
    dumps: tuple[Dump, ...]


@lru_cache(maxsize=2)
def read_ontology(of: Site) -> Ontology:
    """The terms below {base}ontology#; what the engine cannot say in one go is not asked twice for a release."""
    told: dict[str, list[Row]] = {}
    for row in rows(of.reading.engine, _TERMS):
        if row["term"].value.startswith(of.base.terms):
            told.setdefault(row["term"].value, []).append(row)
    uses = _uses(of)
    sections: dict[str, list[OntologyTerm]] = {name: [] for name in (*_KINDS, _OTHERS)}
    for iri, members in told.items():
        sections[_section(members)].append(_term(iri, members, uses))
    for terms in sections.values():
        terms.sort(key=lambda term: term.name.casefold())
    own = rows(of.reading.engine, _ABOUT, this=of.base.ontology)
    return Ontology(
        title=_first(own, "title") or _first(own, "label") or "Ontology",
        description=_first(own, "description") or _first(own, "comment"),
        facts=_facts(own, "title", "label", "description", "comment", "type"),
        versions=frozenset(row["o"].value for row in own if row["p"].value == f"{_OWL}versionIRI"),
        figures=tuple(
            Figure(row["o"].value, row["text"].value if "text" in row else "")
            for row in rows(of.reading.engine, _FIGURES, this=of.base.ontology)
        ),
        sections={name: terms for name, terms in sections.items() if terms},
    )


def _uses(of: Site) -> dict[str, int]:
    """Instances of classes and statements of properties, from VoID, else counted."""
    found = rows(of.reading.engine, _USES, this=of.base.iri + "dataset") or rows(of.reading.engine, _LIVE_USES)
    classes = {one.iri: one.count for one in of.collections if not one.is_scheme}
    return {row["property"].value: int(row["n"].value) for row in found if "property" in row} | classes


def _section(members: list[Row]) -> str:
    types = {row["o"].value for row in members if row["p"].value == _APART["type"]}
    return next((name for name, kinds in _KINDS.items() if types & set(kinds)), _OTHERS)


def _term(iri: str, members: list[Row], uses: dict[str, int]) -> OntologyTerm:
    counted = _section(members) != _OTHERS
    return OntologyTerm(
        iri=iri,
        name=iri.rpartition("#")[2],
        label=_first(members, "label") or _first(members, "prefLabel"),
        definition=_first(members, "definition") or _first(members, "comment"),
        notes=_all(members, "note"),
        examples=_all(members, "example"),
        rows=_facts(members, *_APART),
        uses=uses.get(iri, 0) if counted else None,
    )


def _values(members: list[Row], apart: str) -> list[Term]:
    known = {_APART.get(apart), f"{_DCT}{apart}"}
    return [row["o"] for row in members if row["p"].value in known]


def _first(members: list[Row], apart: str) -> str:
    chosen = best(_values(members, apart))
    return chosen.value if chosen else ""


def _all(members: list[Row], apart: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.value for value in _values(members, apart)))


def _facts(members: list[Row], *without: str) -> tuple[tuple[Thing, tuple[Thing, ...]], ...]:
    """The other properties, each with its distinct values."""
    left_out = {_APART.get(name) for name in without} | {f"{_DCT}{name}" for name in without}
    found: dict[str, tuple[Thing, dict[str, Thing]]] = {}
    for row in members:
        predicate, value = thing(row["p"], row.get("pLabel")), thing(row["o"], row.get("oLabel"))
        if predicate and value and predicate.iri not in left_out:
            found.setdefault(predicate.iri, (predicate, {}))[1].setdefault(value.iri or value.text, value)
    return tuple((predicate, tuple(values.values())) for _, (predicate, values) in sorted(found.items()))


def read_graph(of: Site, name: str, statements: int) -> Graph:
    """What there is to say about a named graph."""
    iri = of.base.graph(name)
    own = rows(of.reading.engine, _ABOUT, this=iri)
    counted = rows(of.reading.engine, _CONTENTS, this=iri)
    classes = {row["class"].value: (row, int(row["n"].value)) for row in reversed(counted)}
    shown = [(thing(row["class"], row.get("label")), n) for row, n in classes.values()]
    files = tuple(d for d in of.reading.release.dumps.values() if d.name.partition(".")[0] == f"graph-{name}")
    return Graph(
        iri, name, _first(own, "title") or _first(own, "label"), _first(own, "description") or _first(own, "comment"),
        statements, tuple((one, n) for one, n in reversed(shown) if one), files,
    )  # fmt: skip
