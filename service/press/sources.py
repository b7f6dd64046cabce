"""Finds and parses the Turtle of a publication; says which graph each file feeds, where each subject stands.

Refuses syntax errors, blank nodes in data, and a subject written in two places. Writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from service.errors import PressError
from service.iris import Base
from service.press.findings import Finding, Place, Report, gate, violation, warning
from service.press.queries import value_of
from service.press.turtle import Parsed, SourceFile, read_turtle
from service.settings import Settings

SCHEMA, SHAPES, META, LINKS, DERIVED = "schema", "shapes", "meta", "links", "derived"
RECORD = "dataset.ttl"
_RESERVED = (SCHEMA, SHAPES, META, DERIVED)
# What a graph may be called: its files are named after it, and their names end at the first dot.
GRAPH_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
GRAPH_NAME_SAYS = "Use letters a to z, digits, - and _, a letter or digit first."
_URI_SPACE = NamedNode("http://rdfs.org/ns/void#uriSpace")
# The same in a record that does not parse, whose mistakes are told later.
_URI_SPACE_WRITTEN = re.compile(r"(?:\bvoid:|<http://rdfs\.org/ns/void#)uriSpace>?\s+\"([^\"]+)\"")
# XML keeps these for itself, so no RDF/XML can declare them (Namespaces in XML 1.0 section 3).
_OF_XML = ("xml", "xmlns")
# Usable in every query without a PREFIX line, whatever the sources declare.
_STANDARD_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True)
class Sources:
    """All files of a publication, and the report of reading them."""

    base: Base
    written_base: str
    files: tuple[Parsed, ...]
    report: Report
    index: dict[str, Place]
    prefixes: dict[str, str]

    @property
    def parses(self) -> bool:
        """Whether every file could be read; without that, checking on would only repeat the error."""
        return not any(finding.check == "syntax" for finding in self.report.violations)

    @cached_property
    def graphs(self) -> dict[str, list[Quad]]:
        """Graph name -> its quads, in the order of the files."""
        found: dict[str, list[Quad]] = {}
        for parsed in self.files:
            found.setdefault(parsed.file.graph, []).extend(parsed.quads)
        return found

    def rebased(self, text: str) -> str:
        """A text written for the sources' base, such as a query, for the base of this build."""
        return text.replace(self.written_base, self.base.iri)


def read_sources(settings: Settings) -> Sources:
    """Parse everything below the three folders. The report holds every problem at once."""
    base = Base(settings.base_iri)
    found = tuple(find_files(settings))
    written_base = _written_base(found)
    files = tuple(read_turtle(file, written_base, base) for file in found)
    index = {block.subject: Place(p.file.name, block.line) for p in reversed(files) for block in reversed(p.blocks)}
    prefixes, clashes = _merge_prefixes(files)
    syntax = [finding for parsed in files for finding in parsed.findings]
    report = gate("syntax", len(files), [*syntax, *clashes], "Are the folders right?") + _duplicates(files)
    return Sources(base, written_base, files, report, index, prefixes)


def find_files(settings: Settings) -> Iterator[SourceFile]:
    """The Turtle files of the three folders, in an order that depends on their names alone."""
    for folder in (settings.ontology, settings.triples, settings.shapes):
        if not folder.is_dir():
            raise PressError(f"There is no folder {folder}/. Run in the repository, or name the folder.")
    for path in sorted(settings.ontology.rglob("*.ttl")):
        inside = path.relative_to(settings.ontology).parts
        if inside[0] != "examples":
            name = _name(settings.ontology, path)
            # An alignment speaks again of the terms the core defines.
            yield SourceFile(path, name, SCHEMA, name if inside[0] == "alignments" else SCHEMA, True)
    for folder in sorted(f for f in settings.triples.iterdir() if f.is_dir()):
        yield from _dataset_files(settings.triples, folder)
    for path in sorted(settings.shapes.rglob("*.ttl")):
        yield SourceFile(path, _name(settings.shapes, path), SHAPES, SHAPES, True)


def _dataset_files(triples: Path, folder: Path) -> Iterator[SourceFile]:
    """The files of one dataset: its record feeds the meta graph, the rest its own graph."""
    if folder.name in _RESERVED:
        raise PressError(
            f"{triples.name}/{folder.name}/ cannot be called so: {', '.join(_RESERVED)} are ours. Rename it."
        )
    if not GRAPH_NAME.fullmatch(folder.name):
        raise PressError(f"{triples.name}/{folder.name!r} cannot name a graph and its files. {GRAPH_NAME_SAYS}")
    for path in sorted(folder.rglob("*.ttl")):
        name = _name(triples, path)
        if path == folder / RECORD:
            yield SourceFile(path, name, META, META, False)
        else:
            # A link speaks again of the things the datasets describe, in one file for each target.
            yield SourceFile(path, name, folder.name, name if folder.name == LINKS else triples.name, False)


def _name(folder: Path, path: Path) -> str:
    return f"{folder.resolve().name}/{path.relative_to(folder).as_posix()}"


def _written_base(files: Iterable[SourceFile]) -> str:
    """The base the sources are written with: the void:uriSpace of the dataset records, which must agree."""
    records = (file.path for file in files if file.graph == META and file.path.is_file())
    spaces = {space for path in records for space in _spaces(path.read_text("utf-8", "replace"))}
    if len(spaces) != 1:
        told = "No record says" if not spaces else f"The records disagree ({', '.join(sorted(spaces))})"
        raise PressError(f"{told} what base the sources are written with. Give void:uriSpace in triples/*/{RECORD}.")
    return str(spaces.pop())


def _spaces(record: str) -> set[str]:
    try:
        found = [quad.object for quad in parse(record, RdfFormat.TURTLE) if quad.predicate == _URI_SPACE]
    except SyntaxError:
        return set(_URI_SPACE_WRITTEN.findall(record))
    return {value_of(value) for value in found}


def _merge_prefixes(files: Iterable[Parsed]) -> tuple[dict[str, str], list[Finding]]:
    """Prefix -> namespace over all files; the first declaration wins and a different one is a warning."""
    first: dict[str, tuple[str, str]] = {prefix: (iri, "") for prefix, iri in _STANDARD_PREFIXES.items()}
    clashes = []
    for parsed in files:
        for prefix, iri in parsed.prefixes:
            if prefix in _OF_XML:
                message = f"Prefix {prefix}: belongs to XML and is left out of the release. Choose another."
                clashes.append(warning("syntax", message, None, Place(parsed.file.name, 1)))
                continue
            known, where = first.setdefault(prefix, (iri, parsed.file.name))
            if known != iri and prefix:
                other = where or "every query"
                message = f"Prefix {prefix}: is <{iri}> here but <{known}> in {other}. Use one of them."
                clashes.append(warning("syntax", message, None, Place(parsed.file.name, 1)))
    return {prefix: first[prefix][0] for prefix in sorted(first) if prefix}, clashes


def _duplicates(files: Iterable[Parsed]) -> Report:
    """A thing has one block: two are two things with one slug, or one thing told in two places."""
    seen: dict[tuple[str, str], Place] = {}
    findings = []
    for parsed in files:
        for block in parsed.blocks:
            place = Place(parsed.file.name, block.line)
            earlier = seen.setdefault((parsed.file.scope, block.subject), place)
            if earlier is not place:
                message = f"Already described at {earlier}. Give one of the two another slug, or join the blocks."
                findings.append(violation("duplicates", message, block.subject, place))
    return gate("duplicates", len(seen), findings, "No line begins with a subject: subjects stand at column 0.")
