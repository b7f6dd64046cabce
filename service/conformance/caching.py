"""What caches are told (RFC 9111, RFC 5861): documents may be kept and asked again, failures and states may not."""

from __future__ import annotations

import re

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.queries import rows_of
from service.conformance.site import Site
from service.conformance.syntax import Page
from service.conformance.things import NOWHERE
from service.media import HTML, JSON, TURTLE

_DIRECTIVE = re.compile(r'[a-z-]+(?:=(?:\d+|"[^"]*"))?')


def _documents(site: Site) -> list[tuple[str, str]]:
    found = [(one.path, kind) for one in site.documents for kind in (HTML.media_type, TURTLE.media_type)]
    return [*found, ("/", HTML.media_type), ("/dumps", HTML.media_type)]


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
        broken = [one for one in reply.listed("Cache-Control") if not _DIRECTIVE.fullmatch(one)]
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
        ages = [
            int(one.partition("=")[2])
            for one in reply.listed("Cache-Control")
            if re.fullmatch(r"(s-maxage|max-age)=\d+", one)
        ]
        expect(
            "immutable" not in reply.listed("Cache-Control") and max(ages, default=0) <= 86_400,
            "it is told to stay",
            reply,
        )


@check("caching.redirects", "A 303 may be kept, and says for how long", "RFC 9111", "4.2.2")
def redirects(site: Site) -> None:
    reply = expect_status(site.get(site.iri_path(site.thing)), 303)
    expect(reply.header("Cache-Control"), "it has no Cache-Control", reply)


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
    for path in ("/-/alive", "/-/ready", "/-/metrics"):
        reply = expect_status(site.get(path), 200)
        expect(reply.listed("Cache-Control") & {"no-store", "no-cache"}, "Cache-Control does not say no-store", reply)


@check("caching.answers", "Answers to queries may be kept, and are asked for again", "RFC 9111", "4.2")
def answers(site: Site) -> None:
    reply = expect_status(site.query(rows_of(site), JSON.media_type), 200)
    expect(
        reply.header("Cache-Control") and "immutable" not in reply.listed("Cache-Control"),
        f"Cache-Control is {reply.header('Cache-Control')!r}",
        reply,
    )


@check(
    "caching.assets", "Style and scripts have addresses that change with them, and are told to stay", "RFC 8246", "2"
)
def assets(site: Site) -> str:
    page = Page(expect_status(site.get("/", HTML.media_type), 200).text)
    found = [one for one in page.loaded if site.path(one) and not one.startswith("data:")]
    if not found:
        raise Inapplicable("the front page loads nothing")
    for one in found:
        reply = expect_status(site.get("/" + one.removeprefix(site.url).lstrip("/")), 200)
        expect("immutable" in reply.listed("Cache-Control"), "it is not told to stay", reply)
    return f"{len(found)} files"


@check("caching.age-of-a-date", "Every reply has a Date", "RFC 9110", "6.6.1")
def date(site: Site) -> None:
    for reply in (site.get(site.thing_document), site.get(NOWHERE), site.head("/dataset")):
        expect(reply.header("Date"), "there is no Date", reply)
