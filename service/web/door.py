"""The one door: what stands before Flask. Finished replies go out at once; SPARQL takes the short way.

A reply is a pure function of release, URL, Accept and Accept-Encoding, so a kept reply is as good as a new
one. Flask still serves everything else, pages above all; it costs more than a small query, hence the short way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask

from service.errors import BadRequest, ServiceError, TooLarge
from service.protocol import HttpQuery
from service.settings import Settings
from service.web import answers, encodings, replies
from service.web.answers import Wishes
from service.web.cache import Key, ReplyCache
from service.web.ledger import Ledger
from service.web.replies import Reply
from service.web.room import Room
from service.web.turnstile import Turnstile

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger("service")
ENDPOINT = ("/sparql", "/sparql/")
_PAGE = ("text/html", "application/xhtml+xml")
_KEPT_BYTES = 1 << 20


class Door:
    """The WSGI application that the server runs."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._settings: Settings = app.config["SETTINGS"]
        self._room: Room = app.extensions["room"]
        self._turnstile = Turnstile(self._settings.client_queries)
        self.cache = ReplyCache(self._settings.cache_mb * 1024**2)
        self.ledger = Ledger(self._settings, self._room, self.cache)
        app.extensions["ledger"] = self.ledger

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method: str = environ["REQUEST_METHOD"]
        key = self._key(environ, method)
        kept = self.cache.get(key) if key else None
        if kept is not None:
            return replies.unchanged(kept, environ.get("HTTP_IF_NONE_MATCH", "")).send(method, start_response)
        accept: str = environ.get("HTTP_ACCEPT", "")
        if environ["PATH_INFO"] in ENDPOINT and method in ("GET", "HEAD", "POST") and not _wants_page(accept):
            return self._query(environ, key).send(method, start_response)
        return self._page(environ, start_response, key)

    def _key(self, environ: WSGIEnvironment, method: str) -> Key | None:
        """What a reply is kept under; None when it must not come from the cache."""
        path: str = environ["PATH_INFO"]
        if method not in ("GET", "HEAD") or "HTTP_RANGE" in environ or path.startswith("/-/"):
            return None
        coding = encodings.choose(environ.get("HTTP_ACCEPT_ENCODING", ""))
        query: str = environ.get("QUERY_STRING", "")
        return self._room.reading_id(), path, query, environ.get("HTTP_ACCEPT", ""), coding

    def _query(self, environ: WSGIEnvironment, key: Key | None) -> Reply:
        """The reply of the SPARQL endpoint, kept when it may be."""
        begun = perf_counter()
        try:
            reply = self._answer(environ)
        except ServiceError as error:
            reply = replies.problem(error)
        except Exception:  # the last handler of this way, as Flask has one of its own
            log.exception("%s failed", environ["PATH_INFO"])
            reply = replies.problem(ServiceError("Something went wrong on our side. It has been logged."))
        self.ledger.note_query(reply, perf_counter() - begun, environ)
        coded = encodings.encode(reply, encodings.choose(environ.get("HTTP_ACCEPT_ENCODING", "")))
        if key and reply.etag and len(coded.body) < _KEPT_BYTES:
            self.cache.put(key, coded)
        return coded

    def _answer(self, environ: WSGIEnvironment) -> Reply:
        held = encodings.plain_tags(environ.get("HTTP_IF_NONE_MATCH", ""))
        wishes = Wishes(environ.get("HTTP_ACCEPT", ""), held)
        with self._turnstile.passing(environ.get("REMOTE_ADDR", "")):
            return answers.answer(self._http(environ), wishes, self._room.reading(), self._settings)

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
        begun = perf_counter()
        held = environ.pop("HTTP_IF_NONE_MATCH", "") if key else ""
        seen: list[tuple[str, list[tuple[str, str]]]] = []

        def remember(status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], object]:
            seen.append((status, headers))
            return lambda _data: None

        body = self._app(environ, remember)
        status, headers = seen[-1]
        self.ledger.note_page(status, perf_counter() - begun)
        if key is None or environ["REQUEST_METHOD"] != "GET" or not _may_be_kept(status, headers):
            held_too = held and _names(headers, held)
            start_response("304 Not Modified" if held_too else status, headers)
            return _closing(body) if held_too else body
        reply = encodings.encode(_as_reply(headers, body), key[-1])
        self.cache.put(key, reply)
        return replies.unchanged(reply, held).send("GET", start_response)


def _wants_page(accept: str) -> bool:
    return any(kind in accept for kind in _PAGE)


def _may_be_kept(status: str, headers: list[tuple[str, str]]) -> bool:
    named = {name.lower(): value for name, value in headers}
    small = int(named.get("content-length", _KEPT_BYTES)) < _KEPT_BYTES
    return small and status.startswith("200") and "etag" in named and "no-store" not in named.get("cache-control", "")


def _as_reply(headers: list[tuple[str, str]], body: Iterable[bytes]) -> Reply:
    """Flask's response read to its end."""
    whole = b"".join(body)
    _closing(body)
    return Reply(200, tuple((name, value) for name, value in headers if name.lower() != "content-length"), whole)


def _names(headers: list[tuple[str, str]], held: str) -> bool:
    """Is the ETag of a large file among those the client holds?"""
    tag = next((value for name, value in headers if name.lower() == "etag"), "")
    return bool(tag) and tag.removeprefix("W/") in held


def _closing(body: Iterable[bytes]) -> Iterable[bytes]:
    if hasattr(body, "close"):
        body.close()
    return ()
