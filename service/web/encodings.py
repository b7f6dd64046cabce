"""Content codings: which one a client gets, and a reply in it. Each coding is a representation with its own ETag."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import brotli
import zstandard
from werkzeug.http import parse_accept_header

from service.web.replies import Reply

# Below this the coded body is hardly shorter, and a packet is a packet.
_WORTH_BYTES = 600
_CODERS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdCompressor(level=6).compress(body),
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
_TEXT = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml|javascript|n-triples|n-quads|trig)|image/svg")
_SUFFIX = re.compile(r'-(?:zstd|br|gzip)"')


@lru_cache(maxsize=256)
def choose(accept_encoding: str) -> str:
    """The coding for an Accept-Encoding header, '' for none (RFC 9110 section 12.5.3). Ties go to the densest."""
    qualities = {name.lower(): quality for name, quality in parse_accept_header(accept_encoding[:1000])}
    wildcard = qualities.get("*", 0.0)
    ranked = [(qualities.get(name, wildcard), -place, name) for place, name in enumerate(_CODERS)]
    quality, _, name = max(ranked)
    return name if quality > 0 else ""


def encode(reply: Reply, coding: str) -> Reply:
    """The reply in a coding, when its body is worth it. The choice is told to caches either way."""
    named = dict(reply.headers)
    if reply.spool is not None or reply.status != 200 or not _TEXT.match(named.get("Content-Type", "")):
        return reply
    if "no-transform" in named.get("Cache-Control", ""):
        return reply
    headers = [(name, f"{value}, Accept-Encoding" if name == "Vary" else value) for name, value in reply.headers]
    if "Vary" not in dict(headers):
        headers.append(("Vary", "Accept-Encoding"))
    if not coding or len(reply.body) < _WORTH_BYTES:
        return replace(reply, headers=tuple(headers))
    tagged = tuple((n, f'{v[:-1]}-{coding}"' if n == "ETag" else v) for n, v in headers)
    return replace(reply, headers=(*tagged, ("Content-Encoding", coding)), body=_CODERS[coding](reply.body))


def plain_tags(if_none_match: str) -> str:
    """If-None-Match without the coding: a client that holds the bytes in any coding holds the representation."""
    return _SUFFIX.sub('"', if_none_match)
