"""The one door: what stands before Flask. Finished replies go out at once; SPARQL takes the short way.

A reply is a pure function of release, URL and Accept, so a kept reply is as good as a new one. Flask still
serves everything else, pages above all; it costs ten times what a small query costs, hence the short way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from service.errors import BadRequest, ServiceError, TooLarge
from service.protocol import HttpQuery
from service.settings import Settings
from service.web import answers, replies
from service.web.answers import Wishes
from service.web.cache import Key, ReplyCache
from service.web.replies import Reply
from service.web.room import Room

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger("service")
ENDPOINT = ("/sparql", "/sparql/")
_PAGE = ("text/html", "application/xhtml+xml")
_CACHEABLE_BYTES = 1 << 20


class Door:
    """The WSGI application that the server runs."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._settings: Settings = app.config["SETTINGS"]
        self._room: Room = app.extensions["room"]
        self.cache = ReplyCache(self._settings.cache_mb * 1024**2)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method: str = environ["REQUEST_METHOD"]
        accept: str = environ.get("HTTP_ACCEPT", "")
        key = self._key(environ, method, accept)
        kept = self.cache.get(key) if key else None
        if kept is not None:
            return replies.unchanged(kept, environ.get("HTTP_IF_NONE_MATCH", "")).send(method, start_response)
        if environ["PATH_INFO"] in ENDPOINT and method in ("GET", "HEAD", "POST") and not _wants_page(accept):
            return self._query(environ, key).send(method, start_response)
        return self._page(environ, start_response, key)

    def _key(self, environ: WSGIEnvironment, method: str, accept: str) -> Key | None:
        """What a reply is kept under; None when it must not come from the cache."""
        path: str = environ["PATH_INFO"]
        if method not in ("GET", "HEAD") or "HTTP_RANGE" in environ or path.startswith("/-/"):
            return None
        return self._room.reading_id(), path, environ.get("QUERY_STRING", ""), accept

    def _query(self, environ: WSGIEnvironment, key: Key | None) -> Reply:
        """The reply of the SPARQL endpoint, kept when it may be."""
        wishes = Wishes(environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_IF_NONE_MATCH", ""))
        try:
            reply = answers.answer(self._http(environ), wishes, self._room.reading(), self._settings)
        except ServiceError as error:
            return replies.problem(error)
        except Exception:  # the last handler of this way, as Flask has one of its own
            log.exception("%s failed", environ["PATH_INFO"])
            return replies.problem(ServiceError("Something went wrong on our side. It has been logged."))
        if key and reply.etag and len(reply.body) < _CACHEABLE_BYTES:
            self.cache.put(key, reply)
        return reply

    def _http(self, environ: WSGIEnvironment) -> HttpQuery:
        method = environ["REQUEST_METHOD"]
        body = self._body(environ) if method == "POST" else b""
        query_string = environ.get("QUERY_STRING", "").encode("latin-1")
        return HttpQuery(method, query_string, environ.get("CONTENT_TYPE", ""), body)

    def _body(self, environ: WSGIEnvironment) -> bytes:
        """The request body, never more than the longest query needs."""
        most: int = self._app.config["MAX_CONTENT_LENGTH"]
        try:
            length = int(environ.get("CONTENT_LENGTH") or most + 1)
        except ValueError as error:
            raise BadRequest("Content-Length is not a number.") from error
        if environ.get("CONTENT_LENGTH") and length > most:
            raise TooLarge(f"The request is {length:,} bytes; at most {most:,} are read.")
        body: bytes = environ["wsgi.input"].read(length)
        return body

    def _page(self, environ: WSGIEnvironment, start_response: StartResponse, key: Key | None) -> Iterable[bytes]:
        """Flask's reply; kept when it is small, successful and carries a validator."""
        if key is None or environ["REQUEST_METHOD"] == "HEAD" or "HTTP_IF_NONE_MATCH" in environ:
            return self._app(environ, start_response)
        seen: list[tuple[str, list[tuple[str, str]]]] = []

        def remember(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            seen.append((status, headers))
            return start_response(status, headers, exc_info)

        body = self._app(environ, remember)
        status, headers = seen[-1]
        named = {name.lower(): value for name, value in headers}
        small = int(named.get("content-length", _CACHEABLE_BYTES)) < _CACHEABLE_BYTES
        if not (small and status.startswith("200") and "etag" in named) or "no-store" in named["cache-control"]:
            return body
        whole = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        kept = tuple((name, value) for name, value in headers if name.lower() != "content-length")
        self.cache.put(key, Reply(200, kept, whole))
        return (whole,)


def _wants_page(accept: str) -> bool:
    return any(kind in accept for kind in _PAGE)
