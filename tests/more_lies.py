"""The rest of the lies: with those of tests/lies.py every check has one that it must see."""

import re

from tests.lies import (
    HTML,
    NTRIPLES,
    PROBLEM,
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
    range_ignored,
    range_shifted,
    refused,
    replaced,
    shorter,
    status,
    typed,
    without,
)


def asking(part: str, path: str = "/sparql"):
    """Requests at a path whose URL, Accept or body has this in it."""
    return lambda q: q.path == path and (part in q.target or part in q.accept or part.encode() in q.body)


def body(new: bytes):
    return lambda q, r: _with(r, body=new)


def every_body(old: bytes, new: bytes):
    return lambda q, r: _with(r, body=re.sub(old, new, r.body))


def store(q):
    return q.path == "/graph-store"


def alive(q):
    return q.path == "/-/alive"


def bare(q):
    return q.target == "/sparql"


def chunked(q, r):
    r.without("content-length").headers.append(("transfer-encoding", "chunked"))
    return _with(r, body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(r.body), r.body))


OTHER_TRIPLE = b"<urn:a> <urn:b> 1 ."

MORE = {
    "a merged thing leads on for now": ("things.merged", dereferencing, status(301, 302)),
    "a merged thing leads elsewhere": ("things.merged", dereferencing, lambda q, r: r.having("location", "/id/other") if r.status == 301 else None),
    "a withdrawn thing is there": ("things.withdrawn", lambda q: q.path.startswith("/doc/"), status(410, 200)),
    "a withdrawn thing says nothing": ("things.withdrawn", lambda q: q.path.startswith("/doc/"), lambda q, r: _with(r, body=b"") if r.status == 410 else None),
    "no page of a thing": ("things.page", lambda q: q.path.startswith("/doc/") and q.accept == HTML, having("content-type", TURTLE)),
    "case does not matter": ("things.fixed-case", dereferencing, status(404, 303)),
    "letters beyond ASCII break it": ("things.beyond-ascii", lambda q: "%C3" in q.target, status(404, 500)),
    "a query makes another thing": ("things.query-ignored", lambda q: "utm_source" in q.target, status(303, 404)),
    "only the first Accept is read": ("negotiation.several-lines", document, lambda q, r: r.having("content-type", TURTLE) if r.type == "application/trig" else None),
    "the front page describes something else": ("negotiation.description-everywhere", lambda q: q.path == "/" and q.accept == TURTLE, body(OTHER_TRIPLE)),
    "any date is no newer": ("conditions.no-date", lambda q: q.headers.get("if-modified-since") == "yesterday", status(200, 304)),
    "no type of the thing": ("signposts.type", document, header_replaced("link", r'rel="type"', 'rel="related"')),
    "a linkset that is none": ("signposts.linkset", lambda q: "linkset" in q.accept, having("content-type", "application/json")),
    "a linkset without anchors": ("signposts.linkset", lambda q: "linkset" in q.accept, every_body(b'"anchor"', b'"anchored"')),
    "HEAD of a query is 405": ("queries.head", lambda q: query(q) and q.method == "HEAD", status(200, 405)),
    "only one default graph": ("queries.several-default-graphs", lambda q: q.target.count("default-graph-uri") == 2, replaced(rb'"value":"\d+"', b'"value":"1"')),
    "FROM wins over the request": ("queries.graphs-of-the-request-win", lambda q: "FROM" in q.target and "default-graph" in q.target, replaced(rb'"value":"\d+"', b'"value":"77"')),
    "FROM is ignored": ("queries.from", lambda q: "FROM" in q.target, replaced(rb'"value":"\d+"', b'"value":"77"')),
    "no base": ("queries.base", asking("conformance%2Fx"), status(200, 400)),
    "an example that is refused": ("queries.examples", lambda q: query(q) and q.method == "POST", status(200, 400)),
    "plus is a plus": ("queries.plus-and-space", asking("%2B"), status(200, 400)),
    "rows with gaps are lost": ("results.unbound", asking("UNDEF"), typed("text/csv", body(b"a,b\r\n1,\r\n"))),
    "DESCRIBE says nothing": ("results.describe", asking("DESCRIBE"), body(b"")),
    "a format that nobody knows": ("results.all-announced", bare, replaced(rb"formats/Turtle", b"formats/Tortoise")),
    "a page by default": ("results.default", lambda q: query(q) and not q.accept, typed(ROWS, having("content-type", HTML))),
    "format= is ignored": ("results.format-parameter", asking("format=csv"), having("content-type", ROWS)),
    "quads are empty": ("results.quads", query, typed("application/n-quads", body(b""))),
    "rows for a browser": ("results.page", lambda q: query(q) and q.accept.startswith("text/html"), having("content-type", ROWS)),
    "a random name is kept": ("results.never-the-same", asking("UUID"), replaced(rb"urn:uuid:[\w-]+", b"urn:uuid:same")),
    "no query is an empty query": ("refusals.no-query", lambda q: query(q) and q.target.endswith("query="), status(400, 200)),
    "a long URL breaks it": ("refusals.too-long", lambda q: len(q.target) > 10_000, lambda q, r: _with(r, status=500)),
    "any limit of time": ("refusals.bad-limit", asking("timeout=soon"), status(400, 200)),
    "any name of a format": ("refusals.bad-format", asking("format=png"), status(400, 200)),
    "afterwards nothing is true": ("refusals.after-all-that", query, every_body(b"true", b"false")),
    "RDF for a browser": ("description.page", lambda q: bare(q) and "html" in q.accept, having("content-type", TURTLE)),
    "SPARQL 1.1 is not announced": ("description.language", bare, replaced(rb"SPARQL11Query", b"SPARQL99Query")),
    "counting is wrong": ("description.language", asking("DISTINCT"), replaced(rb'"value":"2"', b'"value":"3"')),
    "no union": ("description.union", asking("NOT+EXISTS"), replaced(rb'"value":"0"', b'"value":"5"')),
    "a feature that nobody describes": ("description.features", bare, every_body(rb"(/sparql>) (<[^>]*#feature>) <([^>]*)sparql#no-update>", rb"\1 \2 <\3sparql#mystery>")),
    "another longest query is stated": ("description.query-length", bare, every_body(rb"(#limit-query-length> <[^>]*/value> .)(\d)", rb"\g<1>1\2")),
    "a graph that lacks a triple": ("description.graphs-dereference", lambda q: q.path.startswith("/graph/"), typed(NTRIPLES, replaced(rb"^[^\n]+\n", b""))),
    "the endpoint does not know its dataset": ("description.in-itself", asking("ASK"), every_body(b"true", b"false")),
    "/.well-known/void is a page": ("counts.well-known", at("/.well-known/void"), having("content-type", HTML)),
    "a wrong number of objects": ("counts.objects", at("/.well-known/void"), every_body(rb"(void:distinctObjects )(\d)", rb"\g<1>1\2")),
    "a part without a number": ("counts.subsets", at("/.well-known/void"), every_body(rb"(\n<graph/meta>\n(?s:.)*?void:)triples (\d)", rb"\1documents \2")),
    "a file of what is no dataset": ("counts.of-datasets", at("/.well-known/void"), every_body(rb"(dataset#class-[\w-]+>\n  a void:Dataset) , dcat:Dataset", rb"\1")),
    "no DCAT": ("counts.is-a-dataset", at("/.well-known/void"), every_body(rb"dcat:Dataset", b"dcat:Resource")),
    "the dataset is not there": ("counts.dereferences", lambda q: q.path == "/dataset", status(200, 404)),
    "another space of URIs": ("counts.uri-space", at("/.well-known/void"), every_body(rb'(void:uriSpace ")[^"]*', rb"\1urn:elsewhere:")),
    "the endpoint named is dead": ("counts.endpoint", query, status(200, 503)),
    "a wrong number of properties": ("counts.properties", at("/.well-known/void"), replaced(rb"(void:properties )(\d)", rb"\g<1>1\2")),
    "robots.txt without a sitemap": ("counts.sitemap", at("/robots.txt"), every_body(rb"(?i)sitemap:.*", b"")),
    "a sitemap of what is not there": ("counts.sitemap", lambda q: q.path.startswith(("/id/", "/doc/", "/browse")), status(200, 404)),
    "a graph without a triple": ("graphstore.graph", store, typed(NTRIPLES, replaced(rb"^[^\n]+\n", b""))),
    "the default graph is empty": ("graphstore.default", lambda q: q.target.endswith("default"), body(b"")),
    "a graph that is not there is empty": ("graphstore.unknown", store, status(404, 200)),
    "HEAD of a graph is 405": ("graphstore.head", lambda q: store(q) and q.method == "HEAD", status(200, 405)),
    "a graph can be put": ("graphstore.read-only", lambda q: store(q) and q.method == "PUT", lambda q, r: _with(r, status=201)),
    "two graphs at once": ("graphstore.conflict", store, status(400, 200)),
    "a graph as a picture": ("graphstore.not-acceptable", store, status(406, 200)),
    "a graph has no page": ("graphstore.page", lambda q: q.path.startswith("/graph/"), having("content-type", TURTLE)),
    "a file is not on the page": ("dumps.listed", at("/dumps"), every_body(rb"/dumps/all\.nt\"", b'/elsewhere"')),
    "a file is not described": ("dumps.described", at("/dumps"), every_body(rb"/dumps/all\.nt>", b"/elsewhere>")),
    "a graph is not in the dump": ("dumps.graphs-of-quads", lambda q: q.path == "/dumps/all.nq", every_body(rb"graph/meta> \.", b"graph/mini> .")),
    "a dump that stays for ever": ("releases.of-the-moment", dump, having("cache-control", "public, immutable")),
    "a file without a name": ("dumps.file-name", dump, without("content-disposition")),
    "no release is the current one": ("releases.list", at("/releases"), every_body(rb'"current": true', b'"current": false')),
    "a feed without its own address": ("releases.feed", at("/feed.atom"), every_body(b'rel="self"', b'rel="other"')),
    "a suffix of other bytes": ("ranges.suffix", dump, range_shifted),
    "nothing beyond the end": ("ranges.beyond-the-end", dump, range_ignored),
    "lines are bytes": ("ranges.other-units", lambda q: q.headers.get("range", "").startswith("lines"), status(200, 206)),
    "nonsense is half the file": ("ranges.nonsense", lambda q: "range" in q.headers, shorter),
    "several ranges are the first": ("ranges.several", lambda q: "," in q.headers.get("range", ""), status(200, 206)),
    "a range wins over a tag": ("ranges.not-modified", lambda q: "range" in q.headers, status(304, 206)),
    "HEAD with a range is 416": ("ranges.head", lambda q: q.method == "HEAD" and "range" in q.headers, lambda q, r: _with(r, status=416)),
    "a context that is no JSON-LD": ("jsonld.context", lambda q: q.path.startswith("/context"), having("content-type", HTML)),
    "a context that only some may read": ("jsonld.context", lambda q: q.path.startswith("/context"), without("access-control-allow-origin")),
    "profiles are ignored": ("jsonld.expanded", lambda q: "expanded" in q.accept, body(b'{"@context": {}, "@id": "urn:a", "urn:b": 1}')),
    "an expanded document lacks a statement": ("jsonld.expanded", lambda q: "expanded" in q.accept, body(b'[{"@id": "urn:a", "urn:b": [{"@value": 1}]}]')),
    "compacted without a context": ("jsonld.compacted", lambda q: "compacted" in q.accept, body(b"[]")),
    "an unknown profile is refused": ("jsonld.unknown-profile", lambda q: "conformance" in q.accept, status(200, 406)),
    "a lookup in one format": ("lookups.formats", at("/links"), lambda q, r: r.having("content-type", TURTLE) if q.accept == NTRIPLES else None),
    "any body is a batch": ("lookups.bad-batch", lambda q: q.path == "/links" and q.method == "POST", status(415, 200)),
    "a batch without end": ("lookups.bad-batch", lambda q: q.path == "/links" and q.method == "POST", status(413, 200)),
    "spelling matters": ("lookups.spellings", lambda q: q.path == "/links" and q.target.endswith("%2F"), lambda q, r: _with(r, status=404)),
    "an identifier leads elsewhere": ("lookups.resolver", dereferencing, header_replaced("location", "/id/.*", "/id/elsewhere")),
    "a link is lost": ("lookups.linksets", lambda q: q.path.startswith("/linksets/"), replaced(rb"^[^\n]+\n", b"")),
    "a link of another kind": ("lookups.predicates", lambda q: q.path.startswith("/linksets/"), replaced(rb"> <[^>]+> <", b"> <urn:other> <")),
    "a table without rows": ("lookups.tables", lambda q: q.path.endswith((".csv", ".tsv")), every_body(rb"\n[^#\n][^\n]*", b"")),
    "a citation of something else": ("lookups.cite", at("/cite"), every_body(rb"/id/[^\s\"}]*", b"/id/other")),
    "a table without the row": ("lookups.table-of-rows", query, typed("text/csv", body(b"s\r\n"))),
    "an empty fragment that counts": ("fragments.empty", lambda q: "elsewhere.example" in q.target, every_body(rb"(void:triples|totalItems) 0", rb"\1 3")),
    "any pattern": ("fragments.refused", at("/fragments"), status(400, 200)),
    "a fragment in one format": ("fragments.formats", at("/fragments"), having("content-type", TURTLE)),
    "a fragment without ETag": ("fragments.cacheable", at("/fragments"), without("etag")),
    "five graphs": ("nanopubs.parts", lambda q: q.path.startswith("/nanopub/"), lambda q, r: _with(r, body=r.body + b"\n<urn:g> { <urn:a> <urn:b> 1 }")),
    "no provenance": ("nanopubs.provenance", lambda q: q.path.startswith("/nanopub/"), every_body(rb"prov:(wasAttributedTo|hadPrimarySource|wasDerivedFrom|wasGeneratedBy|wasQuotedFrom)", b"prov:other")),
    "no licence of a nanopublication": ("nanopubs.publication-info", lambda q: q.path.startswith("/nanopub/"), every_body(rb"dct:(license|rights)", b"dct:other")),
    "a nanopublication in Turtle": ("nanopubs.own-address", lambda q: q.path.startswith("/nanopub/"), status(406, 200)),
    "a nanopublication loses a quad": ("nanopubs.same-everywhere", lambda q: q.path.startswith("/nanopub/"), typed("application/n-quads", replaced(rb"^[^\n]+\n", b""))),
    "stale without a number": ("caching.stale-while-revalidate", document, header_replaced("cache-control", r"stale-while-revalidate=\d+", "stale-while-revalidate")),
    "a 303 that says nothing to caches": ("caching.redirects", dereferencing, without("cache-control")),
    "answers for ever": ("caching.answers", query, having("cache-control", "public, immutable")),
    "a body without a type": ("safety.typed", lambda q: "there-is-no-such-thing" in q.path, without("content-type")),
    "a page for clients of RDF": ("problems.for-rdf-clients", anywhere, refused(having("content-type", HTML))),
    "no line": ("problems.where-it-breaks", query, typed(PROBLEM, body(b'{"status": 400, "detail": "no"}'))),
    "a refusal without Vary": ("problems.pages-of-refusals-vary", anywhere, refused(without("vary"))),
    "dead": ("operations.alive", alive, status(200, 503)),
    "a list with another release": ("operations.one-release", at("/releases"), every_body(rb'"id": "r', b'"id": "s')),
    "checks without sentences": ("operations.checks", at("/-/conformance/checks"), every_body(rb'"says": "[^"]*"', b'"says": ""')),
    "one reply for two requests": ("transport.kept-connections", alive, lambda q, r: _with(r, body=b"{}")),
    "anything is HTTP": ("transport.not-http", lambda q: q.method == "GET" and q.target == "/", lambda q, r: _with(r, status=500)),
    "only the first line counts": ("transport.list-over-lines", lambda q: "if-none-match" in q.headers, status(304, 200)),
    "If-Match is not looked at": ("conditions.if-match", lambda q: '"another"' in q.headers.get("if-match", ""), status(412, 200)),
    "no Host": ("transport.host", alive, status(400, 200)),
    "chunks for HTTP/1.0": ("transport.http10", lambda q: q.path == "/dataset", ok(chunked)),
    "chunks are not read": ("transport.chunked-body", lambda q: "transfer-encoding" in q.headers, status(200, 411)),
    "lengths are guessed at": ("transport.two-lengths", query, lambda q, r: _with(r, status=200)),
    "a head of any size": ("transport.large-head", alive, lambda q, r: _with(r, status=200)),
    "no answer to an expectation": ("transport.expectation", query, lambda q, r: _with(r, status=500, body=b"")),
}  # fmt: skip
# What only the repository's own publication has.
OF_LIBYA = (
    "nanopubs.",
    "lookups.spellings",
    "lookups.resolver",
    "lookups.linksets",
    "lookups.predicates",
    "lookups.tables",
)
