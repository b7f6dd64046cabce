"""What differs between two releases, and patches that make the one into the other. Works on lines, knows no RDF.

The dump all.nq is sorted canonical N-Quads: two of them are compared in one pass with no memory to speak of, and
a patch leads to the same bytes. Patches are RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from heapq import merge
from pathlib import Path

from service.errors import BadRequest

MEDIA_TYPE, EXTENSION = "application/rdf-patch", "rdfp"
ADD, DELETE = b"A ", b"D "
# The file of a release that is compared: everything, sorted.
COMPARED = Path("dumps", "all.nq")
_COUNTS = ".json"


@dataclass(frozen=True)
class Change:
    """Numbers of a patch: statements added and removed, by graph IRI. `sha256` is of the file, when there is one."""

    earlier: str
    later: str
    added: dict[str, int]
    removed: dict[str, int]
    sha256: str = ""

    @property
    def total(self) -> tuple[int, int]:
        """How many statements came and how many went."""
        return sum(self.added.values()), sum(self.removed.values())


def differ(earlier: Iterable[bytes], later: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """(DELETE or ADD, line) for each line of two sorted files that is in one of them only, in their order."""
    old, new = iter(earlier), iter(later)
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        if left == right:
            left, right = next(old, None), next(new, None)
        elif right is None or (left is not None and left < right):
            yield DELETE, left or b""
            left = next(old, None)
        else:
            yield ADD, right
            right = next(new, None)


def count(earlier: Path, later: Path, names: tuple[str, str]) -> Change:
    """The numbers of what differs between two sorted N-Quads files."""
    counts: dict[bytes, Counter[str]] = {ADD: Counter(), DELETE: Counter()}
    with earlier.open("rb") as old, later.open("rb") as new:
        for mark, line in differ(old, new):
            counts[mark][_graph(line)] += 1
    added, removed = (dict(sorted(counts[mark].items())) for mark in (ADD, DELETE))
    return Change(*names, added, removed)


def _graph(line: bytes) -> str:
    """The graph of a quad: the last term of its line. It is an IRI and has no space in it."""
    return line.rstrip(b" .\n").rpartition(b" ")[2].decode().strip("<>")


def patch(earlier: Path, later: Path, iris: tuple[str, str]) -> Iterator[bytes]:
    """The lines of the patch from one sorted N-Quads file to another; `iris` identify the two versions."""
    yield f"H id <{iris[1]}> .\nH prev <{iris[0]}> .\nTX .\n".encode()
    with earlier.open("rb") as old, later.open("rb") as new:
        for mark, line in differ(old, new):
            yield mark + line
    yield b"TC .\n"


def apply(lines: Iterable[bytes], patched: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a sorted N-Quads file after a patch. Raises BadRequest when the patch is of another file."""
    changes = [line for line in patched if line.startswith((ADD, DELETE))]
    removed = {line[2:] for line in changes if line.startswith(DELETE)}
    yield from merge(_without(lines, removed), sorted(line[2:] for line in changes if line.startswith(ADD)))
    if removed:
        raise BadRequest(
            f"The patch removes {len(removed):,} statements that are not there. It is of another release."
        )


def _without(lines: Iterable[bytes], removed: set[bytes]) -> Iterator[bytes]:
    """The lines that are not to be removed; takes from `removed` what it left out."""
    for line in lines:
        if line in removed:
            removed.discard(line)
        else:
            yield line


def write_patch(target: Path, earlier: Path, later: Path, base: str) -> Change:
    """Write the patch between two release folders at `target`, and its numbers beside it, which make it valid."""
    files = earlier / COMPARED, later / COMPARED
    target.parent.mkdir(parents=True, exist_ok=True)
    _place(target, patch(*files, (f"{base}release/{earlier.name}", f"{base}release/{later.name}")))
    checksum = hashlib.sha256(target.read_bytes()).hexdigest()
    change = replace(count(*files, (earlier.name, later.name)), sha256=checksum)
    _place(target.with_suffix(_COUNTS), [json.dumps(asdict(change), indent=1).encode()])
    return change


def read_change(target: Path) -> Change | None:
    """The numbers of a patch that was written; None when there is none."""
    try:
        return Change(**json.loads(target.with_suffix(_COUNTS).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _place(path: Path, lines: Iterable[bytes]) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with fresh.open("wb") as file:
        file.writelines(lines)
    fresh.replace(path)
