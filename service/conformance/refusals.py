"""What the endpoint must not do: guess, change, fetch, run for ever. Each refusal says what to do instead."""

from __future__ import annotations

from urllib.parse import urlencode

from service.conformance.checks import check, expect, expect_status
from service.conformance.queries import COUNT, DIRECT, rows_of
from service.conformance.site import FORM, Site
from service.conformance.wire import Exchange
from service.media import JSON, PROBLEM_MEDIA_TYPE

_LARGE = 1_500_000
_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?l) }"
_SECONDS = 1.0
_GRACE_SECONDS = 8.0
_INSERT = "INSERT DATA { <urn:conformance:a> <urn:conformance:b> <urn:conformance:c> }"


def _told(site: Site, reply: Exchange, *statuses: int) -> Exchange:
    """A refusal with a reason that a program can read."""
    expect_status(reply, *statuses)
    expect(reply.type == PROBLEM_MEDIA_TYPE, f"the refusal is {reply.type or 'of no type'}", reply)
    expect(site.json(reply).get("detail"), "the refusal gives no reason", reply)
    return reply


@check("refusals.no-parse", "A query that does not parse is 400, and says why", "SPARQL 1.1 Protocol", "2.1.7")
def no_parse(site: Site) -> None:
    for query in (
        "SELECT",
        "SELECT * { ?s ?p }",
        "SELECT ?x { ?x } }",
        "this is no query",
        "SELECT * { ?s nosuchprefix7f3a:x ?o }",
    ):
        _told(site, site.query(query, JSON.media_type), 400)
        _told(site, site.post(site.endpoint, DIRECT, query, JSON.media_type), 400)


@check("refusals.no-query", "Parameters without a query are 400", "SPARQL 1.1 Protocol", "2.1")
def no_query(site: Site) -> None:
    _told(site, site.get(f"{site.endpoint}?query=", JSON.media_type), 400)
    _told(site, site.post(site.endpoint, FORM, "", JSON.media_type), 400)
    _told(site, site.post(site.endpoint, DIRECT, "", JSON.media_type), 400)


@check(
    "refusals.two-queries", "Two queries in one request are 400, wherever they stand", "SPARQL 1.1 Protocol", "2.1"
)
def two_queries(site: Site) -> None:
    twice = urlencode([("query", "ASK {}"), ("query", "ASK {}")])
    _told(site, site.get(f"{site.endpoint}?{twice}", JSON.media_type), 400)
    _told(site, site.post(site.endpoint, FORM, twice, JSON.media_type), 400)
    _told(
        site, site.post(f"{site.endpoint}?{urlencode({'query': 'ASK {}'})}", DIRECT, "ASK {}", JSON.media_type), 400
    )


@check(
    "refusals.updates",
    "An update is refused in every way of sending one, and changes nothing",
    "SPARQL 1.1 Protocol",
    "2.2",
)
def updates(site: Site) -> None:
    before = site.number(COUNT)
    _told(site, site.post(site.endpoint, FORM, urlencode({"update": _INSERT}), JSON.media_type), 400, 403, 405, 501)
    _told(site, site.post(site.endpoint, "application/sparql-update", _INSERT), 400, 403, 405, 415, 501)
    _told(site, site.get(f"{site.endpoint}?{urlencode({'update': _INSERT})}"), 400, 403, 405, 501)
    _told(site, site.query(_INSERT, JSON.media_type), 400, 403)
    _told(site, site.post(site.endpoint, DIRECT, "DROP ALL", JSON.media_type), 400, 403)
    found = site.get(
        f"{site.endpoint}?{urlencode({'query': 'ASK { <urn:conformance:a> ?p ?o }'})}", JSON.media_type, fresh=True
    )
    expect(site.json(found).get("boolean") is False and site.number(COUNT) == before, "something was changed", found)


@check("refusals.content-type", "A body of another type is 415", "RFC 9110", "15.5.16")
def content_type(site: Site) -> None:
    for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x"):
        _told(site, site.post(site.endpoint, kind, rows_of(site), JSON.media_type), 415)


@check(
    "refusals.charset",
    "A query in another charset is refused, and bytes that are not UTF-8 are too",
    "SPARQL 1.1 Protocol",
    "2.1.3",
)
def charset(site: Site) -> None:
    _told(
        site,
        site.post(site.endpoint, f"{DIRECT}; charset=utf-16", rows_of(site).encode("utf-16"), JSON.media_type),
        400,
        415,
    )
    _told(site, site.post(site.endpoint, DIRECT, b'SELECT ("\xff\xfe" AS ?x) {}', JSON.media_type), 400)
    _told(site, site.get(f"{site.endpoint}?query=ASK%20%7B%7D%20%23%ff%fe", JSON.media_type), 400)


@check("refusals.too-large", "A query of more bytes than are read is 413", "RFC 9110", "15.5.14")
def too_large(site: Site) -> None:
    body = "ASK {} #" + "x" * _LARGE
    _told(site, site.post(site.endpoint, DIRECT, body, JSON.media_type), 413)
    _told(site, site.post(site.endpoint, FORM, urlencode({"query": body}), JSON.media_type), 413)


@check("refusals.too-long", "A URL that is longer than is read is 414, or 431", "RFC 9110", "15.5.15")
def too_long(site: Site) -> None:
    reply = site.query("ASK {} #" + "x" * _LARGE, JSON.media_type)
    expect_status(reply, 400, 414, 431)


@check(
    "refusals.service",
    "SERVICE is refused in every spelling: the endpoint calls nobody",
    "SPARQL 1.1 Service Description",
    "#sd-BasicFederatedQuery",
)
def service(site: Site) -> None:
    for call in (
        "SERVICE <http://127.0.0.1:1/x>",
        "service silent <http://127.0.0.1:1/x>",
        "SERVICE ?where",
        "SERVICE/**/<http://127.0.0.1:1/x>".replace("/**/", "#\n"),
    ):
        _told(site, site.query(f"SELECT * {{ ?s ?p ?o . {call} {{ ?a ?b ?c }} }} LIMIT 1", JSON.media_type), 400, 403)


@check(
    "refusals.time",
    "A client may lower the time limit; over it a query is stopped, and told which limit",
    "Conflict Actors",
)
def time_limit(site: Site) -> str:
    reply = site.query(_ENDLESS, JSON.media_type, timeout=str(_SECONDS))
    expect(reply.seconds < _SECONDS + _GRACE_SECONDS, f"the reply came after {reply.seconds:.1f} s", reply)
    if reply.status == 200:
        return f"{reply.seconds:.1f} s, answered in time"
    _told(site, reply, 503, 504)
    expect("limit" in site.json(reply) or "second" in site.json(reply)["detail"], "no limit is named", reply)
    return f"stopped after {reply.seconds:.1f} s"


@check("refusals.bad-limit", "A time limit that is no number is 400", "Conflict Actors")
def bad_limit(site: Site) -> None:
    for value in ("soon", "-1", "0", "nan"):
        _told(site, site.query("ASK {}", JSON.media_type, timeout=value), 400)


@check("refusals.bad-format", "A format that nobody knows is 400", "Conflict Actors")
def bad_format(site: Site) -> None:
    _told(site, site.query("ASK {}", "", format="png"), 400)


@check("refusals.after-all-that", "After all refusals the endpoint answers as before", "RFC 9110", "9.2.1")
def after_all_that(site: Site) -> None:
    reply = site.get(f"{site.endpoint}?{urlencode({'query': 'ASK {}'})}", JSON.media_type, fresh=True)
    expect(site.json(expect_status(reply, 200)).get("boolean") is True, "ASK {} is not true", reply)
