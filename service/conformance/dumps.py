"""Files to take home: all of them listed, whole, packed without loss, saying the same in every format."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections import Counter

from service.conformance.checks import Failed, Inapplicable, check, expect, expect_status
from service.conformance.packing import Corrupt, unpack
from service.conformance.page import Page
from service.conformance.queries import COUNT
from service.conformance.site import Site
from service.conformance.syntax import Graph
from service.conformance.terms import DCAT
from service.conformance.wire import Exchange
from service.media import HTML, JSONLD, NQUADS, NTRIPLES, RDFXML, TRIG, TURTLE

_FORMATS = (NQUADS, TRIG, NTRIPLES, TURTLE, RDFXML, JSONLD)
_PACKED = {"gz": "application/gzip", "zst": "application/zstd"}
_SUFFIXES = tuple(f".{ending}" for ending in _PACKED)
_FILE = re.compile(r"/dumps/[^/?#]+\.[^/?#]+|/dumps/SHA256SUMS")
_USED = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
# Files that are compared whole are no longer than this; a larger publication is tried on a smaller scope.
_MOST_BYTES = 40_000_000


def _scope(site: Site) -> str:
    """The scope whose files are downloaded: everything when it is small enough, else the smallest one."""
    names = [name for name in site.dumps if name.endswith(f".{NTRIPLES.extension}")]
    if not names:
        raise Inapplicable("there is no dump in N-Triples")
    sizes = {
        name: int(site.head(f"/dumps/{name}").header("Content-Length") or 0)
        for name in names
        if name.startswith("all.")
    }
    small = [name for name, size in sizes.items() if size <= _MOST_BYTES]
    return (small or sorted(names, key=lambda name: ("class" not in name, name)))[0].partition(".")[0]


def _there(site: Site, *endings: str) -> list[str]:
    """Names of files of the scope with these extensions."""
    scope = _scope(site)
    return [f"{scope}.{ending}" for ending in endings if f"{scope}.{ending}" in site.dumps]


def _all(site: Site) -> list[str]:
    """Names of all files of the scope in formats of RDF, plain and packed."""
    return _there(site, *(f"{one.extension}{packed}" for one in _FORMATS for packed in ("", *_SUFFIXES)))


def file(site: Site, name: str) -> Exchange:
    return expect_status(site.get(f"/dumps/{name}"), 200)


def smallest(site: Site) -> str:
    """A plain file that is short: the checksum of each is compared where that costs little."""
    return next(iter(_there(site, *(one.extension for one in _FORMATS))))


@check(
    "dumps.listed", "SHA256SUMS lists the files, and the download page has all of them", "DCAT 3", "dcat:distribution"
)
def listed(site: Site) -> str:
    page = expect_status(site.get("/dumps", HTML.media_type), 200)
    linked = {site.path(link, page) for link in Page(page.text).links}
    missing = [name for name in site.dumps if f"/dumps/{name}" not in linked]
    expect(not missing, f"the page has no link to {missing[:3]}", page)
    there = {path.removeprefix("/dumps/") for path in linked if _FILE.fullmatch(path)}
    expect(there <= {*site.dumps, "SHA256SUMS"}, f"no sum of {sorted(there - {*site.dumps})[:3]}", page)
    return f"{len(site.dumps)} files"


@check(
    "dumps.described",
    "The download page is, for machines, the description of the files of the whole",
    "DCAT 3",
    "dcat:downloadURL",
)
def described(site: Site) -> None:
    reply = expect_status(site.get("/dumps", NTRIPLES.media_type), 200)
    graph, named = site.graph(reply), f"{DCAT}downloadURL"
    urls = {url.rpartition("/")[2] for one in graph.subjects(named) for url in graph.objects(one, named)}
    whole = f"{_scope(site)}."
    strange = {name for name in site.dumps if name.startswith(whole)} - urls
    expect(not strange, f"no dcat:downloadURL for {sorted(strange)[:3]}", reply)


@check("dumps.digest", "The bytes of a file have the checksum of SHA256SUMS", "RFC 9530", "3")
def digest(site: Site) -> str:
    names = _all(site)
    for name in names:
        reply = file(site, name)
        found = hashlib.sha256(reply.body).hexdigest()
        expect(found == site.dumps[name], f"{name} has {found}, SHA256SUMS says {site.dumps[name]}", reply)
    return ", ".join(names)


@check("dumps.repr-digest", "Repr-Digest is the checksum of the whole file", "RFC 9530", "3")
def repr_digest(site: Site) -> str:
    names = _all(site)
    for name in names:
        reply = expect_status(site.head(f"/dumps/{name}"), 200)
        wanted = f"sha-256=:{b64encode(bytes.fromhex(site.dumps[name])).decode()}:"
        expect(
            wanted in reply.header("Repr-Digest").replace(" ", ""),
            f"it is {reply.header('Repr-Digest') or 'not there'}",
            reply,
        )
    return ", ".join(names)


@check(
    "dumps.packed", "Packed files unpack to the bytes of the plain one, and are sent as they are", "RFC 9110", "8.4"
)
def packed(site: Site) -> str:
    tried = [name for name in _all(site) if name.endswith(tuple(_PACKED))]
    if not tried:
        raise Inapplicable("no file is packed")
    for name in tried:
        plain, _, ending = name.rpartition(".")
        reply, whole = file(site, name), file(site, plain).body
        expect(reply.type == _PACKED[ending], f"it is {reply.type}", reply)
        expect(not reply.header("Content-Encoding"), "it has a Content-Encoding: a client would unpack it", reply)
        expect(_unpacked(reply, ending, len(whole)) == whole, "it holds other bytes", reply)
    return ", ".join(tried)


def _unpacked(reply: Exchange, ending: str, most: int) -> bytes:
    try:
        return unpack(reply.body, ending, most)
    except Corrupt as error:
        raise Failed(f"it cannot be unpacked: {error}", reply) from error


@check(
    "dumps.untouched",
    "Files are never packed on the way: their checksum is of the bytes that arrive",
    "RFC 9111",
    "5.2.2.6",
)
def untouched(site: Site) -> None:
    for name in _there(site, NTRIPLES.extension):
        reply = site.ask("HEAD", f"/dumps/{name}", {"Accept-Encoding": "gzip, br, zstd"})
        expect(not reply.header("Content-Encoding"), "it is packed on the way", reply)
        expect("no-transform" in reply.listed("Cache-Control"), "Cache-Control does not say no-transform", reply)


@check("dumps.types", "Files have the media type of their format", "RFC 9110", "8.3")
def types(site: Site) -> None:
    for one in _FORMATS:
        for name in _there(site, one.extension):
            reply = expect_status(site.head(f"/dumps/{name}"), 200)
            expect(reply.type == one.media_type, f"{name} is {reply.type}", reply)


@check("dumps.same-graph", "The files of a scope hold isomorphic graphs", "RDF 1.1 Concepts", "3.6")
def same_graph(site: Site) -> str:
    first: Graph | None = None
    names = _there(site, *(one.extension for one in _FORMATS))
    for name in names:
        graph = site.graph(file(site, name))
        first = first or graph
        differing = graph.canonical() ^ first.canonical()
        expect(
            not differing,
            f"{name} differs from {names[0]} by {len(differing)} triples, such as {next(iter(differing), '')}",
        )
    return f"{len(first.triples) if first else 0:,} triples in {len(names)} formats"


@check(
    "dumps.everything", "The dump of everything holds what the endpoint answers over", "DCAT 3", "dcat:distribution"
)
def everything(site: Site) -> str:
    if _scope(site) != "all":
        raise Inapplicable(f"it is larger than {_MOST_BYTES:,} bytes")
    reply = file(site, f"all.{NTRIPLES.extension}")
    held, size = site.graph(reply).triples, site.number(COUNT)
    expect(len(held) == size, f"{len(held):,} triples in the file, COUNT says {size:,}", reply)
    used = Counter(triple.predicate.value for triple in held)
    told = Counter({row["p"]: int(row["n"]) for row in site.rows(_USED).rows})
    expect(used == told, f"the numbers of each property differ, such as {_different(used, told)}", reply)
    return f"{size:,} triples"


def _different(one: Counter[str], other: Counter[str]) -> str:
    return next((name for name in sorted({*one, *other}) if one[name] != other[name]), "none")


@check(
    "dumps.graphs-of-quads",
    "A file of quads has the named graphs that the description lists",
    "RDF 1.1 Concepts",
    "4",
)
def graphs_of_quads(site: Site) -> str:
    if _scope(site) != "all":
        raise Inapplicable(f"it is larger than {_MOST_BYTES:,} bytes")
    if f"all.{NQUADS.extension}" not in site.dumps:
        raise Inapplicable("there is no dump in N-Quads")
    found = {
        getattr(quad.graph_name, "value", "") for quad in site.graph(file(site, f"all.{NQUADS.extension}")).quads
    }
    expect(found == set(site.graphs), f"they differ: {sorted(found ^ set(site.graphs))}")
    return f"{len(found)} graphs"


@check("dumps.file-name", "A browser is told what to call the file", "RFC 6266", "4")
def file_name(site: Site) -> None:
    reply = expect_status(site.head(f"/dumps/{smallest(site)}"), 200)
    expect(
        "attachment" in reply.header("Content-Disposition") and "filename" in reply.header("Content-Disposition"),
        f"Content-Disposition is {reply.header('Content-Disposition')!r}",
        reply,
    )


@check("dumps.unknown", "A file that is not there is 404", "RFC 9110", "15.5.5")
def unknown(site: Site) -> None:
    for name in ("nothing-7f3a.ttl", "all.ttl.exe", "manifest.json", "../manifest.json"):
        expect_status(site.get(f"/dumps/{name}"), 404)
