"""HTTP to one remote engine: a form goes out, a complete answer or an error comes back, within a deadline.

Follows no redirect, reads no more than it is told to, and knows a body that stops short. Knows no SPARQL.

http.client and not SPARQLWrapper, urllib3 or httpx: their time limits are for one wait each and begin again with
every byte, and none takes a socket of ours. SPARQLWrapper also follows redirects and reads without a bound.
"""

from __future__ import annotations

import base64
import http.client
import io
import logging
import ssl
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from urllib.parse import unquote, urlencode, urlsplit

from service.engine.sockets import Connection
from service.errors import EngineFailed, EngineTimeout, PressError, Unavailable

log = logging.getLogger("service")

Fields = Sequence[tuple[str, str]]
_STALE = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
_BUFFER = 1 << 16
_RETRY = {"Retry-After": "10"}


@dataclass(frozen=True)
class Address:
    """Where an engine is. `authorization` is the header made of the user and password in the URL, or empty."""

    host: str
    port: int
    path: str
    secure: bool
    authorization: str = ""


def read_address(url: str) -> Address:
    """The parts of an http(s) URL. Raises PressError, which does not repeat a password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise PressError("The URL of the engine does not parse.") from error
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if (
        parts.scheme not in ("http", "https")
        or not host
        or not path.isascii()
        or not path.isprintable()
        or " " in path
    ):
        raise PressError("The URL of the engine must look like https://host/sparql.")
    secure = parts.scheme == "https"
    login = ""
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        login = "Basic " + base64.b64encode(pair.encode()).decode("ascii")
    return Address(host, port or (443 if secure else 80), path, secure, login)


@dataclass(frozen=True)
class Limits:
    """`most_bytes` of one answer; `connections` in use at once; `waiting` requests, each for `wait_seconds`."""

    most_bytes: int
    connections: int
    waiting: int
    wait_seconds: float


@dataclass(frozen=True)
class Response:
    """Status and headers of an answer, and its body to be read once."""

    status: int
    headers: http.client.HTTPMessage
    body: io.BufferedReader
    is_framed: bool

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type() if "Content-Type" in self.headers else ""


class Wire:
    """Posts to one address. Thread-safe: each exchange has a connection of its own, kept for the next."""

    def __init__(self, address: Address, limits: Limits) -> None:
        self._address, self._limits = address, limits
        self._tls = ssl.create_default_context() if address.secure else None
        self._idle: deque[Connection] = deque()
        self._slots = threading.Semaphore(limits.connections)
        self._waiting = 0
        self._closed = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for leave to ask. Raises Unavailable when too many others wait, or for too long."""
        if self._closed or self._waiting >= self._limits.waiting:
            raise Unavailable("Too many queries are waiting. Try again shortly.", headers={"Retry-After": "5"})
        self._waiting += 1
        try:
            free = self._slots.acquire(timeout=self._limits.wait_seconds)
        finally:
            self._waiting -= 1
        if not free:
            raise Unavailable("The query engine was busy for too long. Try again.", headers={"Retry-After": "5"})
        try:
            yield
        finally:
            self._slots.release()

    @contextmanager
    def post(self, fields: Fields, accept: str, until: float) -> Iterator[Response]:
        """The response to a form. Raises EngineFailed and EngineTimeout, also while the body is read."""
        headers = {
            "Accept": accept,
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "conflict-actors",
        }
        if self._address.authorization:
            headers["Authorization"] = self._address.authorization
        with _told():
            connection, found = self._exchange(urlencode(fields).encode(), headers, until)
        try:
            body = io.BufferedReader(_Body(found, self._limits.most_bytes), _BUFFER)
            is_framed = found.chunked or "Content-Length" in found.headers
            yield Response(found.status, found.headers, body, is_framed)
        except BaseException:
            connection.close()
            raise
        self._keep(connection, found)

    def _exchange(
        self, body: bytes, headers: dict[str, str], until: float
    ) -> tuple[Connection, http.client.HTTPResponse]:
        """Ask on an idle connection, else on a new one. One that the server hung up in the meantime is no failure."""
        while True:
            connection = self._take()
            is_used = connection.is_used
            connection.keep(until)
            try:
                connection.request("POST", self._address.path, body, headers)
                return connection, connection.getresponse()
            except _STALE:
                connection.close()
                if not is_used:
                    raise
            except BaseException:
                connection.close()
                raise

    def _take(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return Connection(self._address.host, self._address.port, self._tls)

    def _keep(self, connection: Connection, found: http.client.HTTPResponse) -> None:
        """A connection whose answer was read to the end serves again."""
        if self._closed or found.will_close or not found.isclosed():
            connection.close()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Hang up. Exchanges under way end by themselves."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()


class _Body(io.RawIOBase):
    """The body of a response. Reading raises EngineFailed when it breaks off, ends too soon or never ends."""

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
    begun = monotonic()
    try:
        yield
    except TimeoutError as error:
        raise EngineTimeout(
            "The query engine did not answer in time. Ask for less, or try again later.",
            members={"limit": "time"}, headers=_RETRY,
        ) from error  # fmt: skip
    except (OSError, http.client.HTTPException) as error:
        log.warning("engine: %s: %s after %.3f s", type(error).__name__, error, monotonic() - begun)
        if isinstance(error, OSError) and not isinstance(error, _STALE):
            raise EngineFailed("The query engine cannot be reached. Try again shortly.", headers=_RETRY) from error
        raise EngineFailed("The query engine broke off its answer. Try again shortly.", headers=_RETRY) from error
