"""`/-/conformance`: how this service keeps its contract, as a page, JSON and RDF; and the list of what is tried."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, current_app

from service.conformance import Report, earl, every
from service.errors import Unavailable
from service.media import DATA, HTML, Format
from service.web import graphs, pages, respond
from service.web.respond import ASK, Document
from service.web.room import reading
from service.web.trial import Trial
from service.web.wishes import wished

blueprint = Blueprint("conformance", __name__, url_prefix="/-")
_OFFERS = (HTML, DATA, *graphs.RDF)
_AGAIN_SECONDS = "15"


@blueprint.get("/conformance")
def conformance() -> Response:
    """How the service keeps its HTTP contract, tried over a real socket; 202 while the run goes on."""
    format, release, trial = wished(_OFFERS), reading().release, current_app.extensions.get("trial")
    if not isinstance(trial, Trial):
        return _list(format, "Nothing was tried: the service does not listen by itself.")
    report = trial.report(release.id)
    if report is not None:
        return _told(report, format)
    if not trial.begin(release.id):
        raise Unavailable("The run did not end. Another may start in some minutes.", headers={"Retry-After": "600"})
    response = _list(format, "The run is going on. Ask again in a minute.", 202)
    response.headers["Retry-After"] = _AGAIN_SECONDS
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/conformance/checks")
def checks() -> Response:
    """What is tried: each check with the section of the specification that asks it."""
    return _list(wished(_OFFERS), "")


def _told(report: Report, format: Format) -> Response:
    if format is HTML:
        ordered = groupby(report.ordered(), key=lambda one: one.outcome)
        return _page(report=report, results={outcome: list(some) for outcome, some in ordered})
    if format is DATA:
        return _send(json.dumps(report.as_json(), ensure_ascii=False, indent=1).encode(), format)
    return _send(earl.write(earl.statements(report), format.media_type), format)


def _list(format: Format, note: str, status: int = 200) -> Response:
    base = reading().release.base
    if format is HTML:
        return _page(status, note=note, results={"": every()})
    if format is DATA:
        told = [{"id": one.id, "says": one.says, "spec": str(one.spec), "url": one.url} for one in every()]
        return _send(
            json.dumps({"note": note, "checks": told}, ensure_ascii=False, indent=1).encode(), format, status
        )
    return _send(earl.write(earl.criteria(base), format.media_type), format, status)


def _page(status: int = 200, **values: Any) -> Response:
    page = pages.page("conformance.html", status=status, **values)
    page.headers["Cache-Control"] = ASK
    return page


def _send(body: bytes, format: Format, status: int = 200) -> Response:
    return respond.send(Document(format, body, cache=ASK, status=status))
