"""Request bodies as they come in: never more bytes than a limit, never for longer than some patience.

What is too large is told at once, then read and thrown away for a while: a client that still sends when its
connection is closed gets a reset instead of the answer (RFC 9112 section 9.6).
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from service.errors import BadRequest, RequestTimeout, TooLarge, UnsupportedMediaType
from service.protocol import HttpQuery

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_DRAIN_SECONDS = 10.0
_DRAIN_BYTES = 64 * 1024**2


def has_body(headers: Mapping[str, str]) -> bool:
    """Does a request with these headers bring a body (RFC 9112 section 6.3)?"""
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


class Body:
    """The body of one request; `headers` have lower-case names. Chunks that end early are a client that is gone."""

    def __init__(self, headers: Mapping[str, str], proto: AsyncIterator[bytes]) -> None:
        self._length = int(headers["content-length"]) if "content-length" in headers else None
        self._asks_first = "expect" in headers
        # Asked once: the server hands its stream out a single time.
        self._chunks = aiter(proto) if has_body(headers) else None

    async def read(self, most: int, seconds: float) -> bytes:
        """All of it. Raises TooLarge, RequestTimeout, BadRequest."""
        if self._length is not None and self._length > most:
            raise _too_large(self._length, most)
        received = bytearray()
        try:
            async with asyncio.timeout(seconds):
                while (chunk := await self._next()) is not None:
                    received += chunk
                    if len(received) > most:
                        raise _too_large(len(received), most)
        except TimeoutError as error:
            raise _too_slow(seconds) from error
        if self._length is not None and len(received) < self._length:
            raise BadRequest("The request ended before its body was complete.")
        return bytes(received)

    async def _next(self) -> bytes | None:
        """The next bytes, None at the end. Not by `anext` with a default: CPython 3.11 crashes there."""
        if self._chunks is None:
            return None
        try:
            return await self._chunks.__anext__()
        except StopAsyncIteration:
            return None

    async def drain(self) -> None:
        """Read what is left and forget it, unless the client waits for leave to send it."""
        left = 0 if self._asks_first else _DRAIN_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                while left > 0 and (chunk := await self._next()) is not None:
                    left -= len(chunk)


def query_of(environ: WSGIEnvironment, most: int) -> HttpQuery:
    """What is asked at the endpoint; the body is there to be read again.

    Raises UnsupportedMediaType, TooLarge, BadRequest.
    """
    method = environ["REQUEST_METHOD"]
    if environ.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
        raise UnsupportedMediaType("Packed bodies are not read: send it plain, without Content-Encoding.")
    body = _body(environ, most) if method == "POST" else b""
    environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    query_string = environ.get("QUERY_STRING", "").encode("latin-1")
    return HttpQuery(method, query_string, environ.get("CONTENT_TYPE", ""), body)


def _body(environ: WSGIEnvironment, most: int) -> bytes:
    """The request body, never more than the longest query needs."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or most + 1)
    except ValueError as error:
        raise BadRequest("Content-Length is not a number.") from error
    if environ.get("CONTENT_LENGTH") and length > most:
        raise _too_large(length, most)
    body: bytes = environ["wsgi.input"].read(length)
    return body


def _too_large(length: int, most: int) -> TooLarge:
    """The error for a request body of more bytes than are ever read."""
    return TooLarge(
        f"The request is {length:,} bytes; at most {most:,} are read. "
        "Send a shorter query, or take a dump and ask there.",
        members={"limit": "request size"},
    )


def _too_slow(seconds: float) -> RequestTimeout:
    return RequestTimeout(
        f"The body of the request did not come within {seconds:g} s. Send it again.",
        members={"limit": "request time"}, headers={"Connection": "close"},
    )  # fmt: skip
