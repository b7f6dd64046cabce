"""`/reconcile`: tables of names meet our things, by the Reconciliation Service API 0.2 (OpenRefine and others).

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, request

from service.errors import BadRequest, NotFound
from service.media import DATA, HTML
from service.names import Match
from service.reconcile import (
    MOST_QUERIES,
    Asked,
    Candidate,
    Candidates,
    Condition,
    read_extension,
    read_queries,
)
from service.web import cells, pages, respond
from service.web.links import lookup
from service.web.replies import HEADERS
from service.web.respond import Document
from service.web.room import Reading, reading
from service.web.site import Site, site

blueprint = Blueprint("reconcile", __name__)
VERSIONS = ["0.2"]
_PREVIEW = {"width": 430, "height": 300}
_MOST_SUGGESTED = 20


@blueprint.route("/reconcile", methods=["GET", "POST"])
def reconcile() -> Response:
    """The manifest; with `queries` the candidates for each, with `extend` more columns for things that were found."""
    queries, extension = request.values.get("queries"), request.values.get("extend")
    if queries is not None and extension is not None:
        raise BadRequest("`queries` and `extend` are two requests: send one at a time.")
    if queries is not None:
        return _send({key: {"result": _found(one)} for key, one in read_queries(queries).items()})
    if extension is not None:
        return _send(_extended(extension))
    return _send(_manifest(site()))


@blueprint.get("/reconcile/suggest/entity")
def suggest_entity() -> Response:
    """Things whose name begins like `prefix`, for a client that completes what is typed."""
    found = [one for one in site().names.search(_prefix()) if one.iri.startswith(site().base.thing(""))]
    return _send({"result": [_suggestion(one) for one in found[_cursor() :][:_MOST_SUGGESTED]]})


@blueprint.get("/reconcile/suggest/type")
def suggest_type() -> Response:
    """Classes whose name has `prefix` in it."""
    prefix = _prefix().casefold()
    known = [one for one in site().collections if not one.is_scheme and site().base.owns(one.iri)]
    chosen = [one for one in known if prefix in one.label.casefold() or prefix in one.name.casefold()]
    told = [{"id": cells.short(one.iri), "name": one.label, "description": one.definition} for one in chosen]
    return _send({"result": told[_cursor() :][:_MOST_SUGGESTED]})


@blueprint.get("/reconcile/suggest/property")
def suggest_property() -> Response:
    """Properties of our things whose name has `prefix` in it."""
    prefix = _prefix().casefold()
    classes = [one.iri for group in site().groups.values() for one in group]
    known = {one.iri: one for iri in classes for one in cells.facts().properties(iri)}
    told = [{"id": cells.short(iri), "name": one.label or cells.called(iri)} for iri, one in known.items()]
    chosen = [one for one in told if prefix in one["name"].casefold() or prefix in one["id"].casefold()]
    return _send({"result": chosen[_cursor() :][:_MOST_SUGGESTED]})


@blueprint.get("/reconcile/properties")
def properties() -> Response:
    """The properties that members of the class `type` have, which a table may be extended with."""
    wanted, limit = request.args.get("type", ""), request.args.get("limit", "")
    most = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 5 else 50
    found = cells.facts().properties(cells.term(wanted))[:most] if wanted else []
    told = [{"id": cells.short(one.iri), "name": one.label or cells.called(one.iri)} for one in found]
    return _send({"type": wanted, "limit": most, "properties": told})


@blueprint.get("/reconcile/preview")
def preview() -> Response:
    """A small page about the thing `id`, made to be shown in a frame of a client."""
    iri = site().base.thing(request.args.get("id", ""))
    told = cells.facts().of(iri)
    if not told.values:
        raise NotFound(f"There is no thing {request.args.get('id', '')[:200]!r} here.")
    kinds = [named["name"] for named in cells.types_of(told.types)]
    body = pages.rendered(
        "preview.html", iri=iri, name=site().names.called.get(iri, iri), kinds=kinds, text=told.description
    )
    response = respond.send(Document(HTML, body, varies=False))
    # Clients show it in a frame of theirs; nothing on it can be pressed but a link.
    policy = HEADERS["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors *")
    response.headers["Content-Security-Policy"] = policy
    return response


def _manifest(here: Site) -> dict[str, Any]:
    """What a client needs to know (section 3)."""
    root = here.base.iri.rstrip("/")
    suggest = {
        name: {"service_url": root, "service_path": f"/reconcile/suggest/{name}"}
        for name in ("entity", "type", "property")
    }
    return {
        "versions": VERSIONS,
        "name": here.title,
        "identifierSpace": here.base.thing(""),
        "schemaSpace": here.base.terms,
        "documentation": f"{root}/about",
        "defaultTypes": [],
        "batchSize": MOST_QUERIES,
        "view": {"url": here.base.thing("") + "{{id}}"},
        "preview": {"url": f"{root}/reconcile/preview?id={{{{id}}}}", **_PREVIEW},
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": root, "service_path": "/reconcile/properties"},
            "property_settings": [
                {
                    "name": "limit", "label": "Most values", "type": "number", "default": 0,
                    "help_text": "How many values of this property a thing may bring; 0 for all.",
                }
            ],
        },
    }  # fmt: skip


def _found(asked: Asked) -> list[dict[str, Any]]:
    full = Asked(
        asked.text, tuple(map(cells.term, asked.types)), asked.most,
        tuple(map(_in_full, asked.conditions)),
    )  # fmt: skip
    return [_candidate(one) for one in _candidates(reading()).find(full)]


def _in_full(condition: Condition) -> Condition:
    """The condition with IRIs, for what may be ids of ours."""
    return Condition(
        cells.term(condition.property), condition.values, tuple(map(site().base.thing, condition.values))
    )


def _candidate(found: Candidate) -> dict[str, Any]:
    return {
        "id": cells.short(found.iri),
        "name": found.name,
        "description": found.told.description,
        "score": found.score,
        "match": found.match,
        "type": cells.types_of(found.told.types),
        "features": [{"id": cells.feature(name), "value": round(value, 1)} for name, value in found.features],
    }


def _suggestion(match: Match) -> dict[str, Any]:
    told = cells.facts().of(match.iri)
    return {
        "id": cells.short(match.iri), "name": site().names.called[match.iri], "description": told.description,
        "notable": cells.types_of(told.types),
    }  # fmt: skip


def _extended(text: str) -> dict[str, Any]:
    asked = read_extension(text)
    rows = {
        one: {name: _cells(one, name, most) for name, most in asked.properties} for one in dict.fromkeys(asked.ids)
    }
    meta = [{"id": name, "name": cells.called(cells.term(name))} for name, _ in asked.properties]
    return {"meta": meta, "rows": rows}


def _cells(thing: str, name: str, most: int) -> list[dict[str, Any]]:
    values = cells.facts().of(site().base.thing(thing)).values.get(cells.term(name), [])
    return [cells.cell(value, label) for value, label in (values[:most] if most else values)]


def _prefix() -> str:
    return request.args.get("prefix", "").strip()[:200]


def _cursor() -> int:
    given = request.args.get("cursor", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0


@lru_cache(maxsize=2)
def _candidates(of: Reading) -> Candidates:
    return Candidates(site().names, cells.facts_of(of), _resolved)


def _resolved(name: str) -> list[str]:
    """Our things for a URI or an identifier such as wikidata:Q1; nothing for a mere name."""
    if ":" not in name or " " in name:
        return []
    known = lookup().find(name)
    return [one.thing.iri for one in known.here if one.match in ("self", "exact")] if known else []


def _send(told: Any) -> Response:
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    response = respond.send(Document(DATA, body, varies=False))
    if request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
    return response
