"""`/sparql` for a browser: the query page, its result as a table. Machines are answered in `answers`."""

from __future__ import annotations

import os

from flask import Blueprint, Response, current_app, request

from service import media, protocol
from service.engine import Answer
from service.engine.words import is_fresh
from service.errors import QueryStopped, ServiceError, TooLarge, UnsupportedMediaType
from service.media import Kind
from service.protocol import HttpQuery, QueryRequest
from service.settings import Settings
from service.web import framework, pages, respond
from service.web.clients import clients
from service.web.questions import asked_by, example_questions
from service.web.replies import HEADERS
from service.web.room import reading
from service.web.site import site_if_any
from service.web.tables import table_from_json

blueprint = Blueprint("sparql", __name__)
# What a page shows is read into memory many times over: no more of it than a reader would scroll.
_PAGE_BYTES = 2 * 1024**2
_ON_A_PAGE = {Kind.SOLUTIONS: media.JSON, Kind.BOOLEAN: media.JSON, Kind.GRAPH: media.TURTLE}


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """The page for whoever likes HTML best, an answer for machines otherwise."""
    # Only the page: who wants an answer gets it from the door, which a large one passes without being read.
    refused: ServiceError | None = request.environ.get(framework.REFUSED)
    if isinstance(refused, UnsupportedMediaType | TooLarge):
        raise refused
    http = HttpQuery(request.method, request.query_string, request.content_type or "", request.get_data())
    return _page(http, current_app.config["SETTINGS"], refused)


def _page(http: HttpQuery, settings: Settings, refused: ServiceError | None = None) -> Response:
    """The query page: empty, with a result, or with what went wrong (`refused`: before) under its own status."""
    asked, answer = None, None
    try:
        asked = protocol.read(http, settings.query_bytes)
        answer = _showable(reading().engine.answer(asked, _ON_A_PAGE)) if asked and refused is None else None
    except UnsupportedMediaType:
        raise
    except ServiceError as error:
        refused = refused or error
    body = pages.rendered("sparql.html", **_contents(asked or _typed(http), answer, refused, settings))
    if refused is None and not (asked and is_fresh(asked.query)):
        return respond.send(respond.Document(media.HTML, body))
    status, headers = (refused.status, refused.headers) if refused else (200, {})
    response = Response(body, status, {**HEADERS, **headers}, content_type=media.HTML.content_type)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _typed(http: HttpQuery) -> QueryRequest:
    """What the reader typed, however wrong, so that the form shows it again."""
    return QueryRequest(request.values.get("query", ""))


def _contents(
    asked: QueryRequest, answer: Answer | None, refused: ServiceError | None, settings: Settings
) -> dict[str, object]:
    kind = answer.kind if answer else None
    body = answer.whole() if answer else b""
    table = table_from_json(body) if kind is Kind.SOLUTIONS else None
    examples, here = example_questions(reading().release), site_if_any()
    return {
        "query": asked.query,
        "clients": clients(asked.query, reading().release.base + "sparql") if asked.query else [],
        "examples": examples,
        "question": asked_by(asked.query, examples),
        "leads": here.leads if here else {},
        "table": table,
        "boolean": b'"boolean":true' in body if kind is Kind.BOOLEAN else None,
        "graph": body.decode() if kind is Kind.GRAPH else None,
        "problem": refused,
        "seconds": answer.seconds if answer else None,
        "formats": media.carrying(kind) if kind else [],
        "limits": {
            "seconds": settings.query_seconds,
            "bytes": settings.query_bytes,
            "memory": settings.query_memory_mb,
        },
    }


def _showable(answer: Answer) -> Answer:
    """The answer, when it is small enough for a page. Raises QueryStopped."""
    if answer.spool is None or os.fstat(answer.spool.fileno()).st_size <= _PAGE_BYTES:
        return answer
    answer.spool.close()
    raise QueryStopped(
        f"The result is larger than the {_PAGE_BYTES // 1024**2} MiB a page shows. "
        "Add a LIMIT, or take it as a file: the same address with &format=csv, or ttl for a graph.",
        members={"limit": "page"},
    )
