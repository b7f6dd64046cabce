"""The front page and the description of the dataset, for people and for machines."""

from __future__ import annotations

from flask import Blueprint, Response, request

from service import negotiate
from service.links import kit
from service.media import HTML
from service.web import cite, entity, graphs, pages, schemaorg, signposts
from service.web.questions import example_questions, to_begin_with
from service.web.room import reading
from service.web.site import site

blueprint = Blueprint("front", __name__)
blueprint.app_context_processor(pages.context)


@blueprint.get("/")
def front() -> Response:
    """What this is, how large, three doors, questions to begin with; the dataset description as RDF."""
    format = negotiate.choose(request.headers.get("Accept"), entity.OFFERS)
    if format is not HTML:
        return graphs.send_meta(format)
    links, examples = signposts.of("/dataset").links, example_questions(reading().release)
    return pages.page(
        "front.html",
        examples=examples,
        beginning=to_begin_with(examples),
        cited=kit.as_text(cite.work(f"{site().base.iri}dataset", "")),
        schema=schemaorg.of_dataset(site()),
        location="/",
        links=links,
    )


@blueprint.get("/dataset")
@blueprint.get("/dataset.<extension>")
def dataset(extension: str = "") -> Response:
    """What is said about the dataset: a page, or the whole of the graph that describes it."""
    fixed = entity.fixed_by(extension)
    format = entity.choose(fixed)
    if format is not HTML:
        return graphs.send_meta(format)
    return entity.send_about(entity.find(site().base.iri + "dataset"), "/dataset", format)


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The same where VoID says to look (https://www.w3.org/TR/void/#well-known): RDF unless a page is wanted."""
    format = negotiate.choose(request.headers.get("Accept"), (*graphs.RDF, HTML))
    if format is not HTML:
        return graphs.send_meta(format)
    return entity.send_about(entity.find(site().base.iri + "dataset"), "/dataset", format)
