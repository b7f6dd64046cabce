"""A list as a file: exactly the members that a choice leaves, over all pages."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from flask import Response

from service import listings
from service.media import DATA, GEOJSON, HTML, TABLE, TURTLE, Format, Kind
from service.protocol import QueryRequest
from service.web import pages, respond, words
from service.web.listed import Listed
from service.web.respond import Document, Link
from service.web.room import reading
from service.web.site import site


def send(here: Listed, format: Format) -> Response:
    """Exactly this list as a file, all pages. A class too large to hold goes on to the endpoint, which streams."""
    if not here.table.members:
        text, name = (here.construct, "ttl") if format is TURTLE else (here.query, format.extension)
        return respond.go(pages.ask(text, format=name if format is not GEOJSON else "json"))
    query = urlencode([*here.choice.fields(), ("format", format.extension)])
    links = (*pages.licences(), Link(here.to(here.choice), "alternate", HTML.media_type))
    response = respond.send(Document(format, _body(here, format), f"{here.path}?{query}", links))
    response.headers["Content-Disposition"] = f'attachment; filename="{here.collection.name}.{format.extension}"'
    if format in (DATA, GEOJSON):
        response.headers["Content-Disposition"] = f'inline; filename="{here.collection.name}.{format.extension}"'
    return response


def _body(here: Listed, format: Format) -> bytes:
    base = site().base
    if format is TURTLE:
        return reading().engine.answer(QueryRequest(here.construct), {Kind.GRAPH: TURTLE}).whole()
    if format is TABLE:
        return listings.as_csv(here.table, here.members, words.when)
    if format is GEOJSON:
        return _dumped(listings.as_geojson(here.table, here.members, base, words.when))
    told = listings.as_json(here.table, here.members, base, words.when)
    page = base.iri + here.to(here.choice).removeprefix("/")
    head = {"label": here.label, "page": page, "of": here.collection.count, "total": here.total}
    return _dumped({**head, "release": reading().release.id, **told, "query": here.query})


def _dumped(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
