"""The parent's end of one worker process: start it, ask it, kill it."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from service.engine import worker
from service.errors import EngineFailed

_START_SECONDS = 30.0
# A worker reads what it is sent at once, unless it is stopped or the machine is.
_TAKE_SECONDS = 5
_END_SECONDS = 5
_LOW_PRIORITY = 15


class Stalled(Exception):
    """The worker has not answered in the time given; it is still evaluating."""


class Died(Exception):
    """The worker is gone; `by` is the signal that ended it, 0 when it ended by itself."""

    def __init__(self, by: int) -> None:
        super().__init__(f"worker ended by signal {by}")
        self.by = by


@dataclass(frozen=True)
class Setup:
    """What every worker of a pool starts with. Memory and result are limits per query."""

    store: Path
    base: str
    prefixes: Mapping[str, str]
    memory_mb: int
    result_bytes: int


@dataclass(frozen=True)
class Reply:
    """What a worker said: status b'A' (answer), b'S' (answer in `spool`) or b'R' (refusal, JSON)."""

    status: bytes
    kind: int
    body: bytes = b""
    spool: IO[bytes] | None = None


class Worker:
    """One process. Not thread-safe: whoever holds it asks it. Raises OSError when it cannot be started."""

    def __init__(self, setup: Setup) -> None:
        self._channel, theirs = socket.socketpair()
        leash = self._leash = -1
        try:
            leash, self._leash = os.pipe()
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-m", worker.__name__, _arguments(setup, theirs.fileno(), leash)],
                pass_fds=(theirs.fileno(), leash), stdin=subprocess.DEVNULL,
                env=os.environ | {"RUST_BACKTRACE": "0"},  # a query out of memory fills no log
            )  # fmt: skip
        except BaseException:
            self._channel.close()
            _let_go(self._leash)
            raise
        finally:
            theirs.close()
            _let_go(leash)
        self._channel.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _TAKE_SECONDS, 0))
        self._spool: IO[bytes] | None = None
        self._received = bytearray()
        self._letting_go = threading.Lock()
        self._seconds = 0.0
        self.sealed = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def fileno(self) -> int:
        """The channel, for whoever waits for several workers at once."""
        return self._channel.fileno()

    def wait_until_ready(self) -> None:
        """Blocks until the store is open and the walls are closed. Raises EngineFailed when it never is."""
        try:
            self.sealed = self.receive(_START_SECONDS).status == b"A"
        except (Stalled, Died) as error:
            self.kill()
            raise EngineFailed("A query worker did not start. The log of the service says more.") from error

    def send(self, request: dict[str, Any]) -> None:
        """Hand over one request, with a fresh spool when the last one was given away.

        Raises Died; OSError when there can be no spool: the worker is as it was.
        """
        data = json.dumps(request).encode()
        message = worker.LENGTH.pack(len(data)) + data
        fresh = tempfile.TemporaryFile(prefix="conflict-actors-") if self._spool is None else None  # noqa: SIM115
        try:
            if fresh is not None:
                self._spool = fresh
                sent = socket.send_fds(self._channel, [message], [self._spool.fileno()])
                message = message[sent:]
            if message:
                self._channel.sendall(message)
        except OSError as error:
            raise Died(self._ended_by()) from error

    def receive(self, seconds: float) -> Reply:
        """The reply, within `seconds`. Raises Stalled (ask again or kill) or Died.

        What has come of it when the time is up is kept for the next call.
        """
        self._wait_at_most(seconds)
        self._read(worker.REPLY.size)
        status, kind, length = worker.REPLY.unpack_from(self._received)
        if status == b"S":
            self._received.clear()
            spool, self._spool = self._spool, None
            assert spool is not None
            spool.seek(0)
            return Reply(status, kind, spool=spool)
        self._read(worker.REPLY.size + length)
        message, self._received = self._received, bytearray()
        return Reply(status, kind, bytes(memoryview(message)[worker.REPLY.size :]))

    def _wait_at_most(self, seconds: float) -> None:
        """Time limit of every following receive.

        The kernel keeps it, so that a small answer costs one call; with a timeout of Python's there are two,
        and at each the thread may lose its turn to another.
        """
        seconds = max(seconds, 0.001)
        if seconds != self._seconds:
            self._seconds = seconds
            limit = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
            self._channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)

    def _read(self, length: int) -> None:
        """Take from the channel until `length` bytes of the reply have come."""
        while len(self._received) < length:
            try:
                part = self._channel.recv(max(1 << 16, min(length - len(self._received), 1 << 20)))
            except BlockingIOError as error:
                raise Stalled from error
            except OSError as error:
                raise Died(self._ended_by()) from error
            if not part:
                raise Died(self._ended_by())
            self._received += part

    def _ended_by(self) -> int:
        try:
            return -min(0, self._process.wait(timeout=2))
        except subprocess.TimeoutExpired:
            return 0

    def has_ended(self) -> bool:
        """Has the process ended by itself?"""
        return self._process.poll() is not None

    def demote(self) -> None:
        """Let short queries go first from now on. Linux has a priority for each thread (setpriority(2), Notes)."""
        with suppress(OSError):  # it has just ended: its reply or its death is on the way
            for task in Path(f"/proc/{self.pid}/task").iterdir():
                with suppress(ProcessLookupError):
                    os.setpriority(os.PRIO_PROCESS, int(task.name), _LOW_PRIORITY)

    def stop(self) -> None:
        """End the process at once; whoever waits for its reply learns that it died. Any thread may call it."""
        self._process.send_signal(signal.SIGKILL)

    def kill(self) -> None:
        """End the process at once and let go of everything it held."""
        self.stop()
        with suppress(subprocess.TimeoutExpired):  # the kernel holds it up; it is buried when the next one is started
            self._process.wait(timeout=_END_SECONDS)
        with self._letting_go:  # a number closed twice may be another's by then
            self._channel.close()
            _let_go(self._leash)
            self._leash = -1
            if self._spool is not None:
                self._spool.close()
                self._spool = None


def start(setup: Setup, count: int) -> list[Worker]:
    """Workers that are ready: so many, or those there can be. Raises EngineFailed or OSError when that is none."""
    started: list[Worker] = []
    failure: Exception | None = None
    try:
        for _ in range(count):
            started.append(Worker(setup))
    except OSError as error:
        failure = error
    try:
        for one in list(started):
            try:
                one.wait_until_ready()
            except EngineFailed as error:
                failure = error
                started.remove(one)
    except BaseException:
        for one in started:
            one.kill()
        raise
    if failure is not None and not started:
        raise failure
    return started


def _let_go(number: int) -> None:
    if number >= 0:
        os.close(number)


def _arguments(setup: Setup, channel: int, leash: int) -> str:
    return json.dumps(
        {
            "store": str(setup.store), "base": setup.base, "prefixes": dict(setup.prefixes), "channel": channel,
            "leash": leash, "memory_mb": setup.memory_mb, "result_bytes": setup.result_bytes,
        }
    )  # fmt: skip
