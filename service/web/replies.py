"""A finished reply, before any framework: status, headers, body. The door sends it, the cache keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import IO, TYPE_CHECKING

from service.errors import ServiceError
from service.media import PROBLEM_MEDIA_TYPE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

_CHUNK = 1 << 16

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
    """Complete: either all bytes in `body`, or all of them in `spool`, an open file of `length` bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    spool: IO[bytes] | None = field(default=None, compare=False)
    length: int = 0

    @property
    def etag(self) -> str:
        return next((value for name, value in self.headers if name == "ETag"), "")

    def send(self, method: str, start_response: StartResponse) -> Iterable[bytes]:
        """Begin the response; returns what WSGI sends as its body."""
        length = self.length if self.spool is not None else len(self.body)
        headers = [*self.headers]
        if self.status != HTTPStatus.NOT_MODIFIED:
            headers.append(("Content-Length", str(length)))
        start_response(f"{self.status} {HTTPStatus(self.status).phrase}", headers)
        if method == "HEAD" or self.status == HTTPStatus.NOT_MODIFIED:
            self.close()
            return ()
        return _chunks(self.spool) if self.spool is not None else (self.body,)

    def close(self) -> None:
        if self.spool is not None:
            self.spool.close()


def _chunks(spool: IO[bytes]) -> Iterator[bytes]:
    with spool:
        spool.seek(0)
        while chunk := spool.read(_CHUNK):
            yield chunk


def unchanged(reply: Reply, if_none_match: str) -> Reply:
    """The 304 for a client that has this reply already, else the reply itself (RFC 9110 section 13.1.2)."""
    if not if_none_match or not reply.etag or reply.status != HTTPStatus.OK:
        return reply
    held = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    if "*" not in held and reply.etag.removeprefix("W/") not in held:
        return reply
    reply.close()
    kept = tuple((n, v) for n, v in reply.headers if n not in ("Content-Type", "Content-Length", "Server-Timing"))
    return Reply(HTTPStatus.NOT_MODIFIED, kept)


def problem(error: ServiceError) -> Reply:
    """The one machine-readable shape of a failure (RFC 9457)."""
    members = {"type": "about:blank", "title": error.title, "status": error.status, "detail": error.detail}
    body = json.dumps({**error.members, **members}, ensure_ascii=False).encode()
    headers = {
        "Content-Type": PROBLEM_MEDIA_TYPE, "Cache-Control": "no-store", "Vary": "Accept", **HEADERS, **error.headers,
    }  # fmt: skip
    return Reply(error.status, tuple(headers.items()), body)
