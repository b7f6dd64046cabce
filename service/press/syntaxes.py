"""Every statement can be written in every syntax a release comes in, and reads back as it was. XML is what limits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, Quad

from service.press.findings import Finding, Place, Report, gate, violation
from service.press.queries import value_of

CHECK = "syntaxes"
# XML 1.0 section 2.2.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# A property is the name of an element in RDF/XML: its IRI ends with a name, after something.
_NAMED = re.compile(r".+?[^\w.-]_*[^\W\d_][\w.-]*$", re.DOTALL)


def check_syntaxes(quads: Iterable[Quad], index: Mapping[str, Place]) -> Report:
    """One violation for each literal with a character that XML has not, and for each property that is no XML name."""
    findings: list[Finding] = []
    properties: set[str] = set()
    ran = 0
    for ran, quad in enumerate(quads, 1):  # noqa: B007 - the last number is the count
        if isinstance(quad.object, Literal):
            findings += _of_text(quad, index)
        if quad.predicate.value not in properties:
            properties.add(quad.predicate.value)
            findings += _of_property(quad, index)
    return gate(CHECK, ran, findings, "There are no statements.")


def _of_text(quad: Quad, index: Mapping[str, Place]) -> Iterator[Finding]:
    if wrong := _NO_XML.search(value_of(quad.object)):
        told = f"The literal of {quad.predicate} has the character U+{ord(wrong[0]):04X}, which no XML can carry."
        subject = value_of(quad.subject)
        yield violation(CHECK, f"{told} Remove it.", subject, index.get(subject))


def _of_property(quad: Quad, index: Mapping[str, Place]) -> Iterator[Finding]:
    if not _NAMED.match(quad.predicate.value):
        subject = value_of(quad.subject)
        told = f"The property {quad.predicate} does not end with a name, so that RDF/XML cannot hold it."
        yield violation(CHECK, f"{told} Name it otherwise.", subject, index.get(subject))
