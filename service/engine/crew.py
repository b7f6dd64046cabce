"""The worker processes of a pool: started, handed out, taken back, replaced. Knows nothing of queries.

A number of them is always to be ready or at work; one that was moved aside (`demote`) is replaced at once, and one
that died is replaced too, when it is asked or found dead in its idleness. The last idle one is not for those whose
queries took long a moment ago: they wait for another, so that everybody else finds a worker at once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from service.engine.hold import Begin, Hold, Wait
from service.engine.lately import Lately
from service.engine.line import Line, hung_up, no_worker
from service.engine.process import Setup, Worker, start
from service.engine.waiting import Waiting
from service.errors import EngineFailed

if TYPE_CHECKING:
    from service.engine.post import Errand

log = logging.getLogger("service")
_START_AGAIN_SECONDS, _START_AGAIN_MOST_SECONDS = 0.5, 10.0
_LOOK_SECONDS = 1.0


class Crew:
    """Thread-safe. `waiting` counts the threads and errands that wait for a worker; see Waiting for their order.

    Raises EngineFailed or OSError when it cannot begin; it makes do with fewer workers while there can be no more.
    """

    def __init__(self, setup: Setup, size: int, queue_length: int, queue_seconds: float) -> None:
        self._setup, self.size = setup, size
        self._queue_length, self._queue_seconds = queue_length, queue_seconds
        self._busy: set[Worker] = set()
        self._aside: set[Worker] = set()
        self._starting = 0
        self._turn = threading.Lock()
        self._closed = False
        self._ended = threading.Event()
        self._queue: Waiting[Wait] = Waiting()
        self._long = Lately()
        self._reserve = min(1, size - 1)
        self._idle = start(setup, size)
        try:
            threading.Thread(target=self._look_after, name="look after workers", daemon=True).start()
        except RuntimeError as error:
            self.close()
            raise EngineFailed("There is no thread left to look after query workers.") from error
        self._refill()

    @property
    def sealed(self) -> bool:
        """Do the workers run behind the kernel's filter (no network, no writing)?"""
        return all(one.sealed for one in self._idle)

    def pids(self) -> list[int]:
        """The processes of this moment."""
        with self._turn:
            return [one.pid for one in (*self._idle, *self._busy, *self._aside)]

    def take(self, client: Line) -> Worker:
        """An idle worker; waits for one as long as is set. Raises Unavailable, QueryStopped (the client is gone)."""
        hold = Hold()
        with self._turn:
            if one := self._free_one(client.client):
                return one
            wait = Wait(hold.give)
            self._queue.add(client.client, wait)
        hold.over.wait(self._queue_seconds)
        with self._turn:
            in_vain = self._queue.remove(lambda one: one is wait)
        if not in_vain:
            hold.over.wait()  # taken out of the queue already: a worker is on its way
        if hold.worker is None:
            raise no_worker("No query worker was free in time. Try again.")
        if client.dead:
            self.give_back(hold.worker, healthy=True)
            raise hung_up()
        return hold.worker

    def note_long(self, client: str) -> None:
        """A query of this client takes long."""
        with self._turn:
            self._long.note(client)

    def _may_have(self, client: str, left: int) -> bool:
        """May this client take a worker when so many are left idle then?"""
        return left >= self._reserve or client not in self._long

    def _free_one(self, client: str) -> Worker | None:
        """An idle worker, now busy. None: none for this client, but room in the queue. Raises Unavailable."""
        if self._closed:
            raise no_worker("The service ends. Try again.")
        if self._idle and self._may_have(client, len(self._idle) - 1):
            one = self._idle.pop()
            self._busy.add(one)
            return one
        if len(self._queue) >= self._queue_length:
            raise no_worker("Too many queries are waiting. Try again shortly.")
        return None

    @property
    def waiting(self) -> int:
        return len(self._queue)

    def take_or_queue(self, errand: Errand, begin: Begin) -> Worker | None:
        """An idle worker at once, or None: `begin` gets the errand with a worker later. Raises Unavailable."""
        with self._turn:
            one = self._free_one(errand.client.client)
            if one is None:
                self._queue.add(errand.client.client, Wait(partial(begin, errand), errand))
            return one

    def unqueue(self, which: Callable[[Errand], bool]) -> list[Errand]:
        """Take these errands out of the queue."""
        if not self._queue:
            return []
        with self._turn:
            out = self._queue.remove(lambda one: one.errand is not None and which(one.errand))
            return [one.errand for one in out if one.errand is not None]

    def give_back(self, one: Worker, healthy: bool) -> None:
        """A healthy worker is idle again; any other is killed, and replaced unless that was done already."""
        if healthy and self._pass_on(one):
            return
        one.kill()
        with self._turn:
            self._busy.discard(one)
            self._aside.discard(one)
        self._refill()

    def _pass_on(self, one: Worker) -> bool:
        """Give a free worker to who is next and needs it; False when the crew is closed."""
        while True:
            with self._turn:
                self._busy.discard(one)
                if self._closed:
                    return False
                next_one = self._queue.next(lambda client: self._may_have(client, len(self._idle)))
                if next_one is None:
                    self._idle.append(one)
                    return True
                self._busy.add(one)
            if next_one.begin(one):
                return True

    def demote(self, one: Worker) -> None:
        """Move a worker that still evaluates aside, at low priority; a new one takes its place."""
        one.demote()
        with self._turn:
            self._busy.discard(one)
            self._aside.add(one)
        self._refill()

    def _refill(self) -> bool:
        """Start what is lacking, beside the request that noticed; nobody waits for it but the queue.

        False when there is no thread to do so with: what is lacking then is started by who looks after the workers.
        """
        with self._turn:
            lacking = self.size - len(self._idle) - len(self._busy) - self._starting
            lacking = 0 if self._closed else max(0, lacking)
            self._starting += lacking
        for begun in range(lacking):
            try:
                threading.Thread(target=self._add, name="start worker", daemon=True).start()
            except Exception as error:
                log.warning("there is no thread to start a query worker with: %s", error)
                with self._turn:
                    self._starting -= lacking - begun
                return False
        return True

    def _look_after(self) -> None:
        """Replace idle workers that died: while nobody asks, nobody else would notice."""
        while not self._ended.wait(_LOOK_SECONDS):
            try:
                self._bury()
                if not self._refill():
                    self._add_here()
            except Exception:  # the thread must go on
                log.exception("looking after query workers failed")

    def _bury(self) -> None:
        """Let go of idle workers that died."""
        with self._turn:
            dead = [one for one in self._idle if one.has_ended()]
            self._idle = [one for one in self._idle if one not in dead]
        for one in dead:
            one.kill()

    def _add_here(self) -> None:
        """Start one worker in this thread, if it can be started at once."""
        with self._turn:
            self._starting += 1
        self._add(tries=1)

    def _add(self, tries: float = inf) -> None:
        """Start one worker, however often it takes: a crew that lost its last one would never answer again."""
        started: list[Worker] = []
        pause = _START_AGAIN_SECONDS
        while not started and tries and not self._closed:
            try:
                started = start(self._setup, 1)
            except Exception as error:
                log.warning("a query worker did not start, the next try follows: %s", error)
                tries -= 1
                self._ended.wait(pause if tries else 0)
                pause = min(2 * pause, _START_AGAIN_MOST_SECONDS)
        with self._turn:
            self._starting -= 1
            self._busy.update(started)  # counted at every moment: nobody else starts another in its place
        for one in started:
            self.give_back(one, healthy=True)

    def close(self) -> None:
        """Kill every worker."""
        with self._turn:
            self._closed = True
            self._ended.set()
            idle, asked = self._idle, [*self._busy, *self._aside]
            self._idle = []
            held = self._queue.remove(lambda one: one.errand is None)
        for one_waiting in held:
            one_waiting.begin(None)
        for one in asked:
            one.stop()  # whoever asked it lets go of it
        for one in idle:
            one.kill()
