"""Loads a release into a remote store, graph by graph and batch by batch, and counts what arrived.

What is done is noted in a file beside the release, so that a load that broke off goes on where it was. A mark in
the store says that all of a release is there; it goes before the first batch and comes after the last count.
N-Triples are not parsed here: the dumps have a statement a line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, TypeVar

from service.engine.graphs import mark, union_graph
from service.engine.target import Target
from service.errors import PressError
from service.releases import Release

_BATCH_BYTES = 2 << 20
T = TypeVar("T")

# How many statements a graph of the store holds.
Count = Callable[[str], int]


class Shown(Protocol):
    """Shows how far the load is."""

    def each(self, what: str, items: Iterable[T]) -> Iterable[T]: ...


@dataclass(frozen=True)
class Part:
    """One graph to load: its IRI, its name for people, the file of its statements and how many there are."""

    graph: str
    name: str
    file: Path
    statements: int


def parts(release: Release) -> list[Part]:
    """What there is to load, the union last. Raises PressError for a release without the dumps it takes."""
    graphs = [(f"{release.base}graph/{name}", name, f"graph-{name}.nt") for name in release.manifest["graphs"]]
    return [
        Part(graph, name, release.dump_path(dump), release.dumps[dump].statements)
        for graph, name, dump in (*graphs, (union_graph(release), "all graphs", "all.nt"))
    ]


class Ledger:
    """What is done of one release at one target: graph -> bytes of its file. On disk after every batch."""

    def __init__(self, release: Release, target: str) -> None:
        mark = hashlib.sha256(target.encode()).hexdigest()[:12]
        self._file = release.folder.parent / f".{release.id}.loaded-{mark}.json"
        self._done: dict[str, int] = json.loads(self._file.read_text("utf-8")) if self._file.is_file() else {}

    def done(self, part: Part) -> int:
        return self._done.get(part.graph, 0)

    def note(self, part: Part, done: int) -> None:
        self._done[part.graph] = done
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._done, indent=1) + "\n", encoding="utf-8")
        fresh.replace(self._file)

    def forget(self, lost: Iterable[Part]) -> None:
        for part in lost:
            self.note(part, 0)


def load(release: Release, target: Target, count: Count, ledger: Ledger, shown: Shown) -> int:
    """Bring all of the release into the store; returns how many batches were sent. Raises PressError.

    A part that is noted as done is counted first: what the store lost since is loaded anew.
    """
    whole = parts(release)
    noted = [part for part in whole if ledger.done(part) == part.file.stat().st_size]
    ledger.forget([part for part in noted if count(part.graph) != part.statements])
    graph, triple = mark(release)
    target.drop(graph)
    sent = sum(_load_part(part, target, ledger, shown) for part in whole)
    _verify(whole, count, ledger)
    target.put(graph, f"{triple}\n".encode())
    return sent


def _load_part(part: Part, target: Target, ledger: Ledger, shown: Shown) -> int:
    if part.statements == 0:
        target.drop(part.graph)
        return 0
    with part.file.open("rb") as file:
        ends = [end for end in _ends(file) if end > ledger.done(part)]
        for end in shown.each(part.name, ends):
            start = ledger.done(part)
            file.seek(start)
            (target.add if start else target.put)(part.graph, file.read(end - start))
            ledger.note(part, end)
    return len(ends)


def _ends(file: IO[bytes]) -> Iterator[int]:
    """Where batches of whole lines end."""
    end, whole = 0, file.seek(0, 2)
    while end < whole:
        file.seek(min(end + _BATCH_BYTES, whole) - 1)
        file.readline()
        end = file.tell()
        yield end


def _verify(whole: list[Part], count: Count, ledger: Ledger) -> None:
    """Every graph holds as many statements as it should; what does not is loaded anew the next time."""
    held = {part: count(part.graph) for part in whole}
    wrong = [part for part in whole if held[part] != part.statements]
    ledger.forget(wrong)
    if wrong:
        told = ", ".join(f"{part.name} has {held[part]:,} of {part.statements:,}" for part in wrong)
        raise PressError(
            f"Not every statement arrived: {told}. Load again; if the numbers stay, the store takes two spellings "
            "of a value for one."
        )
