"""Sends the named graphs of the release as RDF: from the dump when the release has one, else from the engine.

The dump keeps every lexical form as it was written, which no store does, and costs no query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from flask import Response

from service.engine import quads
from service.engine.rows import rows
from service.errors import NotFound
from service.jsonld.forms import Form
from service.media import JSONLD, LINKSET, LINKSET_JSON, NQUADS, NTRIPLES, Format, Kind, carrying
from service.ntriples import by_subject
from service.protocol import QueryRequest
from service.releases import Release
from service.web import files, jsonld, pages, respond, signposts
from service.web.respond import Document
from service.web.room import Reading, reading
from service.web.site import site

RDF = carrying(Kind.GRAPH)
# What a graph without a name is sent in: the other formats would say which named graph a statement stands in.
TRIPLES = tuple(format for format in RDF if Kind.DATASET not in format.kinds)
META, DESCRIPTION = "meta", "dataset"
# Statements that are arranged anew for a request; a larger graph comes compacted, which its Content-Type says.
_MOST_ARRANGED = 20_000
# Blank nodes of the sources, as the press names them below our base: as a subject, or as an object.
_GENID = rb"^%s|(?<=> )%s(?= \.$)"
_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }"
_DEFAULT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_COUNT = "SELECT ?graph (COUNT(*) AS ?n) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"


def count(here: Reading, name: str) -> int:
    """How many statements a named graph holds. Raises NotFound when there are none."""
    counts: dict[str, int] = here.release.manifest.get("graphs", {})
    if name in counts:
        return counts[name]
    iri = here.release.base + f"graph/{name}"
    found = [] if counts else [row for row in rows(here.engine, _COUNT) if row["graph"].value == iri]
    if not found:
        raise NotFound(f"There is no graph called {name!r}. /dumps lists the graphs.")
    return int(found[0]["n"].value)


def send_meta(format: Format) -> Response:
    """The description of the dataset: VoID, DCAT, provenance, and its files with sizes and checksums."""
    return send_description(reading().release, format, "/dataset")


def send_description(release: Release, format: Format, path: str = "") -> Response:
    """The description that the press wrote when the files were finished; of an older press, graph/meta."""
    file, posts = f"{DESCRIPTION}.{format.extension}", signposts.of("/dataset")
    if format in (LINKSET, LINKSET_JSON):
        return signposts.send(format, posts, f"{path}.{format.extension}")
    if file not in release.dumps:
        return send_graph(META, path or "/dataset", format)
    location = f"{path}.{format.extension}" if path else f"/release/{release.id}/dumps/{file}"
    document = Document(format, b"", location, posts.links)
    return _send_file(release, DESCRIPTION, release.dumps[file].statements, document)


def send_graph(name: str, path: str, format: Format) -> Response:
    """A named graph in a format, as the document at `path` (which has no extension). Raises NotFound."""
    here = reading()
    statements, posts = count(here, name), signposts.of(path)
    document = Document(format, b"", f"{path}.{format.extension}", posts.links)
    if format in (LINKSET, LINKSET_JSON):
        return signposts.send(format, posts, document.content_location)
    if f"graph-{name}.{format.extension}" in here.release.dumps:
        return _send_file(here.release, f"graph-{name}", statements, document)
    request = QueryRequest(_GRAPH, bindings={"graph": here.release.base + f"graph/{name}"})
    wanted = NTRIPLES if format is JSONLD else format
    body = here.engine.answer(request, {Kind.GRAPH: wanted}).whole()
    return _send_as_asked(document, body.splitlines(keepends=True)) if format is JSONLD else _send(document, body)


def send_vocabulary(name: str, path: str, format: Format) -> Response:
    """A graph as tools want to read an ontology or shapes: what it writes as blank nodes and lists are blank nodes.

    In the store and in the dumps they have IRIs (RDF 1.1 section 3.5); in SHACL a path that is an IRI is a property.
    """
    here, file = reading(), f"graph-{name}.{NTRIPLES.extension}"
    count(here, name)
    if format in (LINKSET, LINKSET_JSON) or file not in here.release.dumps:
        return send_graph(name, path, format)
    lines, found = _with_blank_nodes(here.release.dump_path(file).read_bytes(), here.release.base)
    if not found:
        return send_graph(name, path, format)
    document = Document(format, b"", f"{path}.{format.extension}", signposts.of(path).links)
    ordered = sorted(lines.splitlines(keepends=True))
    if format is JSONLD:
        return _send_as_asked(document, ordered)
    body = b"".join(ordered)
    plain = format in (NTRIPLES, NQUADS)
    return _send(document, body if plain else quads.convert(body, format, here.release.prefixes))


def _with_blank_nodes(lines: bytes, base: str) -> tuple[bytes, int]:
    """N-Triples with our nodes blank, and how often that was. In texts, and with the IRIs of others, all stays."""
    named = rb"<%s\.well-known/genid/([0-9a-f]+)>" % re.escape(base).encode()
    pattern = re.compile(_GENID % (named, named), re.MULTILINE)
    return pattern.subn(lambda node: b"_:g" + (node[1] or node[2]), lines)


def send_default(format: Format) -> Response:
    """The default graph, which is the union of the named ones. `format` is one of TRIPLES."""
    here, name = reading(), f"all.{format.extension}"
    if name in here.release.dumps:
        document = Document(format, b"", f"/dumps/{name}", pages.licences())
        return _send_file(here.release, "all", here.release.dumps[name].statements, document)
    answer = here.engine.answer(QueryRequest(_DEFAULT), {Kind.GRAPH: format})
    return respond.send(Document(format, answer.whole(), links=pages.licences()))


def _send(document: Document, body: bytes) -> Response:
    return respond.send(replace(document, body=body))


def _send_as_asked(document: Document, lines: Iterable[bytes]) -> Response:
    """JSON-LD in the form that the client asked for."""
    iri = site().base.iri + document.content_location.removesuffix(f".{document.format.extension}").lstrip("/")
    body, profile = jsonld.document(by_subject(sorted(lines)), iri)
    return respond.send(replace(document, body=body, profile=profile))


def _send_file(release: Release, scope: str, statements: int, document: Document) -> Response:
    """The file of a scope; or what is made of its N-Triples for who wants another form than is on the disk."""
    format, form = document.format, jsonld.asked_form() if document.format is JSONLD else None
    if form not in (None, Form.COMPACTED) and statements <= _MOST_ARRANGED:
        lines = release.dump_path(f"{scope}.{NTRIPLES.extension}").read_bytes().splitlines(keepends=True)
        return _send_as_asked(document, lines)
    profile = Form.COMPACTED.profile if form else ""
    file = f"{scope}.{format.extension}"
    path, known = release.dump_path(file), release.dumps[file]
    response = files.send(path, format.media_type, known.sha256, respond.published(release))
    response.headers["Content-Type"] = replace(document, profile=profile).content_type
    response.headers["Cache-Control"] = respond.until_published()
    response.headers["Content-Location"] = document.content_location
    response.vary.add("Accept")
    for link in document.links:
        response.headers.add("Link", str(link))
    return response
