"""What caches are told (RFC 9111, RFC 5861): documents may be kept and asked again, failures and states may not."""

from __future__ import annotations

import re

from service.conformance.checks import Failed, Inapplicable, check, expect, expect_status
from service.conformance.dates import read_date
from service.conformance.page import Page
from service.conformance.queries import rows_of
from service.conformance.site import Site
from service.conformance.things import NOWHERE
from service.conformance.wire import Exchange
from service.media import HTML, JSON, TURTLE

_WORD = r"[\w!#$%&'*+.^`|~-]+"
_DIRECTIVES = re.compile(rf"\s*(?:({_WORD})(?:=({_WORD}|\"(?:[^\"\\]|\\.)*\"))?)?\s*(?:,|$)")
_AGES = ("max-age", "s-maxage", "stale-while-revalidate", "stale-if-error")
_DAY = 86_400
# What may be told to stay: style and scripts, whose addresses change with them.
_ASSETS = ("text/css", "text/javascript", "application/javascript")


def directives(reply: Exchange) -> dict[str, str]:
    """The directives of Cache-Control, each with what it is set to. Raises Failed when it cannot be read."""
    told, place, found = reply.header("Cache-Control"), 0, dict[str, str]()
    while place < len(told):
        one = _DIRECTIVES.match(told, place)
        if one is None:
            raise Failed(f"Cache-Control cannot be read from {told[place : place + 40]!r} on", reply)
        if one[1]:
            found.setdefault(one[1].lower(), one[2] or "")
        place = one.end()
    return found


def kept_seconds(reply: Exchange) -> int:
    """How long any cache may keep a reply without asking again: the longest that is told."""
    told = directives(reply)
    if {"no-store", "no-cache"} & set(told):
        return 0
    return max((int(told[name]) for name in ("max-age", "s-maxage") if told.get(name, "").isdigit()), default=0)


def _documents(site: Site) -> list[tuple[str, str]]:
    found = [(one.path, kind) for one in site.documents for kind in (HTML.media_type, TURTLE.media_type)]
    found.append(("/", HTML.media_type))
    return found + [("/dumps", HTML.media_type)] * (site.get("/dumps", HTML.media_type).status != 404)


@check(
    "caching.documents",
    "Documents may be kept by shared caches: Cache-Control with an age, and a validator to ask with",
    "RFC 9111",
    "5.2.2",
)
def documents(site: Site) -> None:
    for path, accept in _documents(site):
        reply = expect_status(site.get(path, accept), 200)
        told = reply.listed("Cache-Control")
        expect(told & {"public"} and not told & {"no-store", "private"}, f"Cache-Control is {sorted(told)}", reply)
        expect(reply.header("ETag") or reply.header("Last-Modified"), "there is no validator", reply)


@check("caching.readable", "Cache-Control can be read, and its ages are numbers", "RFC 9111", "5.2")
def readable(site: Site) -> None:
    paths = [*_documents(site), (site.iri_path(site.thing), ""), (NOWHERE, "")]
    for path, accept in paths:
        reply = site.get(path, accept)
        told = directives(reply)
        broken = [f"{name}={told[name]}" for name in _AGES if name in told and not told[name].isdigit()]
        expect(not broken, f"it has {broken}", reply)


@check(
    "caching.stale-while-revalidate", "Where an old copy may be used meanwhile, it says for how long", "RFC 5861", "3"
)
def stale(site: Site) -> str:
    reply = site.get(site.thing_document, TURTLE.media_type)
    told = [one for one in reply.listed("Cache-Control") if one.startswith("stale-while-revalidate")]
    if not told:
        raise Inapplicable("it may not be used")
    expect(re.fullmatch(r"stale-while-revalidate=\d+", told[0]), f"it says {told[0]}", reply)
    return told[0]


@check("caching.not-for-ever", "What the next release may change is not told to stay for ever", "RFC 8246", "2")
def not_for_ever(site: Site) -> None:
    for path, accept in _documents(site):
        reply = site.get(path, accept)
        expect("immutable" not in directives(reply) and kept_seconds(reply) <= _DAY, "it is told to stay", reply)


@check("caching.redirects", "A 303 may be kept, and says for how long", "RFC 9111", "4.2.2")
def redirects(site: Site) -> None:
    reply = expect_status(site.get(site.iri_path(site.thing)), 303)
    expect(0 < kept_seconds(reply) <= _DAY, f"Cache-Control is {reply.header('Cache-Control')!r}", reply)


@check("caching.failures", "Refusals are not kept", "RFC 9111", "5.2.2.5")
def failures(site: Site) -> None:
    refused = [
        site.get(NOWHERE),
        site.get(NOWHERE.replace("/id/", "/doc/"), HTML.media_type),
        site.get(site.thing_document, "image/png"),
        site.query("SELECT", JSON.media_type),
    ]
    for reply in refused:
        expect("no-store" in reply.listed("Cache-Control"), "Cache-Control does not say no-store", reply)


@check("caching.states", "The states of the service are never kept", "RFC 9111", "5.2.2.5")
def states(site: Site) -> None:
    found = [site.get(path) for path in ("/-/alive", "/-/ready", "/-/metrics")]
    there = [reply for reply in found if reply.status != 404]
    if not there:
        raise Inapplicable("it tells no states")
    for reply in there:
        expect("no-store" in directives(reply), "Cache-Control does not say no-store", reply)


@check("caching.answers", "Answers to queries may be kept, and are asked for again", "RFC 9111", "4.2")
def answers(site: Site) -> None:
    reply = expect_status(site.query(rows_of(site), JSON.media_type), 200)
    told = directives(reply)
    again = "immutable" not in told and "no-store" not in told and kept_seconds(reply) <= _DAY
    expect(told and again, f"Cache-Control is {reply.header('Cache-Control')!r}", reply)


@check(
    "caching.assets", "Style and scripts have addresses that change with them, and are told to stay", "RFC 8246", "2"
)
def assets(site: Site) -> str:
    page = expect_status(site.get("/", HTML.media_type), 200)
    here = [path for path in (site.path(one, page) for one in Page(page.text).loaded) if path]
    found = [reply for reply in (expect_status(site.get(one), 200) for one in here) if reply.type in _ASSETS]
    if not found:
        raise Inapplicable("the front page loads no style and no script of this host")
    for reply in found:
        expect("immutable" in directives(reply), "it is not told to stay", reply)
    return f"{len(found)} files"


@check("caching.age-of-a-date", "Every reply has a Date", "RFC 9110", "6.6.1")
def date(site: Site) -> None:
    for reply in (site.get(site.thing_document), site.get(NOWHERE), site.head("/dataset")):
        read_date(reply, "Date")
