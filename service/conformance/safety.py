"""What keeps readers safe: nothing sniffed, framed, tracked, injected or told of how the service is made."""

from __future__ import annotations

import re
from urllib.parse import quote

from service.conformance.checks import check, expect
from service.conformance.page import Page
from service.conformance.site import Site
from service.conformance.things import NOWHERE
from service.conformance.wire import Exchange
from service.media import HTML, JSON, TURTLE

_MARKUP = "<script>alert(7)</script>\"'><img src=x onerror=alert(7)>"
# Sources of a policy that are of the page's own host, or are named one by one.
_OWN = re.compile(r"'(?:self|none|strict-dynamic|report-sample|(?:nonce|sha256|sha384|sha512)-[^']+)'")
_PROTOCOL = re.compile(r"(?:^|,)\s*(?:\w+/)?\d(?:\.\d)?\s")
_INERT = ("data:", "blob:")
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
    """The directives of the policy: the first of a name counts (Content Security Policy 3 section 2.2.1)."""
    found: dict[str, list[str]] = {}
    for part in reply.header("Content-Security-Policy").split(";"):
        name, *sources = part.split() or [""]
        found.setdefault(name.lower(), [source.lower() for source in sources])
    return found


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
        for name in ("script-src", "style-src", "connect-src", "img-src", "font-src"):
            sources = told.get(name, told.get("default-src"))
            expect(sources is not None, f"there is neither {name} nor default-src", reply)
            fine = _INERT if name in ("img-src", "font-src") else ()
            broad = [one for one in sources or () if one not in fine and not _OWN.fullmatch(one)]
            expect(not broad, f"{name} allows {broad}", reply)


@check("safety.framing", "Pages may not be framed by others", "Content Security Policy 3", "frame-ancestors")
def framing(site: Site) -> None:
    for reply in _pages(site):
        told = _policy(reply).get("frame-ancestors")  # where it is there, X-Frame-Options counts for nothing
        framed = told not in (["'none'"], ["'self'"])
        if told is None:
            framed = reply.listed("X-Frame-Options") not in ({"deny"}, {"sameorigin"})
        expect(not framed, "they may", reply)


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
            # Via begins with the version of the protocol, which it has to (RFC 9110 section 7.6.3).
            told = _PROTOCOL.sub(" ", reply.header(name)) if name == "Via" else reply.header(name)
            expect(not re.search(r"\d+\.\d+", told), f"{name} is {reply.header(name)}", reply)


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
