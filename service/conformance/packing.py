"""Unpacks what was packed: files, and bodies in a content coding. Never more than is wanted."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO

import brotli
import zstandard

# Of https://www.iana.org/assignments/http-parameters/#content-coding, those in use.
CODINGS = ("gzip", "deflate", "br", "zstd")
_PIECE = 256


class Corrupt(Exception):
    """The bytes are not what their name says."""


def unpack(packed: bytes, ending: str, most: int) -> bytes:
    """The first `most` bytes of a .gz or .zst file, and one more when there is more: it may hold a huge one.

    Raises Corrupt.
    """
    try:
        if ending == "gz":
            with gzip.GzipFile(fileobj=BytesIO(packed)) as file:
                return file.read(most + 1)
        with zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True) as stream:
            return stream.read(most + 1)
    except (EOFError, OSError, zlib.error, zstandard.ZstdError) as error:
        raise Corrupt(str(error)) from error


def decode(body: bytes, coding: str, most: int) -> bytes:
    """A body without its content coding, as `unpack` does with files. Raises Corrupt, KeyError for another coding."""
    if coding in ("gzip", "zstd"):
        return unpack(body, {"gzip": "gz", "zstd": "zst"}[coding], most)
    try:
        return {"deflate": _inflate, "br": _unbrotli}[coding](body, most)
    except (zlib.error, brotli.error) as error:
        raise Corrupt(str(error) or "it is damaged") from error


def _inflate(body: bytes, most: int) -> bytes:
    stream = zlib.decompressobj()
    found = stream.decompress(body, most + 1)
    if not stream.eof and len(found) <= most:
        raise Corrupt("it ends early")
    return found


def _unbrotli(body: bytes, most: int) -> bytes:
    """In small pieces, since one may hold much."""
    stream = brotli.Decompressor()
    found = b""
    for place in range(0, len(body), _PIECE):
        found += stream.process(body[place : place + _PIECE])
        if len(found) > most:
            break
    if not stream.is_finished() and len(found) <= most:
        raise Corrupt("it ends early")
    return found[: most + 1]
