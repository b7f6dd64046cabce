"""`/linksets`: all links to other datasets, one set a target, as RDF, CSV and SSSOM."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from flask import Blueprint, Response

from service.engine import quads
from service.links.linksets import Linkset, describe, find_linkset, read_linksets
from service.links.tables import About, as_csv, as_sssom
from service.media import HTML, NTRIPLES, SSSOM, TABLE, TURTLE, Format
from service.web import entity, graphs, links, pages, respond
from service.web.respond import Document, Link
from service.web.room import Reading, reading
from service.web.site import site
from service.web.wishes import wished

blueprint = Blueprint("linksets", __name__)
FILES = (NTRIPLES, TURTLE, TABLE, SSSOM)
_OFFERS = (HTML, NTRIPLES, TURTLE, *(f for f in graphs.RDF if f not in FILES), TABLE, SSSOM)
_ENDINGS = {f".{f.extension}": f for f in _OFFERS}
_MOST_SHOWN = 1000


@blueprint.get("/linksets")
@blueprint.get("/linksets.<extension>")
def linksets(extension: str = "") -> Response:
    """The sets of links to other datasets: a page, or their description as void:Linkset."""
    found = every()
    format = entity.fixed_by(extension) or wished((HTML, *graphs.RDF))
    headers = (*pages.alternates("/linksets"), *pages.licences())
    if format is HTML:
        return pages.page("linksets.html", linksets=found, files=FILES, location="/linksets.html", links=headers)
    told = [statement for one in found for statement in describe(one, address(one), _extensions())]
    body = quads.write(told, format, reading().release.prefixes)
    return respond.send(Document(format, body, f"/linksets.{format.extension}", headers))


@blueprint.get("/linksets/<path:name>")
def linkset(name: str) -> Response:
    """One set of links, in the format of the extension or the best the client accepts."""
    local, fixed = split(name)
    one = find_linkset(every(), local)
    format = fixed or wished(_OFFERS)
    path = f"/linksets/{quote(one.name)}"
    headers = (
        *_alternates(path),
        *(Link(licence, "license") for licence in one.licences),
        Link(one.iri, "describes"),
    )
    if format is HTML:
        shown = one.links[:_MOST_SHOWN]
        return pages.page("linkset.html", one=one, shown=shown, files=FILES, location=f"{path}.html", links=headers)
    return respond.send(Document(format, body(one, format), f"{path}.{format.extension}", headers))


def every() -> tuple[Linkset, ...]:
    """The linksets of the release being read."""
    return _linksets(reading())


@lru_cache(maxsize=2)
def _linksets(of: Reading) -> tuple[Linkset, ...]:
    return read_linksets(of.engine, of.release)


def body(one: Linkset, format: Format) -> bytes:
    """A linkset in a format that is no page."""
    here, schemes = reading(), links.lookup().schemes
    if format is TABLE:
        return as_csv(one, schemes)
    if format is SSSOM:
        makers = tuple(dict.fromkeys(maker.text for maker in site().said("creator") if maker.text))
        date = next((said.text for said in site().said("modified", "issued")), "")
        about = About(address(one), here.release.id, here.release.base, makers, date, here.release.prefixes)
        return as_sssom(one, schemes, about)
    return quads.write(one.triples(), format, here.release.prefixes)


def split(name: str) -> tuple[str, Format | None]:
    """The name without a known extension, and its format."""
    ending = next((e for e in sorted(_ENDINGS, key=len, reverse=True) if name.endswith(e) and name != e), "")
    return name.removesuffix(ending), _ENDINGS.get(ending)


def address(one: Linkset) -> str:
    """The URL of a linkset, to which an extension may be added."""
    return f"{reading().release.base}linksets/{quote(one.name)}"


def _extensions() -> tuple[str, ...]:
    return tuple(f.extension for f in FILES)


def _alternates(path: str) -> tuple[Link, ...]:
    return tuple(Link(f"{path}.{f.extension}", "alternate", f.media_type) for f in FILES)
