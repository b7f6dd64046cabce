"""Large answers on their way out. Each is an open file without a name; the server opens it anew by its number.

Nobody tells when the server has opened it, or has sent it. So the open files of the process are looked at now and
then: one that is open twice is being sent, one that is not open at all is done. Slow readers may keep files for
long: together they never take more disk space than is set.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO

from service.errors import QueryStopped

_FILES = Path("/proc/self/fd")
# The server opens a file within a millisecond; when a client has taken all of it before we look, we cannot tell.
_OPENED_BY_THEN_SECONDS = 10.0


@dataclass
class _Lent:
    file: IO[bytes]
    size: int
    since: float


class Spools:
    """Thread-safe. `sweep` is called now and then."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lent: dict[tuple[int, int], _Lent] = {}
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        return sum(one.size for one in list(self._lent.values()))

    def lend(self, file: IO[bytes], size: int) -> str:
        """The path at which the server finds the file. Raises QueryStopped when too much is on its way already."""
        with self._lock:
            if self.size + size > self._most:
                file.close()
                raise QueryStopped(
                    "Too many large results are on their way to clients. Add a LIMIT, or try again later.",
                    members={"limit": "space"}, headers={"Retry-After": "30"},
                )  # fmt: skip
            self._lent[_inode(file.fileno())] = _Lent(file, size, monotonic())
        return f"{_FILES}/{file.fileno()}"

    def sweep(self) -> None:
        """Close what the server has opened for itself; forget what it has closed again."""
        if not self._lent:
            return
        opened = _opened()
        with self._lock:
            for inode, one in list(self._lent.items()):
                theirs = opened[inode] - (not one.file.closed)
                if theirs or monotonic() - one.since > _OPENED_BY_THEN_SECONDS:
                    one.file.close()
                if not theirs and one.file.closed:
                    del self._lent[inode]


def _inode(number: int) -> tuple[int, int]:
    status = os.fstat(number)
    return status.st_dev, status.st_ino


def _opened() -> Counter[tuple[int, int]]:
    """How often each file is open in this process."""
    found: Counter[tuple[int, int]] = Counter()
    for number in _FILES.iterdir():
        try:
            found[_inode(int(number.name))] += 1
        except OSError:
            continue  # closed since
    return found
