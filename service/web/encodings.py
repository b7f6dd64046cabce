"""Content codings: which one a client gets, and a reply in it. Each coding is a representation with its own ETag."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

import brotli
import zstandard
from werkzeug.http import parse_accept_header

from service.kept import kept
from service.web.replies import Reply

# Below this the coded body is hardly shorter, and a packet is a packet.
_WORTH_BYTES = 600
_CODERS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdCompressor(level=6).compress(body),
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
_TEXT = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml|javascript|n-triples|n-quads|trig)|image/svg")


@kept(256)
def choose(accept_encoding: str) -> str:
    """The coding for an Accept-Encoding header, '' for none (RFC 9110 section 12.5.3). Ties go to the densest."""
    qualities = {name.lower(): quality for name, quality in parse_accept_header(accept_encoding[:1000])}
    wildcard = qualities.get("*", 0.0)
    ranked = [(qualities.get(name, wildcard), -place, name) for place, name in enumerate(_CODERS)]
    quality, _, name = max(ranked)
    return name if quality > 0 else ""


def encode(reply: Reply, coding: str) -> Reply:
    """The reply in a coding, when its body is worth it. The choice is told to caches either way."""
    if "Accept-Encoding" in reply.header("Vary") or "no-transform" in reply.header("Cache-Control"):
        return reply
    if reply.status == HTTPStatus.NOT_MODIFIED:
        return _varying(reply)
    if reply.large or reply.status != HTTPStatus.OK or not _TEXT.match(reply.header("Content-Type")):
        return reply
    told = _varying(reply)
    if not coding or len(reply.body) < _WORTH_BYTES:
        return told
    tagged = tuple((n, tag(v, coding) if n == "ETag" else v) for n, v in told.headers)
    return replace(told, headers=(*tagged, ("Content-Encoding", coding)), body=_CODERS[coding](reply.body))


def _varying(reply: Reply) -> Reply:
    """The reply, with Accept-Encoding among what it varies by."""
    others = tuple((name, value) for name, value in reply.headers if name != "Vary")
    varies = ", ".join(filter(None, (reply.header("Vary"), "Accept-Encoding")))
    return replace(reply, headers=(*others, ("Vary", varies)))


def tag(plain: str, coding: str) -> str:
    """The ETag of a representation in a coding; plain when there is none."""
    return f'{plain[:-1]}-{coding}"' if coding else plain
