"""Sockets that keep a deadline. Resolving, connecting, TLS and every read and write end when it has passed.

The timeouts of HTTP libraries begin again with every byte, so a server that drips one byte a second is never
late. Here `until` is a moment, and each wait is what is left until then.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from ipaddress import ip_address
from time import monotonic
from typing import Any


def left(until: float) -> float:
    """Seconds until the moment. Raises TimeoutError when it has passed."""
    seconds = until - monotonic()
    if seconds <= 0:
        raise TimeoutError("the time is up")
    return seconds


class _Plain(socket.socket):
    until = 0.0

    def recv_into(self, *args: Any) -> int:
        self.settimeout(left(self.until))
        return super().recv_into(*args)

    def sendall(self, *args: Any) -> None:
        self.settimeout(left(self.until))
        super().sendall(*args)


class _Tls(ssl.SSLSocket):
    until = 0.0

    def recv_into(self, *args: Any) -> int:
        self.settimeout(left(self.until))
        return super().recv_into(*args)

    def sendall(self, *args: Any) -> None:
        self.settimeout(left(self.until))
        super().sendall(*args)


class Connection(http.client.HTTPConnection):
    """One HTTP connection; set `until` before each exchange. `tls` is the context of an https server."""

    sock: _Plain | _Tls | None

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port)
        self._tls = tls
        if tls is not None:
            tls.sslsocket_class = _Tls
        self._until = 0.0
        self._held: list[bytes] | None = None
        self._last: _Plain | _Tls | None = None

    @property
    def is_used(self) -> bool:
        """Has it carried an exchange before? Then the server may have hung up in the meantime."""
        return self.sock is not None

    def keep(self, until: float) -> None:
        """Everything up to the next call of this is over by then."""
        self._until = until
        if self.sock is not None:
            self.sock.until = until

    def request(self, *args: Any, **named: Any) -> None:
        """Head and body leave together: two packets would wake the server twice."""
        self._held = []
        super().request(*args, **named)
        parts, self._held = self._held, None
        super().send(b"".join(parts))

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)

    def connect(self) -> None:
        """Raises OSError."""
        plain = self._first_that_answers()
        plain.until = self._until
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._last = plain
        if self._tls is None:
            self.sock = plain
            return
        plain.settimeout(left(self._until))
        sealed = self._tls.wrap_socket(plain, server_hostname=self.host)
        assert isinstance(sealed, _Tls)
        sealed.until = self._until
        self.sock = self._last = sealed

    def cut(self) -> None:
        """Break it off, from any thread: whoever waits for an answer learns that the connection has ended."""
        if self._last is not None:
            with contextlib.suppress(OSError):  # it has ended already
                socket.socket.shutdown(self._last, socket.SHUT_RDWR)

    def _first_that_answers(self) -> _Plain:
        failure: OSError = OSError("the name has no address")
        for family, address in self._addresses():
            plain = _Plain(family, socket.SOCK_STREAM)
            try:
                plain.settimeout(left(self._until))
                plain.connect(address)
            except OSError as error:
                plain.close()
                failure = error
                continue
            return plain
        raise failure

    def _addresses(self) -> Iterator[tuple[int, Any]]:
        """What the name resolves to. The resolver cannot be stopped, so it is left behind when it takes too long."""
        with contextlib.suppress(ValueError):
            yield socket.AF_INET if ip_address(self.host).version == 4 else socket.AF_INET6, (self.host, self.port)
            return
        found: list[Any] = []
        resolving = threading.Thread(target=_resolve, args=(self.host, self.port, found), daemon=True)
        try:
            resolving.start()
        except RuntimeError as error:
            raise OSError("no thread to resolve the name with") from error
        resolving.join(left(self._until))
        if not found:
            left(self._until)
        for answer in found:
            if isinstance(answer, OSError):
                raise answer
            yield answer[0], answer[4]


def _resolve(host: str, port: int, found: list[Any]) -> None:
    try:
        found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except OSError as error:
        found.append(error)
