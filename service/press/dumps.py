"""Writes the downloadable files of a release: which formats a scope has, and each of them, plain and packed.

The same statements give the same bytes. The whole, the links and each graph come in every RDF format. A class
comes in Turtle, N-Triples and CSV: the other syntaxes would say the same again and double a release.
FollowTheMoney is a model of its own and comes whole.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import RdfFormat, parse, serialize

from service.jsonld.forms import compacted
from service.jsonld.write import Context
from service.media import CSV, FOLLOWTHEMONEY, JSONLD, NQUADS, NTRIPLES, RDFXML, TRIG, TURTLE, Format
from service.ntriples import Said
from service.press.labels import read_labels
from service.press.packing import CODINGS, Packer
from service.press.pretty import Block, Names, Pretty, trig, turtle
from service.press.scopes import ClassScope, Kind, Scope
from service.press.tables import Tables

RDF_FORMATS = (TURTLE, NTRIPLES, RDFXML, TRIG, NQUADS, JSONLD)
CLASS_FORMATS = (TURTLE, NTRIPLES, CSV)
Pieces = Iterable[str] | Iterable[bytes]


def formats_of(kind: Kind) -> tuple[Format, ...]:
    """The formats that the statements of a scope come in."""
    return CLASS_FORMATS if kind is Kind.CLASS else RDF_FORMATS


def dump_names(scope: str, formats: Iterable[Format]) -> Iterator[tuple[str, Format, str]]:
    """(file name, format, content coding) of each dump of a scope."""
    for format in formats:
        for suffix, coding in CODINGS.items():
            yield f"{scope}.{format.extension}{suffix}", format, coding


class Press:
    """Writes the dumps of one release below a folder, and keeps what they share: labels and blocks of Turtle."""

    def __init__(
        self, folder: Path, packer: Packer, whole: Scope, names: Names, remark: str, context: Context
    ) -> None:
        self._folder, self._packer, self._whole = folder, packer, whole.subjects
        self._names, self._remark, self._context = names, remark, context
        self._labels = read_labels(self._whole)
        self._tables = Tables(self._whole, names, self._labels)
        self._pretty = Pretty(names, self._labels)
        self._blocks: dict[str, Block] = {}

    def write(self, scope: Scope) -> None:
        """The files of the whole, of the links, of a graph or of the description."""
        for format in RDF_FORMATS:
            path = self._path(scope.name, format)
            if format is RDFXML:
                quads = parse(b"".join(scope.lines), RdfFormat.N_TRIPLES)
                with path.open("wb") as file:
                    target = cast("IO[bytes]", Returns(file))
                    serialize(quads, target, format=RdfFormat.RDF_XML, prefixes=self._names.prefixes)
            elif format is JSONLD:
                # It could carry graphs too; it carries the union, as Turtle does.
                _write(path, compacted(self._context, {name: scope.subjects[name] for name in scope.order}))
            elif format in (NTRIPLES, NQUADS):
                _write(path, scope.quad_lines if format is NQUADS else scope.lines)
            else:
                _write(path, self._text(scope, format))
            self._packer.take(path, format, len(scope.quad_lines if format in (TRIG, NQUADS) else scope.lines))

    def write_class(self, scope: ClassScope) -> None:
        """The files of a class: what the whole says of its things, and the table."""
        said = {subject: self._whole[subject] for subject in scope.order}
        lines = sorted(f"{s} {p} {o} .\n".encode() for s, found in said.items() for p, o in found)
        pieces: dict[Format, Pieces] = {
            TURTLE: turtle(self._names, self._remark, [self._block(s, found) for s, found in said.items()]),
            NTRIPLES: lines,
            CSV: self._tables.lines(scope.about, scope.members),
        }
        for format, written in pieces.items():
            path = self._path(scope.name, format)
            _write(path, written)
            self._packer.take(path, format, len(scope.members if format is CSV else lines))

    def write_entities(self, scope: Scope, lines: list[str]) -> None:
        """The whole as FollowTheMoney."""
        path = self._path(scope.name, FOLLOWTHEMONEY)
        _write(path, lines)
        self._packer.take(path, FOLLOWTHEMONEY, len(lines))

    def _path(self, scope: str, format: Format) -> Path:
        return self._folder / f"{scope}.{format.extension}"

    def _text(self, scope: Scope, format: Format) -> Iterator[str]:
        if format is TRIG:
            graphs = {part.about: self._written(part) for part in scope.graphs}
            return trig(self._names, self._remark, graphs)
        return turtle(self._names, self._remark, self._written(scope))

    def _written(self, scope: Scope) -> list[Block]:
        known = scope.kind is not Kind.DESCRIPTION
        block = self._block if known else self._pretty.block
        return [block(subject, scope.subjects[subject]) for subject in scope.order]

    def _block(self, subject: str, said: list[Said]) -> Block:
        """A block of a part of the whole. Most subjects stand in one graph, and so all that is said of them."""
        if len(said) < len(self._whole[subject]):
            return self._pretty.block(subject, said)
        if subject not in self._blocks:
            self._blocks[subject] = self._pretty.block(subject, said)
        return self._blocks[subject]


class Returns(io.RawIOBase):
    """Takes XML from a writer that leaves carriage returns as they are: a reader would make line feeds of them."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file

    def write(self, data: Any) -> int:
        self._file.write(bytes(data).replace(b"\r", b"&#xD;"))
        return len(data)


def _write(path: Path, pieces: Pieces) -> None:
    with path.open("wb") as file:
        file.writelines(piece.encode() if isinstance(piece, str) else piece for piece in pieces)
