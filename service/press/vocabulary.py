"""The outside vocabularies the press writes, and how it writes a statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple


@dataclass(frozen=True)
class Vocabulary:
    """A namespace: VOID("triples") is the IRI of void:triples."""

    namespace: str

    def __call__(self, local: str) -> NamedNode:
        return NamedNode(self.namespace + local)


DCAT = Vocabulary("http://www.w3.org/ns/dcat#")
DCT = Vocabulary("http://purl.org/dc/terms/")
FOAF = Vocabulary("http://xmlns.com/foaf/0.1/")
PROV = Vocabulary("http://www.w3.org/ns/prov#")
RDF = Vocabulary("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Vocabulary("http://www.w3.org/2000/01/rdf-schema#")
SD = Vocabulary("http://www.w3.org/ns/sparql-service-description#")
SCHEMA_ORG = Vocabulary("https://schema.org/")
SH = Vocabulary("http://www.w3.org/ns/shacl#")
SPDX = Vocabulary("http://spdx.org/rdf/terms#")
VOID = Vocabulary("http://rdfs.org/ns/void#")
XSD = Vocabulary("http://www.w3.org/2001/XMLSchema#")

Value = NamedNode | Literal | str | int


def say(subject: NamedNode, predicate: NamedNode, *values: Value) -> Iterator[Triple]:
    """Statements with one subject and property; a str is a plain literal, an int an xsd:integer."""
    for value in values:
        yield Triple(subject, predicate, value if isinstance(value, NamedNode | Literal) else _literal(value))


def types(subject: NamedNode, *classes: NamedNode) -> Iterator[Triple]:
    """The classes of a thing."""
    return say(subject, RDF("type"), *classes)


def english(text: str) -> Literal:
    return Literal(text, language="en")


def _literal(value: str | int) -> Literal:
    return Literal(value) if isinstance(value, str) else Literal(str(value), datatype=XSD("integer"))
