"""A finished reply, before any framework: status, headers, body. The door makes it, cache keeps it, gate sends it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import IO, TYPE_CHECKING

from service.errors import ServiceError
from service.media import PROBLEM_MEDIA_TYPE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

_CHUNK = 1 << 16
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)

# On every answer: nothing is sniffed, framed, referred or fetched from elsewhere; anyone may read the data.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Disposition, Content-Location, Content-Range, "
    "ETag, Link, Repr-Digest, Retry-After, Server-Timing",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True)
class Reply:
    """Complete: all bytes in `body`; or `length` bytes in `spool`, an open file, or in `path` from `first` on."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    spool: IO[bytes] | None = field(default=None, compare=False)
    path: Path | None = None
    first: int = 0
    length: int = 0

    @property
    def etag(self) -> str:
        return self.header("ETag")

    def header(self, name: str) -> str:
        return next((value for known, value in self.headers if known == name), "")

    def timed(self, timing: str) -> Reply:
        """The same, saying where its time went (https://www.w3.org/TR/server-timing/)."""
        others = tuple((name, value) for name, value in self.headers if name != "Server-Timing")
        return replace(self, headers=(*others, ("Server-Timing", timing)))

    @property
    def large(self) -> bool:
        """Is the body in a file?"""
        return self.spool is not None or self.path is not None

    @property
    def size(self) -> int:
        """Bytes of the body, wherever it is."""
        return self.length if self.large else len(self.body)

    def has_body(self, method: str) -> bool:
        return method != "HEAD" and self.status not in _BODILESS

    @cached_property
    def sent(self) -> list[tuple[str, str]]:
        """The headers, and how long the body is."""
        length = [] if self.status in _BODILESS else [("Content-Length", str(self.size))]
        return [*self.headers, *length]

    def send(self, method: str, start_response: StartResponse) -> Iterable[bytes]:
        """Begin the response; returns what WSGI sends as its body."""
        start_response(f"{self.status} {HTTPStatus(self.status).phrase}", self.sent)
        if not self.has_body(method):
            self.close()
            return []
        return self._chunks() if self.large else [self.body]

    def _chunks(self) -> Iterator[bytes]:
        with self.spool or Path(str(self.path)).open("rb") as file:
            file.seek(self.first)
            left = self.length
            while left > 0 and (chunk := file.read(min(_CHUNK, left))):
                left -= len(chunk)
                yield chunk

    def close(self) -> None:
        if self.spool is not None:
            self.spool.close()


def problem(error: ServiceError) -> Reply:
    """The one machine-readable shape of a failure (RFC 9457)."""
    members = {"type": "about:blank", "title": error.title, "status": error.status, "detail": error.detail}
    body = json.dumps({**error.members, **members}, ensure_ascii=False).encode()
    headers = {
        "Content-Type": PROBLEM_MEDIA_TYPE, "Cache-Control": "no-store", "Vary": "Accept", **HEADERS, **error.headers,
    }  # fmt: skip
    return Reply(error.status, tuple(headers.items()), body)
