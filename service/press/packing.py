"""Packs files and takes their checksums while the next ones are written. The same bytes give the same bytes.

One reading of a file makes its gzip, its zstd and the three checksums.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from gzip import GzipFile
from pathlib import Path
from typing import IO

from zstandard import ZstdCompressor

from service.media import Format
from service.releases import Dump

# Suffix -> content coding; the first is the file itself.
CODINGS = {"": "", ".gz": "gzip", ".zst": "zstd"}
_CHUNK = 1 << 20
# Above these a file gets a twentieth smaller and takes twice the time.
_GZIP_LEVEL, _ZSTD_LEVEL = 6, 6
_THREADS = 2


class Packer:
    """Takes finished files; gives what is known of each file, packed or not, in the order they were taken."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._taken: list[Future[list[Dump]]] = []

    def take(self, path: Path, format: Format, statements: int) -> None:
        """Pack a file that is written to its end."""
        self._taken.append(self._pool.submit(_pack, path, format, statements))

    def packed(self) -> list[Dump]:
        """All files so far, when they are packed."""
        return [dump for taken in self._taken for dump in taken.result()]


@contextmanager
def packing() -> Iterator[Packer]:
    """A packer with its threads."""
    with ThreadPoolExecutor(_THREADS, "packing") as pool:
        yield Packer(pool)


def _pack(path: Path, format: Format, statements: int) -> list[Dump]:
    targets = [path.with_name(path.name + suffix) for suffix in CODINGS if suffix]
    digest = hashlib.sha256()
    with path.open("rb") as source, targets[0].open("w+b") as gz, targets[1].open("w+b") as zst:
        size = path.stat().st_size
        # No name and no time in the header (RFC 1952 section 2.3), or the bytes would change from build to build.
        with (
            GzipFile("", "wb", _GZIP_LEVEL, gz, 0) as first,
            ZstdCompressor(_ZSTD_LEVEL, write_checksum=True).stream_writer(zst, size=size, closefd=False) as second,
        ):
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                first.write(chunk)
                second.write(chunk)
        sums = [digest.hexdigest(), *map(_checksum, (gz, zst))]
    return [
        Dump(file.name, format.media_type, coding, file.stat().st_size, sha256, statements)
        for file, coding, sha256 in zip((path, *targets), CODINGS.values(), sums, strict=True)
    ]


def _checksum(file: IO[bytes]) -> str:
    file.flush()
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
