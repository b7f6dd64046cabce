"""`/nanopub/...`: the nanopublication of a claim.

Its IRI ends with the hash of its content (a trusty URI), so what is at that address never changes. The address
without the hash always has the newest.
"""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus

from flask import Blueprint, Response, redirect

from service.describe.nanopubs import Nanopub, nanopub_address, read_nanopub
from service.describe.trusty import CODE
from service.engine import quads
from service.errors import NotFound
from service.media import HTML, JSONLD, NQUADS, TRIG, Format
from service.web import entity, pages, respond
from service.web.respond import Document, Link
from service.web.room import Reading, reading
from service.web.site import site
from service.web.wishes import wished

blueprint = Blueprint("nanopubs", __name__)
# Only what can hold its four graphs.
_OFFERS = (TRIG, NQUADS, JSONLD, HTML)
_ENDINGS = {f.extension: f for f in _OFFERS}
_PREFIXES = {"np": "http://www.nanopub.org/nschema#", "pav": "http://purl.org/pav/"}


@blueprint.get("/nanopub/<path:local>")
def nanopub(local: str) -> Response:
    """The nanopublication of a claim: assertion, provenance and publication info in graphs of their own."""
    name, fixed = _split(local)
    slug, _, code = name.rpartition("/") if CODE.fullmatch(name.rpartition("/")[2]) else (name, "", "")
    found = entity.find(site().base.thing(slug))
    if found.replacement:
        moved = redirect(_path(found.replacement), 301)
        assert isinstance(moved, Response)
        return moved
    here, newest, format = reading(), _path(found.iri), fixed or wished(_OFFERS)
    made = _read(here, found.iri)
    if code and code != made.code:
        raise _another(newest, made.code)
    path = f"{newest}/{made.code}"
    body = quads.write(made.statements, TRIG if format is HTML else format, {**_PREFIXES, **here.release.prefixes})
    named = Link(site().base.iri + path.lstrip("/"), "cite-as")
    links = (*_links(path), named, Link(newest, "latest-version"), Link(found.iri, "about"))
    location, status = f"{path}.{format.extension}", 410 if found.withdrawn else 200
    if format is HTML:
        return pages.page(
            "nanopub.html", trig=body.decode(), path=path, claim=found.iri, iri=named.target, location=location,
            links=links, status=status,
        )  # fmt: skip
    cache = respond.IMMUTABLE if code and status == HTTPStatus.OK else ""
    return respond.send(Document(format, body, location, links, status=status, cache=cache))


@lru_cache(maxsize=8)
def _read(here: Reading, thing: str) -> Nanopub:
    """The last ones are kept: who wants one format often wants the next."""
    return read_nanopub(here.engine, here.release, thing)


def _another(newest: str, code: str) -> NotFound:
    """The error for a hash that is not that of the nanopublication of this release."""
    return NotFound(
        f"This release has another version of this nanopublication: {newest}/{code}. Older ones can be made again "
        "from the release they were part of, see /releases.",
        members={"latest": f"{site().base.iri}{newest.lstrip('/')}/{code}"},
        headers={"Link": str(Link(newest, "latest-version"))},
    )


def _path(thing: str) -> str:
    return site().base.path(nanopub_address(site().base, thing))


def _split(local: str) -> tuple[str, Format | None]:
    stem, dot, extension = local.rpartition(".")
    known = _ENDINGS.get(extension)
    return (stem, known) if dot and stem and known else (local, None)


def _links(path: str) -> tuple[Link, ...]:
    others = tuple(Link(f"{path}.{f.extension}", "alternate", f.media_type) for f in _OFFERS if f is not HTML)
    return (*others, *pages.licences())
