"""What templates can call: safe links, short IRIs, dates and numbers in words. Decides which IRIs become links."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, render_template

from service.describe.terms import Thing
from service.media import HTML, Kind, carrying
from service.web import assets, respond, words
from service.web.questions import topics
from service.web.respond import Document, Link
from service.web.site import Site, site, site_if_any
from service.web.standard import LABELS

_LINKED = ("http", "https", "mailto")
_MOST_CHARACTERS = 2000
_LONGEST_LINK = 10_000
# Characters that HTML does not have (https://html.spec.whatwg.org/#control-characters-in-input-stream).
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CREATIVE_COMMONS = re.compile(r"https?://creativecommons\.org/licenses/([a-z-]+)/([\d.]+)/?$")


def page(
    template: str,
    *,
    location: str = "",
    links: tuple[Link, ...] = (),
    status: int = 200,
    cache: str = "",
    **values: Any,
) -> Response:
    """A rendered page, with the headers every document has."""
    body = rendered(template, **values)
    return respond.send(Document(HTML, body, location, links, status=status, cache=cache))


def rendered(template: str, **values: Any) -> bytes:
    """A template filled in, as it is sent: whatever the data or the URL hold, it is HTML or XML."""
    return printable(render_template(template, **values)).encode("utf-8", "replace")


def printable(text: str) -> str:
    """The text without the characters that neither HTML nor XML has."""
    return _UNPRINTABLE.sub("\ufffd", text)


def context() -> dict[str, Any]:
    """The variables of every template."""
    here = site_if_any()
    return {
        "site": here,
        "link": lambda iri: href(iri, here),
        "short": lambda iri: here.short(iri) if here else iri,
        "called": lambda iri: called(iri, here),
        "when": words.when,
        "number": words.number,
        "figure": words.figure,
        "size": words.size,
        "day": words.day,
        "cut": cut,
        "kind_of": lambda iri: kind_of(iri, here),
        "ask": ask,
        "asset": assets.asset,
        "scripts": assets.scripts,
        "topics": topics,
        "rdf_formats": carrying(Kind.GRAPH),
    }


def href(iri: str, here: Site | None) -> str:
    """Where a page links an IRI: a path for ours, the IRI itself on the web, nothing for any other scheme."""
    if here is not None and here.base.owns(iri):
        is_thing = iri.startswith(here.base.thing(""))
        return here.base.document_path(iri) if is_thing else here.base.path(iri)
    try:
        # `urlsplit` keeps the last hundred it was given, however long they are.
        known = len(iri) <= _LONGEST_LINK and urlsplit(iri).scheme.lower() in _LINKED
    except ValueError:
        return ""
    return iri if known else ""


def called(value: Thing | str, here: Site | None) -> str:
    """What to call a thing: its label, else what everybody calls it, else its short IRI."""
    iri, label = (value, "") if isinstance(value, str) else (value.iri, value.text)
    return label or LABELS.get(iri) or licence_name(iri) or (here.short(iri) if here else iri)


def kind_of(iri: str, here: Site | None) -> str:
    """The kind that stands in an IRI of ours, {base}id/{kind}/...; else the short IRI."""
    things = here.base.thing("") if here else ""
    if here is None or not iri.startswith(things):
        return here.short(iri) if here else iri
    return iri[len(things) :].partition("/")[0]


def cut(value: str) -> str:
    """A text as a page shows it: a very long one is cut, and says so."""
    if len(value) <= _MOST_CHARACTERS:
        return value
    return f"{value[:_MOST_CHARACTERS]} … ({len(value):,} characters; the data have all of them)"


def ask(query: str, **more: str) -> str:
    """The path of the query page with a query filled in."""
    return "/sparql?" + urlencode({"query": query, **more})


def licence_name(iri: str) -> str:
    """What people call a licence of Creative Commons, from its address: CC BY 4.0. Nothing for any other IRI."""
    found = _CREATIVE_COMMONS.match(iri)
    return f"CC {found[1].upper()} {found[2]}" if found else ""


def alternates(path: str) -> tuple[Link, ...]:
    """Link headers to a document in each RDF format; `path` has no extension."""
    return tuple(Link(f"{path}.{f.extension}", "alternate", f.media_type) for f in carrying(Kind.GRAPH))


def licences() -> tuple[Link, ...]:
    """The Link header that names the licence of the data."""
    return tuple(Link(one.iri, "license") for one in site().said("license") if one.iri)
