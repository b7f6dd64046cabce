"""`/browse`: classes with counts, and the list of a class with filters, order and pages. State is in the URL."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from service.errors import BadRequest, NotFound
from service.media import DATA, GEOJSON, HTML, TABLE, TURTLE
from service.web import listed, listfiles, pages
from service.web.site import Collection, Site, site
from service.web.wishes import wished

blueprint = Blueprint("browse", __name__)
PER_PAGE = 100
_MOST_PAGES = 100_000
_MOST_DIGITS = 9
_OFFERS = (HTML, TABLE, DATA, TURTLE, GEOJSON)


@dataclass(frozen=True)
class Paging:
    """Which page of how many, and the paths of the neighbours."""

    number: int
    last: int
    before: str
    after: str


@blueprint.get("/browse")
def browse() -> Response:
    """Every class and scheme that has members, with counts."""
    here = site()
    shown = {one.iri for members in here.groups.values() for one in members}
    others = [one for one in here.collections if one.iri not in shown]
    return pages.page(
        "browse.html",
        groups=here.groups,
        schemes=sorted((one for one in others if one.is_scheme), key=lambda one: one.label),
        others=[one for one in others if not one.is_scheme and here.base.owns(one.iri)],
        foreign=[one for one in others if not one.is_scheme and not here.base.owns(one.iri)],
    )


@blueprint.get("/browse/<path:name>")
def members(name: str) -> Response:
    """The members of a class or scheme: a page at a time, or all that are left as a file."""
    here = listed.read(collection(site(), name), f"/browse/{quote(name)}")
    format = wished(_OFFERS)
    if format is not HTML:
        return listfiles.send(here, format)
    number, last = page_number(), max(1, -(-here.total // PER_PAGE))
    if number > last:
        raise NotFound(f"This list of {here.label} has {last} {'page' if last == 1 else 'pages'}.")
    shown = here.page(number, PER_PAGE)
    return pages.page("listing.html", list=here, shown=shown, paging=turn(here.path, number, last, here.fields))


def collection(here: Site, name: str) -> Collection:
    """The class or scheme with this local name, ours before others; as the front page calls it. Raises NotFound."""
    chosen = [one for members in here.groups.values() for one in members]
    for one in (*chosen, *here.collections):
        if name in (one.name, one.iri):
            return one
    raise NotFound(f"There is no class or list called {name!r}. /browse shows them all.")


def page_number() -> int:
    """The `page` parameter. Raises BadRequest when it is no number from 1."""
    given = request.args.get("page", "1")
    is_number = given.isascii() and given.isdigit() and len(given) <= _MOST_DIGITS
    if not is_number or not 1 <= int(given) <= _MOST_PAGES:
        raise BadRequest("`page` is a number from 1.")
    return int(given)


def turn(path: str, number: int, last: int, fields: list[tuple[str, str]]) -> Paging:
    """The paging of a list at `path`."""

    def to(page: int) -> str:
        return f"{path}?{urlencode([*fields, ('page', page)])}" if 1 <= page <= last and page != number else ""

    return Paging(number, last, to(number - 1), to(number + 1))
