"""JSON-LD: the published context, and the forms that a client may ask for by profile."""

from __future__ import annotations

from typing import Any

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.site import Site
from service.conformance.wire import Exchange
from service.media import JSONLD, NTRIPLES

_PROFILE = "http://www.w3.org/ns/json-ld#"


def _asked(site: Site, profile: str = "") -> tuple[Exchange, Any]:
    """The document about a thing in JSON-LD. Raises Inapplicable where there is none."""
    accept = f'{JSONLD.media_type};profile="{profile}"' if profile else JSONLD.media_type
    reply = site.get(site.thing_document, accept)
    if reply.status == 406 and not profile:
        raise Inapplicable("the document about a thing is not there in JSON-LD")
    expect(expect_status(reply, 200).type == JSONLD.media_type, f"it is {reply.type}", reply)
    return reply, site.json(reply)


def _expect_same(site: Site, reply: Exchange) -> None:
    other = expect_status(site.get(site.thing_document, NTRIPLES.media_type), 200)
    differing = site.graph(reply).canonical() ^ site.graph(other).canonical()
    expect(not differing, f"it differs from N-Triples by {len(differing)} triples", reply)


@check("jsonld.context", "The context that a document names can be read by anybody, and kept", "JSON-LD 1.1", "3.1")
def context(site: Site) -> str:
    _, document = _asked(site)
    named = document.get("@context") if isinstance(document, dict) else None
    if not isinstance(named, str):
        raise Inapplicable("documents name no context by its URL")
    path = site.path(named)
    expect(path, f"the context is on another host: {named}")
    reply = expect_status(site.follow(path, JSONLD.media_type), 200)
    expect(reply.type == JSONLD.media_type and "@context" in site.json(reply), f"it is {reply.type}", reply)
    expect(reply.header("Access-Control-Allow-Origin") == "*", "pages of others may not read it", reply)
    expect("no-store" not in reply.listed("Cache-Control"), "it may not be kept", reply)
    return named


@check(
    "jsonld.expanded", "The profile for expanded documents gets one: no context, the same graph", "JSON-LD 1.1", "6"
)
def expanded(site: Site) -> None:
    reply, document = _asked(site, f"{_PROFILE}expanded")
    expect(isinstance(document, list), "it is no list of nodes: the profile is ignored", reply)
    expect(not any("@context" in node for node in document), "it has a context", reply)
    _expect_same(site, reply)


@check(
    "jsonld.compacted",
    "The profile for compacted documents gets one: with a context, the same graph",
    "JSON-LD 1.1",
    "6",
)
def compacted(site: Site) -> None:
    reply, document = _asked(site, f"{_PROFILE}compacted")
    expect(isinstance(document, dict) and "@context" in document, "it has no context", reply)
    _expect_same(site, reply)


@check("jsonld.unknown-profile", "A profile that nobody knows does not keep a client from JSON-LD", "RFC 6906", "3")
def unknown_profile(site: Site) -> None:
    reply, _ = _asked(site, "https://elsewhere.example/conformance-7f3a")
    site.graph(reply)
