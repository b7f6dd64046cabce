"""Operations, away from data names: alive, ready, release."""

from __future__ import annotations

from queue import Empty, SimpleQueue

from flask import Blueprint, Response, current_app, jsonify

from service import media
from service.engine import Answer
from service.engine.line import Line
from service.errors import ServiceError, Unavailable
from service.media import Kind
from service.protocol import QueryRequest
from service.web.room import Reading, Room, reading

blueprint = Blueprint("status", __name__, url_prefix="/-")
# Who balances loads asks often, and does not wait long.
_READY_SECONDS = 2.0
_GRACE_SECONDS = 0.5
_AGAIN = {"Retry-After": "5"}


@blueprint.after_request
def not_kept(response: Response) -> Response:
    """What is so now is no answer for later: without this a cache guesses how long to keep it."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/alive")
def alive() -> Response:
    """The process answers."""
    return jsonify(alive=True)


@blueprint.get("/ready")
def ready() -> Response:
    """There is a release and an engine that answers over it; otherwise 503. Says when it is not the published one."""
    try:
        here = reading()
        _ask(here)
    except ServiceError as error:
        raise Unavailable(f"Not ready: {error.detail}", members=error.members, headers=_AGAIN) from error
    room: Room = current_app.extensions["room"]
    trouble = room.trouble()
    passed_by = {"published": trouble.release_id, "detail": trouble.why} if trouble is not None else {}
    return jsonify(ready=True, release=here.release.id, **passed_by)


def _ask(here: Reading) -> None:
    """A short query, by the way that short queries take. Raises ServiceError when it is not answered in time."""
    request, offers = QueryRequest("ASK { ?s ?p ?o }", seconds=_READY_SECONDS), {Kind.BOOLEAN: media.JSON}
    if here.prompt is None:
        here.engine.answer(request, offers)
        return
    line, told = Line(), SimpleQueue[Answer | ServiceError]()
    here.prompt.answer_later(request, offers, line, told.put)
    try:
        found = told.get(timeout=_READY_SECONDS + _GRACE_SECONDS)
    except Empty:
        line.hang_up()
        raise Unavailable("Nobody takes in the answers of the query engine, or too many wait for it.") from None
    if isinstance(found, ServiceError):
        raise found


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counts, times and states in the Prometheus text format."""
    ledger = current_app.extensions["ledger"]
    return Response(ledger.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


@blueprint.get("/release")
def release() -> Response:
    """The manifest of the release being served."""
    here = reading().release
    return jsonify({"id": here.id, **here.manifest})
