"""The gate: where requests come in from the network, by RSGI, the interface of granian.

WSGI would hold a thread for each client that sends or reads slowly, and never tell that one is gone. Here bodies
are read and files are sent without a thread, within limits; a thread only makes the reply; and a client that hangs
up stops its query. What the cache has is sent at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any

from service.engine.line import Line
from service.errors import BadRequest, ServiceError, Unavailable
from service.web import incoming, replies
from service.web.bodies import Body, has_body
from service.web.cache import Key
from service.web.door import Asked, Door
from service.web.hands import Hands
from service.web.replies import Reply
from service.web.room import Reading
from service.web.spools import Spools
from service.web.warm import Warming

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = logging.getLogger("service")
# Who waits no longer than this is not watched: hanging up would come too late to save anything.
_PATIENCE_SECONDS = 0.25
_SWEEP_SECONDS = 1.0
_CONDITIONS = ("if-none-match", "if-modified-since")
# Packing this much takes no longer than passing it to a thread would.
_QUICK_BYTES = 20_000


@dataclass(eq=False)
class Call:
    """One request under way. `line` goes dead when its client hangs up."""

    proto: Any
    method: str
    done: Callable[[], object]
    line: Line = field(default_factory=Line)
    began: float = field(default_factory=perf_counter)
    watch: asyncio.Task[None] | None = None


class Gate:
    """The RSGI application that the server runs. `started` is called once, when the server listens."""

    def __init__(self, door: Door, started: Callable[[], None] = lambda: None) -> None:
        self._door, self._settings, self._started = door, door.settings, started
        self._spools = Spools(self._settings.spool_mb * 1024**2)
        self._hands = Hands(self._settings.threads)
        self._under_way: set[Call] = set()
        self._tasks: list[asyncio.Task[None]] = []
        door.ledger.show("running", "Requests being answered.", lambda: len(self._under_way))
        door.ledger.show("spooled_bytes", "Large results on their way to clients.", lambda: self._spools.size)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._tasks = [loop.create_task(self._watch()), loop.create_task(self._sweep())]

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        done = self._loop.create_future()
        if self.take(scope, proto, lambda: self._loop.call_soon_threadsafe(_set, done)):
            await done
            return
        headers = incoming.headers(scope)
        body = Body(headers, proto)
        try:
            received = await body.read(self._door.most_bytes, self._settings.client_seconds)
        except ServiceError as error:
            self._refuse(proto, scope.method, error)
            await body.drain()
            return
        call = Call(proto, scope.method, lambda: self._loop.call_soon_threadsafe(_set, done))
        self._hand_over(call, incoming.environ(scope, headers, received))
        await done

    def take(self, scope: Any, proto: Any, done: Callable[[], object]) -> bool:
        """Answer what needs no waiting here, or hand it to a thread; False when there is a body to wait for.

        `done` is called when the request is answered, by any thread. Never blocks.
        """
        headers, method, path = scope.headers, scope.method, incoming.path(scope)
        if len(headers.get_all("host")) != 1 and scope.http_version == "1.1":
            self._refuse(proto, method, _not_one_host())
            done()
            return True
        accept, coding = (", ".join(headers.get_all(name)) for name in ("accept", "accept-encoding"))
        key = None if "range" in headers else self._door.key(method, path, scope.query_string, accept, coding)
        kept = key and self._door.kept(key, *(headers.get(name) or "" for name in _CONDITIONS))
        if kept:
            self._send(proto, method, kept)
            done()
            return True
        if has_body(headers):
            return False
        call = Call(proto, method, done)
        if reading := self._door.prompt(method, path, accept):
            self._ask(call, incoming.asked(scope, accept, coding, self._settings.proxies), reading, key)
        else:
            self._hand_over(call, incoming.environ(scope, incoming.headers(scope), b""))
        return True

    def _ask(self, call: Call, asked: Asked, reading: Reading, key: Key | None) -> None:
        """Have the engine answer; a thread is taken only to pack what is large."""
        self._under_way.add(call)
        call.line.client = asked.client

        def told(reply: Reply) -> None:
            work = partial(self._deliver, call, key, reply, asked.wishes.coding)
            if len(reply.body) < _QUICK_BYTES or not self._hands.take(work):
                work()

        self._door.query_later(asked, reading, call.line, told)

    def _deliver(self, call: Call, key: Key | None, reply: Reply, coding: str) -> None:
        try:
            self._send(call.proto, call.method, self._door.finish(key, reply, coding))
        except ServiceError as error:
            self._refuse(call.proto, call.method, error)
        finally:
            self._finish(call)

    def _hand_over(self, call: Call, environ: WSGIEnvironment) -> None:
        """Have a thread answer; with too many calls waiting for one, refuse."""
        self._under_way.add(call)
        if not self._hands.take(partial(self._work, call, environ)):
            self._refuse(call.proto, call.method, _too_busy())
            self._finish(call)

    def _work(self, call: Call, environ: WSGIEnvironment) -> None:
        if not call.line.dead:
            self._answer(call, environ)
        self._finish(call)

    def _finish(self, call: Call) -> None:
        self._under_way.discard(call)
        with suppress(RuntimeError):  # the loop is closed: the service ends
            if call.watch is not None:
                self._loop.call_soon_threadsafe(call.watch.cancel)
            call.done()

    def _answer(self, call: Call, environ: WSGIEnvironment) -> None:
        try:
            with call.line.held():
                reply = self._door.reply(environ)
            self._send(call.proto, call.method, reply)
        except ServiceError as error:
            self._refuse(call.proto, call.method, error)
        except Exception:  # the last handler of all
            log.exception("%s failed", environ["PATH_INFO"])
            self._refuse(
                call.proto, call.method, ServiceError("Something went wrong on our side. It has been logged.")
            )

    def _refuse(self, proto: Any, method: str, error: ServiceError) -> None:
        self._door.ledger.note("gate", error.status, 0.0)
        self._door.ledger.note_stop(error)
        self._send(proto, method, replies.problem(error))

    def _send(self, proto: Any, method: str, reply: Reply) -> None:
        """Hand the reply to the server, which sends it beside us. Raises QueryStopped when there is no space."""
        status = int(reply.status)
        if not reply.has_body(method):
            reply.close()
            proto.response_empty(status, reply.sent)
        elif not reply.large:
            proto.response_bytes(status, reply.sent, reply.body)
        elif reply.spool is not None:
            proto.response_file(status, reply.sent, self._spools.lend(reply.spool, reply.length))
        elif status == HTTPStatus.PARTIAL_CONTENT:
            proto.response_file_range(status, reply.sent, str(reply.path), reply.first, reply.first + reply.length)
        else:
            proto.response_file(status, reply.sent, str(reply.path))

    async def _watch(self) -> None:
        """Find out of every call that takes long whether its client is still there."""
        while True:
            await asyncio.sleep(_PATIENCE_SECONDS)
            long_ago = perf_counter() - _PATIENCE_SECONDS
            for call in list(self._under_way):
                if call.watch is None and call.began < long_ago:
                    call.watch = self._loop.create_task(_listen(call))

    async def _sweep(self) -> None:
        await asyncio.sleep(_SWEEP_SECONDS)
        _try(self._started)
        warming = Warming(self._door, self._hands.take)
        while True:
            _try(warming)
            await asyncio.sleep(_SWEEP_SECONDS)
            _try(self._spools.sweep)


def _try(task: Callable[[], None]) -> None:
    """Whatever fails here is logged; what comes after it goes on."""
    try:
        task()
    except Exception:
        log.exception("looking after connections and large results failed")


async def _listen(call: Call) -> None:
    await call.proto.client_disconnect()
    call.line.hang_up()


def _set(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


def _not_one_host() -> BadRequest:
    """RFC 9112 section 3.2: with none or two, those in front of us and we might mean different hosts."""
    return BadRequest("HTTP/1.1 wants one Host header, neither none nor two.")


def _too_busy() -> Unavailable:
    return Unavailable(
        "Too many requests are waiting. Try again shortly.", members={"limit": "queue"}, headers={"Retry-After": "5"}
    )
