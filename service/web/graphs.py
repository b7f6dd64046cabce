"""Sends the named graphs of the release as RDF: from the dump when the release has one, else from the engine.

The dump keeps every lexical form as it was written, which no store does, and costs no query.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, send_file

from service.engine import Answer
from service.engine.rows import rows
from service.errors import NotFound
from service.media import Format, Kind, carrying
from service.protocol import QueryRequest
from service.releases import Release
from service.web import pages, respond
from service.web.respond import REVALIDATE, Document, Link
from service.web.room import Reading, reading

RDF = carrying(Kind.GRAPH)
# What a graph without a name is sent in: the other formats would say which named graph a statement stands in.
TRIPLES = tuple(format for format in RDF if Kind.DATASET not in format.kinds)
META, DESCRIPTION = "meta", "dataset"
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
    file = f"{DESCRIPTION}.{format.extension}"
    if file not in release.dumps:
        return send_graph(META, path or "/dataset", format)
    links = (*pages.alternates(path or "/dataset"), *pages.licences())
    location = f"{path}.{format.extension}" if path else f"/release/{release.id}/dumps/{file}"
    return _send_file(release, file, format, location, links)


def send_graph(name: str, path: str, format: Format) -> Response:
    """A named graph in a format, as the document at `path` (which has no extension). Raises NotFound."""
    here = reading()
    count(here, name)
    location, links = f"{path}.{format.extension}", (*pages.alternates(path), *pages.licences())
    file = f"graph-{name}.{format.extension}"
    if file in here.release.dumps:
        return _send_file(here.release, file, format, location, links)
    answer = here.engine.answer(
        QueryRequest(_GRAPH, bindings={"graph": here.release.base + f"graph/{name}"}), {Kind.GRAPH: format}
    )
    return respond.send(Document(format, body_of(answer), location, links))


def send_default(format: Format) -> Response:
    """The default graph, which is the union of the named ones. `format` is one of TRIPLES."""
    here, file = reading(), f"all.{format.extension}"
    if file in here.release.dumps:
        return _send_file(here.release, file, format, f"/dumps/{file}", pages.licences())
    answer = here.engine.answer(QueryRequest(_DEFAULT), {Kind.GRAPH: format})
    return respond.send(Document(format, body_of(answer), links=pages.licences()))


def _send_file(release: Release, file: str, format: Format, location: str, links: Iterable[Link]) -> Response:
    path, known = release.dump_path(file), release.dumps[file]
    response = send_file(
        path.absolute(), mimetype=format.media_type, etag=known.sha256, last_modified=release.built, conditional=True
    )
    response.headers["Content-Type"] = format.content_type
    response.headers["Cache-Control"] = REVALIDATE
    response.headers["Content-Location"] = location
    response.vary.add("Accept")
    for link in links:
        response.headers.add("Link", str(link))
    return response


def body_of(answer: Answer) -> bytes:
    """The whole body of an answer, wherever the engine put it."""
    return answer.whole()
