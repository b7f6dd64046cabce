"""SPARQL over HTTP without a framework: a protocol request in, a finished reply out."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from service import media, negotiate, protocol
from service.engine import Answer, Offers
from service.engine.words import bare_words
from service.errors import BadRequest, NotAcceptable
from service.media import Kind
from service.protocol import HttpQuery, QueryRequest
from service.settings import Settings
from service.web.replies import HEADERS, Reply, unchanged
from service.web.respond import REVALIDATE
from service.web.room import Reading

QUERY_KINDS = (Kind.SOLUTIONS, Kind.BOOLEAN, Kind.GRAPH)
# Functions whose value differs from call to call (SPARQL 1.1 section 17.4): such answers are never kept.
_FRESH = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
# What the bare endpoint answers: everything said about the publication and the service itself.
DESCRIPTION = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?meta { ?s ?p ?o } }"


@dataclass(frozen=True)
class Wishes:
    """The request headers that choose among representations."""

    accept: str = ""
    if_none_match: str = ""


def answer(http: HttpQuery, wishes: Wishes, reading: Reading, settings: Settings) -> Reply:
    """The reply to a request at the endpoint, in a format for machines. Raises ServiceError."""
    request = protocol.read(http, settings.query_bytes)
    if request is None:
        meta = reading.release.base + "graph/meta"
        request = QueryRequest(DESCRIPTION, bindings={"meta": meta})
    offers = choose_offers(request, wishes.accept)
    tag = entity_tag(reading.release.id, request, offers)
    headers = _headers(tag)
    if tag and tag.removeprefix("W/") in wishes.if_none_match:
        return unchanged(Reply(200, headers), wishes.if_none_match)
    return _reply(reading.engine.answer(request, offers), headers)


def choose_offers(request: QueryRequest, accept: str) -> Offers:
    """For each kind of result the format this client gets. Raises NotAcceptable when there is none at all."""
    if request.format is not None:
        return _pinned(request.format)
    found = {kind: negotiate.acceptable(accept, media.carrying(kind)) for kind in QUERY_KINDS}
    offers = {kind: best for kind, best in found.items() if best is not None}
    if not offers:
        types = [f.media_type for f in media.FORMATS if f is not media.HTML]
        raise NotAcceptable(
            f"No format asked for can be sent. Ask for one of: {', '.join(types)}.",
            members={"available": types},
        )
    return offers


def _pinned(name: str) -> Offers:
    """`?format=` names one format; JSON and XML mean the right one for either kind of result."""
    wanted = media.by_name(name)
    if wanted is None or wanted is media.HTML:
        names = ", ".join(f.name for f in media.FORMATS if f is not media.HTML)
        raise BadRequest(f"There is no format {name[:40]!r}. Use one of: {names}.")
    also = {media.JSON: media.JSONLD, media.XML: media.RDFXML}.get(wanted)
    pinned = {kind: wanted for kind in QUERY_KINDS if kind in wanted.kinds}
    return {**pinned, Kind.GRAPH: also} if also else pinned


def entity_tag(release_id: str, request: QueryRequest, offers: Offers) -> str:
    """A weak validator of the answer, known before it is evaluated; empty when the answer is never the same.

    Weak, because rows without ORDER BY may come in another order (RFC 9110 section 8.8.1).
    """
    if _FRESH & bare_words(request.query):
        return ""
    parts = (
        release_id, request.query, request.default_graphs, request.named_graphs, sorted(request.bindings.items()),
        sorted((kind, best.name) for kind, best in offers.items()),
    )  # fmt: skip
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _headers(tag: str) -> tuple[tuple[str, str], ...]:
    validator = (("ETag", tag), ("Cache-Control", REVALIDATE)) if tag else (("Cache-Control", "no-store"),)
    return (*HEADERS.items(), ("Vary", "Accept"), *validator)


def _reply(found: Answer, headers: tuple[tuple[str, str], ...]) -> Reply:
    timing = ("Server-Timing", f"query;dur={found.seconds * 1000:.1f}")
    headers = (("Content-Type", found.format.content_type), *headers, timing)
    if found.spool is not None:
        return Reply(200, headers, spool=found.spool, length=os.fstat(found.spool.fileno()).st_size)
    return Reply(200, headers, found.body or b"")
