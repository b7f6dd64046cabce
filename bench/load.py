"""A lean load generator: keep-alive connections on loopback, bounded in time, one thread.

It reads each response to its end (Content-Length or chunked) and refuses any status but 200, so that a fast
error never counts as a fast answer.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Measure:
    """`per_second` answers; `p50` and `p99` in milliseconds; `answers` counted in all."""

    per_second: float
    p50: float
    p99: float
    answers: int


class _Closed(Exception):
    """The server closed the connection between two answers, as some do after so many."""


class _Connection:
    def __init__(self, port: int) -> None:
        self._port = port
        self.socket = self._open()
        self.received = bytearray()
        self.begun = 0.0
        self.asked = b""

    def _open(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def ask(self, request: bytes) -> None:
        self.received.clear()
        self.begun, self.asked = time.perf_counter(), request
        self.socket.sendall(request)

    def ask_again(self) -> None:
        """The same on a new connection; the time goes on."""
        self.socket.close()
        self.socket = self._open()
        self.socket.sendall(self.asked)

    def read(self) -> bool:
        """Take what has come; True when the response is complete."""
        data = self.socket.recv(1 << 20)
        if not data and not self.received:
            raise _Closed
        if not data:
            raise ConnectionError(f"closed in the middle of an answer: {bytes(self.received[:200])!r}")
        self.received += data
        head = self.received.find(b"\r\n\r\n")
        if head < 0:
            return False
        if not self.received.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(f"not an answer: {bytes(self.received[:300])!r}")
        length = _LENGTH.search(self.received, 0, head + 2)
        if length:
            return len(self.received) >= head + 4 + int(length[1])
        return self.received.endswith(b"0\r\n\r\n")


def run(port: int, requests: Iterator[bytes], seconds: float, connections: int = 16, count: int = 0) -> Measure:
    """Ask one request after the other on each connection for `seconds`, or until `count` are answered."""
    selector = selectors.DefaultSelector()
    opened = [_Connection(port) for _ in range(connections)]
    for one in opened:
        selector.register(one.socket, selectors.EVENT_READ, one)
        one.ask(next(requests))
    times: list[float] = []
    begun = time.perf_counter()
    end = begun + seconds
    while (now := time.perf_counter()) < end:
        for key, _ in selector.select(timeout=end - now):
            one = key.data
            try:
                is_whole = one.read()
            except _Closed:
                selector.unregister(one.socket)
                one.ask_again()
                selector.register(one.socket, selectors.EVENT_READ, one)
                continue
            if is_whole:
                times.append(time.perf_counter() - one.begun)
                if len(times) == count:
                    end = now
                    break
                one.ask(next(requests))
    spent = time.perf_counter() - begun
    for one in opened:
        one.socket.close()
    times.sort()
    assert times, "no answer came in time"
    return Measure(
        len(times) / spent, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000, len(times)
    )


def get(path: str, accept: str) -> bytes:
    """The bytes of a GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n".encode()
