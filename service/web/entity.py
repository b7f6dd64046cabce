"""Things and the documents about them: /id/... leads to /doc/..., which is a page or RDF."""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request

from service import describe, negotiate
from service.describe import Found
from service.errors import NotFound
from service.media import HTML, LINKSET, LINKSET_JSON, Format
from service.web import asof, cite, documents, graphs, pages, resolve, respond, schemaorg, signposts
from service.web.respond import Document
from service.web.room import reading
from service.web.site import site

blueprint = Blueprint("entity", __name__)
OFFERS = (HTML, *graphs.RDF)
_ALSO = (LINKSET_JSON, LINKSET)
EXTENSIONS = {f.extension: f for f in (*OFFERS, *_ALSO)}
_ENDINGS = {f".{name}": f for name, f in sorted(EXTENSIONS.items(), key=lambda one: -len(one[0]))}
_UNESCAPED = ":/@!$&'()*+,;=-._~"
# The characters of a path in an IRI (RFC 3987 section 2.2); planes 1 to 13 without their last two code points.
_PLANES = "".join(f"{chr(plane << 16)}-{chr(plane << 16 | 0xFFFD)}" for plane in range(1, 14))
_LEGAL = re.compile(
    rf"(?:[\w\-.~!$&'()*+,;=:@/]|[\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef{_PLANES}]|%[0-9a-f]{{2}})*", re.A | re.I
)


@blueprint.get("/id/<path:local>")
def thing(local: str) -> Response:
    """A thing cannot be sent: 303 to the document about it, and from an identifier of others to our thing."""
    found = look(site().base.thing(local))
    if found is None:
        return resolve.lead(local)
    if found.replacement:
        return _move(site().base.path(found.replacement), 301)
    return _move(site().base.document_path(found.iri), 303)


@blueprint.get("/doc/<path:local>")
def document(local: str) -> Response:
    """The document about a thing, in the format of the extension or else the best the client accepts."""
    base, (slug, fixed) = site().base, split(local)
    found = look(base.thing(slug))
    if found is None and fixed:
        # What looks like an extension may be the end of a name.
        found, fixed = find(base.thing(local)), None
    elif found is None:
        raise nothing_here()
    if found.replacement:
        ending = f".{fixed.extension}" if fixed else ""
        return _move(base.document_path(found.replacement) + ending, 301)
    return send_about(found, base.document_path(found.iri), choose(fixed))


@blueprint.get("/.well-known/genid/<name>")
def skolem(name: str) -> Response:
    """The document about a node that has no name of its own (RDF 1.1 section 3.5)."""
    slug, fixed = split(name)
    path = f"/.well-known/genid/{slug}"
    return send_about(find(site().base.iri + path[1:]), path, choose(fixed))


def split(local: str) -> tuple[str, Format | None]:
    """The path without a known extension, and its format. Other dots belong to the path."""
    ending = next((one for one in _ENDINGS if local.endswith(one) and local != one), "")
    return local.removesuffix(ending), _ENDINGS.get(ending)


def fixed_by(extension: str) -> Format | None:
    """The format of an extension in a URL; none when there is no extension. Raises NotFound for an unknown one."""
    if extension and extension not in EXTENSIONS:
        raise NotFound(f"There is no format .{extension[:20]}. There are: {', '.join(EXTENSIONS)}.")
    return EXTENSIONS.get(extension)


def choose(fixed: Format | None) -> Format:
    """The format to send: fixed by the URL, or negotiated. Raises NotAcceptable."""
    return fixed or negotiate.choose(request.headers.get("Accept"), (*OFFERS, *_ALSO))


def look(iri: str) -> Found | None:
    """What is known of a thing; None when nothing is, and for what can be no IRI.

    A path arrives without percent-encoding, which the IRI of a thing may be written with.
    """
    base = site().base.iri
    spellings = dict.fromkeys((iri, base + quote(iri.removeprefix(base), safe=_UNESCAPED)))
    found = (describe.look(reading().engine, one) for one in spellings if _LEGAL.fullmatch(one))
    return next((one for one in found if one), None)


def find(iri: str) -> Found:
    """What is known of a thing of ours. Raises NotFound, also for what can be no IRI."""
    found = look(iri)
    if found is None:
        raise nothing_here()
    return found


def nothing_here() -> NotFound:
    """The error for an address that leads to nothing."""
    return NotFound("There is nothing at this address. Search, or see /browse.")


def send_about(found: Found, path: str, format: Format) -> Response:
    """The document about a thing at `path`; 410 when the thing was withdrawn, with what is said about that."""
    here, location, status = reading(), f"{path}.{format.extension}", 410 if found.withdrawn else 200
    if format is not HTML:
        posts = signposts.of(path, found.iri, documents.types_of(found.iri))
        if format in _ALSO:
            return signposts.send(format, posts, location, status)
        body, profile = documents.write(found.iri, path, format)
        return respond.send(Document(format, body, location, posts.links, status=status, profile=profile))
    day = asof.asked_day()
    about, shown = asof.as_of(describe.entity(here.engine, here.release, found.iri), day)
    return pages.page(
        "entity.html",
        location=f"{location}?asof={day}" if day else location,
        links=signposts.of(path, found.iri, [one.iri for one in about.types if one.iri]).links,
        status=status,
        withdrawn=found.withdrawn,
        about=about,
        asof=shown,
        path=path,
        schema=schemaorg.of_thing(about, site(), path),
        **cite.kit_of(about),
    )


def _move(path: str, status: int) -> Response:
    response = redirect(path, status)
    response.headers["Cache-Control"] = respond.until_published()
    assert isinstance(response, Response)
    return response
