"""JSON-LD over HTTP: the published context, and which form of a document a client asks for with `profile`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from flask import Blueprint, Response, current_app, request

from service import negotiate
from service.jsonld import forms
from service.jsonld.context import as_document, plain_context
from service.jsonld.forms import NAMESPACE, Form
from service.jsonld.write import Context, context_name, open_context
from service.media import JSONLD
from service.ntriples import Said
from service.releases import Release, kept_context
from service.web import respond
from service.web.respond import IMMUTABLE, Document, Link
from service.web.room import reading

blueprint = Blueprint("jsonld", __name__)
_PROFILE = f"{NAMESPACE}context"


@blueprint.get("/context.jsonld")
def context() -> Response:
    """The context of the published release; documents refer to it by its permanent address."""
    body = _document(reading().release)
    permanent = Link(f"/context/{context_name(body)}.jsonld", "canonical", JSONLD.media_type)
    return respond.send(Document(JSONLD, body, "/context.jsonld", (permanent,), varies=False, profile=_PROFILE))


@blueprint.get("/context/<name>.jsonld")
def permanent(name: str) -> Response:
    """A context that documents refer to, of this release or of any that was published before."""
    body = _document(reading().release)
    if name != context_name(body):
        body = kept_context(current_app.config["SETTINGS"].releases, name)
    return respond.send(Document(JSONLD, body, varies=False, cache=IMMUTABLE, profile=_PROFILE))


def asked_form() -> Form | None:
    """The form that this request asks for; None when it does not say, or says nothing that is known.

    Unknown profiles do not count (JSON-LD 1.1 appendix C: a server ignores those it does not recognise).
    """
    return forms.form_for(negotiate.profiles(request.headers.get("Accept", ""), JSONLD.media_type))


def document(described: Mapping[str, list[Said]], root: str) -> tuple[bytes, str]:
    """(a document about `root`, an IRI, in the form asked for; its profiles, when the client asked for any)."""
    form, here = asked_form(), reading().release
    body = forms.write(form or Form.COMPACTED, opened(here), described, f"<{root}>")
    return body, form.profile if form else ""


@lru_cache(maxsize=4)
def opened(release: Release) -> Context:
    """The context of a release, ready to write with."""
    return open_context(_document(release), release.base)


def _document(release: Release) -> bytes:
    """The context document; of an older press there is none, and what is written needs none but its prefixes."""
    return release.context or as_document(plain_context(release.prefixes))
