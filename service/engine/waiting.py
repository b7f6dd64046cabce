"""Who waits for a worker, in an order that is fair: clients take turns, what one client asks keeps its order.

With one line for all, somebody who asks two dozen long queries at once would have everybody else wait behind them.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Waiting(Generic[T]):
    """A queue of what clients wait for. Not thread-safe: whoever owns it has a lock."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[T]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, client: str, one: T) -> None:
        """Put it behind what this client waits for already; a client that comes new goes behind the others."""
        self._lines.setdefault(client, deque()).append(one)
        self._size += 1

    def next(self, may: Callable[[str], bool] = lambda _client: True) -> T | None:
        """Take out whose turn it is among the clients that may; None when none of them waits."""
        client = next((one for one in self._lines if may(one)), None)
        if client is None:
            return None
        line = self._lines[client]
        one = line.popleft()
        self._size -= 1
        if line:
            self._lines.move_to_end(client)
        else:
            del self._lines[client]
        return one

    def remove(self, which: Callable[[T], bool]) -> list[T]:
        """Take these out, wherever they stand."""
        out: list[T] = []
        for client, line in list(self._lines.items()):
            left: deque[T] = deque()
            for one in line:
                (out if which(one) else left).append(one)
            self._keep(client, left)
        self._size -= len(out)
        return out

    def _keep(self, client: str, left: deque[T]) -> None:
        if left:
            self._lines[client] = left
        else:
            del self._lines[client]
