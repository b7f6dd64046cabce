"""What the editor of the query page asks: the vocabulary of the data, labels, the query for programs.

Everything comes from the catalog (VoID), the shapes and the labels of the release; no ontology is known here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, request

from service.describe.terms import best, text
from service.engine.rows import Row, rows
from service.errors import TooLarge
from service.links.spellings import is_text
from service.media import DATA
from service.web import pages, posted, respond
from service.web.clients import clients
from service.web.respond import Document
from service.web.room import Reading, reading
from service.web.site import Site, site
from service.web.standard import PREFIXES

blueprint = Blueprint("completion", __name__)
MOST_LABELS = 1000
_VOID, _SH = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/shacl#"
_RDFS, _SKOS = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2004/02/skos/core#"
_CLASSES = f"""SELECT ?dataset ?term ?n WHERE {{
  ?dataset <{_VOID}classPartition> ?part . ?part <{_VOID}class> ?term ; <{_VOID}entities> ?n }}"""
_PROPERTIES = f"""SELECT ?dataset ?term ?n WHERE {{
  ?dataset <{_VOID}propertyPartition> ?part . ?part <{_VOID}property> ?term ; <{_VOID}triples> ?n }}"""
_USED = f"""SELECT ?dataset ?class ?property ?n WHERE {{
  ?dataset <{_VOID}classPartition> ?part . ?part <{_VOID}class> ?class ; <{_VOID}propertyPartition> ?used .
  ?used <{_VOID}property> ?property ; <{_VOID}triples> ?n }}"""
_SHAPED = f"""SELECT ?class ?property ?order ?least ?value WHERE {{
  ?shape <{_SH}targetClass> ?class ; <{_SH}property> ?part . ?part <{_SH}path> ?property FILTER(isIRI(?property))
  OPTIONAL {{ ?part <{_SH}order> ?order }} OPTIONAL {{ ?part <{_SH}minCount> ?least }}
  OPTIONAL {{ ?part <{_SH}class>|<{_SH}datatype> ?value }} }}"""
_TOLD = f"""SELECT ?term ?label ?definition ?wider WHERE {{
  {{ SELECT DISTINCT ?term WHERE {{
    {{ ?part <{_VOID}class>|<{_VOID}property> ?term }} UNION {{ ?shape <{_SH}targetClass>|<{_SH}path> ?term }} }} }}
  OPTIONAL {{ ?term <{_RDFS}label>|<{_SKOS}prefLabel> ?label }}
  OPTIONAL {{ ?term <{_SKOS}definition>|<{_RDFS}comment> ?definition }}
  OPTIONAL {{ ?term <{_RDFS}subClassOf> ?wider FILTER(isIRI(?wider)) }} }}"""


@blueprint.get("/sparql/words")
def words() -> Response:
    """The vocabulary of the data for completion, as one JSON document of the release."""
    return _send(_words(reading()))


@blueprint.post("/sparql/labels")
def labels() -> Response:
    """For a JSON list of IRIs: what to call each and where its page is (JSON). Raises BadRequest, TooLarge.

    What is too long for an IRI, or no whole text, is left out.
    """
    iris, here = posted.strings(request.get_data()), site()
    if len(iris) > MOST_LABELS:
        raise TooLarge(f"These are {len(iris):,} IRIs; at most {MOST_LABELS:,} are looked up at a time.")
    response = _send(
        {iri: {"label": _called(iri, here), "href": pages.href(iri, here)} for iri in filter(is_text, iris)}
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/sparql/clients")
def for_programs() -> Response:
    """A query as curl, Python, R and JavaScript (JSON); the form field is `query`."""
    found = clients(request.form.get("query", ""), reading().release.base + "sparql")
    response = _send([{"label": one.label, "text": one.text} for one in found])
    response.headers["Cache-Control"] = "no-store"
    return response


def _called(iri: str, here: Site) -> str:
    return here.names.called.get(iri, "") or pages.called(iri, here)


def _send(document: Any) -> Response:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return respond.send(Document(DATA, body, links=pages.licences()))


@lru_cache(maxsize=2)
def _words(of: Reading) -> dict[str, Any]:
    """The document: prefixes, terms with words, for each class the properties that its members have or may have."""
    told, engine = _told(rows(of.engine, _TOLD)), of.engine
    dataset = of.release.base + "dataset"
    return {
        "base": of.release.base,
        "prefixes": of.release.prefixes,
        "others": {name: iri for name, iri in PREFIXES.items() if name not in of.release.prefixes},
        "classes": _counted(rows(engine, _CLASSES, dataset=dataset)),
        "properties": _counted(rows(engine, _PROPERTIES, dataset=dataset)),
        "used": _used(rows(engine, _USED, dataset=dataset)),
        "shaped": _shaped(rows(engine, _SHAPED)),
        "terms": {iri: {name: value for name, value in one.items() if value} for iri, one in told.items()},
    }


def _counted(found: Iterable[Row]) -> dict[str, int]:
    """Terms with how often they are used, the most used first."""
    counts = {text(row, "term"): int(text(row, "n")) for row in found}
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _used(found: Iterable[Row]) -> dict[str, dict[str, int]]:
    by_class: dict[str, dict[str, int]] = {}
    for row in found:
        by_class.setdefault(text(row, "class"), {})[text(row, "property")] = int(text(row, "n"))
    return by_class


def _shaped(found: Iterable[Row]) -> dict[str, dict[str, dict[str, Any]]]:
    """Per class its properties in the order of the shape: is one required, of what class or datatype is its value."""
    by_class: dict[str, dict[str, dict[str, Any]]] = {}
    for row in sorted(found, key=lambda row: (float(text(row, "order") or "999"), text(row, "property"))):
        one = by_class.setdefault(text(row, "class"), {}).setdefault(text(row, "property"), {"required": False})
        one["required"] |= text(row, "least") not in ("", "0")
        if text(row, "value"):
            one["value"] = text(row, "value")
    return by_class


def _told(found: Iterable[Row]) -> dict[str, dict[str, Any]]:
    by_term: dict[str, list[Row]] = {}
    for row in found:
        by_term.setdefault(text(row, "term"), []).append(row)
    return {iri: _words_of(told) for iri, told in by_term.items()}


def _words_of(told: list[Row]) -> dict[str, Any]:
    chosen = {name: best([row[name] for row in told if name in row]) for name in ("label", "definition")}
    words = {name: term.value for name, term in chosen.items() if term}
    return {**words, "wider": sorted({text(row, "wider") for row in told} - {""})}
