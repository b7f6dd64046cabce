"""Each way in which a service may break one line of its contract, and the check that must see it."""

import gzip
import re

from tests.liar import Reply, Request

TURTLE, NTRIPLES, HTML, PROBLEM = "text/turtle", "application/n-triples", "text/html", "application/problem+json"
ROWS = "application/sparql-results+json"


def dereferencing(asked: Request) -> bool:
    return asked.path.startswith("/id/")


def document(asked: Request) -> bool:
    return asked.path.startswith("/doc/") or asked.path.startswith("/dataset")


def dump(asked: Request) -> bool:
    return asked.path.startswith("/dumps/")


def anywhere(asked: Request) -> bool:
    return True


def query(asked: Request) -> bool:
    return asked.path == "/sparql"


def at(path: str):
    return lambda asked: asked.path == path


def without(*names):
    return lambda asked, reply: reply.without(*names)


def having(name, value):
    return lambda asked, reply: reply.having(name, value)


def status(was, is_):
    return lambda asked, reply: _with(reply, status=is_) if reply.status == was else None


def replaced(old: bytes, new: bytes):
    """The first stretch that fits a pattern, in bodies that are sent whole."""
    return lambda asked, reply: _with(reply, body=re.sub(old, new, reply.body, count=1)) if reply.body else None


def header_replaced(name, old, new):
    def lie(asked, reply):
        told = reply.header(name)
        return reply.having(name, re.sub(old, new, told)) if re.search(old, told) else None

    return lie


def _with(reply: Reply, **changes) -> Reply:
    for name, value in changes.items():
        setattr(reply, name, value)
    return reply


def typed(kind, lie):
    """Only of replies of this type."""
    return lambda asked, reply: lie(asked, reply) if reply.type == kind else None


def ok(lie):
    return lambda asked, reply: lie(asked, reply) if reply.status == 200 else None


def refused(lie):
    return lambda asked, reply: lie(asked, reply) if reply.status >= 400 else None


def body_in_head(asked, reply):
    return _with(reply, body=b"hello", keep_length=True) if asked.method == "HEAD" else None


def half(asked, reply):
    if asked.method != "GET" or reply.status != 200:
        return None
    return _with(reply, body=reply.body[: len(reply.body) // 2], keep_length=True)


def shorter(asked, reply):
    """Half the bytes, and a Content-Length that hides it."""
    return _with(half(asked, reply), keep_length=False) if asked.method == "GET" and reply.status == 200 else None


def weak(asked, reply):
    tag = reply.header("etag")
    return reply.having("etag", f"W/{tag}") if tag.startswith('"') else None


def condition_ignored(name):
    """What a service answers that does not know a condition: all of it. The bytes are asked for again without it."""

    def lie(asked, reply):
        return _with(reply, status=200, body=b"all of it") if name in asked.headers and reply.status == 304 else None

    return lie


def always_unchanged(asked, reply):
    return _with(reply, status=304, body=b"").without("content-length") if "if-none-match" in asked.headers else None


def range_ignored(asked, reply):
    return _with(reply, status=200).without("content-range") if reply.status == 206 else None


def range_shifted(asked, reply):
    return _with(reply, body=b"x" + reply.body[:-1]) if reply.status == 206 and reply.body else None


def turtle_for_all(asked, reply):
    return reply.having("content-type", "text/turtle; charset=utf-8") if asked.accept == NTRIPLES else None


def page_for_all(asked, reply):
    return (
        _with(reply, body=b"<!doctype html><title>x</title>").having("content-type", HTML)
        if reply.status >= 400
        else None
    )


def echo(asked, reply):
    from urllib.parse import unquote

    return _with(reply, body=reply.body + unquote(asked.target).encode()) if asked.path == "/search" else None


def one_row_less(asked, reply):
    return _with(reply, body=re.sub(rb"\r\n[^\r\n]+\r\n$", b"\r\n", reply.body))


def accepted_update(asked, reply):
    sent = asked.body + asked.target.encode()
    return (
        _with(reply, status=200)
        if reply.status == 403 and b"pdate" in sent + asked.headers.get("content-type", "").encode()
        else None
    )


def long_ago(asked, reply):
    return reply.having("last-modified", "Wed, 01 Jan 2200 00:00:00 GMT") if reply.header("last-modified") else None


def for_ask(value: bytes):
    return lambda asked, reply: _with(reply, body=reply.body.replace(b"true", value)) if reply.type == ROWS else None


# What the lie is -> (the check that sees it, of which requests, the lie).
LIES = {
    "302 in place of 303": ("things.see-other", dereferencing, status(303, 302)),
    "303 to another host": (
        "things.see-other",
        dereferencing,
        header_replaced("location", r"^.*$", "https://elsewhere.example/x"),
    ),
    "a thing is sent itself": ("things.see-other", dereferencing, status(303, 200)),
    "a 303 with an ETag": ("things.no-body-of-its-own", dereferencing, having("etag", '"x"')),
    "a 303 with Turtle": ("things.no-body-of-its-own", dereferencing, having("content-type", TURTLE)),
    "HEAD of a thing without Location": (
        "things.head",
        lambda q: dereferencing(q) and q.method == "HEAD",
        without("location"),
    ),
    "Accept decides where a thing leads": (
        "things.any-accept",
        lambda q: dereferencing(q) and q.accept == TURTLE,
        header_replaced("location", r"$", ".ttl"),
    ),
    "a document about something else": (
        "things.described",
        lambda q: q.path.startswith("/doc/"),
        lambda q, r: _with(r, body=b"<urn:a> <urn:b> 1 .") if r.type == TURTLE else None,
    ),
    "no licence": (
        "things.licence-of-a-document",
        lambda q: q.path.startswith("/doc/"),
        lambda q, r: _with(r.without("link"), body=b"<urn:a> <urn:b> 1 ."),
    ),
    "200 for what is unknown": ("things.unknown", anywhere, status(404, 200)),
    "410 for what is unknown": ("things.unknown", anywhere, status(404, 410)),
    "any extension": ("things.unknown-extension", lambda q: "xyz7f3a" in q.target, status(404, 200)),
    "percent-encoding is another URI": (
        "things.percent-encoding",
        lambda q: dereferencing(q) and "%" in q.target,
        status(303, 404),
    ),
    "a second copy behind a slash": ("things.slash-at-the-end", lambda q: q.path.endswith("/"), status(404, 200)),
    "a file of the machine": (
        "things.no-traversal",
        lambda q: "etc" in q.target,
        lambda q, r: _with(r, body=b"root:x:0:0"),
    ),
    "a traversal that is answered": ("things.no-traversal", lambda q: "..%2f" in q.target, status(404, 200)),
    "an odd path breaks the service": ("things.odd-paths", lambda q: "%00" in q.target, status(404, 500)),
    "a path as markup": (
        "things.odd-paths",
        lambda q: "script" in q.target,
        lambda q, r: _with(r, body=b"<script>alert(1)</script>"),
    ),
    "no Link": ("negotiation.announced", document, without("link")),
    "wrong Content-Type": ("negotiation.exact", document, lambda q, r: turtle_for_all(q, r)),
    "N-Triples that are none": ("negotiation.parses", document, typed(NTRIPLES, replaced(rb" \.\n", b"\n"))),
    "Turtle that is empty": ("negotiation.parses", document, typed(TURTLE, lambda q, r: _with(r, body=b""))),
    "RDF/XML that ends early": (
        "negotiation.parses",
        document,
        typed("application/rdf+xml", replaced(rb"</rdf:RDF>\s*$", b"")),
    ),
    "a triple is missing in one format": (
        "negotiation.same-graph",
        document,
        typed(NTRIPLES, replaced(rb"^[^\n]+\n", b"")),
    ),
    "quality is ignored": (
        "negotiation.quality",
        lambda q: document(q) and "q=0.5" in q.accept,
        having("content-type", TURTLE),
    ),
    "quality 0 is ignored": (
        "negotiation.zero",
        lambda q: document(q) and "q=0" in q.accept,
        having("content-type", HTML),
    ),
    "specificity is ignored": (
        "negotiation.specific",
        lambda q: document(q) and "q=0.2" in q.accept,
        having("content-type", TURTLE),
    ),
    "families are unknown": (
        "negotiation.family",
        lambda q: document(q) and q.accept == "application/*",
        status(200, 406),
    ),
    "no Accept is not */*": (
        "negotiation.anything",
        lambda q: document(q) and not q.accept,
        having("content-type", TURTLE),
    ),
    "parameters confuse": (
        "negotiation.parameters",
        lambda q: document(q) and "charset" in q.accept,
        status(200, 406),
    ),
    "case matters": ("negotiation.case", lambda q: document(q) and "TURTLE" in q.accept, status(200, 406)),
    "RDF for browsers": (
        "negotiation.browser",
        lambda q: document(q) and "xhtml" in q.accept,
        having("content-type", TURTLE),
    ),
    "500 for a broken Accept": (
        "negotiation.broken-accept",
        lambda q: document(q) and "banana" in q.accept,
        lambda q, r: _with(r, status=500),
    ),
    "something in place of 406": ("negotiation.not-acceptable", document, status(406, 200)),
    "406 without a list": (
        "negotiation.list-of-types",
        document,
        lambda q, r: _with(r.without("link"), body=b"{}") if r.status == 406 else None,
    ),
    "no Vary": ("negotiation.vary", document, without("vary")),
    "Vary without Accept": ("negotiation.vary", document, having("vary", "Accept-Encoding")),
    "no Vary on 406": ("negotiation.vary", lambda q: document(q) and "png" in q.accept, without("vary")),
    "no Content-Location": ("negotiation.content-location", document, without("content-location")),
    "a Content-Location of another format": (
        "negotiation.content-location",
        document,
        header_replaced("content-location", r"\.\w+$", ".rdf"),
    ),
    "an extension that is negotiated": (
        "negotiation.extension",
        lambda q: document(q) and q.path.endswith(".ttl"),
        having("content-type", HTML),
    ),
    "no charset": ("negotiation.charset", document, header_replaced("content-type", r";.*", "")),
    "Latin-1": (
        "negotiation.charset",
        document,
        ok(lambda q, r: _with(r, body=r.body + b"\xe4") if r.type == TURTLE else None),
    ),
    "weak in place of strong ETags": ("conditions.strong-tags", document, weak),
    "no ETag": ("conditions.strong-tags", document, without("etag")),
    "one ETag for all formats": ("conditions.tag-of-each-format", document, having("etag", '"same"')),
    "an ETag that changes": ("conditions.stable", document, lambda q, r: r.having("etag", f'"{id(r)}"')),
    "If-None-Match is ignored": ("conditions.not-modified", document, condition_ignored("if-none-match")),
    "a bare 304": (
        "conditions.headers-of-304",
        document,
        lambda q, r: r.without("vary", "cache-control") if r.status == 304 else None,
    ),
    "only one tag is read": (
        "conditions.list",
        lambda q: "," in q.headers.get("if-none-match", ""),
        condition_ignored("if-none-match"),
    ),
    "always 304": ("conditions.other-tag", document, always_unchanged),
    "HEAD is never 304": ("conditions.head", lambda q: document(q) and q.method == "HEAD", status(304, 200)),
    "modified in the future": ("conditions.last-modified", anywhere, long_ago),
    "If-Modified-Since is ignored": (
        "conditions.if-modified-since",
        anywhere,
        condition_ignored("if-modified-since"),
    ),
    "a date wins over a tag": (
        "conditions.tag-before-date",
        lambda q: "if-modified-since" in q.headers,
        always_unchanged,
    ),
    "packed for everybody": ("conditions.coding-not-wanted", document, having("content-encoding", "gzip")),
    "packed bytes are others": (
        "conditions.codings",
        lambda q: "gzip" in q.headers.get("accept-encoding", ""),
        lambda q, r: _with(r, body=gzip.compress(b"x")) if r.header("content-encoding") == "gzip" else None,
    ),
    "one ETag, packed or not": (
        "conditions.tag-of-each-coding",
        document,
        header_replaced("etag", r'-(gzip|br|zstd)"$', '"'),
    ),
    "a body in HEAD": ("methods.head", anywhere, body_in_head),
    "HEAD without ETag": ("methods.head", lambda q: q.method == "HEAD", without("etag")),
    "HEAD of what is not there is 200": ("methods.head-of-a-failure", lambda q: q.method == "HEAD", status(404, 200)),
    "DELETE works": ("methods.refused", anywhere, status(405, 204)),
    "405 without Allow": ("methods.refused", anywhere, lambda q, r: r.without("allow") if r.status == 405 else None),
    "TRACE works": ("methods.unknown", lambda q: q.method == "TRACE", status(405, 200)),
    "OPTIONS without Allow": ("methods.options", lambda q: q.method == "OPTIONS", without("allow")),
    "no CORS": ("methods.cors", anywhere, without("access-control-allow-origin")),
    "CORS with credentials": ("methods.cors", anywhere, having("access-control-allow-credentials", "true")),
    "no CORS on refusals": ("methods.cors", anywhere, refused(without("access-control-allow-origin"))),
    "Link is not exposed": (
        "methods.cors-exposed",
        anywhere,
        header_replaced("access-control-expose-headers", "Link, ", ""),
    ),
    "a preflight that is answered at the endpoint alone": (
        "methods.preflight",
        lambda q: q.method == "OPTIONS" and document(q),
        without("access-control-allow-headers"),
    ),
    "a preflight that says nothing": (
        "methods.preflight",
        lambda q: q.method == "OPTIONS",
        without("access-control-allow-headers"),
    ),
    "a broken Link": ("signposts.readable", document, lambda q, r: r.having("link", "no link at all")),
    "cited as the document": (
        "signposts.cite-as",
        document,
        header_replaced("link", r"/id/([^>]*)>; rel=\"cite-as\"", r'/doc/\1>; rel="cite-as"'),
    ),
    "described by nothing": ("signposts.described-by", document, header_replaced("link", "describedby", "related")),
    "another licence": (
        "signposts.license",
        document,
        header_replaced("link", r"<[^<]*>; rel=\"license\"", '<https://elsewhere.example/l>; rel="license"'),
    ),
    "an alternate that is not there": ("signposts.alternates", lambda q: q.path.endswith(".rdf"), status(200, 404)),
    "a dump without a permanent URL": ("signposts.canonical-dump", dump, without("link")),
    "GET is not answered": ("queries.get", query, status(200, 500)),
    "POST answers otherwise": (
        "queries.post-form",
        lambda q: q.method == "POST",
        replaced(rb'"bindings":\[\{.*?\}\},?', b'"bindings":['),
    ),
    "POST direct is refused": (
        "queries.post-direct",
        lambda q: "sparql-query" in q.headers.get("content-type", ""),
        status(200, 415),
    ),
    "letters are lost": ("queries.beyond-ascii", query, replaced("ü".encode(), b"u")),
    "default-graph-uri is ignored": (
        "queries.default-graph",
        lambda q: "default-graph-uri" in q.target,
        replaced(rb'"value":"\d+"', b'"value":"1440"'),
    ),
    "named-graph-uri is ignored": (
        "queries.named-graph",
        lambda q: "named-graph-uri" in q.target,
        replaced(rb"\"bindings\":\[", b'"bindings":[{"g":{"type":"uri","value":"urn:more"}},'),
    ),
    "a strange graph is fetched": (
        "queries.no-such-graph",
        lambda q: "no-such-graph" in q.target,
        replaced(rb'"0"', b'"12"'),
    ),
    "a prefix that is another": (
        "queries.prefixes",
        lambda q: q.method == "POST",
        replaced(rb'"value":"http', b'"value":"ftp'),
    ),
    "a truncated answer": ("queries.complete", query, half),
    "a truncated answer that looks whole": (
        "queries.complete",
        lambda q: "LIMIT" in q.target,
        lambda q, r: _with(r, body=b'{"head":{"vars":["s","p","o"]},"results":{"bindings":[]}}'),
    ),
    "rows are missing in CSV": ("results.select", query, typed("text/csv", one_row_less)),
    "XML that is none": (
        "results.select",
        query,
        typed("application/sparql-results+xml", replaced(b"</sparql>", b"")),
    ),
    "no is yes": ("results.ask", query, lambda q, r: _with(r, body=r.body.replace(b"false", b"true"))),
    "TSV escapes nothing": ("results.escapes", query, typed("text/tab-separated-values", replaced(rb"\\t", b"\t"))),
    "CONSTRUCT loses a triple": (
        "results.construct",
        query,
        typed(TURTLE, lambda q, r: _with(r, body=b"<urn:a> <urn:b> 1 .")),
    ),
    "rows as Turtle": ("results.not-acceptable", query, status(406, 200)),
    "answers without Vary": ("results.vary", query, without("vary")),
    "answers without ETag": ("results.validators", query, without("etag")),
    "an endpoint without quality": (
        "results.quality",
        lambda q: "q=0.3" in q.accept,
        having("content-type", "text/csv"),
    ),
    "a bad query is 200": ("refusals.no-parse", query, status(400, 200)),
    "a bad query is 500": ("refusals.no-parse", query, status(400, 500)),
    "a refusal without a reason": (
        "refusals.no-parse",
        query,
        typed(PROBLEM, lambda q, r: _with(r, body=b'{"title": "no", "status": 400}')),
    ),
    "two queries, one answer": ("refusals.two-queries", query, status(400, 200)),
    "updates are taken": ("refusals.updates", query, accepted_update),
    "any type of body": ("refusals.content-type", query, status(415, 200)),
    "any charset": ("refusals.charset", query, status(415, 200)),
    "any size": ("refusals.too-large", query, status(413, 200)),
    "SERVICE is called": (
        "refusals.service",
        lambda q: "ERVICE" in q.target.upper(),
        lambda q, r: _with(r, status=200),
    ),
    "no limit is named": (
        "refusals.time",
        query,
        lambda q, r: _with(r, body=b'{"detail": "no"}') if r.status in (503, 504) else None,
    ),
    "no description": ("description.bare", lambda q: query(q) and "?" not in q.target, having("content-type", HTML)),
    "another endpoint": (
        "description.endpoint",
        lambda q: query(q) and "?" not in q.target,
        lambda q, r: _with(r, body=re.sub(rb"(#endpoint> <[^>]*)>", rb"\1x>", r.body)),
    ),
    "the default graph is miscounted": (
        "description.default-graph",
        lambda q: query(q) and "?" not in q.target,
        replaced(rb'(#default-graph> <[^>]*void#triples> ")(\d)', rb"\g<1>1\2"),
    ),
    "a graph is miscounted": (
        "description.sizes-of-graphs",
        lambda q: query(q) and "?" not in q.target,
        replaced(rb'(graph/[\w-]+> <[^>]*void#triples> ")(\d)', rb"\g<1>1\2"),
    ),
    "a graph that is not there": (
        "description.named-graphs",
        lambda q: query(q) and "?" not in q.target,
        replaced(rb"(ns/sparql-service-description#name> <[^>]*)>", rb"\1x>"),
    ),
    "SERVICE is announced": (
        "description.federation",
        lambda q: query(q) and "?" not in q.target,
        replaced(rb"UnionDefaultGraph", b"BasicFederatedQuery"),
    ),
    "a wrong count in VoID": (
        "counts.triples",
        at("/.well-known/void"),
        replaced(rb"(<dataset>(?s:.)*?void:triples )(\d)", rb"\g<1>1\2"),
    ),
    "a wrong number of subjects": (
        "counts.subjects",
        at("/.well-known/void"),
        replaced(rb"(void:distinctSubjects )(\d)", rb"\g<1>1\2"),
    ),
    "a wrong number of classes": (
        "counts.classes",
        at("/.well-known/void"),
        replaced(rb"(void:classes )(\d)", rb"\g<1>1\2"),
    ),
    "a class is miscounted": (
        "counts.class-partitions",
        at("/.well-known/void"),
        replaced(rb"(<dataset#class-[\w-]+>\n(?s:.)*?void:entities )(\d)", rb"\g<1>1\2"),
    ),
    "a property is miscounted": (
        "counts.property-partitions",
        at("/.well-known/void"),
        replaced(rb"(<dataset#property-\w+-\w+>\n(?s:.)*?void:triples )(\d)", rb"\g<1>1\2"),
    ),
    "another size": (
        "counts.distributions",
        at("/.well-known/void"),
        lambda q, r: _with(r, body=re.sub(rb'byteSize "', b'byteSize "1', r.body)),
    ),
    "another checksum": (
        "counts.checksums",
        at("/.well-known/void"),
        lambda q, r: _with(r, body=re.sub(rb'checksumValue "..', b'checksumValue "zz', r.body)),
    ),
    "a dump that is not there": ("counts.data-dumps", dump, status(200, 404)),
    "no title": (
        "counts.who-and-licence",
        at("/.well-known/void"),
        lambda q, r: _with(r, body=r.body.replace(b"dct:title", b"dct:subject")),
    ),
    "a truncated dump": ("dumps.digest", dump, half),
    "a truncated dump that looks whole": ("dumps.digest", lambda q: q.path.endswith("all.nt"), shorter),
    "another digest": ("dumps.repr-digest", dump, header_replaced("repr-digest", "sha-256=:..", "sha-256=:AA")),
    "a packed file that is damaged": ("dumps.packed", lambda q: q.path.endswith(".gz"), shorter),
    "a packed file of something else": (
        "dumps.packed",
        lambda q: q.path.endswith(".ttl.gz"),
        lambda q, r: _with(r, body=gzip.compress(b"x")),
    ),
    "a .gz that clients unpack": (
        "dumps.packed",
        lambda q: q.path.endswith(".gz"),
        having("content-encoding", "gzip"),
    ),
    "dumps may be packed on the way": (
        "dumps.untouched",
        dump,
        header_replaced("cache-control", ", no-transform", ""),
    ),
    "a dump of the wrong type": ("dumps.types", dump, having("content-type", "application/octet-stream")),
    "a dump with a triple less": (
        "dumps.same-graph",
        lambda q: q.path.endswith("all.nt"),
        replaced(rb"^[^\n]+\n", b""),
    ),
    "a dump of everything that is not": (
        "dumps.everything",
        lambda q: q.path.endswith("all.nt"),
        replaced(rb"^[^\n]+\n", b""),
    ),
    "a permanent file that changes": (
        "releases.permanent",
        lambda q: q.path.startswith("/release/"),
        replaced(rb"^.", b"#"),
    ),
    "a permanent file that is not told to stay": (
        "releases.permanent",
        lambda q: q.path.startswith("/release/"),
        header_replaced("cache-control", ", immutable", ""),
    ),
    "any name is a file": ("dumps.unknown", dump, status(404, 200)),
    "ranges are not announced": ("ranges.announced", dump, without("accept-ranges")),
    "ranges are ignored": ("ranges.first-bytes", dump, range_ignored),
    "ranges give other bytes": ("ranges.middle", dump, range_shifted),
    "a wrong Content-Range": ("ranges.open-end", dump, header_replaced("content-range", r"/\d+", "/1")),
    "206 in place of 416": ("ranges.not-satisfiable", dump, status(416, 206)),
    "416 without the length": (
        "ranges.not-satisfiable",
        dump,
        lambda q, r: r.without("content-range") if r.status == 416 else None,
    ),
    "If-Range is ignored": (
        "ranges.if-range",
        lambda q: "another" in q.headers.get("if-range", ""),
        status(200, 206),
    ),
    "a part has a tag of its own": (
        "ranges.digest-of-the-whole",
        dump,
        lambda q, r: r.having("etag", '"part"') if r.status == 206 else None,
    ),
    "a resumed download ends wrong": ("ranges.resume", lambda q: "if-range" in q.headers, range_shifted),
    "another thing is looked up": ("lookups.ours", at("/links"), replaced(rb'"iri": "[^"]*"', b'"iri": "urn:x"')),
    "what nobody knows is known": ("lookups.unknown", at("/links"), status(404, 200)),
    "a batch in another order": ("lookups.batch", at("/links"), replaced(rb"null,", b"")),
    "a search that finds nothing": (
        "lookups.search",
        at("/search"),
        ok(lambda q, r: _with(r, body=b"<!doctype html>")),
    ),
    "a fragment that does not fit": (
        "fragments.fits",
        at("/fragments"),
        lambda q, r: _with(r, body=r.body + b"\n<urn:a> <urn:b> 1 ."),
    ),
    "a fragment that is miscounted": (
        "fragments.count",
        at("/fragments"),
        lambda q, r: _with(r, body=re.sub(rb"(void:triples |totalItems )(\d)", rb"\g<1>1\2", r.body)),
    ),
    "two counts of a fragment": (
        "fragments.totals-agree",
        at("/fragments"),
        replaced(rb"(void:triples )(\d)", rb"\g<1>1\2"),
    ),
    "a fragment without a form": (
        "fragments.controls",
        at("/fragments"),
        replaced(rb"hydra:template", b"hydra:title"),
    ),
    "a page that comes again": ("fragments.pages", lambda q: "page=2" in q.target, lambda q, r: _with(r, status=404)),
    "documents are not kept": ("caching.documents", document, having("cache-control", "no-store")),
    "Cache-Control that is none": ("caching.readable", anywhere, having("cache-control", "public; max-age=60")),
    "for ever": ("caching.not-for-ever", document, having("cache-control", "public, max-age=31536000, immutable")),
    "refusals are kept": ("caching.failures", anywhere, refused(having("cache-control", "public, max-age=60"))),
    "states are kept": (
        "caching.states",
        lambda q: q.path.startswith("/-/"),
        having("cache-control", "public, max-age=60"),
    ),
    "style that is asked for again": (
        "caching.assets",
        lambda q: q.path.startswith("/static/"),
        having("cache-control", "no-cache"),
    ),
    "no Date": ("caching.age-of-a-date", anywhere, without("date")),
    "sniffing": ("safety.no-sniffing", anywhere, without("x-content-type-options")),
    "inline scripts": (
        "safety.policy",
        anywhere,
        header_replaced("content-security-policy", "script-src 'self'", "script-src 'self' 'unsafe-inline'"),
    ),
    "no policy": ("safety.policy", anywhere, without("content-security-policy")),
    "framed": (
        "safety.framing",
        anywhere,
        header_replaced("content-security-policy", "frame-ancestors 'none'", "x 'none'"),
    ),
    "referrers": ("safety.referrer", anywhere, having("referrer-policy", "unsafe-url")),
    "a cookie": ("safety.no-cookies", anywhere, having("set-cookie", "a=b")),
    "a version": ("safety.no-versions", anywhere, having("server", "granian/2.5.1")),
    "a traceback": (
        "safety.nothing-inside-told",
        anywhere,
        refused(lambda q, r: _with(r, body=b"Traceback (most recent call last):")),
    ),
    "a script of others": (
        "safety.nothing-from-elsewhere",
        anywhere,
        typed(HTML, replaced(b"</head>", b'<script src="https://elsewhere.example/x.js"></script></head>')),
    ),
    "a handler in an attribute": (
        "safety.nothing-inline",
        anywhere,
        typed(HTML, replaced(b"<main", b'<main onload="x()"')),
    ),
    "an echo": ("safety.echoes", anywhere, typed(HTML, echo)),
    "a page without a language": ("safety.pages", anywhere, typed(HTML, replaced(b' lang="en"', b""))),
    "a page in place of a problem": ("problems.document", anywhere, page_for_all),
    "another status in the problem": (
        "problems.members",
        anywhere,
        typed(PROBLEM, replaced(rb'"status":\s*\d+', b'"status": 200')),
    ),
    "a problem in place of a page": ("problems.page", anywhere, refused(having("content-type", PROBLEM))),
    "not ready": ("operations.ready", at("/-/ready"), replaced(b"true", b"false")),
    "two releases": ("operations.release", at("/-/release"), replaced(rb'"id":"r', b'"id":"s')),
    "metrics that are none": ("operations.metrics", at("/-/metrics"), lambda q, r: _with(r, body=b"some words\n")),
    "the Host is believed": (
        "transport.foreign-host",
        lambda q: q.headers.get("host") == "elsewhere.example",
        header_replaced("location", "^", "http://elsewhere.example"),
    ),
    "no length": ("transport.length", document, lambda q, r: r.without("content-length")),
}
