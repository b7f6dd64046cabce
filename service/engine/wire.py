"""HTTP to one remote engine: a call goes out, a complete answer or an error comes back, within a deadline.

Follows no redirect, reads no more than it is told to, and notices a body that stops short. Hangs up when the client
of the query does. Knows no SPARQL.

http.client and not SPARQLWrapper, urllib3 or httpx: their time limits are for one wait each and begin again with
every byte, and none of them takes a socket of ours. SPARQLWrapper also follows redirects, reads without a bound
and keeps no connection.
"""

from __future__ import annotations

import http.client
import io
import logging
import ssl
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, cast

from service.engine import line
from service.engine.address import Address
from service.engine.line import Line
from service.engine.sockets import Connection
from service.errors import EngineFailed, EngineTimeout

log = logging.getLogger("service")

_HUNG_UP = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_BUFFER = 1 << 16
_RETRY = {"Retry-After": "10"}


@dataclass(frozen=True)
class Call:
    """One HTTP request."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """Status and headers of an answer, and its body to be read once. `is_framed`: its end can be told."""

    status: int
    headers: http.client.HTTPMessage
    body: IO[bytes]
    is_framed: bool

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type() if "Content-Type" in self.headers else ""


class Wire:
    """Calls one address. Thread-safe: each call has a connection of its own, which is kept for the next."""

    def __init__(self, address: Address, most_bytes: int) -> None:
        self._address, self._most_bytes = address, most_bytes
        self._tls = ssl.create_default_context() if address.secure else None
        self._idle: deque[Connection] = deque()
        self._closed = False

    @contextmanager
    def call(self, call: Call, until: float) -> Iterator[Response]:
        """The response. Raises EngineFailed and EngineTimeout, also while its body is read."""
        client = line.current()
        with _told():
            connection, found = self._exchange(call, until, client)
        try:
            if found.headers.get("Content-Encoding", "identity") != "identity":
                raise EngineFailed("The query engine sent its answer in an encoding it was not asked for.")
            body = io.BufferedReader(_Body(found, self._most_bytes), _BUFFER)
            is_framed = found.chunked or "Content-Length" in found.headers
            with client.stops(connection.cut):
                yield Response(found.status, found.headers, cast("IO[bytes]", body), is_framed)
        except BaseException:
            _hang_up(connection, found)
            raise
        self._keep(connection, found)

    def _exchange(self, call: Call, until: float, client: Line) -> tuple[Connection, http.client.HTTPResponse]:
        """Call on an idle connection, else on a new one. An idle one that the server has left is no failure."""
        while True:
            connection = self._take()
            is_used = connection.is_used
            connection.keep(until)
            try:
                with client.stops(connection.cut):
                    connection.request(call.method, call.path, call.body, dict(call.headers))
                    return connection, connection.getresponse()
            except BaseException as error:
                connection.close()
                if client.dead or not (is_used and isinstance(error, _HUNG_UP)):
                    raise

    def _take(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return Connection(self._address.host, self._address.port, self._tls)

    def _keep(self, connection: Connection, found: http.client.HTTPResponse) -> None:
        """A connection whose answer was read to the end serves again."""
        if self._closed or found.will_close or not found.isclosed():
            _hang_up(connection, found)
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Hang up. Calls under way end by themselves."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()


def _hang_up(connection: Connection, found: http.client.HTTPResponse) -> None:
    """Both, for the response owns the socket once the server says that it will close it."""
    found.close()
    connection.close()


class _Body(io.RawIOBase):
    """The body of a response. Reading it raises EngineFailed when it breaks off, ends too soon or never ends."""

    def __init__(self, found: http.client.HTTPResponse, most: int) -> None:
        super().__init__()
        self._found, self._most = found, most
        length = found.headers.get("Content-Length", "")
        self._expected = int(length) if length.isdecimal() and not found.chunked else None
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        with _told():
            got = self._found.readinto(buffer)
        self._size += got
        if self._size > self._most:
            raise EngineFailed(f"The query engine sent more than {self._most // 1024**2:,} MiB.")
        if got == 0 and self._expected not in (None, self._size):
            raise EngineFailed("The query engine broke off in the middle of its answer.", headers=_RETRY)
        return got


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong between two machines, in our words; the log keeps the library's."""
    try:
        yield
    except TimeoutError as error:
        raise EngineTimeout(
            "The query engine did not answer in time. Ask for less, or try again later.",
            members={"limit": "time"}, headers=_RETRY,
        ) from error  # fmt: skip
    except (ConnectionRefusedError, ssl.SSLCertVerificationError) as error:
        raise _unreachable(error) from error
    except (*_HUNG_UP, http.client.HTTPException) as error:
        log.warning("engine: %s: %s", type(error).__name__, error)
        raise EngineFailed("The query engine broke off its answer. Try again shortly.", headers=_RETRY) from error
    except OSError as error:
        raise _unreachable(error) from error


def _unreachable(error: OSError) -> EngineFailed:
    log.warning("engine: %s: %s", type(error).__name__, error)
    return EngineFailed("The query engine cannot be reached. Try again shortly.", headers=_RETRY)
