"""Writes the downloadable files of a release: every scope in every format, plain and gzip.

The same quads give the same bytes. Made from the parsed quads: the store changes lexical forms, so nothing
is read back from it.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from service.iris import Base
from service.media import FORMATS, JSONLD, NQUADS, NTRIPLES, RDFXML, TRIG, TURTLE, Format
from service.releases import Dump

ALL = "all"
_SYNTAX = {
    TURTLE: RdfFormat.TURTLE,
    NTRIPLES: RdfFormat.N_TRIPLES,
    RDFXML: RdfFormat.RDF_XML,
    JSONLD: RdfFormat.JSON_LD,
    TRIG: RdfFormat.TRIG,
    NQUADS: RdfFormat.N_QUADS,
}
DUMP_FORMATS: tuple[Format, ...] = tuple(f for f in FORMATS if f in _SYNTAX)
# JSON-LD could carry graphs too; here it carries the union, as Turtle does.
_QUAD_FORMATS = (TRIG, NQUADS)


@dataclass(frozen=True)
class Scope:
    """What one dump covers: the sorted, distinct statements of the whole or of one graph.

    `lines` are canonical N-Triples (https://www.w3.org/TR/rdf-canon/#canonical-quads without the graph), and
    `triples` are their statements in the same order; `quad_lines` and `quads` are the same with graphs.
    """

    name: str
    lines: list[bytes]
    triples: list[Triple]
    quad_lines: list[bytes]
    quads: list[Quad]

    def count(self, format: Format) -> int:
        return len(self.quads if format in _QUAD_FORMATS else self.triples)


def scopes(graphs: Mapping[str, Iterable[Quad]], base: Base) -> list[Scope]:
    """The whole, then each graph by name."""
    single = [_graph_scope(name, graphs[name], base) for name in sorted(graphs)]
    union = dict(sorted(pair for scope in single for pair in zip(scope.lines, scope.triples, strict=True)))
    lines = sorted(line for scope in single for line in scope.quad_lines)
    quads = [quad for scope in single for quad in scope.quads]
    return [Scope(ALL, list(union), list(union.values()), lines, quads), *single]


def _graph_scope(name: str, quads: Iterable[Quad], base: Base) -> Scope:
    distinct = list(dict.fromkeys(quad.triple for quad in quads))
    written = (serialize(distinct, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)
    ordered = sorted(zip(written, range(len(distinct)), strict=True))
    lines, triples = [line for line, _ in ordered], [distinct[place] for _, place in ordered]
    graph = NamedNode(base.graph(name))
    ending = f"{graph} .\n".encode()
    quad_lines = [line[:-2] + ending for line in lines]
    graph_quads = [Quad(t.subject, t.predicate, t.object, graph) for t in triples]
    return Scope(f"graph-{name}", lines, triples, quad_lines, graph_quads)


def content_hash(whole: Scope) -> str:
    """SHA-256 of the sorted canonical N-Quads, which are the bytes of the dump all.nq.

    Every blank node has an IRI by now, so RDFC-1.0 has nothing to rename and only sorts.
    """
    digest = hashlib.sha256()
    for line in whole.quad_lines:
        digest.update(line)
    return digest.hexdigest()


def dump_names(scope: str) -> Iterator[tuple[str, Format, str]]:
    """(file name, format, content coding) of each dump of a scope."""
    for format in DUMP_FORMATS:
        yield f"{scope}.{format.extension}", format, ""
        yield f"{scope}.{format.extension}.gz", format, "gzip"


def write_dumps(folder: Path, scope: Scope, prefixes: dict[str, str]) -> list[Dump]:
    """Write all dumps of a scope below `folder`, which exists."""
    written = []
    for name, format, coding in dump_names(scope.name):
        path = folder / name
        if coding:
            _compress(path.with_suffix(""), path)
        else:
            _write(path, scope, format, prefixes)
        written.append(_dump(path, format, coding, scope.count(format)))
    return written


def _write(path: Path, scope: Scope, format: Format, prefixes: dict[str, str]) -> None:
    if format in (NTRIPLES, NQUADS):
        with path.open("wb") as file:
            file.writelines(scope.quad_lines if format is NQUADS else scope.lines)
    else:
        statements = scope.quads if format in _QUAD_FORMATS else scope.triples
        serialize(statements, str(path), _SYNTAX[format], prefixes=prefixes)


def _compress(plain: Path, path: Path) -> None:
    # No name and no time in the header (RFC 1952 section 2.3), or the bytes would change from build to build.
    with (
        plain.open("rb") as source,
        path.open("wb") as target,
        gzip.GzipFile("", "wb", 6, target, 0) as packed,
    ):
        shutil.copyfileobj(source, packed, 1 << 20)


def _dump(path: Path, format: Format, coding: str, statements: int) -> Dump:
    return Dump(path.name, format.media_type, coding, path.stat().st_size, hash_file(path), statements)


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
