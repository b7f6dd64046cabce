"""`/fragments`: Triple Pattern Fragments, for clients that join by themselves and for people who look things up."""

from __future__ import annotations

from flask import Blueprint, Response, request

from service import fragments
from service.engine import quads
from service.fragments import Fragment
from service.links.spellings import encoded
from service.media import HTML, JSONLD, NQUADS, NTRIPLES, TRIG, TURTLE
from service.web import browse, pages, respond
from service.web.respond import Document, Link
from service.web.room import reading
from service.web.standard import PREFIXES
from service.web.wishes import wished

blueprint = Blueprint("fragments", __name__)
_OFFERS = (TRIG, NQUADS, TURTLE, NTRIPLES, JSONLD, HTML)
# What the controls are written with; the publication's own prefixes win.
_CONTROLS = {**PREFIXES, "hydra": "http://www.w3.org/ns/hydra/core#"}


@blueprint.get("/fragments")
def fragment() -> Response:
    """A page of the triples that fit a pattern, with their number and the form for other patterns (Hydra)."""
    format, here = wished(_OFFERS), reading()
    pattern = fragments.read_pattern(request.args, {**_CONTROLS, **here.release.prefixes})
    found = fragments.find(here.engine, here.release, pattern, browse.page_number())
    if format is HTML:
        return pages.page("fragments.html", found=found, fields=_typed(), links=_links(found))
    statements = (*found.triples, *fragments.controls(found, here.release.base, _asked()))
    body = quads.write(statements, format, {**_CONTROLS, **here.release.prefixes})
    return respond.send(Document(format, body, links=_links(found)))


def _asked() -> str:
    """The URL of this page as the client wrote it: clients look for statements about just that."""
    query = encoded(request.query_string.decode("utf-8", "replace"))
    return f"{reading().release.base}fragments" + (f"?{query}" if query else "")


def _typed() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in ("subject", "predicate", "object")}


def _links(found: Fragment) -> tuple[Link, ...]:
    """Neighbouring pages in headers too (RFC 8288), for clients that read no RDF."""
    base, near = reading().release.base, fragments.neighbours(found)
    named = {"prev": near.get("previous"), "next": near.get("next")}
    turns = (Link(fragments.fragment_url(found, base, to), rel) for rel, to in named.items() if to)
    return (*turns, *pages.licences())
