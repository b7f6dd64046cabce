"""Large answers on their way out. Each is an open file without a name; the server opens it anew by its number.

Nobody tells when the server has opened it, or has sent it. So the open files of the process are looked at now and
then: one that is open twice is being sent, one that is not open at all is done. Slow readers may keep files for
long: together they never take more disk space than is set, and those of one client no more than a share of it.
When there is no space left for somebody else, who reads next to nothing is cut off.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import monotonic
from typing import IO

from service.errors import QueryStopped, TooManyRequests

_FILES = Path("/proc/self/fd")
# The server opens a file within a millisecond; when a client has taken all of it before we look, we cannot tell.
_OPENED_BY_THEN_SECONDS = 10.0
# One client may take this part of the space, and one result whatever its size.
_SHARE = 4
# Who takes less than this a second is cut off when the space is wanted.
_LEAST_BYTES_A_SECOND = 1 << 16
_RETRY = {"Retry-After": "30"}


@dataclass
class _Lent:
    file: IO[bytes]
    size: int
    since: float
    client: str
    rate: float = inf
    _taken: int = 0
    _noted: float = 0.0

    def note(self, taken: int, window_seconds: float) -> None:
        """So much has been read. `rate` is of the last whole window: systems take the first megabytes at once."""
        begun = self._noted or self.since
        seconds = monotonic() - begun
        if seconds >= window_seconds:
            self.rate, self._taken, self._noted = (taken - self._taken) / seconds, taken, begun + seconds


class Spools:
    """Thread-safe. `sweep` is called now and then."""

    def __init__(self, most_bytes: int, patience_seconds: float = 30.0) -> None:
        """`patience_seconds`: over how long it is seen how slow a reader is; nobody is cut off sooner."""
        self._most, self._patience = most_bytes, patience_seconds
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
        self._cut_off(self.size + size - self._most)
        if self.size + size > self._most:
            raise QueryStopped(
                "Too many large results are on their way to clients. Add a LIMIT, or try again later.",
                members={"limit": "space"}, headers=_RETRY,
            )  # fmt: skip

    def _cut_off(self, wanted: int) -> None:
        """Take so many bytes back from the slowest readers, if they are slow enough; never a part for nothing."""
        slow = [one for one in self._lent.items() if one[1].rate < _LEAST_BYTES_A_SECOND]
        if wanted <= 0 or sum(one.size for _, one in slow) < wanted:
            return
        for inode, one in sorted(slow, key=lambda found: found[1].rate):
            if wanted > 0 and _empty(inode):
                one.file.close()
                del self._lent[inode]
                wanted -= one.size

    def sweep(self) -> None:
        """Close what the server has opened for itself, see how much it has read, forget what it has closed again."""
        if not self._lent:
            return
        opened = _opened()
        with self._lock:
            for inode, one in list(self._lent.items()):
                ours = [] if one.file.closed else [one.file.fileno()]
                theirs = [number for number in opened.get(inode, ()) if number not in ours]
                one.note(max(map(_place, theirs), default=0), self._patience)
                if theirs or monotonic() - one.since > _OPENED_BY_THEN_SECONDS:
                    one.file.close()
                if not theirs and one.file.closed:
                    del self._lent[inode]


def _inode(number: int) -> tuple[int, int]:
    status = os.fstat(number)
    return status.st_dev, status.st_ino


def _opened() -> dict[tuple[int, int], list[int]]:
    """The numbers under which each file is open in this process."""
    found: dict[tuple[int, int], list[int]] = {}
    for number in _FILES.iterdir():
        with suppress(OSError):  # closed since
            found.setdefault(_inode(int(number.name)), []).append(int(number.name))
    return found


def _place(number: int) -> int:
    """How far an open file has been read (proc_pid_fdinfo(5)); 0 when it is closed."""
    with suppress(OSError):
        told = Path(f"/proc/self/fdinfo/{number}").read_text().split()
        return int(told[told.index("pos:") + 1])
    return 0


def _empty(inode: tuple[int, int]) -> bool:
    """Give the space of a file back. Its reader finds the end too soon, and the server closes the connection."""
    for number in _opened().get(inode, ()):
        with suppress(OSError), open(f"{_FILES}/{number}", "r+b") as file:  # noqa: PTH123  a link to no name
            if _inode(file.fileno()) == inode:  # the number may be another file's by now
                file.truncate(0)
                return True
    return False
