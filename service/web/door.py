"""The one door: what stands before Flask. Finished replies go out at once; SPARQL takes the short way.

A reply is a pure function of release, URL, Accept and Accept-Encoding, so a kept reply is as good as a new
one. Flask still serves everything else, pages above all; it costs more than a small query, hence the short way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask

from service import negotiate, protocol
from service.engine.line import Line, current
from service.errors import ServiceError
from service.media import HTML, JSON, TURTLE
from service.protocol import HttpQuery
from service.settings import Settings
from service.web import answers, bodies, encodings, framework, preconditions, replies
from service.web.answers import Wishes
from service.web.cache import Key, ReplyCache
from service.web.ledger import Ledger, Query
from service.web.preconditions import Conditions
from service.web.replies import Reply
from service.web.room import Reading, Room
from service.web.turnstile import Turnstile, client_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger("service")
ENDPOINT = ("/sparql", "/sparql/")
_KEPT_BYTES = 1 << 20
# One client has this part of the threads for what is no query; a page may take as long as so many queries.
_SHARE = 4
_QUERIES_LONG = 3


@dataclass(frozen=True)
class Asked:
    """A request at the endpoint: what is asked, how it is wanted, and who asks."""

    http: HttpQuery
    wishes: Wishes
    client: str


class Door:
    """Makes the reply to any request; as a callable, a WSGI application. Thread-safe."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.settings: Settings = app.config["SETTINGS"]
        self.most_bytes: int = app.config["MAX_CONTENT_LENGTH"]
        self._room: Room = app.extensions["room"]
        self._turnstile = Turnstile(self.settings.client_queries)
        share = max(1, self.settings.threads // _SHARE)
        self._pages, self._probes = Turnstile(share, "requests"), Turnstile(share, "probes")
        self.cache = ReplyCache(self.settings.cache_mb * 1024**2)
        self.ledger = Ledger(self.settings, self._room, self.cache)
        app.extensions["ledger"] = self.ledger

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.reply(environ).send(environ["REQUEST_METHOD"], start_response)

    def release_id(self) -> str:
        """The id of the published release; empty while there is none."""
        return self._room.reading_id()

    def key(self, method: str, path: str, query: str, accept: str, accept_encoding: str) -> Key | None:
        """What a reply is kept under; None when it must not come from the cache."""
        if method not in ("GET", "HEAD") or path.startswith("/-/"):
            return None
        return self._room.mark(), path, query, accept, encodings.choose(accept_encoding)

    def kept(self, key: Key) -> Reply | None:
        """The finished reply to a request that was answered before; takes no longer than looking it up."""
        reply = self.cache.get(key)
        if reply is not None and reply.path is not None and not reply.path.exists():
            return None  # of a release that was taken away since
        if reply is not None and self.settings.query_log and key[1] in ENDPOINT:
            self.ledger.kept(HttpQuery("GET", key[2].encode("latin-1")), reply)
        return reply

    def reply(self, environ: WSGIEnvironment) -> Reply:
        """The reply to any request."""
        current().client = self._client(environ)
        asked = preconditions.take(environ)
        try:
            return preconditions.settle(_packed(self._whole(environ, asked), environ), asked)
        except ServiceError as error:
            return self._refusal(error, environ)

    def _whole(self, environ: WSGIEnvironment, asked: Conditions) -> Reply:
        """The reply, whatever the conditions are; but nothing is asked of the engine that the client has."""
        key = self._key(environ)
        reply = self.kept(key) if key else None
        if reply is not None:
            return reply
        if environ["PATH_INFO"] in ENDPOINT and environ["REQUEST_METHOD"] in ("GET", "HEAD", "POST"):
            return self._query(environ, key, asked)
        begun = perf_counter()
        reply = self._in_turn(environ, key, asked)
        seconds = perf_counter() - begun
        self.ledger.note("page", reply.status, seconds)
        return reply if reply.header("Server-Timing") else reply.timed(f"page;dur={seconds * 1000:.1f}")

    def _in_turn(self, environ: WSGIEnvironment, key: Key | None, asked: Conditions) -> Reply:
        """A page, or a refusal when its client has many made already. Probes have a line of their own."""
        turnstile = self._probes if environ["PATH_INFO"].startswith("/-/") else self._pages
        try:
            with turnstile.passing(self._client(environ)):
                current().hurry(_QUERIES_LONG * self.settings.query_seconds)
                return preconditions.settle(_packed(self._page(environ, key), environ), asked)
        except ServiceError as error:
            self.ledger.note_stop(error)
            return self._refusal(error, environ)

    def _key(self, environ: WSGIEnvironment) -> Key | None:
        query, accept, coding = (environ.get(n, "") for n in ("QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING"))
        return self.key(environ["REQUEST_METHOD"], environ["PATH_INFO"], query, accept, coding)

    def _query(self, environ: WSGIEnvironment, key: Key | None, asked: Conditions) -> Reply:
        """The reply of the SPARQL endpoint; a page with form and rows for a browser."""
        refused: ServiceError | None = None
        query = Query()
        try:
            http = bodies.query_of(environ, self.most_bytes)
            self.ledger.begin(query, http)
            with self._turnstile.passing(self._client(environ)):
                wants_page = _wants_page(http, environ, self.settings.query_bytes)
                reply = self._page(environ, key) if wants_page else self._answer(http, environ, asked)
        except ServiceError as error:
            reply, refused = self._refusal(error, environ), error
        except Exception:  # the last handler of this way, as Flask has one of its own
            log.exception("%s failed", environ["PATH_INFO"])
            reply = replies.problem(our_fault())
        self.ledger.end(query, reply, refused)
        return self._keep(key, encodings.encode(reply, _coding(environ)))

    def prompt(self, method: str, path: str, accept: str) -> Reading | None:
        """What answers this request without a thread that waits; None when it has to take the usual way.

        So answered are queries in the URL, at the endpoint, by a program, when the published release is open.
        """
        if path not in ENDPOINT or method not in ("GET", "HEAD") or _likes_page(accept):
            return None
        reading = self._room.current()
        return reading if reading is not None and reading.prompt is not None else None

    def query_later(self, asked: Asked, reading: Reading, line: Line, then: Callable[[Reply], None]) -> None:
        """As `reply` for a query, without a thread that waits; `then` is told from any thread. Raises nothing.

        What `then` gets is neither coded nor kept yet: see `finish`.
        """
        query = Query()
        self.ledger.begin(query, asked.http)
        try:
            self._turnstile.enter(asked.client)
        except ServiceError as refused:
            self._tell(query, refused, then)
            return

        reading.visits.begin()
        first = iter((True,))  # whoever comes second finds nothing left, on any thread

        def told(found: Reply | ServiceError) -> None:
            if not next(first, False):
                return
            reading.visits.end()
            self._turnstile.leave(asked.client)
            self._tell(query, found, then)

        try:
            settled = answers.read(asked.http, asked.wishes, reading, self.settings)
            assert reading.prompt is not None
            answers.answer_later(settled, reading.prompt, line, told)
        except ServiceError as error:
            told(error)
        except Exception:  # the last handler of this way
            log.exception("%s failed", ENDPOINT[0])
            told(our_fault())

    def _tell(self, query: Query, found: Reply | ServiceError, then: Callable[[Reply], None]) -> None:
        refused = found if isinstance(found, ServiceError) else None
        reply = replies.problem(found) if isinstance(found, ServiceError) else found
        try:
            self.ledger.end(query, reply, refused)
        except Exception:  # who asked is answered all the same
            log.exception("a query was not written down")
        then(reply)

    def finish(self, key: Key | None, reply: Reply, wishes: Wishes) -> Reply:
        """The reply as it is sent, and kept when it may be. Raises PreconditionFailed."""
        return preconditions.settle(self._keep(key, encodings.encode(reply, wishes.coding)), wishes.conditions)

    def _answer(self, http: HttpQuery, environ: WSGIEnvironment, asked: Conditions) -> Reply:
        reading, wishes = self._room.reading(), Wishes(environ.get("HTTP_ACCEPT", ""), asked, _coding(environ))
        with reading.visits:
            return answers.answer(http, wishes, reading, self.settings)

    def _refusal(self, error: ServiceError, environ: WSGIEnvironment) -> Reply:
        """What is told of a refusal: to a browser a page, with the query in its form if there is one."""
        if not _likes_page(environ.get("HTTP_ACCEPT", "")):
            return replies.problem(error)
        return self._page(environ | {framework.REFUSED: error}, None)

    def _client(self, environ: WSGIEnvironment) -> str:
        seen, forwarded = environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", "")
        return client_of(seen, forwarded, self.settings.proxies)

    def _page(self, environ: WSGIEnvironment, key: Key | None) -> Reply:
        """Flask's reply, kept when it may be. HEAD is a GET whose body is not sent."""
        method = environ["REQUEST_METHOD"]
        environ = environ | {"REQUEST_METHOD": "GET" if method == "HEAD" else method}
        if key is None:
            return encodings.encode(framework.ask(self._app, environ), _coding(environ))
        return self._keep(key, encodings.encode(_read_in(framework.ask(self._app, environ)), key[-1]))

    def _keep(self, key: Key | None, reply: Reply) -> Reply:
        """The reply, which comes from the cache from now on if it may."""
        told = reply.header("Cache-Control")
        may_be_kept = reply.etag and reply.spool is None and "no-store" not in told and "no-cache" not in told
        if key and may_be_kept and len(reply.body) < _KEPT_BYTES and key[0] == self._room.mark():
            self.cache.put(key, reply.timed("cache;desc=kept"))  # not what another release answered meanwhile
        return reply


def _coding(environ: WSGIEnvironment) -> str:
    return encodings.choose(environ.get("HTTP_ACCEPT_ENCODING", ""))


def _packed(reply: Reply, environ: WSGIEnvironment) -> Reply:
    return encodings.packed(reply, environ.get("HTTP_ACCEPT_ENCODING", ""))


def our_fault() -> ServiceError:
    """What is told of our bugs: nothing but that they are logged."""
    return ServiceError("Something went wrong on our side. It has been logged.")


def _wants_page(http: HttpQuery, environ: WSGIEnvironment, query_bytes: int) -> bool:
    """Does this client like HTML best, and name no format for a file? Decided here alone, for Flask too."""
    return _likes_page(environ.get("HTTP_ACCEPT", "")) and not protocol.formats(http, query_bytes)


def _likes_page(accept: str) -> bool:
    return "html" in accept and negotiate.choose(accept, (JSON, TURTLE, HTML)) is HTML


def _read_in(reply: Reply) -> Reply:
    """A small file in memory, where it is sent from soonest; what is no dump may be coded there too."""
    if reply.path is None or reply.length >= _KEPT_BYTES:
        return reply
    return Reply(reply.status, reply.headers, reply.path.read_bytes())
