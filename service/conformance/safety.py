"""What keeps readers safe: nothing sniffed, framed, tracked, injected or told of how the service is made."""

from __future__ import annotations

import re
from urllib.parse import quote

from service.conformance.checks import check, expect
from service.conformance.site import Site
from service.conformance.syntax import Page
from service.conformance.things import NOWHERE
from service.conformance.wire import Exchange
from service.media import HTML, JSON, TURTLE

_MARKUP = "<script>alert(7)</script>\"'><img src=x onerror=alert(7)>"
_INSIDE = re.compile(r"Traceback \(most recent|File \"/|site-packages|werkzeug|/usr/lib/python|at 0x[0-9a-f]{8}")


def _pages(site: Site) -> list[Exchange]:
    """A page of each kind."""
    paths = [
        "/",
        "/dumps",
        "/search",
        "/sparql",
        "/browse",
        "/dataset",
        site.thing_document,
        NOWHERE.replace("/id/", "/doc/"),
    ]
    found = [site.get(path, HTML.media_type) for path in (*paths, *(one.path for one in site.documents))]
    return [reply for reply in found if reply.type == HTML.media_type]


def _replies(site: Site) -> list[Exchange]:
    """A reply of each kind."""
    others = [
        site.get(site.iri_path(site.thing)),
        site.get(site.thing_document, TURTLE.media_type),
        site.get(NOWHERE),
    ]
    return [
        *_pages(site),
        *others,
        site.query("ASK {}", JSON.media_type),
        site.query("ASK", JSON.media_type),
        site.head(site.dump()),
    ]


def _policy(reply: Exchange) -> dict[str, list[str]]:
    parts = (part.split() for part in reply.header("Content-Security-Policy").split(";") if part.strip())
    return {words[0]: words[1:] for words in parts}


@check("safety.no-sniffing", "Every reply forbids guessing its type", "Fetch", "X-Content-Type-Options")
def no_sniffing(site: Site) -> None:
    for reply in _replies(site):
        expect(
            reply.header("X-Content-Type-Options").lower() == "nosniff",
            "X-Content-Type-Options is not nosniff",
            reply,
        )


@check("safety.typed", "Every reply with a body has a Content-Type", "RFC 9110", "8.3")
def typed(site: Site) -> None:
    for reply in _replies(site):
        expect(not reply.body or reply.type, "it has no Content-Type", reply)


@check(
    "safety.policy",
    "Pages have a Content-Security-Policy that allows nothing inline and nothing from elsewhere",
    "Content Security Policy 3",
    "script-src, style-src",
)
def policy(site: Site) -> None:
    for reply in _pages(site):
        told = _policy(reply)
        expect("default-src" in told or "script-src" in told, "there is no policy for scripts", reply)
        for name in ("default-src", "script-src", "style-src", "connect-src", "img-src", "font-src"):
            broad = [
                source
                for source in told.get(name, [])
                if source in ("*", "'unsafe-inline'", "'unsafe-eval'", "http:", "https:") or "//" in source
            ]
            expect(not broad, f"{name} allows {broad}", reply)


@check("safety.framing", "Pages may not be framed by others", "Content Security Policy 3", "frame-ancestors")
def framing(site: Site) -> None:
    for reply in _pages(site):
        framed = _policy(reply).get("frame-ancestors", [])
        expect(framed in (["'none'"], ["'self'"]) or reply.header("X-Frame-Options"), "they may", reply)


@check("safety.referrer", "Pages tell no other site where the reader came from", "Referrer Policy", "no-referrer")
def referrer(site: Site) -> None:
    for reply in _pages(site):
        expect(
            reply.header("Referrer-Policy") in ("no-referrer", "same-origin"),
            f"Referrer-Policy is {reply.header('Referrer-Policy')!r}",
            reply,
        )


@check("safety.no-cookies", "Nothing sets a cookie", "RFC 6265", "3")
def no_cookies(site: Site) -> None:
    for reply in _replies(site):
        expect(not reply.header("Set-Cookie"), "it sets a cookie", reply)


@check("safety.no-versions", "No reply tells which version of what answers", "RFC 9110", "10.2.4")
def no_versions(site: Site) -> None:
    for reply in _replies(site):
        for name in ("Server", "X-Powered-By", "Via", "X-AspNet-Version"):
            expect(not re.search(r"\d+\.\d+", reply.header(name)), f"{name} is {reply.header(name)}", reply)


@check("safety.nothing-inside-told", "No refusal tells of the inside: no trace, no path of a file", "RFC 9457", "5")
def nothing_inside_told(site: Site) -> None:
    odd = [
        site.get(f"/search?q={quote(chr(0))}", HTML.media_type),
        site.get("/fragments?page=%ff"),
        site.get("/browse/%00"),
        site.get("/links?uri=%00"),
    ]
    for reply in (*_replies(site), *odd):
        expect(reply.status < 500, f"{reply.status}", reply)
        expect(not _INSIDE.search(reply.text if reply.status >= 400 else ""), "it tells of the inside", reply)


@check(
    "safety.nothing-from-elsewhere", "Pages load nothing from other hosts", "Content Security Policy 3", "default-src"
)
def nothing_from_elsewhere(site: Site) -> None:
    for reply in _pages(site):
        strange = [
            one for one in Page(reply.text).loaded if not one.startswith("data:") and not site.path(one, reply)
        ]
        expect(not strange, f"it loads {strange[:3]}", reply)


@check(
    "safety.nothing-inline",
    "Pages have no inline scripts and no handlers in attributes",
    "Content Security Policy 3",
    "unsafe-inline",
)
def nothing_inline(site: Site) -> None:
    for reply in _pages(site):
        found = Page(reply.text).handlers
        expect(not found, f"it has {sorted(set(found))}", reply)


@check("safety.echoes", "What a reader types is shown as text, never as markup", "HTML", "character references")
def echoes(site: Site) -> None:
    typed_ = quote(_MARKUP, safe="")
    for path in (
        f"/search?q={typed_}",
        f"/links?uri={typed_}",
        f"/fragments?subject={typed_}",
        f"{site.endpoint}?query={typed_}",
        f"/doc/{typed_}",
        f"/browse/{typed_}",
    ):
        reply = site.get(path, HTML.media_type)
        expect(
            b"<script>alert(7)" not in reply.body and b"<img src=x onerror" not in reply.body,
            "it comes back as markup",
            reply,
        )
        expect(reply.status < 500, f"{reply.status}", reply)


@check("safety.pages", "Pages are HTML: doctype, a language, a title", "HTML", "the html element")
def pages(site: Site) -> None:
    for reply in _pages(site):
        found = Page(reply.text)
        expect(found.doctype and found.language and found.title.strip(), "no doctype, no language or no title", reply)
