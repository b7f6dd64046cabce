"""HTTP/1.1 itself (RFC 9112), on the bare socket: broken requests, kept connections, framing."""

from __future__ import annotations

import re

from service.conformance.checks import Failed, check, expect, expect_status
from service.conformance.site import Site
from service.conformance.wire import Unreachable, read_reply
from service.media import TURTLE

_STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3})")


def _raw(site: Site, *lines: str, body: bytes = b"") -> bytes:
    return site.client.converse("\r\n".join((*lines, "", "")).encode() + body)


def _status(raw: bytes) -> int:
    """The status of what came; 0 when the connection was closed without a word."""
    found = _STATUS.match(raw)
    return int(found[1]) if found else 0


def _host(site: Site) -> str:
    return f"Host: {site.client.authority}"


@check("transport.kept-connections", "Several requests on one connection are answered in order", "RFC 9112", "9.3")
def kept_connections(site: Site) -> None:
    one = ("GET /-/alive HTTP/1.1", _host(site), "", "")
    last = ("GET /conformance-7f3a HTTP/1.1", _host(site), "Connection: close", "", "")
    raw = site.client.converse("\r\n".join((*one, *last)[:-1]).replace("\r\n\r\n\r\n", "\r\n\r\n").encode() + b"\r\n")
    found = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", raw)]
    expect(found == [site.get("/-/alive").status, 404], f"the statuses are {found}")


@check("transport.not-http", "What is no HTTP is refused or cut off, and harms nobody", "RFC 9112", "3")
def not_http(site: Site) -> None:
    for line in ("GARBAGE", "GET", "GET / HTTP/9.9", "GET / HTTP/1.1 extra words", "\x00\x01\x02"):
        try:
            found = _status(_raw(site, line, _host(site), "Connection: close"))
        except Unreachable:
            found = 0
        expect(found in (0, 400, 404, 414, 501, 505), f"{found} for {line!r}")
    expect(site.get("/-/alive", fresh=True).status < 500, "afterwards the service is not there")


@check(
    "transport.host",
    "A request of HTTP/1.1 without Host, with two, or with what is no host is 400",
    "RFC 9112",
    "3.2",
)
def host(site: Site) -> None:
    for lines in (
        ("Connection: close",),
        (_host(site), "Host: elsewhere.example", "Connection: close"),
        ("Host: a b/c?d", "Connection: close"),
    ):
        found = _status(_raw(site, "GET /-/alive HTTP/1.1", *lines))
        expect(found == 400, f"{found} with {', '.join(lines[:-1]) or 'no Host'}")


@check("transport.list-over-lines", "Tags in two lines of If-None-Match are one list", "RFC 9110", "5.3")
def list_over_lines(site: Site) -> None:
    path, accept = site.thing_document, TURTLE.media_type
    tag = expect_status(site.get(path, accept), 200).header("ETag")
    lines = (f"Accept: {accept}", 'If-None-Match: "another"', f"If-None-Match: {tag}", "Connection: close")
    found = _status(_raw(site, f"GET {path} HTTP/1.1", _host(site), *lines))
    expect(found == 304, f"{found} where the second line has the ETag")


@check("transport.foreign-host", "A Host header of others does not change what is answered", "RFC 9110", "7.2")
def foreign_host(site: Site) -> None:
    target = site.iri_path(site.thing)
    raw = _raw(site, f"GET {target} HTTP/1.1", "Host: elsewhere.example", "Connection: close")
    reply = read_reply("GET", target, {"Host": "elsewhere.example"}, raw, 0.0)
    told = " ".join(value for _, value in reply.headers)
    expect(
        "elsewhere.example" not in told and b"elsewhere.example" not in reply.body, "its name is in the reply", reply
    )


@check("transport.http10", "A client of HTTP/1.0 gets a body that is not chunked", "RFC 9112", "6.1")
def http10(site: Site) -> None:
    raw = _raw(site, "GET /dataset HTTP/1.0", _host(site), "Accept: text/turtle")
    reply = read_reply("GET", "/dataset", {}, raw, 0.0)
    expect("chunked" not in reply.header("Transfer-Encoding").lower(), "it is chunked", reply)
    expect(reply.status == 200 and reply.body, f"it is {reply.status}", reply)


@check("transport.chunked-body", "A body that is sent in chunks is read", "RFC 9112", "7.1")
def chunked_body(site: Site) -> None:
    body = b"3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n"
    kind = "Content-Type: application/sparql-query"
    raw = _raw(
        site,
        f"POST {site.endpoint} HTTP/1.1",
        _host(site),
        "Connection: close",
        kind,
        "Accept: application/json",
        "Transfer-Encoding: chunked",
        body=body,
    )
    expect(_status(raw) == 200 and b"true" in raw, f"it is {_status(raw)}")


@check(
    "transport.two-lengths", "A body with two lengths, or a length and chunks, is not guessed at", "RFC 9112", "6.3"
)
def two_lengths(site: Site) -> None:
    for lines in (("Content-Length: 6", "Content-Length: 7"), ("Content-Length: 6", "Transfer-Encoding: chunked")):
        raw = _raw(
            site,
            f"POST {site.endpoint} HTTP/1.1",
            _host(site),
            "Connection: close",
            "Content-Type: application/sparql-query",
            *lines,
            body=b"0\r\n\r\nASK {}",
        )
        replies = len(re.findall(rb"HTTP/1\.1 \d{3} ", raw))
        expect(_status(raw) in (0, 400) or (replies == 1 and _status(raw) >= 400), f"{_status(raw)} with {lines}")


@check("transport.large-head", "A head that is too large is refused, not swallowed", "RFC 6585", "5")
def large_head(site: Site) -> None:
    found = _status(
        _raw(site, "GET /-/alive HTTP/1.1", _host(site), "Connection: close", f"X-Large: {'x' * 1_500_000}")
    )
    expect(found in (0, 400, 413, 431), f"{found} for a head of 1.5 MB")


@check("transport.expectation", "A client that waits to be told to go on is told, or answered", "RFC 9110", "10.1.1")
def expectation(site: Site) -> None:
    lines = (
        f"POST {site.endpoint} HTTP/1.1",
        _host(site),
        "Connection: close",
        "Expect: 100-continue",
        "Content-Type: application/sparql-query",
        "Content-Length: 6",
    )
    raw = _raw(site, *lines, body=b"ASK {}")
    statuses = [int(one) for one in re.findall(rb"HTTP/1\.1 (\d{3}) ", raw)]
    expect(statuses and statuses[-1] in (200, 417), f"the statuses are {statuses}")


@check("transport.length", "A document says how long it is, or ends in a last chunk", "RFC 9112", "6.3")
def length(site: Site) -> None:
    for accept in ("text/turtle", "text/html"):
        reply = site.get(site.thing_document, accept)
        if not reply.header("Content-Length") and "chunked" not in reply.header("Transfer-Encoding").lower():
            raise Failed("it ends when the connection does: nobody sees when it broke off", reply)
