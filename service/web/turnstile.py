"""How many queries one client may have running at a time. More are told to come back, not queued."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import TooManyRequests


class Turnstile:
    """Counts what each client has running. Thread-safe; forgets a client that has nothing running."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def passing(self, client: str) -> Iterator[None]:
        """Count one query of `client` while it runs. Raises TooManyRequests when it has too many already."""
        with self._lock:
            if self._running[client] >= self._most:
                raise TooManyRequests(
                    f"You have {self._most} queries running, the most a client may have. Wait for one to end.",
                    members={"limit": "queries of a client"}, headers={"Retry-After": "1"},
                )  # fmt: skip
            self._running[client] += 1
        try:
            yield
        finally:
            self._leave(client)

    def _leave(self, client: str) -> None:
        with self._lock:
            self._running[client] -= 1
            if self._running[client] <= 0:
                del self._running[client]
