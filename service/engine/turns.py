"""Turns at a remote engine: so many requests at once, so many that wait, each for so long. The rest is sent away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import Unavailable

_RETRY = {"Retry-After": "5"}


class Turns:
    """Thread-safe. `waiting` and `running` are the figures of this moment."""

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        self._at_once, self._most_waiting, self._seconds = at_once, waiting, seconds
        self._changed = threading.Condition()
        self.running = 0
        self.waiting = 0
        self._over = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for leave to ask. Raises Unavailable."""
        self._wait()
        try:
            yield
        finally:
            with self._changed:
                self.running -= 1
                self._changed.notify()

    def _wait(self) -> None:
        with self._changed:
            if self.running >= self._at_once and self.waiting >= self._most_waiting:
                raise _busy("Too many queries are waiting. Try again shortly.")
            self.waiting += 1
            try:
                self._changed.wait_for(lambda: self.running < self._at_once or self._over, self._seconds)
            finally:
                self.waiting -= 1
            if self._over or self.running >= self._at_once:
                raise _busy("The query engine was not free in time. Try again.")
            self.running += 1

    def end(self) -> None:
        """Nobody gets a turn any more."""
        with self._changed:
            self._over = True
            self._changed.notify_all()


def _busy(detail: str) -> Unavailable:
    return Unavailable(detail, members={"limit": "queue"}, headers=_RETRY)
