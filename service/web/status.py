"""Operations, away from data names: alive, ready, release."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify

from service import media
from service.errors import ServiceError, Unavailable
from service.media import Kind
from service.protocol import QueryRequest
from service.web.room import reading

blueprint = Blueprint("status", __name__, url_prefix="/-")
# Who balances loads asks often, and does not wait long.
_READY_SECONDS = 2.0
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
    """There is a release and an engine that answers over it; otherwise 503."""
    try:
        here = reading()
        here.engine.answer(QueryRequest("ASK { ?s ?p ?o }", seconds=_READY_SECONDS), {Kind.BOOLEAN: media.JSON})
    except ServiceError as error:
        raise Unavailable(f"Not ready: {error.detail}", members=error.members, headers=_AGAIN) from error
    return jsonify(ready=True, release=here.release.id)


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
