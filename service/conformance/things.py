"""Things and the documents about them: 303, one right answer for each spelling of a URI, no way out of the house."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from service.conformance.checks import Failed, Inapplicable, check, expect, expect_status
from service.conformance.site import Site
from service.conformance.syntax import RDF_TYPES
from service.conformance.terms import DCT
from service.conformance.wire import Exchange
from service.media import HTML, TURTLE

_MOVED = """SELECT ?s ?o { ?s <http://purl.org/dc/terms/isReplacedBy> ?o
  FILTER(STRSTARTS(STR(?s), "%sid/") && !CONTAINS(STR(?s), "#")) } ORDER BY ?s LIMIT 3"""
_WITHDRAWN = """SELECT ?s { ?s <http://www.w3.org/2002/07/owl#deprecated> true
  FILTER(STRSTARTS(STR(?s), "%sid/") && !CONTAINS(STR(?s), "#"))
  FILTER NOT EXISTS { ?s <http://purl.org/dc/terms/isReplacedBy> ?o } } ORDER BY ?s LIMIT 3"""
NOWHERE = "/id/conformance/there-is-no-such-thing-7f3a"


@check("things.see-other", "A URI of a thing is answered with 303 to a document on this host", "httpRange-14")
def see_other(site: Site) -> str:
    for thing in site.things:
        reply = expect_status(site.get(site.iri_path(thing)), 303)
        expect(site.led(reply) != site.iri_path(thing), "it leads back to itself", reply)
    return f"{len(site.things)} things, one of each class or of every few"


@check(
    "things.no-body-of-its-own", "A 303 does not pretend to be a representation of the thing", "RFC 9110", "15.4.4"
)
def no_body_of_its_own(site: Site) -> None:
    reply = expect_status(site.get(site.iri_path(site.thing), TURTLE.media_type), 303)
    expect(reply.type not in RDF_TYPES, f"it comes with a body in {reply.type}", reply)
    for name in ("ETag", "Content-Location"):
        expect(not reply.header(name), f"it has {name}, which belongs to a representation", reply)


@check("things.head", "HEAD of a thing is the same 303 without a body", "RFC 9110", "9.3.2")
def head(site: Site) -> None:
    path = site.iri_path(site.thing)
    asked, told = site.get(path), site.head(path)
    expect(told.status == asked.status, f"HEAD is {told.status}, GET is {asked.status}", told)
    expect(told.header("Location") == asked.header("Location"), "HEAD and GET lead to different places", told)


@check(
    "things.any-accept",
    "What a client accepts does not change where a thing leads, nor that it does",
    "Cool URIs",
    "303 URIs",
)
def any_accept(site: Site) -> None:
    led = {
        site.get(site.iri_path(site.thing), accept).header("Location")
        for accept in ("", TURTLE.media_type, "image/png")
    }
    expect(len(led) == 1, f"it leads to {', '.join(sorted(led))}")


@check("things.described", "The document describes the thing that led to it, in RDF", "Cool URIs", "303 URIs")
def described(site: Site) -> str:
    for thing in site.things:
        reply = expect_status(site.follow(site.iri_path(thing), TURTLE.media_type), 200)
        expect(site.graph(reply).about(thing), f"it says nothing about <{thing}>", reply)
    return f"{len(site.things)} documents"


@check("things.page", "The document about a thing is a page for who likes HTML best", "Cool URIs", "303 URIs")
def page(site: Site) -> None:
    reply = expect_status(site.follow(site.iri_path(site.thing), HTML.media_type), 200)
    expect(reply.type == HTML.media_type, f"it is {reply.type}", reply)


@check(
    "things.licence-of-a-document",
    "A document says under which licence it is, in RDF or by a Link",
    "DCAT 3",
    "dct:license",
)
def licence_of_a_document(site: Site) -> None:
    reply = expect_status(site.get(site.thing_document, TURTLE.media_type), 200)
    linked = any("license" in link.relations for link in site.links(reply))
    expect(linked or site.graph(reply).subjects(f"{DCT}license"), "it names no licence", reply)


@check("things.merged", "A thing that was merged leads for good to what it is now", "RFC 9110", "15.4.2")
def merged(site: Site) -> str:
    found = site.rows(_MOVED % site.base).rows
    if not found:
        raise Inapplicable("nothing was merged")
    for row in found:
        reply = expect_status(site.get(site.iri_path(row["s"])), 301, 308)
        expect(site.led(reply) == site.iri_path(row["o"]), f"it leads to {reply.header('Location')}", reply)
    return f"{len(found)} things"


@check(
    "things.withdrawn", "A thing that was withdrawn is gone, and RDF says what is said of that", "RFC 9110", "15.5.11"
)
def withdrawn(site: Site) -> str:
    found = site.rows(_WITHDRAWN % site.base).rows
    if not found:
        raise Inapplicable("nothing was withdrawn")
    for row in found:
        reply = expect_status(site.follow(site.iri_path(row["s"]), TURTLE.media_type), 410)
        expect(site.graph(reply).about(row["s"]), "it says nothing of the thing", reply)
    return f"{len(found)} things"


@check("things.unknown", "A thing that nobody knows is 404, whatever the client accepts", "RFC 9110", "15.5.5")
def unknown(site: Site) -> None:
    for path in (
        NOWHERE,
        NOWHERE.replace("/id/", "/doc/"),
        NOWHERE.replace("/id/", "/doc/") + ".ttl",
        "/conformance-7f3a",
    ):
        for accept in ("", TURTLE.media_type, HTML.media_type):
            expect_status(site.get(path, accept), 404)


@check("things.unknown-extension", "An extension that no format has is 404", "RFC 9110", "15.5.5")
def unknown_extension(site: Site) -> None:
    expect_status(site.get(f"{site.thing_document}.xyz7f3a"), 404)


@check(
    "things.percent-encoding",
    "An unreserved character may be percent-encoded and means the same",
    "RFC 3986",
    "6.2.2.2",
)
def percent_encoding(site: Site) -> None:
    path = site.iri_path(site.thing)
    letter = next(
        (place for place in range(len(path) - 1, 4, -1) if path[place].isascii() and path[place].isalnum()), None
    )
    if letter is None or "%" in path:
        raise Inapplicable("the URI of the thing has no letter to encode")
    for spelled in (f"%{ord(path[letter]):02x}", f"%{ord(path[letter]):02X}"):
        reply = expect_status(site.get(path[:letter] + spelled + path[letter + 1 :]), 301, 303, 308)
        wanted = site.thing_document if reply.status == 303 else path  # led to the plain spelling is as good
        expect(site.led(reply) == wanted, "it leads elsewhere than the plain spelling", reply)


@check("things.fixed-case", "Paths differ by case: another case is another URI, and unknown", "RFC 3986", "6.2.2.1")
def fixed_case(site: Site) -> None:
    path = site.iri_path(site.thing)
    changed = path[:4] + path[4:].swapcase()
    if changed == path:
        raise Inapplicable("the URI has no letters")
    expect_status(site.get(changed), 404)


@check(
    "things.slash-at-the-end",
    "A slash at the end is another URI: not found or led to the one, never a second copy",
    "RFC 3986",
    "6.2.3",
)
def slash_at_the_end(site: Site) -> None:
    reply = site.get(f"{site.thing_document}/", TURTLE.media_type)
    expect_status(reply, 301, 303, 307, 308, 404)


@check("things.no-traversal", "No path leads out of what is published", "RFC 9110", "17.3")
def no_traversal(site: Site) -> None:
    up, coded = "../" * 6, "..%2f" * 6
    for root in ("/doc/", "/dumps/", "/static/", "/graph/", "/figures/", "/release/", "/"):
        for tail in (f"{up}etc/passwd", f"{coded}etc%2fpasswd", "..%5c..%5cetc%5cpasswd", "%2e%2e/%2e%2e/etc/passwd"):
            reply = site.get(root + tail)
            expect(400 <= reply.status < 500, f"{reply.status} where a path leads out", reply)
            _expect_no_file(reply)


@check("things.odd-paths", "A path that can be no IRI is refused, not a failure of the service", "RFC 9110", "15.5.1")
def odd_paths(site: Site) -> None:
    for odd in (
        "%00",
        "%0d%0aX-Injected:%20yes",
        "%ff%fe",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "a%20b",
        "%E2%80%AE",
        "%22%3E",
        "a" * 3000,
    ):
        for root in ("/id/", "/doc/"):
            reply = site.get(root + odd, HTML.media_type)
            expect(400 <= reply.status < 500, f"{reply.status} where 404 or 400 is wanted", reply)
            expect(not reply.header("X-Injected"), "a line break in the path became a header", reply)
            expect(b"<script>alert(1)" not in reply.body, "the path stands in the page as markup", reply)


@check("things.beyond-ascii", "Letters beyond ASCII in a path are answered: found, or 404", "RFC 3987", "3.1")
def beyond_ascii(site: Site) -> None:
    for word in ("Zürich", "درنة", "日本"):
        expect_status(site.get(f"/id/conformance/{quote(word)}"), 404)


@check("things.query-ignored", "A query string does not make another thing", "Conflict Actors")
def query_ignored(site: Site) -> None:
    reply = site.get(f"{site.iri_path(site.thing)}?utm_source=x")
    expect_status(reply, 303)
    if urlsplit(site.led(reply)).path != site.thing_document:
        raise Failed("it leads to another document than without the query", reply)


def _expect_no_file(reply: Exchange) -> None:
    expect(b"root:" not in reply.body, "a file of the machine is sent", reply)
