"""`/cite`: a reference to anything of ours, for a bibliography; and the link kit of a page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from service import describe
from service.describe import Entity
from service.describe.nanopubs import has_nanopub, nanopub_address
from service.describe.views import Subject
from service.errors import NotFound
from service.links import kit
from service.links.kit import Work
from service.links.spellings import is_iri
from service.media import BIBTEX, CSL, TEXT
from service.web import pages, respond
from service.web.links import lookup
from service.web.respond import Document, Link
from service.web.room import reading
from service.web.site import site
from service.web.wishes import wished

blueprint = Blueprint("cite", __name__)
_WRITERS = {TEXT: kit.as_text, BIBTEX: kit.as_bibtex, CSL: kit.as_csl}


@blueprint.get("/cite")
def cite() -> Response:
    """A reference to a thing of ours, or to the dataset, as text, BibTeX or CSL-JSON."""
    format, here = wished(tuple(_WRITERS)), reading()
    asked = request.args.get("uri", "").strip()
    iri = lookup().expanded(asked) if asked else f"{here.release.base}dataset"
    if not site().base.owns(iri) or not is_iri(iri) or describe.look(here.engine, iri) is None:
        raise NotFound(f"Nothing of ours is called <{asked[:300]}>. Cite what has a page here.")
    label = describe.called(here.engine, here.release, iri).text
    body = _WRITERS[format](work(iri, label)).encode("utf-8", "replace")
    return respond.send(Document(format, body, links=(Link(iri, "describes"), *pages.licences())))


def kit_of(about: Entity) -> dict[str, Any]:
    """What the link kit of a page shows."""
    here, base, made = reading(), site().base, work(about.iri, about.label.text)
    subject = Subject(about.iri, frozenset(one.iri for one in about.types), frozenset())
    has_one = about.iri.startswith(base.thing("")) and has_nanopub(here.release, subject)
    return {
        "kit": kit.link_kit(made, here.release.prefixes),
        "cited": kit.as_text(made),
        "nanopub": base.path(nanopub_address(base, about.iri)) if has_one else "",
    }


def work(iri: str, label: str) -> Work:
    """A thing of ours as something to cite."""
    here = site()
    is_whole = iri == f"{here.base.iri}dataset"
    licences = [one.iri or one.text for one in here.said("license")]
    return Work(
        iri=iri,
        title=here.title if is_whole else label or here.short(iri),
        dataset=here.title,
        makers=tuple(dict.fromkeys(one.text for one in here.said("creator", "publisher") if one.text)),
        date=next((one.text for one in here.said("modified", "issued")), ""),
        release=here.reading.release.id,
        licence=licences[0] if licences else "",
    )
