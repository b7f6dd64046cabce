"""Methods: HEAD is GET without a body, the rest is refused with what is allowed; pages of others may ask (CORS)."""

from __future__ import annotations

from collections.abc import Iterator

from service.conformance.checks import check, expect, expect_status
from service.conformance.site import Site
from service.media import HTML, TURTLE

_COMPARED = (
    "Content-Type",
    "Content-Length",
    "Content-Location",
    "ETag",
    "Link",
    "Vary",
    "Cache-Control",
    "Last-Modified",
)
_STRANGER = "https://elsewhere.example"


def _kinds(site: Site) -> Iterator[tuple[str, str]]:
    """(path, accept) of one of each kind of answer."""
    yield from (("/", HTML.media_type), ("/dataset", TURTLE.media_type), (site.thing_document, TURTLE.media_type))
    yield from ((site.thing_document, HTML.media_type), (f"{site.endpoint}?query=ASK%7B%7D", ""))
    if site.get("/dumps/SHA256SUMS").status == 200:
        yield site.dump(), ""


@check(
    "methods.head",
    "HEAD is GET without its body: the same status and headers, and nothing after them",
    "RFC 9110",
    "9.3.2",
)
def head(site: Site) -> None:
    for path, accept in _kinds(site):
        got, told = site.get(path, accept), site.head(path, accept)
        expect(told.status == got.status, f"HEAD is {told.status}, GET is {got.status}", told)
        for name in _COMPARED:
            length = name == "Content-Length" and not told.header(name)  # may be left out
            expect(
                length or told.listed(name) == got.listed(name),
                f"{name} is {told.header(name)!r}, with GET {got.header(name)!r}",
                told,
            )


@check("methods.head-of-a-failure", "HEAD of what is not there is 404 without a body", "RFC 9110", "9.3.2")
def head_of_a_failure(site: Site) -> None:
    expect_status(site.head("/doc/conformance/there-is-no-such-thing-7f3a"), 404)


@check(
    "methods.refused",
    "Methods that would change something are refused with 405, and Allow says what is possible",
    "RFC 9110",
    "15.5.6",
)
def refused(site: Site) -> None:
    for path in (site.thing_document, site.iri_path(site.thing), "/dataset"):
        for method in ("PUT", "DELETE", "PATCH", "POST"):
            reply = expect_status(site.ask(method, path, {"Content-Type": "text/turtle"}, b""), 405)
            expect({"get", "head"} <= reply.listed("Allow"), f"Allow is {reply.header('Allow')!r}", reply)


@check("methods.unknown", "A method that nobody knows is refused", "RFC 9110", "9.1")
def unknown(site: Site) -> None:
    for method in ("BREW", "PROPFIND", "TRACE"):
        expect_status(site.ask(method, site.thing_document), 400, 405, 501)


@check("methods.options", "OPTIONS says by Allow what is possible", "RFC 9110", "9.3.7")
def options(site: Site) -> None:
    for path in (site.thing_document, site.endpoint, "/dataset"):
        reply = expect_status(site.ask("OPTIONS", path), 200, 204)
        expect({"get", "head"} <= reply.listed("Allow"), f"Allow is {reply.header('Allow')!r}", reply)


@check(
    "methods.cors",
    "Pages of others may read every answer, refusals too, and without credentials",
    "Fetch",
    "CORS protocol",
)
def cors(site: Site) -> None:
    paths = [*_kinds(site), ("/doc/conformance/there-is-no-such-thing-7f3a", ""), (site.iri_path(site.thing), "")]
    for path, accept in paths:
        reply = site.get(path, accept, origin=_STRANGER)
        expect(reply.header("Access-Control-Allow-Origin") == "*", "Access-Control-Allow-Origin is not *", reply)
        expect(not reply.header("Access-Control-Allow-Credentials"), "credentials are allowed", reply)


@check(
    "methods.cors-exposed",
    "Pages of others may see the headers that matter: ETag, Link, Content-Location",
    "Fetch",
    "CORS protocol",
)
def cors_exposed(site: Site) -> None:
    reply = site.get(site.thing_document, TURTLE.media_type, origin=_STRANGER)
    told = reply.listed("Access-Control-Expose-Headers")
    missing = {"etag", "link", "content-location"} - told
    expect(not missing or "*" in told, f"Access-Control-Expose-Headers has no {', '.join(sorted(missing))}", reply)


@check(
    "methods.preflight",
    "A preflight is told that any Content-Type may come to the endpoint, and conditions for documents and files",
    "Fetch",
    "CORS preflight",
)
def preflight(site: Site) -> None:
    wanted = [(site.endpoint, "POST", "content-type"), (site.thing_document, "GET", "if-none-match")]
    wanted += [(f"/dumps/{name}", "GET", "if-range") for name in list(site.dumps)[:1]]
    for path, method, header in wanted:
        asked = {
            "Origin": _STRANGER,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": header,
        }
        reply = expect_status(site.ask("OPTIONS", path, asked), 200, 204)
        expect(reply.header("Access-Control-Allow-Origin") == "*", "Access-Control-Allow-Origin is not *", reply)
        expect(reply.listed("Access-Control-Allow-Headers") & {"*", header}, f"{header} is not allowed", reply)
