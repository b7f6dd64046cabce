"""`/nanopub/...`: the nanopublication of a claim, at the address that is its name."""

from __future__ import annotations

from flask import Blueprint, Response, redirect

from service.describe.nanopubs import nanopub_iri, read_nanopub
from service.engine import quads
from service.media import HTML, JSONLD, NQUADS, TRIG, Format
from service.web import entity, pages, respond
from service.web.respond import Document, Link
from service.web.room import reading
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
    slug, fixed = _split(local)
    found = entity.find(site().base.thing(slug))
    if found.replacement:
        moved = redirect(_path(found.replacement), 301)
        assert isinstance(moved, Response)
        return moved
    here, path, format = reading(), _path(found.iri), fixed or wished(_OFFERS)
    statements = read_nanopub(here.engine, here.release, found.iri)
    body = quads.write(statements, TRIG if format is HTML else format, {**_PREFIXES, **here.release.prefixes})
    links, location = (*_links(path), Link(found.iri, "about")), f"{path}.{format.extension}"
    status = 410 if found.withdrawn else 200
    if format is HTML:
        return pages.page(
            "nanopub.html", trig=body.decode(), path=path, claim=found.iri, location=location, links=links,
            status=status,
        )  # fmt: skip
    return respond.send(Document(format, body, location, links, status=status))


def _path(thing: str) -> str:
    return site().base.path(nanopub_iri(site().base, thing))


def _split(local: str) -> tuple[str, Format | None]:
    stem, dot, extension = local.rpartition(".")
    known = _ENDINGS.get(extension)
    return (stem, known) if dot and stem and known else (local, None)


def _links(path: str) -> tuple[Link, ...]:
    others = tuple(Link(f"{path}.{f.extension}", "alternate", f.media_type) for f in _OFFERS if f is not HTML)
    return (*others, *pages.licences())
