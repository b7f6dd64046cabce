"""Where a worker's result goes while it is written, and how a worker says no. Knows no library and no query."""

from __future__ import annotations

import io
import os
from typing import Any

IN_MEMORY_BYTES = 1 << 20


class Refusal(Exception):
    """A query that gets no answer; `name` is the error the parent raises."""

    def __init__(self, name: str, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.report = {"error": name, "detail": detail, "members": members}


class Sink(io.RawIOBase):
    """Takes the bytes of a result: the first megabyte in memory, the whole in the spool once it is larger."""

    def __init__(self, spool: int, most: int) -> None:
        super().__init__()
        self._spool, self._most = spool, most
        self._parts: list[bytes] = []
        self.size = 0
        self.spooled = False

    def write(self, data: Any) -> int:
        self.size += len(data)
        if self.size > self._most:
            raise Refusal(
                "QueryStopped",
                f"The result is larger than {self._most // 1024**2:,} MiB. Add a LIMIT, or take a dump.",
                limit="result",
            )
        self._parts.append(bytes(data))
        if self.spooled or self.size > IN_MEMORY_BYTES:
            self._drain()
        return len(data)

    def _drain(self) -> None:
        if not self.spooled:
            os.lseek(self._spool, 0, os.SEEK_SET)
            os.truncate(self._spool, 0)
        self.spooled = True
        data = b"".join(self._parts)
        self._parts.clear()
        while data:
            data = data[os.write(self._spool, data) :]

    def emptied(self) -> Sink:
        """One for another result in the place of this one."""
        return Sink(self._spool, self._most)

    @property
    def body(self) -> bytes:
        return b"".join(self._parts)
