"""FollowTheMoney entities as JSON lines, from the triples that a publication's export queries construct.

The queries lie in ontology/exports/followthemoney/ and use FollowTheMoney's own IRIs: an IRI is an entity, a
literal a value. Refuses what would be no entity: two schemata, or a reference to what is not exported.
https://followthemoney.tech/
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad, Triple

from service.errors import BadQuery, PressError
from service.iris import Base
from service.press.queries import QueryFile, Reader, value_of

EXPORT = "followthemoney"
NAMESPACE = "https://schema.followthemoney.tech/#"
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
# What FollowTheMoney takes for an id, less the dots, which stand for our slashes.
_ID = re.compile(r"[0-9a-zA-Z](?:[0-9a-zA-Z/-]*[0-9a-zA-Z])?")


def export(queries: Iterable[QueryFile], reader: Reader, base: Base) -> list[str]:
    """The entities as lines of JSON, by id. Each query sees what the earlier ones gave, in a graph of its own."""
    graph = NamedNode(base.graph(EXPORT))
    given: dict[Triple, None] = {}
    for query in queries:
        triples = _construct(query, reader)
        reader.store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in triples)
        given.update(dict.fromkeys(triples))
    return sorted(_lines(given, base))


def _construct(query: QueryFile, reader: Reader) -> list[Triple]:
    try:
        return reader.construct(query.text)
    except BadQuery as error:
        raise PressError(f"{query.name}: {error.detail}") from error


def _lines(given: Iterable[Triple], base: Base) -> Iterator[str]:
    schemata, properties = _read(given)
    for iri, schema in schemata.items():
        values = {
            name: sorted(_values(found, schemata, base)) for name, found in sorted(properties.get(iri, {}).items())
        }
        entity = {"id": entity_id(iri, base), "schema": schema, "properties": values}
        yield json.dumps(entity, ensure_ascii=False, separators=(",", ":")) + "\n"


def _read(given: Iterable[Triple]) -> tuple[dict[str, str], dict[str, dict[str, set[object]]]]:
    """IRI -> schema, and IRI -> property -> values."""
    schemata: dict[str, str] = {}
    properties: dict[str, dict[str, set[object]]] = {}
    for triple in given:
        iri, value = value_of(triple.subject), triple.object
        if triple.predicate != _TYPE:
            properties.setdefault(iri, {}).setdefault(_property(triple.predicate.value), set()).add(value)
        elif schemata.setdefault(iri, _schema(value_of(value))) != _schema(value_of(value)):
            raise PressError(f"<{iri}> is exported in two FollowTheMoney schemata. Match one of its classes only.")
    if properties.keys() - schemata.keys():
        raise PressError(f"<{min(properties.keys() - schemata.keys())}> is exported without a FollowTheMoney schema.")
    return schemata, properties


def _schema(iri: str) -> str:
    if not iri.startswith(NAMESPACE):
        raise PressError(f"<{iri}> is no schema of FollowTheMoney: their IRIs begin with {NAMESPACE}.")
    return iri.removeprefix(NAMESPACE)


def _property(iri: str) -> str:
    """The name of a property: its IRI has the schema before it, #Thing:name."""
    return _schema(iri).rpartition(":")[2]


def _values(found: Iterable[object], schemata: Iterable[str], base: Base) -> Iterator[str]:
    for value in found:
        if not isinstance(value, NamedNode):
            yield value_of(value)
        elif value.value in schemata:
            yield entity_id(value.value, base)
        else:
            raise PressError(
                f"The export refers to <{value.value}>, which it does not export. Leave it out, or add it."
            )


def entity_id(iri: str, base: Base) -> str:
    """The id of an entity: the path of its IRI with dots for slashes, or a hash where that cannot be one."""
    local = iri.removeprefix(base.thing(""))
    plain = local != iri and _ID.fullmatch(local)
    return local.replace("/", ".") if plain else f"iri-{hashlib.sha256(iri.encode()).hexdigest()[:32]}"
