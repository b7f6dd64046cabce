"""The worker processes of a pool: started, handed out, taken back, replaced. Knows nothing of queries.

A number of them is always to be ready or at work; one that was moved aside (`demote`) is replaced at once, and one
that died is replaced too, when it is asked or found dead in its idleness.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from service.engine.line import Line, hung_up
from service.engine.process import Setup, Worker
from service.errors import EngineFailed, Unavailable

if TYPE_CHECKING:
    from service.engine.post import Errand

log = logging.getLogger("service")
Begin = Callable[["Errand", Worker], None]
_START_AGAIN_SECONDS = 0.5
_LOOK_SECONDS = 1.0


class Crew:
    """Thread-safe. `waiting` counts the threads that wait for a worker, `queued` the errands that do."""

    def __init__(self, setup: Setup, size: int, queue_length: int, queue_seconds: float) -> None:
        self._setup, self.size = setup, size
        self._queue_length, self._queue_seconds = queue_length, queue_seconds
        self._busy: set[Worker] = set()
        self._aside: set[Worker] = set()
        self._starting = 0
        self._turn = threading.Condition()
        self._closed = False
        self._ended = threading.Event()
        self.waiting = 0
        self._errands: deque[tuple[Errand, Begin]] = deque()
        self._thread_is_next = False
        self._idle = _start(setup, size)
        threading.Thread(target=self._look_after, name="look after workers", daemon=True).start()

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
        with self._turn:
            self._check_queue()
            self.waiting += 1
            try:
                ready = self._turn.wait_for(lambda: self._idle or self._closed, self._queue_seconds)
            finally:
                self.waiting -= 1
            if not ready or self._closed:
                raise no_worker("No query worker was free in time. Try again.")
            if client.dead:
                self._turn.notify()
                raise hung_up()
            one = self._idle.pop()
            self._busy.add(one)
            return one

    def _check_queue(self) -> None:
        if not self._idle and self.waiting + len(self._errands) >= self._queue_length:
            raise no_worker("Too many queries are waiting. Try again shortly.")

    @property
    def queued(self) -> int:
        return len(self._errands)

    def take_or_queue(self, errand: Errand, begin: Begin) -> Worker | None:
        """An idle worker at once, or None: `begin` gets the errand with a worker later. Raises Unavailable."""
        with self._turn:
            self._check_queue()
            if self._closed:
                raise no_worker("The service ends. Try again.")
            if not self._idle:
                self._errands.append((errand, begin))
                return None
            one = self._idle.pop()
            self._busy.add(one)
            return one

    def unqueue(self, which: Callable[[Errand], bool]) -> list[Errand]:
        """Take these errands out of the queue."""
        if not self._errands:
            return []
        with self._turn:
            out = [errand for errand, _ in self._errands if which(errand)]
            self._errands = deque(pair for pair in self._errands if pair[0] not in out)
            return out

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
        """Give a free worker to who is next, errands and threads in turn; False when the crew is closed."""
        with self._turn:
            self._busy.discard(one)
            if self._closed:
                return False
            self._thread_is_next = bool(self.waiting) and (self._thread_is_next or not self._errands)
            if self._thread_is_next or not self._errands:
                self._idle.append(one)
                self._turn.notify()
                self._thread_is_next = False
                return True
            errand, begin = self._errands.popleft()
            self._thread_is_next = True
            self._busy.add(one)
        begin(errand, one)
        return True

    def demote(self, one: Worker) -> None:
        """Move a worker that still evaluates aside, at low priority; a new one takes its place."""
        one.demote()
        with self._turn:
            self._busy.discard(one)
            self._aside.add(one)
        self._refill()

    def _refill(self) -> None:
        """Start what is lacking, beside the request that noticed; nobody waits for it but the queue."""
        with self._turn:
            lacking = self.size - len(self._idle) - len(self._busy) - self._starting
            lacking = 0 if self._closed else max(0, lacking)
            self._starting += lacking
        for _ in range(lacking):
            threading.Thread(target=self._add, name="start worker", daemon=True).start()

    def _look_after(self) -> None:
        """Replace idle workers that died: while nobody asks, nobody else would notice."""
        while not self._ended.wait(_LOOK_SECONDS):
            with self._turn:
                dead = [one for one in self._idle if one.has_ended()]
                self._idle = [one for one in self._idle if one not in dead]
            for one in dead:
                one.kill()
            if dead:
                self._refill()

    def _add(self) -> None:
        """Start one worker, however often it takes: a crew that lost its last one would never answer again."""
        started: list[Worker] = []
        while not started and not self._closed:
            try:
                started = _start(self._setup, 1)
            except (EngineFailed, OSError) as error:
                log.warning("a query worker did not start, the next try follows: %s", error)
                time.sleep(_START_AGAIN_SECONDS)
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
            self._turn.notify_all()
        for one in asked:
            one.stop()  # whoever asked it lets go of it
        for one in idle:
            one.kill()


def _start(setup: Setup, count: int) -> list[Worker]:
    """Workers that are ready. Raises EngineFailed, and leaves none behind, when one of them is not."""
    started: list[Worker] = []
    try:
        for _ in range(count):
            started.append(Worker(setup))
        for one in started:
            one.wait_until_ready()
    except BaseException:
        for one in started:
            one.kill()
        raise
    return started


def no_worker(detail: str) -> Unavailable:
    return Unavailable(detail, members={"limit": "queue"}, headers={"Retry-After": "5"})
