"""The ways to write one http(s) URI that people take for the same: scheme, slash, percent-encoding, host."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from service.engine import quads

# RFC 3986: what may stay as it is when the rest is percent-encoded.
_SAFE = "/:@!$&'()*+,;=-._~?%"
_PORTS = {"http": ":80", "https": ":443"}
_OTHER = {"http": "https", "https": "http"}
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_LONE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HALF = re.compile(r"[\ud800-\udfff]")
# Decoding these could change what the URI says, or makes it no IRI.
_KEPT = re.compile(r"[/?#\[\]&=+%\x00-\x20<>\"{}|\\^`\x7f-\x9f]")
_MOST_CHARACTERS = 4000


def is_iri(uri: str) -> bool:
    """Can this be an absolute IRI?"""
    return is_text(uri) and quads.is_iri(uri)


def is_text(uri: str) -> bool:
    """Are these whole characters, and not too many of them? JSON can hold halves."""
    return len(uri) <= _MOST_CHARACTERS and not _HALF.search(uri)


def spellings(uri: str) -> list[str]:
    """The URI as it is, then the other ways to write it, likelier ones first; only what is an IRI."""
    found = _split(uri.strip())
    if found is None:
        return [uri.strip()] if is_iri(uri.strip()) else []
    scheme, host, path, query, fragment = found
    ways = [uri.strip()]
    codings: tuple[Callable[[str], str], ...] = (str, encoded, decoded)
    for name, slashed, coded in product((scheme, _OTHER[scheme]), _slashes(path), codings):
        ways.append(urlunsplit((name, host, coded(slashed), coded(query), coded(fragment))))
    return [way for way in dict.fromkeys(ways) if is_iri(way)]


def key(uri: str) -> str:
    """What is the same in all these ways: no scheme, no www., no slash at the end, nothing percent-encoded."""
    found = _split(uri.strip())
    if found is None:
        return uri.strip()
    _, host, path, query, fragment = found
    rest = f"{path.rstrip('/')}{'?' + query if query else ''}{'#' + fragment if fragment else ''}"
    return host.removeprefix("www.") + unquote(rest)


def encoded(text: str) -> str:
    """Everything percent-encoded that a URI must have so, hexadecimal digits in capitals."""
    whole = quote(_LONE.sub("%25", text), safe=_SAFE, errors="replace")
    return _ENCODED.sub(lambda found: found[0].upper(), whole)


def decoded(text: str) -> str:
    """As an IRI: characters instead of their percent-encoding, where that changes nothing."""
    return _ENCODED.sub(_readable, text)


def _readable(found: re.Match[str]) -> str:
    try:
        text = unquote(found[0], errors="strict")
    except UnicodeDecodeError:
        return found[0].upper()
    return "".join(quote(ch, safe="") if _KEPT.match(ch) else ch for ch in text)


def _split(uri: str) -> tuple[str, str, str, str, str] | None:
    """The parts of an http(s) URI with its host in small letters and without the usual port."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not parts.netloc:
        return None
    return scheme, parts.netloc.lower().removesuffix(_PORTS[scheme]), parts.path, parts.query, parts.fragment


def _slashes(path: str) -> tuple[str, ...]:
    if path in ("", "/"):
        return ("/", "")
    return (path, path.rstrip("/") if path.endswith("/") else f"{path}/")
