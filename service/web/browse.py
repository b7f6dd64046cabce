"""Finding things: classes with their members, pages of a list, and search by name. State is in the URL."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from service.describe.terms import LABEL, Thing, text, thing
from service.engine.rows import Row, rows
from service.errors import BadRequest, NotFound
from service.web import pages
from service.web.room import Reading, reading
from service.web.site import Collection, Site, site

blueprint = Blueprint("browse", __name__)
PER_PAGE = 100
_MOST_PAGES = 100_000
_LISTING = f"""SELECT ?class ?thing ?label WHERE {{
  {{ ?thing a ?class }} UNION {{ ?thing <http://www.w3.org/2004/02/skos/core#inScheme> ?class }}
  OPTIONAL {{ ?thing {LABEL} ?label }}
}} ORDER BY LCASE(STR(?label)) ?thing"""


@dataclass(frozen=True)
class Item:
    """One line of a listing."""

    thing: Thing
    kind: Thing | None
    detail: Thing | None


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
    """The members of a class or scheme, a page at a time."""
    chosen = collection(site(), name)
    number = page_number()
    last = max(1, -(-chosen.count // PER_PAGE))
    if number > last:
        raise NotFound(f"{chosen.label} has {last} pages.")
    items = listing(reading(), chosen, number)
    paging = turn(f"/browse/{name}", number, last, {})
    return pages.page("listing.html", chosen=chosen, items=items, paging=paging, query=as_sparql(chosen))


@blueprint.get("/search")
def search() -> Response:
    """Things by name; an empty search shows the form."""
    wanted = request.args.get("q", "").strip()[:200]
    found = site().names.search(wanted) if wanted else []
    number, last = page_number(), max(1, -(-len(found) // PER_PAGE))
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    paging = turn("/search", number, last, {"q": wanted})
    return pages.page("search.html", wanted=wanted, found=shown, total=len(found), paging=paging)


def collection(here: Site, name: str) -> Collection:
    """The class or scheme with this local name, ours before others. Raises NotFound."""
    for one in here.collections:
        if name in (one.name, one.iri):
            return one
    raise NotFound(f"There is no class or list called {name!r}. /browse shows them all.")


def listing(here: Reading, chosen: Collection, number: int) -> list[Item]:
    """One page of members. The numbers in the query are ours; nothing of the request gets into it."""
    query = here.release.query("views/listing.rq") or _LISTING
    found = rows(here.engine, f"{query}\nLIMIT {PER_PAGE} OFFSET {(number - 1) * PER_PAGE}", **{"class": chosen.iri})
    items: dict[str, Item] = {}
    for row in found:
        items.setdefault(text(row, "thing"), _item(row))
    return list(items.values())


def _item(row: Row) -> Item:
    shown = thing(row["thing"], row.get("label"))
    assert shown is not None, "the view projects ?thing"
    return Item(shown, thing(row.get("kind")), thing(row.get("detail")))


def page_number() -> int:
    """The `page` parameter. Raises BadRequest when it is no number from 1."""
    given = request.args.get("page", "1")
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= _MOST_PAGES:
        raise BadRequest("`page` is a number from 1.")
    return int(given)


def turn(path: str, number: int, last: int, fields: dict[str, str]) -> Paging:
    """The paging of a list at `path`."""

    def to(page: int) -> str:
        return f"{path}?{urlencode({**fields, 'page': page})}" if 1 <= page <= last and page != number else ""

    return Paging(number, last, to(number - 1), to(number + 1))


def as_sparql(chosen: Collection) -> str:
    """The list as a query to begin with."""
    means = "<http://www.w3.org/2004/02/skos/core#inScheme>" if chosen.is_scheme else "a"
    label = "OPTIONAL { ?thing <http://www.w3.org/2000/01/rdf-schema#label> ?label }"
    return f"SELECT ?thing ?label WHERE {{\n  ?thing {means} <{chosen.iri}> .\n  {label}\n}}\nORDER BY ?label"
