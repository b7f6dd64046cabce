"""What a URI is here: /links, linksets, resolvers of the identifiers of others, citations, search."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import quote, urlencode

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.page import Page
from service.conformance.queries import read
from service.conformance.site import Site
from service.conformance.syntax import Graph, Rows
from service.conformance.terms import RDF_TYPE, VOID
from service.media import BIBTEX, CSL, CSV, DATA, HTML, JSONLD, NTRIPLES, TEXT, TURTLE

_MAPPED = """SELECT ?s { ?s <http://www.w3.org/2004/02/skos/core#%s> ?o
  FILTER(STRSTARTS(STR(?s), "%s") && !STRSTARTS(STR(?o), "%s")) } ORDER BY ?s LIMIT 5"""
_NAME = """SELECT ?name { <%s> <http://www.w3.org/2000/01/rdf-schema#label>|
  <http://www.w3.org/2004/02/skos/core#prefLabel> ?name } ORDER BY ?name LIMIT 1"""
_STRANGER = "https://elsewhere.example/conformance/7f3a"


def _lookup(site: Site, uri: str) -> Any:
    reply = site.get(f"/links?{urlencode({'uri': uri})}", DATA.media_type)
    if reply.status == 404 and site.get("/links", HTML.media_type).status == 404:
        raise Inapplicable("there is no /links")
    return site.json(expect_status(reply, 200))


def _mapped(site: Site) -> tuple[str, dict[str, Any]]:
    """A thing of ours that has an identifier elsewhere, and that identifier. Raises Inapplicable."""
    for prefix in ("exactMatch", "closeMatch"):
        query = _MAPPED % (prefix, f"{site.base}id/", site.base)
        for row in site.rows(query).rows:
            for one in _lookup(site, row["s"])["elsewhere"]:
                if one.get("iri") and one.get("match") == "exact":
                    return row["s"], one
    raise Inapplicable("nothing has an identifier elsewhere")


@check("lookups.ours", "A URI of ours is known: the thing itself", "Conflict Actors")
def ours(site: Site) -> None:
    told = _lookup(site, site.thing)
    expect(told["iri"] == site.thing, f"it is {told['iri']}")
    expect(any(one["iri"] == site.thing for one in told["here"]), "the thing is not among what is here")


@check("lookups.formats", "It comes in RDF too, and as a page", "RFC 9110", "12.5.1")
def formats(site: Site) -> None:
    _lookup(site, site.thing)
    path = f"/links?{urlencode({'uri': site.thing})}"
    for kind in (TURTLE.media_type, NTRIPLES.media_type, JSONLD.media_type):
        reply = expect_status(site.get(path, kind), 200)
        expect(reply.type == kind, f"it is {reply.type}", reply)
        site.graph(reply)
    expect(expect_status(site.get(path, HTML.media_type), 200).type == HTML.media_type, "it is no page")


@check("lookups.unknown", "A URI that nobody knows is 404, no URI is 400", "RFC 9110", "15.5.5")
def unknown(site: Site) -> None:
    _lookup(site, site.thing)
    expect_status(site.get(f"/links?{urlencode({'uri': _STRANGER})}", DATA.media_type), 404)
    expect_status(site.get("/links", DATA.media_type), 400)


@check("lookups.batch", "Many URIs at once are answered in their order, null for the unknown", "Conflict Actors")
def batch(site: Site) -> None:
    _lookup(site, site.thing)
    asked = [site.things[0], _STRANGER, site.things[-1]]
    for kind, body in ((DATA.media_type, json.dumps(asked)), ("text/plain", "\n".join(asked))):
        reply = expect_status(site.post("/links", kind, body, DATA.media_type), 200)
        told = site.json(reply)
        found = [one and one["iri"] for one in told] if isinstance(told, list) else told
        expect(found == [asked[0], None, asked[2]], f"it is {found}", reply)


@check(
    "lookups.bad-batch",
    "A body of another type is 415, one that is no list 400, one that is too long 413",
    "RFC 9110",
    "15.5.16",
)
def bad_batch(site: Site) -> None:
    _lookup(site, site.thing)
    expect_status(site.post("/links", "application/xml", "<x/>", DATA.media_type), 415)
    expect_status(site.post("/links", DATA.media_type, '{"uri": 1}', DATA.media_type), 400)
    expect_status(site.post("/links", DATA.media_type, "[", DATA.media_type), 400)
    expect_status(site.post("/links", "text/plain", "urn:x\n" * 60_000, DATA.media_type), 413)


@check(
    "lookups.spellings",
    "A URI elsewhere is known however it is spelled: http or https, with or without a slash",
    "RFC 3986",
    "6.2",
)
def spellings(site: Site) -> str:
    thing, one = _mapped(site)
    bare = one["iri"].split("://", 1)[1].rstrip("/")
    for spelled in (one["iri"], f"http://{bare}", f"https://{bare}", f"https://{bare}/"):
        told = _lookup(site, spelled)
        expect(any(here["iri"] == thing for here in told["here"]), f"{spelled} does not lead to <{thing}>")
    return str(one["iri"])


@check("lookups.resolver", "An identifier of others leads by 303 to our thing", "RFC 9110", "15.4.4")
def resolver(site: Site) -> str:
    thing, one = _mapped(site)
    scheme = (one.get("scheme") or "").rpartition("/")[2]
    if not scheme or not one.get("identifier"):
        raise Inapplicable("the identifier has no scheme")
    path = f"/id/{quote(scheme)}/{quote(one['identifier'])}"
    reply = expect_status(site.get(path, NTRIPLES.media_type), 300, 303)
    there = thing in reply.text if reply.status == 300 else site.led(reply) == site.iri_path(thing)
    expect(there, f"it leads to {reply.header('Location') or 'other things'}", reply)
    expect_status(site.get(f"/id/{quote(scheme)}/conformance-7f3a"), 404)
    return path


def _linksets(site: Site) -> tuple[Graph, list[str]]:
    reply = site.get("/linksets", TURTLE.media_type)
    if reply.status == 404:
        raise Inapplicable("there is no /linksets")
    graph = site.graph(expect_status(reply, 200))
    found = graph.subjects(RDF_TYPE, f"{VOID}Linkset")
    if not found:
        raise Inapplicable("there is no linkset")
    return graph, found


@check(
    "lookups.linksets",
    "Every linkset can be downloaded in N-Triples, and has as many links as it is said to",
    "VoID",
    "void:Linkset",
)
def linksets(site: Site) -> str:
    graph, found = _linksets(site)
    for one in found:
        files = [url for url in graph.objects(one, f"{VOID}dataDump") if url.endswith(".nt")]
        expect(files, f"<{one}> has no void:dataDump in N-Triples")
        reply = expect_status(site.get(site.iri_path(files[0])), 200)
        number = len(site.graph(reply).triples)
        expect(
            str(number) == graph.value(one, f"{VOID}triples"),
            f"{graph.value(one, f'{VOID}triples')} told, {number} there",
            reply,
        )
    return f"{len(found)} linksets"


@check(
    "lookups.predicates", "A linkset has links of the kinds it says, and of no other", "VoID", "void:linkPredicate"
)
def predicates(site: Site) -> None:
    graph, found = _linksets(site)
    for one in found:
        files = [url for url in graph.objects(one, f"{VOID}dataDump") if url.endswith(".nt")]
        used = {triple.predicate.value for triple in site.graph(site.get(site.iri_path(files[0]))).triples}
        told = set(graph.objects(one, f"{VOID}linkPredicate"))
        expect(used == told, f"<{one}> says {sorted(told)} and uses {sorted(used)}")


@check("lookups.tables", "A linkset is there as CSV and SSSOM, a line for each link", "SSSOM")
def tables(site: Site) -> None:
    graph, found = _linksets(site)
    one = found[0]
    for ending, delimiter in ((".csv", ","), (".sssom.tsv", "\t")):
        urls = [url for url in graph.objects(one, f"{VOID}dataDump") if url.endswith(ending)]
        if not urls:
            raise Inapplicable(f"there is none in {ending}")
        reply = expect_status(site.get(site.iri_path(urls[0])), 200)
        text = "".join(line for line in io.StringIO(reply.text, newline="") if not line.startswith("#"))
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if line]
        told = graph.value(one, f"{VOID}triples")
        expect(str(len(lines) - 1) == told, f"{len(lines) - 1} lines, {told} links", reply)


@check(
    "lookups.cite",
    "A thing can be cited as text, BibTeX and CSL-JSON; what is not ours is 404",
    "Citation Style Language",
)
def cite(site: Site) -> None:
    path = f"/cite?{urlencode({'uri': site.thing})}"
    if site.get(path, TEXT.media_type).status == 404 and site.get("/cite").status == 404:
        raise Inapplicable("there is no /cite")
    for kind in (TEXT, BIBTEX, CSL):
        reply = expect_status(site.get(path, kind.media_type), 200)
        expect(reply.type == kind.media_type, f"it is {reply.type}", reply)
        told = reply.text.replace("\\", "")  # BibTeX escapes some letters
        expect(site.thing in told, "the URI is not in it", reply)
    site.json(site.get(path, CSL.media_type))
    expect_status(site.get(f"/cite?{urlencode({'uri': _STRANGER})}"), 404)


@check("lookups.search", "A search by the name of a thing finds it", "Conflict Actors")
def search(site: Site) -> str:
    found = site.rows(_NAME % site.thing)
    if not found.rows:
        raise Inapplicable("the thing has no name")
    reply = site.get(f"/search?{urlencode({'q': found.rows[0]['name']})}", HTML.media_type)
    if reply.status == 404:
        raise Inapplicable("there is no /search")
    expect(site.thing_document in expect_status(reply, 200).text, f"<{site.thing}> is not on the page", reply)
    return found.rows[0]["name"]


@check(
    "lookups.table-of-rows",
    "A table from the endpoint has the IRI of a thing in full, and the page of the same rows links to it",
    "SPARQL 1.1 Results CSV and TSV",
    "3",
)
def table_of_rows(site: Site) -> None:
    query = f"SELECT ?s {{ ?s a ?c FILTER(?s = <{site.thing}>) }} LIMIT 1"
    found = read(site.query(query, CSV.media_type))
    expect(isinstance(found, Rows) and found.rows and found.rows[0]["s"] == site.thing, f"it is {found}")
    page = expect_status(site.query(query, HTML.media_type), 200)
    linked = {site.path(one, page) for one in Page(page.text).links}
    expect(linked & {site.thing_document, site.iri_path(site.thing)}, "the page has no link to it", page)
