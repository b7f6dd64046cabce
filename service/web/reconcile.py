"""`/reconcile`: tables of names meet our things, by the Reconciliation Service API 0.2 (OpenRefine and others).

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, render_template, request

from service.engine.rows import Term
from service.errors import BadRequest, NotFound
from service.media import DATA, HTML
from service.names import Match
from service.reconcile import (
    MOST_QUERIES,
    Asked,
    Candidate,
    Candidates,
    Condition,
    Facts,
    read_extension,
    read_queries,
)
from service.web import pages, respond
from service.web.links import lookup
from service.web.replies import HEADERS
from service.web.respond import Document
from service.web.room import Reading, reading
from service.web.site import Site, site

blueprint = Blueprint("reconcile", __name__)
VERSIONS = ["0.2"]
_PREVIEW = {"width": 430, "height": 300}
_MOST_SUGGESTED = 20
_NUMBERS = ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
_DATES = ("date", "dateTime")


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
    told = [{"id": _id(one.iri), "name": one.label, "description": one.definition} for one in chosen]
    return _send({"result": told[_cursor() :][:_MOST_SUGGESTED]})


@blueprint.get("/reconcile/suggest/property")
def suggest_property() -> Response:
    """Properties of our things whose name has `prefix` in it."""
    prefix = _prefix().casefold()
    classes = [one.iri for group in site().groups.values() for one in group]
    known = {one.iri: one for iri in classes for one in _facts().properties(iri)}
    told = [{"id": _id(iri), "name": one.label or _called(iri)} for iri, one in known.items()]
    chosen = [one for one in told if prefix in one["name"].casefold() or prefix in one["id"].casefold()]
    return _send({"result": chosen[_cursor() :][:_MOST_SUGGESTED]})


@blueprint.get("/reconcile/properties")
def properties() -> Response:
    """The properties that members of the class `type` have, which a table may be extended with."""
    wanted, limit = request.args.get("type", ""), request.args.get("limit", "")
    most = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 5 else 50
    found = _facts().properties(_class(wanted))[:most] if wanted else []
    told = [{"id": _id(one.iri), "name": one.label or _called(one.iri)} for one in found]
    return _send({"type": wanted, "limit": most, "properties": told})


@blueprint.get("/reconcile/preview")
def preview() -> Response:
    """A small page about the thing `id`, made to be shown in a frame of a client."""
    iri = site().base.thing(request.args.get("id", ""))
    told = _facts().of(iri)
    if not told.values:
        raise NotFound(f"There is no thing {request.args.get('id', '')[:200]!r} here.")
    kinds = [named["name"] for named in _types(told.types)]
    body = render_template(
        "preview.html", iri=iri, name=site().names.called.get(iri, iri), kinds=kinds, text=told.description
    )
    response = respond.send(Document(HTML, body.encode("utf-8", "replace"), varies=False))
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
        asked.text, tuple(map(_class, asked.types)), asked.most,
        tuple(Condition(_class(one.property), tuple(_values(one))) for one in asked.conditions),
    )  # fmt: skip
    return [_candidate(one) for one in _candidates(reading()).find(full)]


def _values(condition: Condition) -> list[str]:
    """What is asked for, and the IRI when it is an id of ours."""
    base = site().base
    return [form for value in condition.values for form in (value, base.thing(value))]


def _candidate(found: Candidate) -> dict[str, Any]:
    return {
        "id": _id(found.iri),
        "name": found.name,
        "description": found.told.description,
        "score": found.score,
        "match": found.match,
        "type": _types(found.told.types),
        "features": [{"id": _feature(name), "value": round(value, 1)} for name, value in found.features],
    }


def _feature(name: str) -> str:
    """The name of a feature; a property in it by its id."""
    kind, _, iri = name.partition(":")
    return f"{kind}:{_id(iri)}" if iri else kind


def _types(classes: list[str]) -> list[dict[str, str]]:
    """Our classes among these, by id and name; the narrowest first."""
    known = {one.iri: one for one in site().collections}
    ours = sorted(
        (known[iri] for iri in classes if iri in known and site().base.owns(iri)), key=lambda one: one.count
    )
    return [{"id": _id(one.iri), "name": one.label} for one in ours]


def _suggestion(match: Match) -> dict[str, Any]:
    told = _facts().of(match.iri)
    return {
        "id": _id(match.iri), "name": site().names.called[match.iri], "description": told.description,
        "notable": _types(told.types),
    }  # fmt: skip


def _extended(text: str) -> dict[str, Any]:
    asked = read_extension(text)
    rows = {
        one: {name: _cells(one, name, most) for name, most in asked.properties} for one in dict.fromkeys(asked.ids)
    }
    meta = [{"id": name, "name": _called(_class(name))} for name, _ in asked.properties]
    return {"meta": meta, "rows": rows}


def _cells(thing: str, name: str, most: int) -> list[dict[str, Any]]:
    values = _facts().of(site().base.thing(thing)).values.get(_class(name), [])
    return [_cell(value, label) for value, label in (values[:most] if most else values)]


def _cell(value: Term, label: str) -> dict[str, Any]:
    """One value (section 6.3): a thing of ours, a number, a date or text."""
    if value.kind == "uri" and value.value.startswith(site().base.thing("")):
        return {"id": _id(value.value), "name": label or _id(value.value)}
    kind = value.datatype.rpartition("#")[2]
    if value.kind == "literal" and kind in _NUMBERS:
        return {"float": float(value.value)}
    return {"date": value.value} if kind in _DATES else {"str": value.value}


def _called(iri: str) -> str:
    return _facts().of(iri).label or pages.called(iri, site())


def _id(iri: str) -> str:
    """Things below `id/` and terms of the ontology by what follows, anything else by its IRI."""
    base = site().base
    for space in (base.thing(""), base.terms):
        if iri.startswith(space) and len(iri) > len(space):
            return iri[len(space) :]
    return iri


def _class(name: str) -> str:
    """The IRI of a class or property from its id."""
    return name if ":" in name else site().base.terms + name


def _prefix() -> str:
    return request.args.get("prefix", "").strip()[:200]


def _cursor() -> int:
    given = request.args.get("cursor", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0


def _facts() -> Facts:
    return _facts_of(reading())


@lru_cache(maxsize=2)
def _facts_of(of: Reading) -> Facts:
    return Facts(of.engine, site().base)


@lru_cache(maxsize=2)
def _candidates(of: Reading) -> Candidates:
    return Candidates(site().names, _facts_of(of), _resolved)


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
