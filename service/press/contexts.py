"""The JSON-LD context of a release: made from all it says, and from what it will say of its files."""

from __future__ import annotations

from service.jsonld.context import as_document, make_context
from service.media import NTRIPLES
from service.ntriples import joined
from service.press.description import describe_files
from service.press.edition import Edition
from service.press.scopes import ALL
from service.releases import Dump


def context_of(edition: Edition) -> bytes:
    """The bytes of the context document.

    The files are not written yet, and those in JSON-LD will refer to it; so some file stands for all of them.
    """
    some = (Dump(f"{ALL}.{NTRIPLES.extension}", NTRIPLES.media_type, coding, 0, "", 0) for coding in ("", "gzip"))
    said = joined([edition.scopes[0].subjects, describe_files(edition, some).subjects])
    sources = edition.checked.sources
    return as_document(make_context(said, sources.prefixes, sources.base.terms))
