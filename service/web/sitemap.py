"""`/sitemap.xml` and `/robots.txt`: every document for crawlers, and what costs more than it tells left out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from html import escape
from itertools import islice

from flask import Blueprint, Response

from service.errors import NotFound
from service.media import TEXT, Format
from service.web import respond
from service.web.respond import Document
from service.web.room import reading
from service.web.site import site

blueprint = Blueprint("sitemap", __name__)
# The most that one file may hold (https://www.sitemaps.org/protocol.html#index).
MOST = 50_000
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_SITEMAP = Format("sitemap", "application/xml", "xml", "site map", frozenset())
_PAGES = ("", "dataset", "ontology", "shapes", "browse", "dumps", "releases", "linksets", "links", "sparql")
# Each has as many addresses as there are questions, or more.
_ENDLESS = ("sparql?query=", "fragments", "search", "links?uri=", "cite", "graph-store", "-/")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers are asked to leave out (RFC 9309), and where the site map is."""
    left_out = "".join(f"Disallow: /{path}\n" for path in _ENDLESS)
    body = f"User-agent: *\n{left_out}\nSitemap: {site().base.iri}sitemap.xml\n"
    return respond.send(Document(TEXT, body.encode(), varies=False))


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every document; where there are too many for one file, the list of the files."""
    if _files() == 1:
        return _send("urlset", "url", _addresses(0))
    files = (f"{site().base.iri}sitemap/{number}.xml" for number in range(1, _files() + 1))
    return _send("sitemapindex", "sitemap", files)


@blueprint.get("/sitemap/<int:number>.xml")
def part(number: int) -> Response:
    """One file of a large site map, from 1 on."""
    if not 1 <= number <= _files():
        raise NotFound("The site map has no such part. /sitemap.xml lists the parts.")
    return _send("urlset", "url", _addresses((number - 1) * MOST))


def _files() -> int:
    """How many files the whole takes."""
    return -(-(len(_PAGES) + len(_collections()) + reading().release.things) // MOST)


def _addresses(first: int) -> Iterable[str]:
    """At most as many as one file may hold: pages, classes, then the documents about things."""
    base = site().base
    fixed = [*(base.iri + path for path in _PAGES), *(base.iri + path for path in _collections())]
    things = reading().release.read_things(max(0, first - len(fixed)))
    documents = (base.iri + base.document_path(iri).lstrip("/") for iri in things)
    return islice((*fixed[first:], *islice(documents, MOST)), MOST)


def _collections() -> list[str]:
    return [f"browse/{one.name}" for members in site().groups.values() for one in members]


def _send(root: str, element: str, addresses: Iterable[str]) -> Response:
    published = reading().published
    changed = f"<lastmod>{published.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if published else ""
    lines = (f"<{element}><loc>{escape(respond.as_ascii(url))}</loc>{changed}</{element}>\n" for url in addresses)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{"".join(lines)}</{root}>\n'
    return respond.send(Document(_SITEMAP, body.encode(), varies=False))
