"""Content codings: which one a client gets, and a reply in it. Each coding is a representation with its own ETag."""

from __future__ import annotations

import gzip
import os
import re
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import IO

import brotli
import zstandard
from werkzeug.http import parse_accept_header

from service.kept import kept
from service.web.replies import Reply

# Below this the coded body is hardly shorter, and a packet is a packet.
_WORTH_BYTES = 600
# Packing this much takes a second or two, once for each client; more goes out as it is.
_MOST_BYTES = 64 << 20
_PIECE_BYTES = 1 << 18
_ENDINGS = {"zstd": ".zst", "gzip": ".gz"}
# What takes a piece, and what says the end.
_Stream = tuple[Callable[[bytes], bytes], Callable[[], bytes]]
_CODERS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdCompressor(level=6).compress(body),
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
_TEXT = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml|javascript|n-triples|n-quads|trig)|image/svg")


@kept(256)
def _wanted(accept_encoding: str) -> tuple[str, ...]:
    """The codings that a client likes no less than none, best first. Ties go to the densest."""
    qualities = {name.lower(): quality for name, quality in parse_accept_header(accept_encoding[:1000])}
    wildcard = qualities.get("*", 0.0)
    ranked = [(qualities.get(name, wildcard), -place, name) for place, name in enumerate(_CODERS)]
    least = qualities.get("identity", 0.0)
    return tuple(name for quality, _, name in sorted(ranked, reverse=True) if quality > 0 and quality >= least)


def choose(accept_encoding: str) -> str:
    """The coding for an Accept-Encoding header, '' for none (RFC 9110 section 12.5.3)."""
    return next(iter(_wanted(accept_encoding)), "")


def encode(reply: Reply, coding: str) -> Reply:
    """The reply in a coding, when its body is worth it. The choice is told to caches either way.

    A file of a release stays as it is, see `packed`; so does a result that is too large to be packed for one client.
    """
    if "Accept-Encoding" in reply.header("Vary") or "no-transform" in reply.header("Cache-Control"):
        return reply
    if reply.status == HTTPStatus.NOT_MODIFIED:
        return _varying(reply)
    if reply.status != HTTPStatus.OK or not _TEXT.match(reply.header("Content-Type")):
        return reply
    told = _varying(reply)
    if not coding or reply.path is not None or not _WORTH_BYTES <= reply.size <= _MOST_BYTES:
        return told
    if reply.spool is None:
        return replace(_coded(told, coding), body=_CODERS[coding](reply.body))
    try:
        file = pack(reply.spool, coding)
    except OSError:  # no space for a second file
        return told
    reply.close()
    return replace(_coded(told, coding), spool=file, length=file.seek(0, os.SEEK_END))


def packed(reply: Reply, accept_encoding: str) -> Reply:
    """The packed file beside the one of a reply, for who can read it: the press packed it once for all."""
    varies = reply.path is not None and "Accept-Encoding" in reply.header("Vary")
    if not varies or reply.status != HTTPStatus.OK or reply.header("Content-Encoding"):
        return reply
    for coding in filter(_ENDINGS.get, _wanted(accept_encoding)):
        path = reply.path.with_name(reply.path.name + _ENDINGS[coding]) if reply.path else None
        if path is not None and path.is_file():
            return replace(_coded(reply, coding), path=path, length=path.stat().st_size)
    return reply


def pack(plain: IO[bytes], coding: str) -> IO[bytes]:
    """A nameless file with all of a file in a coding, a piece at a time. Raises OSError."""
    file = tempfile.TemporaryFile(prefix="conflict-actors-")  # noqa: SIM115 - travels on
    put, end = _STREAMS[coding](plain.seek(0, os.SEEK_END))
    try:
        plain.seek(0)
        while piece := plain.read(_PIECE_BYTES):
            file.write(put(piece))
        file.write(end())
        file.flush()
    except OSError:
        with suppress(OSError):
            file.close()
        raise
    return file


def _coded(reply: Reply, coding: str) -> Reply:
    """The headers of the reply in a coding."""
    tagged = tuple((n, tag(v, coding) if n == "ETag" else v) for n, v in reply.headers)
    return replace(reply, headers=(*tagged, ("Content-Encoding", coding)))


def _zstd(size: int) -> _Stream:
    """With the size at the beginning (RFC 8878 section 3.1.1.1.4): some clients unpack nothing without."""
    stream = zstandard.ZstdCompressor(level=3).compressobj(size=size)
    return stream.compress, stream.flush


def _brotli(size: int) -> _Stream:
    stream = brotli.Compressor(quality=3)
    return stream.process, stream.finish


def _gzip(size: int) -> _Stream:
    stream = zlib.compressobj(3, wbits=31)
    return stream.compress, stream.flush


_STREAMS: dict[str, Callable[[int], _Stream]] = {"zstd": _zstd, "br": _brotli, "gzip": _gzip}


def _varying(reply: Reply) -> Reply:
    """The reply, with Accept-Encoding among what it varies by."""
    others = tuple((name, value) for name, value in reply.headers if name != "Vary")
    varies = ", ".join(filter(None, (reply.header("Vary"), "Accept-Encoding")))
    return replace(reply, headers=(*others, ("Vary", varies)))


def tag(plain: str, coding: str) -> str:
    """The ETag of a representation in a coding; plain when there is none."""
    return f'{plain[:-1]}-{coding}"' if coding else plain
