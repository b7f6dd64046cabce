"""The line to whoever asked. It may go dead while a query runs: then nobody waits for the answer.

Whoever takes requests puts a line on the thread that answers; an engine asks for it and says how to stop.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic

from service.errors import QueryStopped, Unavailable

_LINE: ContextVar[Line | None] = ContextVar("line", default=None)


def hung_up() -> QueryStopped:
    """Nobody reads this; it ends what would go on for a client that is gone."""
    return QueryStopped("The client hung up.", members={"limit": "hang-up"})


def no_worker(detail: str) -> Unavailable:
    """Nobody evaluates the query: too many wait, or the service ends."""
    return Unavailable(detail, members={"limit": "queue"}, headers={"Retry-After": "5"})


class Line:
    """One request of a `client`. `hang_up` may come from another thread, and stops what `stops` was told."""

    def __init__(self) -> None:
        self.dead = False
        self.client = ""
        self.seconds = inf
        self._until = inf
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None

    def hurry(self, seconds: float) -> None:
        """From now on the whole request may take so long."""
        self.seconds, self._until = seconds, monotonic() + seconds

    def left(self) -> float:
        """The seconds that the request may still take; infinite when nobody set a limit, below 0 when it is over."""
        return self._until - monotonic()

    def hang_up(self) -> None:
        """The client is gone."""
        with self._lock:
            self.dead = True
            if self._stop is not None:
                self._stop()

    @contextmanager
    def stops(self, stop: Callable[[], None]) -> Iterator[None]:
        """While inside, hanging up calls `stop`; at once when the client is gone already."""
        with self._lock:
            self._stop = stop
            if self.dead:
                stop()
        try:
            yield
        finally:
            with self._lock:
                self._stop = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """While inside, this is the line of this thread."""
        token = _LINE.set(self)
        try:
            yield
        finally:
            _LINE.reset(token)


def current() -> Line:
    """The line of the request being answered; one that never goes dead where nobody put one."""
    return _LINE.get() or Line()
