"""`/about`: where the data come from, how they are made, what they cannot tell, and what the marks mean.

The texts are the publication's own (`views/about.rq`), and so are the examples, each told as its own page tells it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, Response

from service import describe
from service.describe import Entity
from service.describe.statements import Statement
from service.describe.terms import Thing, text
from service.engine.rows import rows
from service.links import kit
from service.web import cite, pages
from service.web.room import Reading, reading
from service.web.site import Mark, local_name, site

blueprint = Blueprint("about", __name__)
_SECTIONS, _EXAMPLES = "views/about.rq", "views/examples-of-marks.rq"


@dataclass(frozen=True)
class Section:
    """A heading with its paragraphs; `name` is the fragment of its address."""

    name: str
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """A mark, what it means, and a statement that bears it; none when the data have no such statement."""

    mark: Mark
    about: Entity | None = None
    statement: Statement | None = None


@blueprint.get("/about")
def about() -> Response:
    """What a reader should know of the dataset before using it."""
    here = reading()
    work = cite.work(f"{here.release.base}dataset", "")
    return pages.page(
        "about.html",
        location="/about",
        links=(*pages.alternates("/dataset"), *pages.licences()),
        sections=_sections(here),
        examples=_examples(here, tuple(site().marks)),
        cited=kit.as_text(work),
        bibtex=kit.as_bibtex(work),
        about=Thing(""),
    )


@lru_cache(maxsize=2)
def _sections(here: Reading) -> tuple[Section, ...]:
    """The sections of the publication; without them what the record of the dataset says."""
    query = here.release.query(_SECTIONS)
    found = rows(here.engine, query) if query else []
    told = [(text(row, "part"), text(row, "heading"), text(row, "text")) for row in found]
    told = told or [("dataset", "What it is", one.text) for one in site().said("description", "comment")]
    return tuple(Section(local_name(iri), heading, tuple(words.splitlines())) for iri, heading, words in told)


@lru_cache(maxsize=2)
def _examples(here: Reading, marks: tuple[Mark, ...]) -> tuple[Example, ...]:
    query = here.release.query(_EXAMPLES)
    chosen = {text(row, "mark"): text(row, "relation") for row in rows(here.engine, query)} if query else {}
    return tuple(_example(here, mark, chosen.get(mark.name, "")) for mark in marks)


def _example(here: Reading, mark: Mark, relation: str) -> Example:
    """The statement as its own page tells it, when it is stated so and in our voice."""
    if not relation or describe.look(here.engine, relation) is None:
        return Example(mark)
    about = describe.entity(here.engine, here.release, relation)
    told = (one for group in about.groups for one in group.statements if one.iri == relation)
    found = next((one for one in told if one.mark == mark.name and not one.attributed), None)
    return Example(mark, about, found) if found else Example(mark)
