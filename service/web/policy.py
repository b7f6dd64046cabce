"""What the SPARQL endpoint allows and refuses, in the words of its service description: limits, SERVICE, updates.

A release knows no settings, so this stands in what the bare endpoint answers and in no graph. The features are
fragments of the endpoint, which is the document that says what they are. `docs/operating.md` has the same names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.engine.quads import Statement, iri, literal
from service.settings import Settings

_SD, _SCHEMA = "http://www.w3.org/ns/sparql-service-description#", "https://schema.org/"
_RDF, _RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
EMBEDDED = "pool"


@dataclass(frozen=True)
class Feature:
    """One line of the policy. `value` is its figure, `unit` what that counts, `code` the same in UN/CEFACT."""

    name: str
    label: str
    comment: str
    value: float | None = None
    unit: str = ""
    code: str = ""


def features(settings: Settings) -> Iterator[Feature]:
    """The policy under these settings."""
    yield Feature(
        "no-service",
        "SERVICE is refused",
        "No query calls another endpoint: SERVICE, in every spelling, is answered with 403. Ask each by itself.",
    )
    yield Feature(
        "no-update",
        "Updates are refused",
        "The data are read only: an update, in every spelling, is answered with 403.",
    )
    yield Feature(
        "limit-time",
        "Longest time of a query",
        "A query that takes longer is stopped: 503 with Retry-After, and `time` as the limit in the problem. "
        "A request may ask for less with the parameter timeout.",
        settings.query_seconds, "s", "SEC",
    )  # fmt: skip
    yield Feature(
        "limit-query-length",
        "Longest query",
        "A longer query is answered with 413, or 414 in a URL. By GET less fits: a URL is percent-encoded, "
        "and read up to 65,534 bytes. Use POST.",
        settings.query_bytes, "byte", "AD",
    )  # fmt: skip
    yield Feature(
        "limit-result",
        "Largest result",
        "A query with a larger result is stopped: 503, and `result` as the limit. No result is cut short.",
        settings.result_mb * 1024**2, "byte", "AD",
    )  # fmt: skip
    yield Feature(
        "limit-queries-of-a-client",
        "Queries of one client at the same time",
        "One more is answered with 429 until another has ended; what comes from the cache does not count.",
        settings.client_queries, "query", "",
    )  # fmt: skip
    if settings.engine == EMBEDDED:
        yield Feature(
            "limit-memory",
            "Most memory of a query",
            "A query that wants more is stopped: 503, and `memory` as the limit.",
            settings.query_memory_mb * 1024**2, "byte", "AD",
        )  # fmt: skip


def statements(endpoint: str, settings: Settings) -> Iterator[Statement]:
    """The policy of the endpoint with this IRI, as statements of its description."""
    for one in features(settings):
        node = f"{endpoint}#{one.name}"
        yield Statement(iri(endpoint), f"{_SD}feature", iri(node))
        yield Statement(iri(node), f"{_RDF}type", iri(f"{_SD}Feature"))
        yield Statement(iri(node), f"{_RDFS}label", literal(one.label, "en"))
        yield Statement(iri(node), f"{_RDFS}comment", literal(one.comment, "en"))
        if one.value is not None:
            datatype = "decimal" if one.value % 1 else "integer"
            yield Statement(iri(node), f"{_RDF}type", iri(f"{_SCHEMA}PropertyValue"))
            yield Statement(iri(node), f"{_SCHEMA}value", literal(f"{one.value:.15g}", datatype=_XSD + datatype))
            yield Statement(iri(node), f"{_SCHEMA}unitText", literal(one.unit))
        if one.code:
            yield Statement(iri(node), f"{_SCHEMA}unitCode", literal(one.code))
