"""One Turtle file: parsed by pyoxigraph, rebased as text, every blank node given an IRI or refused.

pyoxigraph rather than rdflib: some twenty times faster, and it keeps lexical forms as they are written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from service.iris import Base
from service.press.blocks import Block, blocks
from service.press.findings import Finding, Place, Severity, violation

_MOST_ERRORS = 50
GENID = ".well-known/genid/"
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>\s]*>|#.*$|\\.""")
_BLANK = re.compile(r"\[|\(|(?<![\w-])_:")
_Term = TypeVar("_Term")


@dataclass(frozen=True)
class SourceFile:
    """A file to read. `name` is what findings show; within one `scope` a subject has one place."""

    path: Path
    name: str
    graph: str
    scope: str
    may_have_blank_nodes: bool


@dataclass(frozen=True)
class Parsed:
    """One file, parsed and rebased. `sha256` is of the bytes on disk; what does not parse has no quads."""

    file: SourceFile
    sha256: str
    quads: tuple[Quad, ...] = ()
    blocks: tuple[Block, ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()


def read_turtle(file: SourceFile, written_base: str, base: Base) -> Parsed:
    """Parse one file. Problems are findings, never exceptions."""
    try:
        raw = file.path.read_bytes()
    except OSError as error:
        message = f"This cannot be read: {error.strerror}. What is called *.ttl must be a file."
        return Parsed(file, "", findings=(violation("syntax", message, None, Place(file.name, 1)),))
    empty = Parsed(file, hashlib.sha256(raw).hexdigest())
    try:
        written = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        place = Place(file.name, raw.count(b"\n", 0, error.start) + 1)
        return replace(empty, findings=(violation("syntax", "This is not UTF-8. Save it as UTF-8.", None, place),))
    text = written.replace(written_base, base.iri)
    try:
        parser = parse(text, RdfFormat.TURTLE)
        triples = list(parser)
    except SyntaxError:
        # Parsed again as it was written: positions after a rebased IRI would be off.
        return replace(empty, findings=tuple(_syntax_errors(file, written)))
    return _fill(empty, text, triples, parser.prefixes, base)


def _syntax_errors(file: SourceFile, text: str) -> Iterator[Finding]:
    """Every syntax error, one for a line: the parser recovers at the next statement."""
    parser = parse(text, RdfFormat.TURTLE)
    lines: set[int] = set()
    while len(lines) < _MOST_ERRORS:
        try:
            if next(parser, None) is None:
                return
        except SyntaxError as error:
            line = error.lineno or 1
            if line not in lines:
                lines.add(line)
                yield Finding("syntax", Severity.VIOLATION, _message(error), None, file.name, line, error.offset)


def _message(error: SyntaxError) -> str:
    """The parser's words without the position, which the finding carries."""
    return f"This is not Turtle: {error.msg.partition(': ')[2] or error.msg}."


def _fill(empty: Parsed, text: str, triples: Iterable[Quad], prefixes: Mapping[str, str], base: Base) -> Parsed:
    """The file with its graph on each quad and no blank nodes. `prefixes` as the parser resolved them."""
    file = empty.file
    graph = NamedNode(base.graph(file.graph))
    names: dict[BlankNode, NamedNode] = {}
    quads = tuple(
        Quad(_name(q.subject, names, file, base), q.predicate, _name(q.object, names, file, base), graph)
        for q in triples
    )
    subjects = {q.subject.value for q in quads if isinstance(q.subject, NamedNode)}
    opened = tuple(block for block in blocks(text, prefixes) if block.subject in subjects)
    findings = tuple(_blank_nodes(file, text)) if names and not file.may_have_blank_nodes else ()
    declared = tuple(sorted(prefixes.items()))
    return replace(empty, quads=quads, blocks=opened, prefixes=declared, findings=findings)


def _name(term: _Term, names: dict[BlankNode, NamedNode], file: SourceFile, base: Base) -> _Term | NamedNode:
    """The term, or for a blank node the IRI that stands for it (RDF 1.1 section 3.5).

    The IRI follows from the file and the order in it, so the same sources give the same release.
    """
    if not isinstance(term, BlankNode):
        return term
    if term not in names:
        key = hashlib.sha256(f"{file.name} {len(names)}".encode()).hexdigest()[:20]
        names[term] = NamedNode(f"{base.iri}{GENID}{key}")
    return names[term]


def _blank_nodes(file: SourceFile, text: str) -> Iterator[Finding]:
    """One finding for each line that writes a blank node or a list."""
    lines = [n for n, line in enumerate(text.split("\n"), 1) if _BLANK.search(_QUOTED.sub("", line))]
    message = "Data may not have blank nodes or lists: give this node an IRI, so that it can be linked to."
    for number in lines or [1]:
        yield violation("blank nodes", message, None, Place(file.name, number))
