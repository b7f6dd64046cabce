"""The gate: where requests come in from the network, by RSGI, the interface of granian.

WSGI would hold a thread for each client that sends or reads slowly, and never tell that one is gone. Here bodies
are read and files are sent without a thread, within limits; a thread only makes the reply; and a client that hangs
up stops its query. What the cache has is sent at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from service.errors import BadRequest, ServiceError, Unavailable
from service.web import encodings, incoming, preconditions, replies
from service.web.answers import Wishes
from service.web.bodies import Body, has_body
from service.web.cache import Key
from service.web.calls import Call, Calls
from service.web.door import Asked, Door, our_fault
from service.web.hands import Hands
from service.web.preconditions import Conditions
from service.web.replies import Reply
from service.web.room import Reading
from service.web.spools import Spools
from service.web.warm import Warming

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = logging.getLogger("service")
_SWEEP_SECONDS = 1.0
# Packing this much takes no longer than passing it to a thread would.
_QUICK_BYTES = 20_000


class Gate:
    """The RSGI application that the server runs. `started` is called once, when the server listens."""

    def __init__(self, door: Door, started: Callable[[], None] = lambda: None) -> None:
        self._door, self._settings, self._started = door, door.settings, started
        self._spools = Spools(self._settings.spool_mb * 1024**2, self._settings.client_seconds)
        self._hands = Hands(self._settings.threads)
        self._calls = Calls()
        self._tasks: list[asyncio.Task[None]] = []
        door.ledger.show("running", "Requests being answered.", lambda: len(self._calls))
        door.ledger.show("spooled_bytes", "Large results on their way to clients.", lambda: self._spools.size)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._tasks = [loop.create_task(self._calls.watch()), loop.create_task(self._sweep())]

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        done = self._loop.create_future()

        def told() -> None:
            self._loop.call_soon_threadsafe(_set, done)

        if not self.take(scope, proto, told):
            await self._read(scope, Call(proto, scope.method, scope.path, told))
        await done

    async def _read(self, scope: Any, call: Call) -> None:
        """Wait for the body, then have a thread answer. Raises nothing."""
        try:
            headers = incoming.headers(scope)
            body = Body(headers, call.proto)
            received = await self._received(call, body)
            if received is None:
                await body.drain()
                self._calls.end(call)
            else:
                self._hand_over(call, incoming.environ(scope, headers, received))
        except Exception:
            self._fail(call)

    async def _received(self, call: Call, body: Body) -> bytes | None:
        """The whole body; None when it is refused, which the client is told at once."""
        try:
            return await body.read(self._door.most_bytes, self._settings.client_seconds)
        except ServiceError as error:
            self._refuse(call, error)
            return None

    def take(self, scope: Any, proto: Any, done: Callable[[], object]) -> bool:
        """Answer what needs no waiting here, or hand it to a thread; False when there is a body to wait for.

        `done` is called when the request is answered, by any thread. Never blocks. Raises nothing: an exception in a
        callback of the server would leave this client waiting, and often all that come later.
        """
        call = Call(proto, scope.method, scope.path, done)
        try:
            return self._take(scope, call)
        except Exception:
            self._fail(call)
            return True

    def _take(self, scope: Any, call: Call) -> bool:
        headers, method, path, query = scope.headers, call.method, incoming.path(scope), incoming.query_string(scope)
        try:
            incoming.check_host(scope)
        except BadRequest as error:
            self._refuse(call, error)
            self._calls.end(call)
            return True
        accept, coding = (", ".join(headers.get_all(name)) for name in ("accept", "accept-encoding"))
        key = self._door.key(method, path, query, accept, coding)
        kept = self._door.kept(key) if key else None
        if kept and self._send_kept(call, encodings.packed(kept, coding), incoming.conditions(scope)):
            return True
        if has_body(headers):
            return False
        if reading := self._door.prompt(method, path, accept):
            self._ask(call, incoming.asked(scope, accept, coding, self._settings.proxies), reading, key)
        else:
            self._hand_over(call, incoming.environ(scope, incoming.headers(scope), b""))
        return True

    def _send_kept(self, call: Call, kept: Reply, conditions: Conditions) -> bool:
        """Send what is kept; False when it is to be refused, which may take a page."""
        try:
            reply = preconditions.settle(kept, conditions)
        except ServiceError:
            return False
        self._send(call, reply)
        self._calls.end(call)
        return True

    def _ask(self, call: Call, asked: Asked, reading: Reading, key: Key | None) -> None:
        """Have the engine answer; a thread is taken only to pack what is large."""
        self._calls.begin(call)
        call.line.client = asked.client

        def told(reply: Reply) -> None:
            def work(wishes: Wishes = asked.wishes) -> None:
                self._end(call, lambda: self._door.finish(key, reply, wishes))

            try:
                taken = reply.size >= _QUICK_BYTES and self._hands.take(work)
            except Exception:
                self._fail(call)
            else:
                if not taken:  # who is here has no time to pack a file
                    work(asked.wishes if reply.spool is None else replace(asked.wishes, coding=""))

        self._door.query_later(asked, reading, call.line, told)

    def _hand_over(self, call: Call, environ: WSGIEnvironment) -> None:
        """Have a thread answer; with too many calls waiting for one, refuse."""
        self._calls.begin(call)
        if not self._hands.take(partial(self._work, call, environ)):
            self._refuse(call, _too_busy())
            self._calls.end(call)

    def _work(self, call: Call, environ: WSGIEnvironment) -> None:
        if call.line.dead:
            self._calls.end(call)
            return
        with call.line.held():
            self._end(call, partial(self._door.reply, environ))

    def _end(self, call: Call, make: Callable[[], Reply]) -> None:
        """Send what `make` returns, or why there is nothing to send. Raises nothing."""
        try:
            try:
                self._send(call, make())
            except ServiceError as error:
                self._refuse(call, error)
            self._calls.end(call)
        except Exception:
            self._fail(call)

    def _fail(self, call: Call) -> None:
        """The last handler of all: our bug, which is being handled, is logged and nobody is left waiting."""
        log.exception("%s failed", call.path)
        try:
            self._refuse(call, our_fault())
        except Exception:
            log.exception("%s could not even be refused", call.path)  # the server says 500
        self._calls.end(call)

    def _refuse(self, call: Call, error: ServiceError) -> None:
        self._door.ledger.note("gate", error.status, 0.0)
        self._door.ledger.note_stop(error)
        self._send(call, replies.problem(error))

    def _send(self, call: Call, reply: Reply) -> None:
        """Hand the reply to the server, which sends it beside us. Raises what `Spools.lend` does."""
        status, proto = int(reply.status), call.proto
        if not reply.has_body(call.method):
            reply.close()
            proto.response_empty(status, reply.sent)
        elif not reply.large:
            proto.response_bytes(status, reply.sent, reply.body)
        elif reply.spool is not None:
            proto.response_file(status, reply.sent, self._spools.lend(reply.spool, reply.length, call.line.client))
        elif status == HTTPStatus.PARTIAL_CONTENT:
            proto.response_file_range(status, reply.sent, str(reply.path), reply.first, reply.first + reply.length)
        else:
            proto.response_file(status, reply.sent, str(reply.path))

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


def _set(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


def _too_busy() -> Unavailable:
    return Unavailable(
        "Too many requests are waiting. Try again shortly.", members={"limit": "queue"}, headers={"Retry-After": "5"}
    )
