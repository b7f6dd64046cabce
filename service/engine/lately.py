"""Who has lately asked something that took long. Knows no queries: it is told names, and forgets them."""

from __future__ import annotations

from collections import OrderedDict
from time import monotonic

_REMEMBERED_SECONDS = 10.0
_MOST = 4096


class Lately:
    """The clients noted within the last so many seconds, the oldest forgotten first. Not thread-safe."""

    def __init__(self, seconds: float = _REMEMBERED_SECONDS, most: int = _MOST) -> None:
        self._seconds, self._most = seconds, most
        self._until: OrderedDict[str, float] = OrderedDict()

    def note(self, client: str) -> None:
        """It begins anew for this client. The empty name is nobody's: it is not noted."""
        if not client:
            return
        self._until[client] = monotonic() + self._seconds
        self._until.move_to_end(client)
        if len(self._until) > self._most:
            self._until.popitem(last=False)

    def __contains__(self, client: str) -> bool:
        until = self._until.get(client)
        if until is None:
            return False
        if until > monotonic():
            return True
        del self._until[client]
        return False
