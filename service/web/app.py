"""The Flask application: `create_app` reads like a table of contents of the reading room."""

from __future__ import annotations

import logging
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from service import negotiate
from service.engine.choose import open_engine
from service.errors import BadRequest, MethodNotAllowed, NotFound, ServiceError, TooLarge
from service.media import HTML, JSON
from service.settings import Settings
from service.web import (
    about,
    assets,
    browse,
    cite,
    completion,
    conformance,
    downloads,
    dumps,
    entity,
    fragments,
    framework,
    front,
    graphstore,
    jsonld,
    links,
    linksets,
    nanopubs,
    pages,
    pictures,
    reconcile,
    respond,
    search,
    sitemap,
    sparql,
    status,
    versions,
    vocabulary,
)
from service.web.replies import HEADERS
from service.web.room import OpenEngine, Room, leave_reading

log = logging.getLogger("service")

_ERRORS = {404: NotFound, 405: MethodNotAllowed, 413: TooLarge}


def create_app(settings: Settings, open_with: OpenEngine = open_engine) -> Flask:
    """The application over the published release; nothing is read before the first request."""
    app = Flask("service.web", static_folder=None)
    app.url_map.strict_slashes = False
    app.config["SETTINGS"] = settings
    # Form-encoding may triple a query; anything larger is refused before it is read.
    app.config["MAX_CONTENT_LENGTH"] = settings.query_bytes * 3 + 4000
    app.extensions["room"] = Room(settings, open_with)
    for module in (
        assets,
        about,
        front,
        sparql,
        completion,
        entity,
        vocabulary,
        browse,
        pictures,
        search,
        dumps,
        downloads,
        versions,
        jsonld,
        links,
        reconcile,
        linksets,
        fragments,
        graphstore,
        nanopubs,
        sitemap,
        cite,
        status,
        conformance,
    ):
        app.register_blueprint(module.blueprint)
    app.register_error_handler(ServiceError, _refuse)
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(Exception, _refuse_unknown)
    app.before_request(_pass_on_refusal)
    app.after_request(_add_headers)
    app.teardown_appcontext(leave_reading)
    return app


def _pass_on_refusal() -> None:
    """What was refused before it came here is told here to browsers; the query page does so by itself."""
    refused: ServiceError | None = request.environ.get(framework.REFUSED)
    if refused is not None and request.endpoint != "sparql.endpoint":
        raise refused


def _refuse(error: ServiceError) -> Response:
    """Every failure looks the same: a problem document, or a page for a browser."""
    if error.status >= 500:
        log.warning("%s %s: %s", request.method, request.path, error.detail)
    if negotiate.acceptable(request.headers.get("Accept"), (JSON, HTML)) is not HTML:
        return respond.problem(error)
    response = Response(pages.rendered("problem.html", error=error), error.status, error.headers)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _refuse_http(error: HTTPException) -> Response:
    """What Flask itself refuses, in our words and shape."""
    code = error.code or 500
    kind = _ERRORS.get(code, BadRequest if code < 500 else ServiceError)
    details = {404: f"There is nothing at {request.path}.", 405: f"{request.method} is not possible here."}
    valid = getattr(error, "valid_methods", None)
    problem = kind(details.get(code, error.description or "The request cannot be answered."))
    problem.status = code
    problem.headers.update((name, value) for name, value in error.get_headers() if name != "Content-Type")
    problem.headers.update({"Allow": ", ".join(sorted(valid))} if valid else {})
    return _refuse(problem)


def _refuse_unknown(error: Exception) -> Response:
    """Our bug: logged in full, told in one sentence."""
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return _refuse(ServiceError("Something went wrong on our side. It has been logged; nothing of yours is lost."))


def _add_headers(response: Response) -> Response:
    if response.status_code == HTTPStatus.PERMANENT_REDIRECT:
        _redirect_here(response)
    if request.method == "OPTIONS" and response.status_code == HTTPStatus.OK:
        _allow_pages_of_others(response)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _allow_pages_of_others(response: Response) -> None:
    """CORS without credentials, everywhere: a browser asks before it sends a query in a POST, or a condition.

    Fetch standard, CORS protocol, https://fetch.spec.whatwg.org/#http-responses
    """
    methods = ", ".join(sorted(response.allow))
    response.status_code = HTTPStatus.NO_CONTENT
    response.headers.update(
        {
            "Allow": methods, "Access-Control-Allow-Methods": methods, "Access-Control-Allow-Headers": "*",
            "Access-Control-Max-Age": "86400",
        }
    )  # fmt: skip


def _redirect_here(response: Response) -> None:
    """To the path only: Flask puts the Host header before it, which anybody may write and a cache may keep."""
    to = urlsplit(response.headers["Location"])
    response.headers["Location"] = urlunsplit(("", "", "/" + to.path.lstrip("/"), to.query, ""))
    response.headers["Cache-Control"] = respond.until_published()
    response.set_data(b"")
