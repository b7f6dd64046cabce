"""Content codings: which one a client gets, and a reply in it. Each coding is a representation with its own ETag."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

import brotli
import zstandard
from werkzeug.http import parse_accept_header, parse_date

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
_SUFFIX = re.compile(r'-(?:zstd|br|gzip)"')
_OF_A_BODY = ("Content-Type", "Content-Length", "Content-Encoding", "Server-Timing")


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


def held(if_none_match: str, etag: str) -> str:
    """The tag of a representation that the client names: this one, or the same without coding; empty when neither.

    What is coded otherwise may be more than this client can read, so it does not count (RFC 9110 section 8.8.3).
    """
    if not if_none_match or not etag:
        return ""
    known = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    for candidate in (etag, _SUFFIX.sub('"', etag)):
        if candidate.removeprefix("W/") in known:
            return candidate
    return ""


def _is_no_newer(last_modified: str, if_modified_since: str) -> bool:
    """Is the reply no newer than the client's? What is no date does not count (RFC 9110 section 13.1.3)."""
    modified, since = parse_date(last_modified), parse_date(if_modified_since)
    return modified is not None and since is not None and modified <= since


def unchanged(reply: Reply, if_none_match: str, if_modified_since: str = "") -> Reply:
    """The 304 for a client that has this reply already, else the reply itself.

    `*` is any representation, so it counts only here, where there is one (RFC 9110 sections 13.1.2 and 13.2.1). A
    date only counts when the client names no tags (section 13.2.2).
    """
    if reply.status != HTTPStatus.OK or not (if_none_match or if_modified_since):
        return reply
    found = reply.etag if if_none_match.strip() == "*" else held(if_none_match, reply.etag)
    if not found and (if_none_match or not _is_no_newer(reply.header("Last-Modified"), if_modified_since)):
        return reply
    reply.close()
    found = found or reply.etag
    kept = tuple((n, v) for n, v in reply.headers if n not in _OF_A_BODY)
    return Reply(HTTPStatus.NOT_MODIFIED, tuple((n, found if n == "ETag" else v) for n, v in kept))
