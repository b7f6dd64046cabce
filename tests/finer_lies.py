"""Lies that the checks did not see at first, and what other services do rightly, which no check may take for a lie."""

import gzip
import json
import re
import time
from urllib.parse import unquote

import zstandard

from tests.lies import (
    HTML,
    NTRIPLES,
    ROWS,
    TURTLE,
    _with,
    anywhere,
    at,
    dereferencing,
    document,
    dump,
    having,
    header_replaced,
    ok,
    query,
    replaced,
    status,
    typed,
    without,
)
from tests.live import ROOT
from tests.more_lies import alive, asking, bare, body, every_body, store

# A part of the second question of the repository's own publication: a sample of every few would leave it out.
SECOND_EXAMPLE = sorted((ROOT / "ontology" / "questions").glob("*.rq"))[1].read_bytes().splitlines()[0]
ELSEWHERE = b"https://elsewhere.example/"


def packed(q):
    return q.path.endswith((".gz", ".zst"))


def described(q):
    return q.path == "/.well-known/void" or q.path.startswith("/dataset")


def in_chunks(ending: bytes):
    """The body in one chunk, and then these bytes."""

    def lie(q, r):
        if q.method != "GET" or r.status != 200:
            return None
        r.without("content-length").headers.append(("transfer-encoding", "chunked"))
        return _with(r, body=b"%x\r\n%s\r\n" % (len(r.body), r.body) + ending)

    return lie


def slowly(q, r):
    """Only as late as the check must not bear."""
    time.sleep(10)
    return _with(r, status=200, body=b'{"head":{"vars":["n"]},"results":{"bindings":[]}}').having(
        "content-type", ROWS
    )


def no_ntriples(q, r):
    """Neither announced nor sent."""
    links = [(name, value) for name, value in r.headers if name != "link" or NTRIPLES not in value]
    r.headers = links
    return _with(r, status=406) if NTRIPLES in q.accept else r


def one_part(q, r):
    """Bytes 0 to 14 for 0-4 and 10-14."""
    if r.status == 206:
        return None
    size = len(r.body)
    return _with(r, status=206, body=r.body[:15]).having("content-range", f"bytes 0-14/{size}")


def blank_labels(q, r):
    """Each object is a blank node, which is called otherwise in every answer."""
    if r.type != ROWS or b'"o"' not in r.body:
        return None
    told = json.loads(r.body)
    for row in told["results"]["bindings"]:
        row["o"] = {"type": "bnode", "value": f"b{id(r)}"}
    return _with(r, body=json.dumps(told).encode())


def ampersands(q, r):
    """Addresses with a query of two parts; as they stand in the XML nobody knows them."""
    if "amp;" in q.target:
        return _with(r, status=404)
    return _with(r, body=re.sub(rb"<loc>([^<?]*/(?:id|doc)/[^<?]*)</loc>", rb"<loc>\1?a=1&amp;b=2</loc>", r.body))


# What the lie is -> (the check that sees it, of which requests, the lie).
FINER = {
    "another digest of a packed file": ("dumps.repr-digest", packed, header_replaced("repr-digest", "sha-256=:..", "sha-256=:AA")),
    "a packed file that has no digest": ("dumps.repr-digest", lambda q: q.path.endswith(".zst"), without("repr-digest")),
    "a wrong sum of a packed file": ("dumps.digest", at("/dumps/SHA256SUMS"), every_body(rb"(?m)^[0-9a-f]{4}(\w+ [ *]?all\.rdf\.gz)$", rb"0000\1")),
    "a packed file of another format": ("dumps.packed", lambda q: q.path.endswith(".jsonld.gz"), body(gzip.compress(b"{}"))),
    "a file without a sum": ("dumps.listed", at("/dumps/SHA256SUMS"), every_body(rb"(?m)^.*graph-meta\.ttl\n", b"")),
    "a file of another scope is not on the page": ("dumps.listed", at("/dumps"), every_body(rb"/dumps/graph-meta\.ttl\"", b'/elsewhere"')),
    "as many triples, but others": ("dumps.everything", lambda q: q.path == "/dumps/all.nt", replaced(rb"> <[^>]+> <", b"> <urn:other> <")),
    "a sitemap that is no XML": ("counts.sitemap", at("/sitemap.xml"), every_body(rb"</urlset>", b"")),
    "a sitemap of another host": ("counts.sitemap", at("/sitemap.xml"), every_body(rb"<loc>[^<]*", b"<loc>" + ELSEWHERE)),
    "an endpoint that answers with a page": ("counts.endpoint", asking("ASK"), body(b"<!doctype html>")),
    "a graph with another triple": ("description.graphs-dereference", lambda q: q.path.startswith("/graph/"), typed(NTRIPLES, replaced(rb"> <[^>]+> ", b"> <urn:other> "))),
    "a stored graph with another triple": ("graphstore.graph", store, typed(NTRIPLES, replaced(rb"> <[^>]+> ", b"> <urn:other> "))),
    "HEAD of a graph is of another type": ("graphstore.head", lambda q: store(q) and q.method == "HEAD", having("content-type", HTML)),
    "bytes after the last chunk": ("negotiation.exact", document, in_chunks(b"0\r\n\r\nmore")),
    "a body that ends within the last chunk": ("negotiation.exact", document, in_chunks(b"0\r\n")),
    "a length beside chunks": ("negotiation.exact", document, lambda q, r: _with(in_chunks(b"0\r\n\r\n")(q, r), keep_length=True).having("content-length", "7") if r.status == 200 and q.method == "GET" else None),
    "Brotli that ends early": ("conditions.codings", lambda q: q.headers.get("accept-encoding") == "br", lambda q, r: _with(r, body=r.body[:-9])),
    "Zstandard of something else": ("conditions.codings", lambda q: q.headers.get("accept-encoding") == "zstd", lambda q, r: _with(r, body=zstandard.compress(b"x"))),
    "Brotli has the tag of the plain one": ("conditions.tag-of-each-coding", document, header_replaced("etag", r'-br"$', '"')),
    "deflate that is none": ("conditions.codings", lambda q: "accept-encoding" in q.headers, lambda q, r: _with(r, body=b"x" * 50).having("content-encoding", q.headers["accept-encoding"])),
    "JSON without end": ("jsonld.context", document, typed("application/ld+json", body(b"[" * 200_000))),
    "an age that is no number": ("caching.readable", document, header_replaced("cache-control", r"max-age=\d+", 'max-age="60"')),
    "a 303 that may not be kept": ("caching.redirects", dereferencing, having("cache-control", "no-store")),
    "a 303 for ever": ("caching.redirects", dereferencing, having("cache-control", "public, max-age=31536000")),
    "states that are kept and asked again": ("caching.states", lambda q: q.path.startswith("/-/"), having("cache-control", "no-cache")),
    "answers for a year": ("caching.answers", query, having("cache-control", "public, max-age=31536000")),
    "answers that may not be kept": ("caching.answers", query, having("cache-control", "no-store")),
    "a Date in words": ("caching.age-of-a-date", anywhere, having("date", "today")),
    "a Date of another zone": ("conditions.last-modified", document, having("last-modified", "Wed, 01 Jan 2020 00:00:00 +0200")),
    "an ETag in another case in a 304": ("conditions.headers-of-304", document, lambda q, r: r.having("etag", r.header("etag").upper()) if r.status == 304 else None),
    "modified in the future, and no dump": ("conditions.last-modified", lambda q: document(q) or q.path == "/dumps/SHA256SUMS", lambda q, r: _with(r, status=404) if "dumps" in q.path else r.having("last-modified", "Wed, 01 Jan 2200 00:00:00 GMT")),
    "the address of a nanopublication has another": ("nanopubs.own-address", lambda q: "/RA" in q.path and q.path.startswith("/nanopub/"), every_body(rb"(/nanopub/[^\s#>\"]*/RA)\w", rb"\1-")),
    "Latin-1 beside a sign of lost bytes": ("negotiation.charset", document, ok(lambda q, r: _with(r, body=r.body + b"# \xef\xbf\xbd \xe4") if r.type == TURTLE else None)),
    "samples of four numbers": ("operations.metrics", at("/-/metrics"), every_body(rb"(?m) [\d.]+$", b" 1.2.3.4")),
    "a refusal of an offline service": ("problems.where-it-breaks", query, typed("application/problem+json", body(b'{"status": 400, "detail": "The service is offline."}'))),
    "a statement of two default graphs is lost": ("queries.several-default-graphs", lambda q: q.target.count("default-graph-uri") == 2, lambda q, r: _with(r, body=re.sub(rb'"value":"(\d+)"', lambda m: b'"value":"%d"' % (int(m[1]) - 1), r.body))),
    "one example of many is refused": ("queries.examples", lambda q: query(q) and SECOND_EXAMPLE in q.body, status(200, 503)),
    "POST has columns in another order": ("queries.post-form", lambda q: query(q) and q.method == "POST", replaced(rb'"s","p","o"', b'"o","p","s"')),
    "an announced format is refused": ("results.all-announced", lambda q: query(q) and q.accept == "application/rdf+xml", status(200, 406)),
    "a random name may be kept": ("results.never-the-same", asking("UUID"), having("cache-control", "public, max-age=60")),
    "all of the file as its parts": ("ranges.several", lambda q: "," in q.headers.get("range", ""), lambda q, r: _with(r, status=206).having("content-type", "multipart/byteranges; boundary=x").having("content-range", "")),
    "HEAD with a range is a part": ("ranges.head", lambda q: q.method == "HEAD" and "range" in q.headers, lambda q, r: _with(r, status=206)),
    "a limit of time that is not kept": ("refusals.time", asking("timeout=1"), slowly),
    "a dump that is kept for a year": ("releases.of-the-moment", dump, having("cache-control", "public, max-age=31536000")),
    "sums of another release": ("releases.list", lambda q: q.path.startswith("/release/"), every_body(rb"(?m)^[0-9a-f]{4}", b"0000")),
    "a feed that is no XML": ("releases.feed", at("/feed.atom"), every_body(rb"</feed>", b"")),
    "an entry without an id": ("releases.feed", at("/feed.atom"), replaced(rb"<entry>\s*<id>[^<]*</id>", b"<entry>")),
    "styles from anywhere": ("safety.policy", anywhere, having("content-security-policy", "script-src 'self'; frame-ancestors 'none'")),
    "scripts of a host without a scheme": ("safety.policy", anywhere, header_replaced("content-security-policy", "script-src 'self'", "script-src 'self' elsewhere.example")),
    "the lax policy stands first": ("safety.policy", anywhere, header_replaced("content-security-policy", "^", "script-src *; ")),
    "scripts from data": ("safety.policy", anywhere, header_replaced("content-security-policy", "script-src 'self'", "script-src data:")),
    "framed although X-Frame-Options is there": ("safety.framing", anywhere, lambda q, r: header_replaced("content-security-policy", "frame-ancestors 'none'", "frame-ancestors *")(q, r.having("x-frame-options", "DENY"))),
    "X-Frame-Options that means nothing": ("safety.framing", anywhere, lambda q, r: header_replaced("content-security-policy", "frame-ancestors 'none'", "x 'none'")(q, r.having("x-frame-options", "ALLOWALL"))),
    "a version beside the protocol of a proxy": ("safety.no-versions", anywhere, having("via", "1.1 varnish (Varnish/7.1)")),
    "a style sheet of others, with two relations": ("safety.nothing-from-elsewhere", anywhere, typed(HTML, replaced(b"</head>", b'<link rel="preload stylesheet" href="https://elsewhere.example/x.css"></head>'))),
    "a picture of others for large screens": ("safety.nothing-from-elsewhere", anywhere, typed(HTML, replaced(b"</body>", b'<img srcset="/a.png 1x, https://elsewhere.example/x.png 2x"></body>'))),
    "an inline script of another name": ("safety.nothing-inline", anywhere, typed(HTML, replaced(b"</body>", b'<script type="application/javascript">x()</script></body>'))),
    "an address that runs": ("safety.nothing-inline", anywhere, typed(HTML, replaced(b"</body>", b'<a href=" JavaScript:x()">x</a></body>'))),
    "an inline style": ("safety.nothing-inline", anywhere, typed(HTML, replaced(b"</head>", b"<style>a {}</style></head>"))),
    "only a drawing has a title": ("safety.pages", anywhere, typed(HTML, lambda q, r: _with(r, body=re.sub(rb"<title>.*?</title>", b"", r.body).replace(b"</body>", b"<svg><title>x</title></svg></body>")))),
    "a linkset of something else": ("signposts.linkset", lambda q: "linkset" in q.accept, every_body(rb'("anchor": "[^"]*)"', rb'\1-other"')),
    "a dump without ETag": ("signposts.canonical-dump", lambda q: "/dumps/" in q.path, without("etag")),
    "a choice of other things": ("lookups.resolver", dereferencing, lambda q, r: _with(r.without("location"), status=300, body=b"elsewhere") if r.status == 303 else None),
    "a table with a line too many": ("lookups.tables", lambda q: q.path.endswith((".csv", ".tsv")), lambda q, r: _with(r, body=r.body + r.body.splitlines(keepends=True)[-1])),
    "a page of rows without links": ("lookups.table-of-rows", query, typed(HTML, every_body(rb'href="/(id|doc)/', b'href="/x/'))),
    "the first of two requests is lost": ("transport.kept-connections", lambda q: alive(q) and b"7f3a" in q.body, lambda q, r: _with(r, status=503)),
}  # fmt: skip
# What a service does that is right too -> (the check that must not mind, of which requests, what it does).
RIGHT_TOO = {
    "an address with & in a sitemap": ("counts.sitemap", lambda q: q.path == "/sitemap.xml" or "amp;" in q.target, ampersands),
    "a sitemap with prefixes": ("counts.sitemap", at("/sitemap.xml"), every_body(rb"<(/?)(urlset|url|loc)( xmlns)?", lambda m: b"<" + m[1] + b"s:" + m[2] + (b" xmlns:s" if m[3] else b""))),
    "a partition without a number": ("counts.class-partitions", described, replaced(rb"(<dataset#class-[\w-]+>\n(?s:.)*?)  void:entities \d+ ;\n", rb"\1")),
    "a spelling that is led to the plain one": ("things.percent-encoding", lambda q: dereferencing(q) and "%" in q.target, lambda q, r: _with(r.having("location", unquote(q.target)), status=308)),
    "a dump on another host": ("counts.data-dumps", described, replaced(rb"void:dataDump <[^>]*>", b"void:dataDump <" + ELSEWHERE + b"all.nt>")),
    "a distribution on another host": ("counts.distributions", described, replaced(rb"dcat:downloadURL <[^>]*>", b"dcat:downloadURL <" + ELSEWHERE + b"all.nt>")),
    "a distribution that is only reached by a page": ("counts.distributions", described, replaced(rb"dcat:downloadURL <[^>]*>", b"dcat:landingPage <" + ELSEWHERE + b">")),
    "HEAD does not tell the length": ("counts.distributions", lambda q: q.method == "HEAD", without("content-length")),
    "media types with http": ("counts.distributions", described, every_body(b"https://www.iana.org", b"http://www.iana.org")),
    "checksums of another kind": ("counts.checksums", described, replaced(rb"checksumAlgorithm_sha256 ;(\s+)spdx:checksumValue \"..", rb'checksumAlgorithm_md5 ;\1spdx:checksumValue "zz')),
    "chunks with a trailer": ("negotiation.exact", document, in_chunks(b"0\r\nX-Sum: 1\r\n\r\n")),
    "extensions of Cache-Control": ("caching.readable", document, lambda q, r: r.having("cache-control", r.header("cache-control") + ', no-cache="Set-Cookie, Set-Cookie2", community=UCI_1')),
    "an icon that may change": ("caching.assets", at("/"), typed(HTML, replaced(b"</head>", b'<link rel="icon" href="/dataset.ttl"></head>'))),
    "no metrics": ("caching.states", at("/-/metrics"), status(200, 404)),
    "an ETag beyond ASCII": ("conditions.strong-tags", document, having("etag", '"\xe4"')),
    "no N-Triples": ("conditions.other-tag", document, no_ntriples),
    "all headers are exposed": ("methods.cors-exposed", anywhere, having("access-control-expose-headers", "*")),
    "POST needs no permission": ("methods.preflight", lambda q: q.method == "OPTIONS", without("access-control-allow-methods")),
    "a parameter after the charset": ("negotiation.charset", document, header_replaced("content-type", r"charset=utf-8$", "charset=utf-8; version=1.1")),
    "labels with brackets": ("operations.metrics", at("/-/metrics"), lambda q, r: _with(r, body=r.body + b'requests{path="/{id}/\\"x\\"",b="1"} 1.5e+05 -12\n')),
    "formats that nobody here reads": ("results.all-announced", bare, replaced(rb"(<[^>]*resultFormat> <[^>]*/formats/)[^>]*>", rb"\1N3>")),
    "parts that lie close come as one": ("ranges.several", lambda q: "," in q.headers.get("range", ""), one_part),
    "labels of blank nodes are of a document": ("queries.post-form", query, blank_labels),
    "a proxy that says so": ("safety.no-versions", anywhere, having("via", "1.1 varnish, HTTP/1.1 edge")),
    "a nonce": ("safety.policy", anywhere, header_replaced("content-security-policy", "script-src 'self'", "script-src 'nonce-abc' 'strict-dynamic'")),
    "data in a page": ("safety.nothing-inline", anywhere, typed(HTML, replaced(b"</body>", b'<script type="application/ld+json">{}</script></body>'))),
    "a type that is a URN": ("signposts.type", document, header_replaced("link", r"<[^<]*>; rel=\"type\"", '<urn:x:type>; rel="type"')),
    "a feed with prefixes": ("releases.feed", at("/feed.atom"), every_body(rb"<(/?)([a-z]+)( xmlns(?==\"))?", lambda m: b"<" + m[1] + b"a:" + m[2] + (b" xmlns:a" if m[3] else b""))),
    "graphs with names of others": ("description.graphs-dereference", bare, every_body(rb"(sparql-service-description#name> <)[^>]*/graph/", rb"\1urn:graph:")),
}  # fmt: skip
# What only the repository's own publication has enough of.
IN_LIBYA = {"one example of many is refused"}
