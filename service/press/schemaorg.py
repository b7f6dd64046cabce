"""The dataset in the words of schema.org, which search engines for datasets read (https://schema.org/Dataset)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad, Triple

from service.iris import Base
from service.media import Format
from service.press.distributions import distribution
from service.press.dumps import dump_names
from service.press.queries import Term, value_of
from service.press.records import main_record, whole_iri
from service.press.scopes import ALL
from service.press.sources import META, Sources
from service.press.vocabulary import DCAT, DCT, FOAF, RDF, SCHEMA_ORG, XSD, say, types

# What a record says -> what schema.org calls it.
_CALLED = {
    DCT("title"): "name", DCT("description"): "description", DCT("license"): "license", DCT("creator"): "creator",
    DCT("publisher"): "publisher", DCT("issued"): "datePublished", DCT("modified"): "dateModified",
    DCT("language"): "inLanguage", DCT("spatial"): "spatialCoverage",
    DCT("source"): "isBasedOn", DCAT("keyword"): "keywords", DCAT("version"): "version",
}  # fmt: skip
_AGENTS = {FOAF("Organization"): "Organization", FOAF("Person"): "Person"}


def describe_for_search(sources: Sources, formats: Iterable[Format]) -> Iterator[Triple]:
    """The whole, what its record says of it, its files, and the names of who made it."""
    base, dataset = sources.base, NamedNode(whole_iri(sources.base))
    yield from types(dataset, SCHEMA_ORG("Dataset"))
    yield from say(dataset, SCHEMA_ORG("url"), dataset)
    yield from say(dataset, SCHEMA_ORG("isAccessibleForFree"), Literal("true", datatype=XSD("boolean")))
    for quad in main_record(sources).statements:
        if quad.predicate in _CALLED:
            yield Triple(dataset, SCHEMA_ORG(_CALLED[quad.predicate]), quad.object)
    yield from _describe_period(dataset, sources)
    yield from _describe_agents(sources.graphs.get(META, ()))
    yield from _describe_downloads(dataset, formats, base)


def _describe_period(dataset: NamedNode, sources: Sources) -> Iterator[Triple]:
    """The periods of the record as ISO 8601 has them: a day, or from when to when."""
    for period in (quad.object for quad in main_record(sources).statements if quad.predicate == DCT("temporal")):
        days = [_first(sources, period, name) for name in ("startDate", "endDate")]
        told = days[:1] if days[0] == days[1] else [day or ".." for day in days]
        yield from say(dataset, SCHEMA_ORG("temporalCoverage"), *filter(None, ["/".join(told)]))


def _first(sources: Sources, subject: Term, name: str) -> str:
    found = (q for q in sources.graphs.get(META, ()) if q.subject == subject and q.predicate == DCAT(name))
    return next((value_of(quad.object) for quad in found), "")


def _describe_agents(record: Iterable[Quad]) -> Iterator[Triple]:
    """Whoever a record names, as schema.org types and names it."""
    for quad in record:
        known = _AGENTS.get(quad.object) if isinstance(quad.object, NamedNode) else None
        if known and quad.predicate == RDF("type"):
            yield Triple(quad.subject, quad.predicate, SCHEMA_ORG(known))
        elif quad.predicate == FOAF("name"):
            yield Triple(quad.subject, SCHEMA_ORG("name"), quad.object)


def _describe_downloads(dataset: NamedNode, formats: Iterable[Format], base: Base) -> Iterator[Triple]:
    for name, format, coding in dump_names(ALL, formats):
        node = distribution(dataset, name)
        yield from say(dataset, SCHEMA_ORG("distribution"), node)
        yield from types(node, SCHEMA_ORG("DataDownload"))
        yield from say(node, SCHEMA_ORG("name"), name)
        yield from say(node, SCHEMA_ORG("contentUrl"), NamedNode(f"{base.iri}dumps/{name}"))
        yield from say(node, SCHEMA_ORG("encodingFormat"), f"application/{coding}" if coding else format.media_type)
