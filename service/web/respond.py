"""Turns a finished body into an HTTP response: validators, caching, links. Knows Flask; knows no data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

from flask import Response, current_app, g

from service.errors import ServiceError
from service.media import Format
from service.releases import Release
from service.settings import Settings
from service.web import replies

# A header is ASCII: what an IRI may have beyond it is percent-encoded.
_IN_HEADERS = ":/?#[]@!$&'()*+,;=-._~%"
# What changes without a publication, such as which releases are kept: ask each time.
ASK = "public, no-cache"
_STARTED = datetime.now(UTC)
IMMUTABLE = "public, max-age=31536000, immutable"


def as_ascii(target: str) -> str:
    """A URL or path with what is beyond ASCII percent-encoded."""
    return quote(target, safe=_IN_HEADERS)


@dataclass(frozen=True)
class Link:
    """One Link header value (RFC 8288)."""

    target: str
    rel: str
    media_type: str = ""

    def __str__(self) -> str:
        kind = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{as_ascii(self.target)}>; rel="{self.rel}"{kind}'


@dataclass(frozen=True)
class Document:
    """What a view hands over: a format, its bytes and what the headers should say.

    `cache` is the Cache-Control header; empty for what the next release may change.
    """

    format: Format
    body: bytes
    content_location: str = ""
    links: Iterable[Link] = field(default=())
    varies: bool = True
    cache: str = ""
    status: int = 200
    profile: str = ""

    @property
    def content_type(self) -> str:
        told = self.format.content_type
        return f'{told}; profile="{self.profile}"' if self.profile else told


def last_modified() -> datetime | None:
    """Since when what is sent can have been as it is; None while that is not known.

    It is made of the release, which was published then, by this program, which may be newer than the release.
    """
    here = g.get("reading")
    return max(here.published, _STARTED) if here is not None and here.published else None


def published(release: Release) -> datetime | None:
    """Since when a file of a release is what its address leads to."""
    here = g.get("reading")
    now = here is not None and here.release.id == release.id
    return (here.published if now else None) or release.built


def keep_for(seconds: int) -> str:
    """The Cache-Control of what the next release may change, which may come at any moment (RFC 5861 section 3)."""
    return f"public, max-age={seconds}, stale-while-revalidate={seconds * 5}"


def until_published() -> str:
    """The same, for as long as the settings say."""
    settings: Settings = current_app.config["SETTINGS"]
    return keep_for(settings.max_age)


def send(document: Document) -> Response:
    """The response: Content-Type, Vary, strong ETag of these bytes, Link."""
    response = Response(document.body, status=document.status, content_type=document.content_type)
    response.set_etag(_tag(document))
    response.headers["Cache-Control"] = document.cache or until_published()
    if document.varies:
        response.vary.add("Accept")
    if document.content_location:
        response.headers["Content-Location"] = document.content_location
    for link in document.links:
        response.headers.add("Link", str(link))
    if document.status == 200 and not document.cache:
        response.last_modified = last_modified()
    return response


def _tag(document: Document) -> str:
    """Of type and bytes: N-Triples may be the bytes of Turtle and are not the same (RFC 9110 section 8.8.1)."""
    return hashlib.sha256(document.content_type.encode() + b"\0" + document.body).hexdigest()[:32]


def problem(error: ServiceError) -> Response:
    """The problem document as a Flask response."""
    reply = replies.problem(error)
    return Response(reply.body, reply.status, list(reply.headers))


def go(path: str, status: int = 303) -> Response:
    """On to another address of ours, for as long as the release says so."""
    response = Response(status=status, headers={"Location": path, "Cache-Control": until_published()})
    response.autocorrect_location_header = False
    return response
