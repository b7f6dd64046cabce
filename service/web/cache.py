"""Finished replies, kept in memory within a bound, for as long as their release is the published one."""

from __future__ import annotations

import threading
from collections import OrderedDict

from service.web.replies import Reply

# release (Room.mark), path, query string, Accept, content coding
Key = tuple[str, str, str, str, str]
# What a small reply takes beside its text: objects, and headers that differ from those of others.
_OVERHEAD_BYTES = 1300


class ReplyCache:
    """Least recently used goes first. One reply may take an eighth of the whole."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._replies: OrderedDict[Key, Reply] = OrderedDict()
        self.bytes = 0
        self._lock = threading.Lock()
        self.hits = 0

    def get(self, key: Key) -> Reply | None:
        with self._lock:
            reply = self._replies.get(key)
            if reply is not None:
                self._replies.move_to_end(key)
                self.hits += 1
            return reply

    def put(self, key: Key, reply: Reply) -> None:
        """Keep a complete, successful reply that may be kept. Of a large file only headers and path are kept."""
        size = _size(key, reply)
        if reply.status != 200 or reply.spool is not None or size > self._max_bytes // 8:
            return
        with self._lock:
            if key in self._replies:
                return
            if self._replies and next(reversed(self._replies))[0] != key[0]:
                self._clear()
            self._replies[key] = reply
            self.bytes += size
            while self.bytes > self._max_bytes:
                oldest, dropped = self._replies.popitem(last=False)
                self.bytes -= _size(oldest, dropped)

    def _clear(self) -> None:
        """Another release is published: nothing of the old one is asked for again."""
        self._replies.clear()
        self.bytes = 0


def _size(key: Key, reply: Reply) -> int:
    """Everything a stranger may make long counts: links in headers repeat what was asked for."""
    headers = sum(len(value) for _, value in reply.headers)
    return len(reply.body) + sum(map(len, key)) + headers + _OVERHEAD_BYTES
