"""Loads a release into a remote store, graph by graph and batch by batch, and counts what arrived.

What is done is noted in a file beside the release, so that a load that broke off goes on where it was. A mark in
the store says which release is being loaded, or that all of it is there; what is noted counts only for a store that
has this release's mark. N-Triples are not parsed here: the dumps have a statement a line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, TypeVar

from service.engine.graphs import mark, union_graph
from service.engine.target import Target
from service.errors import PressError
from service.releases import Release

_BATCH_BYTES = 2 << 20
T = TypeVar("T")

LOADING = "loading "


class Store(Protocol):
    """A store as its readers see it."""

    def count(self, graph: str) -> int:
        """How many statements the graph holds."""
        ...

    def holds(self, graph: str, triple: str) -> bool:
        """Does the graph hold this triple, given in N-Triples?"""
        ...


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

    def is_done(self, part: Part) -> bool:
        return part.graph in self._done and self.done(part) == part.file.stat().st_size

    def note(self, part: Part, done: int) -> None:
        self._done[part.graph] = done
        self._write()

    def _write(self) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._done, indent=1) + "\n", encoding="utf-8")
        fresh.replace(self._file)

    def forget(self, lost: Iterable[Part]) -> None:
        for part in lost:
            if self._done.pop(part.graph, None) is not None:
                self._write()


def load(release: Release, target: Target, store: Store, ledger: Ledger, shown: Shown) -> int:
    """Bring all of the release into the store; returns how many batches were sent. Raises PressError."""
    whole = parts(release)
    is_there = store.holds(*mark(release))
    if not is_there and not store.holds(*mark(release, LOADING)):
        ledger.forget(whole)  # another release was loaded since, or the store was emptied
    noted = [part for part in whole if ledger.is_done(part)]
    ledger.forget([part for part in noted if store.count(part.graph) != part.statements])
    if is_there and all(map(ledger.is_done, whole)):
        return 0
    _put_mark(target, *mark(release, LOADING))
    sent = sum(_load_part(part, target, ledger, shown) for part in whole)
    _verify(whole, store, ledger)
    _put_mark(target, *mark(release))
    return sent


def _put_mark(target: Target, graph: str, triple: str) -> None:
    target.put(graph, f"{triple}\n".encode())


def _load_part(part: Part, target: Target, ledger: Ledger, shown: Shown) -> int:
    if part.statements == 0:
        target.drop(part.graph)
        ledger.note(part, 0)
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


def _verify(whole: list[Part], store: Store, ledger: Ledger) -> None:
    """Every graph holds as many statements as it should; what does not is loaded anew the next time."""
    held = {part: store.count(part.graph) for part in whole}
    wrong = [part for part in whole if held[part] != part.statements]
    ledger.forget(wrong)
    if wrong:
        told = ", ".join(f"{part.name} has {held[part]:,} of {part.statements:,}" for part in wrong)
        raise PressError(
            f"Not every statement arrived: {told}. Load again; if the numbers stay, the store takes two spellings "
            "of a value for one."
        )
