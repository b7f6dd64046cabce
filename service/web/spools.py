"""Large answers on their way out. Each is an open file without a name; the server opens it anew by its number.

Nobody tells when the server has opened it, or has sent it. So the open files of the process are looked at now and
then: one that is open twice is being sent, one that is not open at all is done. Slow readers may keep files for
long: together they never take more disk space than is set, and those of one client no more than a share of it.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO

from service.errors import QueryStopped, TooManyRequests

_FILES = Path("/proc/self/fd")
# The server opens a file within a millisecond; when a client has taken all of it before we look, we cannot tell.
_OPENED_BY_THEN_SECONDS = 10.0
# One client may take this part of the space, and one result whatever its size.
_SHARE = 4
_RETRY = {"Retry-After": "30"}


@dataclass
class _Lent:
    file: IO[bytes]
    size: int
    since: float
    client: str


class Spools:
    """Thread-safe. `sweep` is called now and then."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lent: dict[tuple[int, int], _Lent] = {}
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        return sum(one.size for one in list(self._lent.values()))

    def lend(self, file: IO[bytes], size: int, client: str = "") -> str:
        """The path at which the server finds the file.

        Raises QueryStopped when too much is on its way already, TooManyRequests when too much of it is this client's.
        """
        with self._lock:
            try:
                self._check(size, client)
            except BaseException:
                file.close()
                raise
            self._lent[_inode(file.fileno())] = _Lent(file, size, monotonic(), client)
        return f"{_FILES}/{file.fileno()}"

    def _check(self, size: int, client: str) -> None:
        """Whoever reads slowly holds up himself before he holds up others."""
        theirs = sum(one.size for one in self._lent.values() if one.client == client)
        if theirs and theirs + size > self._most // _SHARE:
            raise TooManyRequests(
                "Too many large results are on their way to you. Read them first, add a LIMIT, or try again later.",
                members={"limit": "space of a client"}, headers=_RETRY,
            )  # fmt: skip
        if self.size + size > self._most:
            raise QueryStopped(
                "Too many large results are on their way to clients. Add a LIMIT, or try again later.",
                members={"limit": "space"}, headers=_RETRY,
            )  # fmt: skip

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
