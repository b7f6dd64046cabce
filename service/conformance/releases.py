"""Releases: which there are, what of them never changes, and the feed that tells of new ones."""

from __future__ import annotations

from datetime import datetime

from service.conformance.caching import kept_seconds
from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.dumps import file, smallest
from service.conformance.elements import ATOM, texts
from service.conformance.site import Site

_DAY = 86_400


@check(
    "releases.permanent",
    "The URL of a file of one release says that it never changes, and gives the same bytes",
    "RFC 8246",
    "2",
)
def permanent(site: Site) -> None:
    name = smallest(site)
    reply = file(site, name)
    there = [site.path(one.target, reply) for one in site.links(reply) if "canonical" in one.relations]
    if not any(there):
        raise Inapplicable("no permanent URL is named")
    fixed = expect_status(site.get(there[0]), 200)
    expect("immutable" in fixed.listed("Cache-Control"), "Cache-Control does not say immutable", fixed)
    expect(fixed.body == reply.body, "the bytes are others", fixed)


@check("releases.of-the-moment", "The URL that follows releases is asked again before long", "RFC 9111", "5.2.2.1")
def of_the_moment(site: Site) -> None:
    reply = expect_status(site.head(f"/dumps/{smallest(site)}"), 200)
    expect("immutable" not in reply.listed("Cache-Control"), "it says immutable", reply)
    expect(kept_seconds(reply) <= _DAY, f"it may be kept for {kept_seconds(reply)} seconds", reply)


@check(
    "releases.list",
    "The list of releases names the one that is served, and its files are there",
    "DCAT 3",
    "dcat:hasCurrentVersion",
)
def releases(site: Site) -> str:
    reply = site.get("/releases", "application/json")
    if reply.status == 404:
        raise Inapplicable("there is no /releases")
    told = site.json(expect_status(reply, 200))["releases"]
    current = [one for one in told if one["current"]]
    expect(len(current) == 1, f"{len(current)} releases are the current one", reply)
    sums = expect_status(site.get(site.iri_path(current[0]["checksums"])), 200)
    expect(sums.body == site.get("/dumps/SHA256SUMS").body, "its checksums are not those of /dumps/SHA256SUMS", sums)
    for one in told[:5]:
        if one.get("patch"):
            expect_status(site.head(site.iri_path(one["patch"]["url"])), 200)
    return f"{len(told)} releases"


@check("releases.feed", "The feed of releases is Atom, and newest first", "RFC 4287", "4.1")
def feed(site: Site) -> str:
    reply = site.get("/feed.atom")
    if reply.status == 404:
        raise Inapplicable("there is no feed")
    expect(expect_status(reply, 200).type == "application/atom+xml", f"it is {reply.type}", reply)
    elements = site.elements(reply)
    for around in (("feed",), ("feed", "entry"))[: 1 + bool(texts(elements, ATOM, "entry", "feed"))]:
        for name in ("id", "title", "updated"):
            told = texts(elements, ATOM, name, *around)
            expect(told and all(told), f"{' '.join(around)} has no {name}", reply)
    links = [one.attributes for one in elements if one.name == f"{ATOM} link" and len(one.path) == 1]
    expect(any(one.get("rel") == "self" and one.get("href") for one in links), "it has no link to itself", reply)
    times = [datetime.fromisoformat(one) for one in texts(elements, ATOM, "published", "feed", "entry")]
    expect(times == sorted(times, reverse=True), "entries are not newest first", reply)
    return f"{len(times)} entries"
