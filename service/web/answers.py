"""SPARQL over HTTP without a framework: a protocol request in, a finished reply out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from types import MappingProxyType

from service import media, negotiate, protocol
from service.engine import Answer, Offers, PromptEngine, quads
from service.engine.line import Line
from service.engine.quads import Statement
from service.engine.words import is_fresh
from service.errors import BadRequest, NotAcceptable, ServiceError
from service.kept import kept
from service.media import NTRIPLES, Kind
from service.protocol import HttpQuery, QueryRequest
from service.settings import Settings
from service.web import encodings, policy, preconditions
from service.web.preconditions import Conditions
from service.web.replies import HEADERS, Reply
from service.web.respond import keep_for
from service.web.room import Reading
from service.web.standard import PREFIXES

QUERY_KINDS = (Kind.SOLUTIONS, Kind.BOOLEAN, Kind.GRAPH)
_HEADERS = (*HEADERS.items(), ("Vary", "Accept"))
# What the bare endpoint answers: its service description, with the dataset it queries, its graphs and its policy.
_DESCRIPTION = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX void: <http://rdfs.org/ns/void#>
CONSTRUCT { ?s ?p ?o } WHERE {
  { ?endpoint sd:endpoint ?s }
  UNION { ?endpoint sd:defaultDataset ?s }
  UNION { ?endpoint sd:defaultDataset/(sd:defaultGraph|sd:namedGraph|sd:namedGraph/sd:graph) ?s }
  ?s ?p ?o
  FILTER(?p NOT IN (dcat:distribution, void:dataDump, void:classPartition, void:propertyPartition))
}
"""


@dataclass(frozen=True)
class Wishes:
    """The request headers that choose among representations."""

    accept: str = ""
    conditions: Conditions = preconditions.NONE
    coding: str = ""


@dataclass(frozen=True)
class Asked:
    """What is to be evaluated, and the headers of its answer; `reply` is there when the client has it already.

    `finish` makes of what the engine answers what is sent. Raises ServiceError.
    """

    request: QueryRequest
    offers: Offers
    headers: tuple[tuple[str, str], ...]
    reply: Reply | None
    finish: Callable[[Answer], Answer] = lambda found: found


def read(http: HttpQuery, wishes: Wishes, reading: Reading, settings: Settings) -> Asked:
    """A request at the endpoint, settled before any work is done. Raises ServiceError."""
    request = protocol.read(http, settings.query_bytes)
    if request is None:
        return _describe(wishes, reading, settings)
    return _settled(request, choose_offers(request, wishes.accept), wishes, reading, settings)


def _describe(wishes: Wishes, reading: Reading, settings: Settings) -> Asked:
    """The service description: what the release says, and the policy of this service."""
    endpoint = reading.release.base + "sparql"
    request = QueryRequest(_DESCRIPTION, bindings={"endpoint": endpoint})
    told, offers = tuple(policy.statements(endpoint, settings)), choose_offers(request, wishes.accept)
    asked = _settled(request, offers, wishes, reading, settings, told)
    wanted = offers.get(Kind.GRAPH)
    if wanted is None:
        return asked

    def finish(found: Answer) -> Answer:
        whole = _by_subject((*quads.read(found), *told))
        body = quads.write(whole, wanted, {**PREFIXES, **reading.release.prefixes})
        return replace(found, format=wanted, body=body, spool=None)

    return replace(asked, offers={Kind.GRAPH: NTRIPLES}, finish=finish)


def _by_subject(statements: Iterable[Statement]) -> list[Statement]:
    """The statements of each subject side by side, subjects as they come."""
    places: dict[str, int] = {}
    return sorted(statements, key=lambda one: places.setdefault(one.subject.value, len(places)))


def _settled(
    request: QueryRequest, offers: Offers, wishes: Wishes, reading: Reading, settings: Settings, told: object = ()
) -> Asked:
    tag = entity_tag(reading.release.id, request, offers, told)
    # Our tag in the client's hands says that there is an answer; `*` says nothing before there is one.
    held = preconditions.named(wishes.conditions.held, tag and encodings.tag(tag, wishes.coding))
    reply = Reply(HTTPStatus.NOT_MODIFIED, _headers(held, settings)) if held else None
    return Asked(request, offers, _headers(tag, settings), reply)


def answer(http: HttpQuery, wishes: Wishes, reading: Reading, settings: Settings) -> Reply:
    """The reply to a request at the endpoint, in a format for machines. Raises ServiceError."""
    asked = read(http, wishes, reading, settings)
    return asked.reply or _reply(asked.finish(reading.engine.answer(asked.request, asked.offers)), asked.headers)


def answer_later(
    asked: Asked, engine: PromptEngine, client: Line, then: Callable[[Reply | ServiceError], None]
) -> None:
    """The same without a thread that waits: `then` gets the reply or the error, from any thread."""

    def told(found: Answer | ServiceError) -> None:
        try:
            made = found if isinstance(found, ServiceError) else _reply(asked.finish(found), asked.headers)
        except ServiceError as error:
            made = error
        then(made)

    if asked.reply is not None:
        then(asked.reply)
    else:
        engine.answer_later(asked.request, asked.offers, client, told)


def choose_offers(request: QueryRequest, accept: str) -> Offers:
    """For each kind of result the format this client gets. Raises NotAcceptable when there is none at all."""
    if request.formats:
        return _pinned(request.formats)
    offers = _acceptable(accept)
    if not offers:
        types = [f.media_type for f in media.FORMATS if f is not media.HTML]
        raise NotAcceptable(
            f"No format asked for can be sent. Ask for one of: {', '.join(types)}.",
            members={"available": types},
        )
    return offers


@kept(512)
def _acceptable(accept: str) -> Offers:
    found = {kind: negotiate.acceptable(accept, media.carrying(kind)) for kind in QUERY_KINDS}
    return MappingProxyType({kind: best for kind, best in found.items() if best is not None})


def _pinned(names: tuple[str, ...]) -> Offers:
    """`?format=` names one format; JSON and XML mean the right one for either kind of result."""
    known = [found for found in map(media.by_name, names) if found is not None and found is not media.HTML]
    if not known:
        available = ", ".join(f.name for f in media.FORMATS if f is not media.HTML)
        raise BadRequest(f"There is no format {names[0][:40]!r}. Use one of: {available}.")
    wanted = known[0]
    also = {media.JSON: media.JSONLD, media.XML: media.RDFXML}.get(wanted)
    pinned = {kind: wanted for kind in QUERY_KINDS if kind in wanted.kinds}
    return {**pinned, Kind.GRAPH: also} if also else pinned


def entity_tag(release_id: str, request: QueryRequest, offers: Offers, told: object = ()) -> str:
    """A weak validator of the answer, known before it is evaluated; empty when the answer is never the same.

    Weak, because rows without ORDER BY may come in another order (RFC 9110 section 8.8.1).
    """
    if is_fresh(request.query):
        return ""
    parts = (
        release_id, request.query, request.default_graphs, request.named_graphs, sorted(request.bindings.items()),
        sorted((kind, best.name) for kind, best in offers.items()), told,
    )  # fmt: skip
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _headers(tag: str, settings: Settings) -> tuple[tuple[str, str], ...]:
    if not tag:
        return (*_HEADERS, ("Cache-Control", "no-store"))
    return (*_HEADERS, ("ETag", tag), ("Cache-Control", keep_for(settings.max_age)))


def _reply(found: Answer, headers: tuple[tuple[str, str], ...]) -> Reply:
    timing = ("Server-Timing", f"query;dur={found.seconds * 1000:.1f}")
    headers = (("Content-Type", found.format.content_type), *headers, timing)
    if found.spool is not None:
        return Reply(200, headers, spool=found.spool, length=os.fstat(found.spool.fileno()).st_size)
    return Reply(200, headers, found.body or b"")
