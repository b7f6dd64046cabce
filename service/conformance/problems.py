"""Refusals: one shape for programs (RFC 9457), a page for people, and always what to do."""

from __future__ import annotations

import re

from service.conformance.checks import check, expect, expect_status
from service.conformance.queries import DIRECT
from service.conformance.site import FORM, Site
from service.conformance.syntax import RDF_TYPES
from service.conformance.things import NOWHERE
from service.conformance.wire import Exchange
from service.media import HTML, JSON, PROBLEM_MEDIA_TYPE, TURTLE

_LINE = re.compile(r"\blines? \d|\b\d+:\d+\b", re.IGNORECASE)
_TYPES = {"type": str, "title": str, "detail": str, "instance": str}


def _refused(site: Site, accept: str) -> list[Exchange]:
    """A refusal of each kind, at documents and at the endpoint."""
    return [
        site.get(NOWHERE, accept),
        site.get(NOWHERE.replace("/id/", "/doc/"), accept),
        site.get("/conformance-7f3a/no/such/path", accept),
        site.ask("DELETE", "/dataset", {"Accept": accept} if accept else {}),
        site.post(site.endpoint, "text/plain", "ASK {}", accept),
        site.post(site.endpoint, FORM, "query=SELECT", accept),
        site.post(site.endpoint, "application/sparql-update", "CLEAR ALL", accept),
    ]


@check("problems.document", "A program that is refused gets application/problem+json", "RFC 9457", "3")
def document(site: Site) -> None:
    for accept in ("", "application/json", PROBLEM_MEDIA_TYPE):
        for reply in _refused(site, accept):
            expect(400 <= reply.status < 500, f"{reply.status}", reply)
            expect(reply.type == PROBLEM_MEDIA_TYPE, f"it is {reply.type or 'of no type'}", reply)


@check(
    "problems.members", "Its members are of the right types, and its status is that of the reply", "RFC 9457", "3.1"
)
def members(site: Site) -> None:
    for reply in _refused(site, ""):
        told = site.json(reply)
        expect(isinstance(told, dict), "it is no object", reply)
        wrong = [name for name, kind in _TYPES.items() if name in told and not isinstance(told[name], kind)]
        expect(not wrong, f"{wrong} are no strings", reply)
        expect(told.get("status") == reply.status, f"its status is {told.get('status')}", reply)
        expect(told.get("title") and told.get("detail"), "it has no title or no detail", reply)


@check("problems.page", "A person who is refused gets a page under the same status", "RFC 9110", "15.5")
def page(site: Site) -> None:
    for path in (NOWHERE, NOWHERE.replace("/id/", "/doc/"), "/conformance-7f3a"):
        reply = expect_status(site.get(path, HTML.media_type), 404)
        expect(reply.type == HTML.media_type, f"it is {reply.type}", reply)


@check(
    "problems.for-rdf-clients",
    "A client of RDF that is refused gets a problem document, or RDF; never a page",
    "RFC 9457",
    "3",
)
def for_rdf_clients(site: Site) -> None:
    for kind in (TURTLE.media_type, JSON.media_type):
        reply = expect_status(site.get(NOWHERE, kind), 404)
        expect(reply.type == PROBLEM_MEDIA_TYPE or reply.type in RDF_TYPES, f"it is {reply.type}", reply)


@check("problems.where-it-breaks", "A query that does not parse is told where", "Conflict Actors")
def where_it_breaks(site: Site) -> str:
    reply = expect_status(site.post(site.endpoint, DIRECT, "SELECT * {\n ?s ?p ?o .\n ?? }", JSON.media_type), 400)
    told = site.json(reply)
    named = isinstance(told.get("line"), int) or _LINE.search(str(told.get("detail", "")))
    expect(named, "no line is named", reply)
    return str(told.get("detail"))[:80]


@check(
    "problems.pages-of-refusals-vary",
    "Refusals that may be a page or a document say Vary: Accept",
    "RFC 9110",
    "12.5.5",
)
def vary(site: Site) -> None:
    for accept in ("", HTML.media_type):
        reply = site.get(NOWHERE, accept)
        expect(reply.listed("Vary") & {"accept", "*"}, "Vary does not name Accept", reply)
