"""Unpacks what was packed: gzip and Zstandard."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO

import zstandard


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
