"""`/links`: what any URI is here, one at a time or many at once, for people and machines."""

from __future__ import annotations

import json
from functools import lru_cache

from flask import Blueprint, Response, request

from service.engine import quads
from service.errors import BadRequest, NotFound, TooLarge, UnsupportedMediaType
from service.iris import Base
from service.links import export
from service.links.lookup import Known, Lookup
from service.links.schemes import read_schemes
from service.media import DATA, HTML, Format
from service.web import graphs, pages, posted, respond
from service.web.respond import Document
from service.web.room import Reading, reading
from service.web.wishes import wished

blueprint = Blueprint("links", __name__)
MOST = 1000
_MACHINES = (DATA, *graphs.RDF)


@blueprint.get("/links")
def links() -> Response:
    """What a URI of anybody is here: our things for it, their identifiers elsewhere, what points at it."""
    uri, format = request.args.get("uri", "").strip(), wished((*_MACHINES, HTML))
    if not uri and "html" in request.headers.get("Accept", ""):
        return pages.page("links.html", known=None, schemes=lookup().schemes)
    if not uri:
        raise BadRequest("There is no URI: give it as the parameter `uri`, or POST a list.")
    known = lookup().find(uri)
    if known is None:
        raise unknown(uri)
    if format is HTML:
        return pages.page("links.html", known=known, schemes=lookup().schemes)
    return send([known], format, one=True)


@blueprint.post("/links")
def batch() -> Response:
    """The same for a JSON list or lines of text, in their order; null for what is not known."""
    uris, format = _posted(), wished(_MACHINES)
    if len(uris) > MOST:
        raise TooLarge(f"These are {len(uris):,} URIs; at most {MOST:,} are looked up at a time.")
    known = {uri: lookup().find(uri) for uri in dict.fromkeys(uris)}
    response = send([known[uri] for uri in uris], format)
    response.headers["Cache-Control"] = "no-store"
    return response


def lookup() -> Lookup:
    """The lookup of the release being read."""
    return _lookup(reading())


@lru_cache(maxsize=2)
def _lookup(of: Reading) -> Lookup:
    return Lookup(of.engine, of.release, read_schemes(of.engine, of.release))


def unknown(uri: str) -> NotFound:
    """The error for a URI nothing here has to do with, and what may be tried."""
    read = [scheme.label for scheme, _ in lookup().schemes.reading(uri)]
    hint = (
        f"It has the form of {read[0]}, but nothing here has that identifier." if read else "Search by name instead."
    )
    return NotFound(f"Nothing here is known of {uri[:300]}. {hint}", members={"uri": uri})


def send(found: list[Known | None], format: Format, *, one: bool = False, status: int = 200) -> Response:
    """What is known, as JSON (one object, or a list with nulls) or as one graph."""
    release = reading().release
    if format is DATA:
        base, schemes = Base(release.base), lookup().schemes
        told = [known and export.as_json(known, base, schemes) for known in found]
        body = json.dumps(told[0] if one else told, ensure_ascii=False, indent=1).encode()
    else:
        statements = export.statements(known for known in found if known)
        body = quads.write(statements, format, release.prefixes)
    return respond.send(Document(format, body, links=pages.licences(), status=status))


def _posted() -> list[str]:
    """The URIs of a request body. Raises BadRequest, UnsupportedMediaType."""
    text = request.get_data(as_text=True)
    if request.mimetype in ("text/plain", "text/uri-list"):
        return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("POST a JSON list of URIs as application/json, or one on each line as text/plain.")
    return posted.strings(text)
