"""`/search`: things by name, grouped by what they are."""

from __future__ import annotations

from flask import Blueprint, Response, request

from service.web import pages
from service.web.browse import PER_PAGE, page_number, turn
from service.web.site import site

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def search() -> Response:
    """Things by name; an empty search shows the form."""
    wanted = request.args.get("q", "").strip()[:200]
    found = site().names.search(wanted) if wanted else []
    number, last = page_number(), max(1, -(-len(found) // PER_PAGE))
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    paging = turn("/search", number, last, [("q", wanted)])
    return pages.page("search.html", wanted=wanted, found=shown, total=len(found), paging=paging)
