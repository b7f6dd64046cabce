"""How many requests are on a reading, so that it is closed after the last of them has ended and not before."""

from __future__ import annotations

import threading


class Visits:
    """Thread-safe. A request begins one, and ends it in any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.under_way = 0

    def begin(self) -> None:
        with self._lock:
            self.under_way += 1

    def end(self) -> None:
        with self._lock:
            self.under_way -= 1

    def __enter__(self) -> None:
        self.begin()

    def __exit__(self, *_: object) -> None:
        self.end()
