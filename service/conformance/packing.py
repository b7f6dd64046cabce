"""Unpacks what was packed: gzip and Zstandard."""

from __future__ import annotations

import gzip
import zlib

import zstandard


class Corrupt(Exception):
    """The bytes are not what their name says."""


def unpack(packed: bytes, ending: str) -> bytes:
    """The bytes of a .gz or .zst file. Raises Corrupt."""
    try:
        if ending == "gz":
            return gzip.decompress(packed)
        with zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True) as stream:
            return stream.read()
    except (EOFError, OSError, zlib.error, zstandard.ZstdError) as error:
        raise Corrupt(str(error)) from error
