"""What is known of URIs as JSON and as statements: the two shapes that /links and the resolvers send to machines.

The JSON is a promise: fields may be added, none is renamed or left out. A field that has nothing to say is null
or an empty list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from service.engine.quads import Statement, iri, literal
from service.iris import Base
from service.links.lookup import Known
from service.links.mappings import Mapping
from service.links.schemes import Schemes

_RDF, _RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
_DCT, _SKOS = "http://purl.org/dc/terms/", "http://www.w3.org/2004/02/skos/core#"
_ADMS = "http://www.w3.org/ns/adms#"
_DATE = "http://www.w3.org/2001/XMLSchema#date"


def as_json(known: Known, base: Base, schemes: Schemes) -> dict[str, Any]:
    """Everything known of a URI, as a JSON object."""
    return {
        "uri": known.uri,
        "iri": known.iri,
        "label": known.label or None,
        "replacedBy": known.replaced_by or None,
        "withdrawn": known.withdrawn,
        "here": [_here(one, base, schemes) for one in known.here],
        "elsewhere": [_elsewhere(one, schemes) for one in known.elsewhere],
        "incoming": [
            {"to": one.to, "property": one.property.iri, "label": one.property.text or None, "count": one.count}
            for one in known.incoming
        ],
    }


def _here(one: Mapping, base: Base, schemes: Schemes) -> dict[str, Any]:
    document = base.iri + base.document_path(one.thing.iri).removeprefix("/")
    page = document if base.owns(one.thing.iri) else one.thing.iri
    return {"iri": one.thing.iri, "label": one.thing.text or None, "page": page, **_link(one, schemes)}


def _elsewhere(one: Mapping, schemes: Schemes) -> dict[str, Any]:
    return {"of": one.thing.iri, "iri": one.target or None, **_link(one, schemes)}


def _link(one: Mapping, schemes: Schemes) -> dict[str, Any]:
    known = schemes.get(one.scheme)
    return {
        "match": one.match,
        "relation": one.relation or None,
        "scheme": one.scheme or None,
        "schemeLabel": known.label if known else None,
        "identifier": one.identifier or None,
        "since": one.since or None,
        "evidence": one.evidence or None,
        "license": one.licence or None,
        "link": one.link or None,
    }


def statements(known: Iterable[Known]) -> Iterator[Statement]:
    """The same as RDF: labels, mappings, and each identifier as an adms:Identifier (https://www.w3.org/TR/vocab-adms/)."""
    for one in known:
        if one.replaced_by:
            yield Statement(iri(one.iri), f"{_DCT}isReplacedBy", iri(one.replaced_by))
        for mapping in (*one.here, *one.elsewhere):
            yield from mapping_statements(mapping)


def mapping_statements(one: Mapping) -> Iterator[Statement]:
    """One mapping: the direct statement when there is an address, and the identifier with its evidence."""
    thing = iri(one.thing.iri)
    if one.thing.text:
        yield Statement(thing, f"{_RDFS}label", literal(one.thing.text, one.thing.language))
    if one.target:
        yield Statement(thing, one.relation, iri(one.target))
    if one.link and one.identifier:
        yield Statement(thing, f"{_ADMS}identifier", iri(one.link))
        yield from _identifier(one)


def _identifier(one: Mapping) -> Iterator[Statement]:
    link = iri(one.link)
    yield Statement(link, f"{_RDF}type", iri(f"{_ADMS}Identifier"))
    yield Statement(link, f"{_SKOS}notation", literal(one.identifier))
    if one.scheme:
        yield Statement(link, f"{_DCT}conformsTo", iri(one.scheme))
    if one.since:
        yield Statement(link, f"{_DCT}issued", literal(one.since, datatype=_DATE))
    if one.evidence:
        yield Statement(link, f"{_DCT}description", literal(one.evidence, "en"))
