"""Queries that no thread waits for: handed to a worker, and their replies taken in by one thread for all.

A thread for each query would cost more than a small query does: with sixteen of them most of the time goes into
passing the interpreter's lock around. What is not answered soon leaves by another door, where a thread may wait.
"""

from __future__ import annotations

import logging
import select
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

from service.engine.crew import Crew
from service.engine.line import Line, no_worker
from service.engine.process import Died, Reply, Stalled, Worker
from service.errors import ServiceError

log = logging.getLogger("service")
_TICK_SECONDS = 0.05
_WAKE_SECONDS = 0.1


@dataclass(eq=False)
class Errand:
    """One query on its way. `then` gets the reply or what went wrong, once, from any thread."""

    message: dict[str, Any]
    client: Line
    then: Callable[[Reply | Exception], None]
    seconds: float
    worker: Worker | None = None
    due: float = 0.0
    tries: int = 0
    asked: float = field(default_factory=monotonic)


class Post:
    """Thread-safe. `late` gets errands whose worker has not answered after `patience` seconds, worker and all.

    When `late` raises, the errand is told so and its worker is replaced.
    """

    def __init__(self, crew: Crew, patience: float, queue_seconds: float, late: Callable[[Errand], None]) -> None:
        self._crew, self._patience, self._queue_seconds, self._late = crew, patience, queue_seconds, late
        self._epoll = select.epoll()
        self._under_way: dict[int, Errand] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="post", daemon=True)
        self._thread.start()

    def send(self, errand: Errand) -> None:
        """Hand it to an idle worker, or put it in the queue. Never blocks; raises nothing."""
        try:
            worker = self._crew.take_or_queue(errand, self.begin)
        except ServiceError as refused:
            _finish(errand, refused)
            return
        if worker is not None and not self.begin(errand, worker):
            self._crew.give_back(worker, healthy=True)

    def begin(self, errand: Errand, worker: Worker) -> bool:
        """Give the errand to this worker; False when it does not need one. Raises nothing.

        A worker that died while it was idle has not taken the errand: another is asked.
        """
        if errand.client.dead:
            _finish(errand, Died(0))
            return False
        try:
            worker.send(errand.message)
            self._watch(errand, worker)
        except Died as death:
            self._crew.give_back(worker, healthy=False)
            self._send_again(errand, death)
        except OSError as error:  # no space for a result; the worker knows nothing of it
            _finish(errand, error)
            return False
        except Exception as error:
            self._give_up(errand, worker, error)
        return True

    def _send_again(self, errand: Errand, death: Died) -> None:
        errand.tries += 1
        if errand.tries > self._crew.size:
            _finish(errand, death)
        else:
            self.send(errand)

    def _watch(self, errand: Errand, worker: Worker) -> None:
        errand.worker, errand.due = worker, monotonic() + min(self._patience, errand.seconds)
        number = worker.fileno()
        with self._lock:
            if going := not self._closed:
                self._under_way[number] = errand
        if not going:
            self._give_up(errand, worker, Died(0))
            return
        try:
            self._expect(number)
        except (ValueError, OSError) as error:
            if not self._closed:  # else `close` has told whoever asked
                log.warning("a reply will be taken in late: %s", error)

    def _expect(self, number: int) -> None:
        """Wake up once when this channel can be read."""
        try:
            self._epoll.modify(number, select.EPOLLIN | select.EPOLLONESHOT)
        except FileNotFoundError:
            self._epoll.register(number, select.EPOLLIN | select.EPOLLONESHOT)

    def _give_up(self, errand: Errand, worker: Worker | None, why: Exception) -> None:
        """Nobody will read the reply any more."""
        try:
            if worker is not None:
                self._crew.give_back(worker, healthy=False)
        finally:
            _finish(errand, why)

    def _run(self) -> None:
        """The one thread that reads replies: whatever goes wrong with one of them, it goes on with the next."""
        checked = monotonic()
        while not self._closed:
            try:
                self._take_in_all()
                if (now := monotonic()) - checked >= _TICK_SECONDS:
                    checked = now
                    self._look_after(now)
            except Exception:
                log.exception("taking in replies failed")
                sleep(_TICK_SECONDS)

    def _take_in_all(self) -> None:
        """The replies that have come, or come in a moment."""
        patience = _TICK_SECONDS if self._under_way or self._crew.waiting else _WAKE_SECONDS
        for number, _ in self._epoll.poll(patience):
            self._take_in(number)

    def _take_in(self, number: int) -> None:
        """Read one reply; its worker gets the next query before the reply goes on."""
        with self._lock:
            errand = self._under_way.pop(number, None)
        if errand is None or errand.worker is None:
            return
        try:
            reply: Reply | Exception = errand.worker.receive(self._patience)
        except Died as death:
            reply = death
        except Stalled:  # half a reply that does not go on: whoever may wait takes it from here
            self._pass_on(errand)
            return
        except Exception as error:
            reply = error
        try:
            self._crew.give_back(errand.worker, healthy=isinstance(reply, Reply))
        finally:
            _finish(errand, reply)

    def _pass_on(self, errand: Errand) -> None:
        try:
            self._late(errand)
        except Exception as error:
            self._give_up(errand, errand.worker, error)

    def _look_after(self, now: float) -> None:
        """Pass on what takes long, refuse what has waited too long for a worker."""
        with self._lock:
            late = {number: errand for number, errand in self._under_way.items() if errand.due <= now}
            for number in late:
                del self._under_way[number]
        for errand in late.values():
            self._pass_on(errand)
        for errand in self._crew.unqueue(lambda one: one.asked + self._queue_seconds <= now):
            _finish(errand, no_worker("No query worker was free in time. Try again."))

    def close(self) -> None:
        """Stop taking replies in, after the crew has closed. What is under way ends with Died."""
        with self._lock:
            self._closed = True
        self._thread.join(timeout=2)
        with self._lock:
            left, self._under_way = list(self._under_way.values()), {}
        for errand in [*left, *self._crew.unqueue(lambda one: True)]:
            self._give_up(errand, errand.worker, Died(0))
        self._epoll.close()


def _finish(errand: Errand, outcome: Reply | Exception) -> None:
    try:
        errand.then(outcome)
    except Exception:  # the thread must go on
        log.exception("a reply was not passed on")
