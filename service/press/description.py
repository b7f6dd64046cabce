"""The description of the dataset with its files: graph/meta, and what only finished files can tell.

A release's id is the hash of its statements, so sizes and checksums of its files cannot be among them: they would
change what they are checksums of. They stand here instead, in files of the release that nothing is hashed from and
that the service sends for /dataset. The files of the description do not describe themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from service.iris import Base
from service.media import CSV, FOLLOWTHEMONEY, FORMATS, Format
from service.ntriples import RDF_TYPE
from service.press.distributions import describe_file, distribution, partition
from service.press.edition import Edition
from service.press.records import whole_iri
from service.press.scopes import Kind, Scope, graph_scope
from service.press.sources import META
from service.press.vocabulary import DCAT, DCT, SPDX, VOID, XSD, say, types
from service.releases import Dump

NAME = "dataset"
_IS_LINKSET = (RDF_TYPE, f"<{VOID('Linkset').value}>")
_FORMATS = {format.media_type: format for format in (*FORMATS, FOLLOWTHEMONEY, CSV)}


def describe_files(edition: Edition, dumps: Iterable[Dump]) -> Scope:
    """The scope of the description, to be written like any other."""
    base = edition.checked.sources.base
    meta = next(scope for scope in edition.scopes if scope.name == f"graph-{META}")
    told = _parsed(meta.lines)
    told += _parsed(_elsewhere(edition.scopes[0], meta))
    told += _describe_release(edition.id, base)
    subjects = _subjects(edition, NamedNode(whole_iri(base)))
    for dump in dumps:
        told += _describe_dump(subjects, dump, edition.id, base)
    return graph_scope(NAME, told, base.graph(META), Kind.DESCRIPTION)


def _parsed(lines: Iterable[bytes]) -> list[Triple]:
    return [quad.triple for quad in parse(b"".join(lines), RdfFormat.N_TRIPLES)]


def _elsewhere(whole: Scope, meta: Scope) -> list[bytes]:
    """What any graph says of the linksets in graph/meta: rules count links, and say where the files of them are."""
    linksets = {subject for subject, said in meta.subjects.items() if _IS_LINKSET in said}
    starts = tuple(f"{subject} ".encode() for subject in linksets)
    return [line for line in whole.lines if line.startswith(starts)] if starts else []


def _subjects(edition: Edition, dataset: NamedNode) -> dict[str, NamedNode]:
    """Name of a scope -> the dataset that its files are distributions of."""
    found = {scope.name: NamedNode(scope.about) for scope in edition.scopes}
    return found | {table.name: partition(dataset, "class", NamedNode(table.about)) for table in edition.classes}


def _describe_release(release_id: str, base: Base) -> Iterator[Triple]:
    """The release as a version of the dataset (https://www.w3.org/TR/vocab-dcat-3/#version-history)."""
    dataset, version = NamedNode(whole_iri(base)), NamedNode(f"{base.iri}release/{release_id}")
    yield from say(dataset, DCAT("hasCurrentVersion"), version)
    yield from types(version, DCAT("Dataset"))
    yield from say(version, DCAT("isVersionOf"), dataset)
    yield from say(version, DCAT("version"), release_id)
    yield from say(version, DCT("title"), f"Release {release_id}")


def _describe_dump(subjects: dict[str, NamedNode], dump: Dump, release_id: str, base: Base) -> Iterator[Triple]:
    """A file with its size, its checksum and the address where this version of it stays.

    The packed files of classes are left out: there are many, and SHA256SUMS has them.
    """
    scope = dump.name.partition(".")[0]
    if dump.encoding and scope.startswith(f"{Kind.CLASS}-"):
        return
    subject = subjects[scope]
    node = distribution(subject, dump.name)
    checksum = NamedNode(f"{node.value}.checksum")
    yield from describe_file(subject, dump.name, _format(dump), dump.encoding, base)
    yield from say(node, DCAT("byteSize"), Literal(str(dump.size), datatype=XSD("nonNegativeInteger")))
    yield from say(node, SPDX("checksum"), checksum)
    yield from types(checksum, SPDX("Checksum"))
    yield from say(checksum, SPDX("algorithm"), SPDX("checksumAlgorithm_sha256"))
    yield from say(checksum, SPDX("checksumValue"), Literal(dump.sha256, datatype=XSD("hexBinary")))
    yield from say(node, DCT("hasVersion"), NamedNode(f"{base.iri}release/{release_id}/dumps/{dump.name}"))


def _format(dump: Dump) -> Format:
    return _FORMATS[dump.media_type]
