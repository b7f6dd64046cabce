"""A report as linked data: W3C's Evaluation and Report Language (https://www.w3.org/TR/EARL10-Schema/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO

from pyoxigraph import Literal, NamedNode, Triple, serialize

from service.conformance.checks import Outcome, every
from service.conformance.report import Report, Result
from service.conformance.syntax import RDF_TYPES
from service.conformance.terms import DCT, RDF_TYPE

EARL = "http://www.w3.org/ns/earl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = {"dct": DCT, "earl": EARL, "xsd": XSD}
_OUTCOMES = {
    Outcome.PASSED: "passed", Outcome.FAILED: "failed",
    Outcome.UNTESTED: "untested", Outcome.INAPPLICABLE: "inapplicable",
}  # fmt: skip


def statements(report: Report) -> Iterator[Triple]:
    """Each result as an assertion: who tested what, by which criterion, with what outcome."""
    base = report.base or report.url
    run = NamedNode(f"{base}-/conformance")
    yield from _say(run.value, RDF_TYPE, _node(f"{EARL}Software"))
    yield from _say(run.value, f"{DCT}title", Literal("conflict-actors conformance", language="en"))
    yield from _say(base, RDF_TYPE, _node(f"{EARL}TestSubject"))
    if report.release:
        yield from _say(base, f"{DCT}hasVersion", _node(f"{base}release/{report.release}"))
    for result in report.results:
        yield from _assertion(report, result, base)


def _assertion(report: Report, result: Result, base: str) -> Iterator[Triple]:
    run = f"{base}-/conformance"
    assertion, outcome, test = f"{run}#{result.id}", f"{run}#{result.id}.result", f"{run}/checks#{result.id}"
    yield from _say(assertion, RDF_TYPE, _node(f"{EARL}Assertion"))
    yield from _say(assertion, f"{EARL}assertedBy", _node(run))
    yield from _say(assertion, f"{EARL}subject", _node(base))
    yield from _say(assertion, f"{EARL}test", _node(test))
    yield from _say(assertion, f"{EARL}mode", _node(f"{EARL}automatic"))
    yield from _say(assertion, f"{EARL}result", _node(outcome))
    yield from _say(outcome, RDF_TYPE, _node(f"{EARL}TestResult"))
    yield from _say(outcome, f"{EARL}outcome", _node(f"{EARL}{_OUTCOMES[result.outcome]}"))
    yield from _say(outcome, f"{DCT}date", Literal(report.began, datatype=_node(f"{XSD}dateTime")))
    for text in filter(None, (result.detail, *result.seen)):
        yield from _say(outcome, f"{EARL}info", Literal(text, language="en"))
    yield from criterion(test, result.id, result.says, result.spec, result.url)


def criterion(iri: str, id: str, says: str, spec: str, url: str) -> Iterator[Triple]:
    """A check: its id, its sentence and where the specification asks it."""
    yield from _say(iri, RDF_TYPE, _node(f"{EARL}TestRequirement"))
    yield from _say(iri, f"{DCT}identifier", Literal(id))
    yield from _say(iri, f"{DCT}title", Literal(says, language="en"))
    yield from _say(iri, f"{DCT}source", Literal(spec, language="en"))
    if url:
        yield from _say(iri, f"{DCT}references", _node(url))


def criteria(base: str) -> Iterator[Triple]:
    """Every check there is, of the service whose IRIs begin with `base`."""
    for check in every():
        iri = f"{base}-/conformance/checks#{check.id}"
        yield from criterion(iri, check.id, check.says, str(check.spec), check.spec.url)


def write(triples: Iterable[Triple], media_type: str) -> bytes:
    """The statements in the syntax of a media type. Raises KeyError for what is none of RDF."""
    written = BytesIO()
    serialize(triples, written, RDF_TYPES[media_type], prefixes=PREFIXES)
    return written.getvalue()


def _say(subject: str, predicate: str, value: NamedNode | Literal) -> Iterator[Triple]:
    yield Triple(NamedNode(subject), NamedNode(predicate), value)


def _node(iri: str) -> NamedNode:
    return NamedNode(iri)
