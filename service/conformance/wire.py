"""HTTP on a bare socket, so that nothing is hidden: what was sent, each byte that came, and whether the framing held.

One connection for each request. Keeps to a budget of time, requests and bytes, and to a rate; talks to one host only.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

_BLOCK = 1 << 16
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_HEX = re.compile(rb"[0-9a-fA-F]+")
_TRAILERS = re.compile(rb"(?:[!#$%&'*+.^_`|~\w-]+:[^\r\n]*\r\n)*\r\n")
AGENT = "conflict-actors-conformance (+https://www.rfc-editor.org/rfc/rfc9110.html#section-10.1.5)"


@dataclass(frozen=True)
class Limits:
    """What a run may cost a service: seconds, in all and a request; requests; bytes received; requests a second."""

    seconds: float = 300.0
    request_seconds: float = 30.0
    requests: int = 2500
    bytes: int = 600_000_000
    rate: float = 40.0


class Exhausted(Exception):
    """The budget of the run is spent."""


class Unreachable(Exception):
    """There is no answer: no connection, or it ended before there was a reply."""


@dataclass(frozen=True)
class Exchange:
    """One request and its reply. `fault` says how the framing of the reply was broken, if it was."""

    method: str
    target: str
    asked: Mapping[str, str]
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    fault: str = ""
    seconds: float = 0.0

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [value for known, value in self.headers if known.lower() == name.lower()]

    def header(self, name: str) -> str:
        """The values of a header as one list (RFC 9110 section 5.3); empty when there is none."""
        return ", ".join(self.all(name))

    def listed(self, name: str) -> set[str]:
        """The members of a comma-separated header, in lower case."""
        return {member.strip().lower() for member in self.header(name).split(",") if member.strip()}

    @property
    def type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.header("Content-Type").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def __str__(self) -> str:
        said = " ".join(f"{name}: {value[:90]};" for name, value in self.asked.items()).rstrip(";")
        shown = [(name, self.header(name)) for name in ("Content-Type", "Location", "ETag") if self.header(name)]
        seen = "; ".join(f"{name}: {value[:90]}" for name, value in shown)
        return f"{self.method} {self.target[:160]}{f' ({said})' if said else ''} -> {self.status} {seen}".rstrip()


class Client:
    """Asks one host. `log` holds what was exchanged since it was last cleared."""

    def __init__(self, url: str, limits: Limits) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is no http(s) URL")
        self.secure, self.host, self.authority = parts.scheme == "https", parts.hostname, parts.netloc
        self.port = parts.port or (443 if self.secure else 80)
        self.limits = limits
        self.log: list[Exchange] = []
        self.requests = self.received = 0
        self._ends = time.monotonic() + limits.seconds
        self._next = 0.0

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None) -> Exchange:
        """The reply to one request. Raises Exhausted, Unreachable."""
        head = {"Host": self.authority, "User-Agent": AGENT, "Connection": "close", **headers}
        if body is not None:
            head["Content-Length"] = str(len(body))
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        begun = time.monotonic()
        raw = self.converse("\r\n".join(lines).encode("utf-8") + (body or b""))
        return self._noted(read_reply(method, target, headers, raw, time.monotonic() - begun))

    def _noted(self, exchange: Exchange) -> Exchange:
        self.log.append(exchange)
        return exchange

    def converse(self, sent: bytes) -> bytes:
        """Send bytes, and give all that comes until the other side closes. Raises Exhausted, Unreachable."""
        self._wait()
        self.requests += 1
        try:
            with self._connected() as connection:
                with suppress(BrokenPipeError, ConnectionResetError):
                    connection.sendall(sent)  # refused before all was sent, the reply is there to be read
                return self._drain(connection)
        except OSError as error:
            raise Unreachable(f"{self.authority} gave no reply: {error or type(error).__name__}") from error

    def _connected(self) -> socket.socket:
        connection = socket.create_connection((self.host, self.port), timeout=self.limits.request_seconds)
        if not self.secure:
            return connection
        return ssl.create_default_context().wrap_socket(connection, server_hostname=self.host)

    def _drain(self, connection: socket.socket) -> bytes:
        blocks: list[bytes] = []
        deadline = time.monotonic() + self.limits.request_seconds
        while True:
            now = time.monotonic()
            if now >= self._ends or self.received > self.limits.bytes:
                raise Exhausted("the bytes or the seconds of the run are spent")
            if now >= deadline:
                raise Unreachable(f"{self.authority} sent no whole reply in {self.limits.request_seconds:g} s")
            left = min(deadline, self._ends) - now
            connection.settimeout(left)
            try:
                block = connection.recv(_BLOCK)
            except TimeoutError:
                continue  # the top of the loop knows whose time is up
            except ConnectionResetError:
                block = b""
            if not block:
                return b"".join(blocks)
            self.received += len(block)
            blocks.append(block)

    def _wait(self) -> None:
        """Until the next request may go out."""
        now = time.monotonic()
        if now > self._ends or self.requests >= self.limits.requests:
            raise Exhausted("the requests or the seconds of the run are spent")
        time.sleep(max(0.0, self._next - now))
        self._next = max(now, self._next) + 1 / self.limits.rate


def read_reply(method: str, target: str, asked: Mapping[str, str], raw: bytes, seconds: float) -> Exchange:
    """The first reply in what came (RFC 9112). Raises Unreachable when there is none."""
    while raw.startswith(b"HTTP/1.1 1"):  # an interim response, such as 100 Continue
        raw = raw.partition(b"\r\n\r\n")[2]
    head, gap, rest = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ", 2)
    if not gap or len(parts) < 2 or not parts[0].startswith("HTTP/1.") or not parts[1].isdigit():
        raise Unreachable(f"{method} {target[:100]}: what came is no HTTP reply: {raw[:60]!r}")
    fields = (line.partition(":") for line in lines)
    headers = tuple((name.strip(), value.strip()) for name, _, value in fields)
    bare = Exchange(method, target, asked, int(parts[1]), headers, rest, "", seconds)
    body, fault = _body_of(bare)
    return Exchange(method, target, asked, bare.status, headers, body, fault, seconds)


def _body_of(reply: Exchange) -> tuple[bytes, str]:
    """The body, and what is wrong with its framing (RFC 9112 section 6.3)."""
    if reply.method == "HEAD" or reply.status in _BODILESS:
        return reply.body, "a body where there must be none" if reply.body else ""
    told = reply.header("Content-Length")
    if "chunked" in reply.header("Transfer-Encoding").lower():
        return (reply.body, "Content-Length beside Transfer-Encoding") if told else _unchunk(reply.body)
    if told and told != str(len(reply.body)):
        return reply.body, f"Content-Length is {told}, but {len(reply.body):,} bytes came"
    return reply.body, ""


def _unchunk(raw: bytes) -> tuple[bytes, str]:
    """The body of a chunked reply, and what is wrong with its chunks (RFC 9112 section 7.1)."""
    found: list[bytes] = []
    while raw:
        size, _, rest = raw.partition(b"\r\n")
        number = size.partition(b";")[0].strip()
        if not _HEX.fullmatch(number):
            return b"".join(found), f"{size[:20]!r} is no size of a chunk"
        length = int(number, 16)
        if length == 0:
            return b"".join(found), "" if _TRAILERS.fullmatch(rest) else "the last chunk does not end the body"
        found.append(rest[:length])
        if rest[length : length + 2] not in (b"\r\n", b""):
            return b"".join(found), f"a chunk of {length} bytes has no end of line after it"
        raw = rest[length + 2 :]
    return b"".join(found), "the body ends before its last chunk"
