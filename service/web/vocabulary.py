"""The documents that are graphs: the ontology with its terms, the shapes, and every named graph."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response

from service.media import HTML
from service.web import entity, files, glossary, graphs, pages, respond, signposts
from service.web.room import reading
from service.web.site import site

blueprint = Blueprint("vocabulary", __name__)
SCHEMA, SHAPES = "schema", "shapes"


@blueprint.get("/ontology")
@blueprint.get("/ontology.<extension>")
def ontology(extension: str = "") -> Response:
    """The ontology: sent directly, because its terms are fragments of it."""
    format = entity.choose(entity.fixed_by(extension))
    if format is not HTML:
        return graphs.send_vocabulary(SCHEMA, "/ontology", format)
    links = signposts.of("/ontology").links
    return pages.page(
        "ontology.html", ontology=glossary.read_ontology(site()), location="/ontology.html", links=links
    )


@blueprint.get("/ontology/<path:part>")
def part(part: str) -> Response:
    """The ontology under the IRI of its version; or the document about a part of it, such as an alignment."""
    slug, fixed = entity.split(part)
    iri = f"{site().base.ontology}/{slug}"
    if iri in glossary.read_ontology(site()).versions:
        return ontology(fixed.extension if fixed else "")
    return entity.send_about(entity.find(iri), site().base.path(iri), entity.choose(fixed))


@blueprint.get("/figures/<name>")
def figure(name: str) -> Response:
    """A drawing that the publication brought."""
    path = reading().release.figure_path(name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    response = files.send(path, "image/svg+xml", digest, respond.last_modified())
    response.headers["Cache-Control"] = respond.until_published()
    return response


@blueprint.get("/shapes")
@blueprint.get("/shapes.<extension>")
def shapes(extension: str = "") -> Response:
    """The shapes that the data keep to."""
    format = entity.choose(entity.fixed_by(extension))
    return _page(SHAPES, "/shapes") if format is HTML else graphs.send_vocabulary(SHAPES, "/shapes", format)


@blueprint.get("/graph/<path:name>")
def graph(name: str) -> Response:
    """A named graph: all its statements as RDF, or a page that says what it is."""
    slug, fixed = entity.split(name)
    path, format = f"/graph/{slug}", entity.choose(fixed)
    return _page(slug, path) if format is HTML else graphs.send_graph(slug, path, format)


def _page(name: str, path: str) -> Response:
    here, links = reading(), signposts.of(path).links
    told = glossary.read_graph(site(), name, graphs.count(here, name))
    return pages.page("graph.html", graph=told, path=path, location=f"{path}.html", links=links)
