"""Validates the flattened union of the graphs against the SHACL shapes. The one door to pySHACL and rdflib.

Refuses shapes that are not well-formed. Reads nothing but the quads given: no import, no network, no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from pyshacl.errors import ReportableRuntimeError
from rdflib.namespace import SH
from rdflib.plugins import sparql as rdflib_sparql
from rdflib.term import BNode, Identifier, Node, URIRef

from service.iris import Base
from service.press.findings import Finding, Place, Report, Severity, gate, violation
from service.press.queries import Reader, Term, value_of
from service.press.turtle import GENID

CHECK = "shapes"
# Otherwise rdflib opens the files that a FROM clause in a shape names.
rdflib_sparql.SPARQL_LOAD_GRAPHS = False
_TARGET_PROPERTIES = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)

_TARGETS = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT (COUNT(DISTINCT ?shape) AS ?shapes) (COUNT(DISTINCT ?node) AS ?nodes)
WHERE {
  { ?shape sh:targetClass ?class . ?node a/rdfs:subClassOf* ?class }
  UNION { ?shape sh:targetNode ?node }
  UNION { ?shape sh:targetSubjectsOf ?property . ?node ?property ?object }
  UNION { ?shape sh:targetObjectsOf ?property . ?object ?property ?node }
}
"""


def validate(
    data: Iterable[Quad], shapes: Iterable[Quad], reader: Reader, index: Mapping[str, Place], base: Base
) -> Report:
    """Each validation result is a finding. Counts the shapes that had something to look at, and what they saw."""
    shapes_graph = as_graph(shapes, base)
    hoist(shapes_graph)
    try:
        _, results, text = pyshacl.validate(
            as_graph(data, base), shacl_graph=shapes_graph, inplace=True, do_owl_imports=False
        )
    except (ReportableRuntimeError, TypeError) as error:  # TypeError: values that cannot be compared, as 30 February
        results, text = None, str(error)
    if isinstance(results, rdflib.Graph):
        findings = sorted(_findings(results, index), key=str)
    else:
        findings = [violation(CHECK, f"The shapes cannot be used: {' '.join(text.split())}")]
    shapes_used, nodes = _count_targets(reader)
    nothing = "No shape targets anything in the data: look at sh:targetClass."
    return gate(CHECK, shapes_used, findings, nothing) + Report({"focus nodes": nodes})


def hoist(shapes: rdflib.Graph) -> None:
    """Give property shapes the targets of their node shape. The results are the same, in a third of the time.

    By SHACL section 4.8.2 the results of sh:property are those of the property shape for each focus node;
    pySHACL evaluates it node by node, but a shape with targets over all its nodes at once. A node shape that
    others refer to keeps its properties: they may need them without its targets.
    """
    for shape in list(shapes.subjects(rdflib.RDF.type, SH.NodeShape)):
        targets = [(p, node) for p in _TARGET_PROPERTIES for node in shapes.objects(shape, p)]
        deactivated = (shape, SH.deactivated, None) in shapes
        if not targets or deactivated or (None, None, shape) in shapes:
            continue
        for property_shape in list(shapes.objects(shape, SH.property)):
            shapes.remove((shape, SH.property, property_shape))
            for predicate, node in targets:
                shapes.add((property_shape, predicate, node))


def _count_targets(reader: Reader) -> tuple[int, int]:
    (row,) = reader.select(_TARGETS)
    shapes, nodes = (int(value_of(row[name])) for name in ("shapes", "nodes"))
    return shapes, nodes


def as_graph(quads: Iterable[Quad], base: Base) -> rdflib.Graph:
    """The quads as one rdflib graph, graph names left out. What the sources wrote as a blank node is one again."""
    graph = rdflib.Graph()
    known: dict[Term, Identifier] = {}
    for quad in quads:
        subject, predicate, object_ = (_known(term, known, base) for term in quad.triple)
        graph.add((subject, predicate, object_))
    return graph


def _known(term: Term, known: dict[Term, Identifier], base: Base) -> Identifier:
    """The rdflib term of a pyoxigraph term; each is made once, because most occur many times."""
    found = known.get(term)
    if found is None:
        found = known[term] = _as_rdflib(term, base)
    return found


def _as_rdflib(term: Term, base: Base) -> Identifier:
    if isinstance(term, NamedNode):
        # SHACL reads an IRI as a path of one property. Nodes that others gave such IRIs are named, and stay so.
        local = term.value.removeprefix(base.iri + GENID)
        return URIRef(term.value) if local == term.value else BNode(local)
    if isinstance(term, Literal):
        datatype = None if term.language else URIRef(term.datatype.value)
        plain = datatype == rdflib.XSD.string
        # Otherwise rdflib rewrites "01"^^xsd:integer as "1".
        return rdflib.Literal(term.value, lang=term.language, datatype=None if plain else datatype, normalize=False)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    raise TypeError("Sources use plain RDF: a quoted triple has no place in them.")


def _findings(results: rdflib.Graph, index: Mapping[str, Place]) -> Iterator[Finding]:
    for result in results.objects(None, SH.result):
        subject = results.value(result, SH.focusNode)
        iri = str(subject) if isinstance(subject, URIRef) else None
        place = index.get(iri or "")
        grave = results.value(result, SH.resultSeverity) == SH.Violation
        severity = Severity.VIOLATION if grave else Severity.WARNING
        message = _message(results, result)
        yield Finding(CHECK, severity, message, iri, place.file if place else None, place.line if place else None)


def _message(results: rdflib.Graph, result: Node) -> str:
    """The shape's own words, then the path and the value they are about."""
    told = min(map(str, results.objects(result, SH.resultMessage)), default="Does not conform.")
    about = [results.value(result, SH.resultPath), results.value(result, SH.value)]
    shown = [term.n3() for term in about if isinstance(term, URIRef | rdflib.Literal)]
    return f"{told} ({' '.join(shown)})" if shown else told
