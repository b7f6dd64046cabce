"""The records of the datasets: what triples/*/dataset.ttl says of title, licence, creators and dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad

from service.iris import Base
from service.press.queries import value_of
from service.press.sources import LINKS, META, Sources

_URI_SPACE = NamedNode("http://rdfs.org/ns/void#uriSpace")
_TITLE = NamedNode("http://purl.org/dc/terms/title")
_LICENSE = NamedNode("http://purl.org/dc/terms/license")


@dataclass(frozen=True)
class Record:
    """The record of the dataset in triples/`name`/: its IRI, and its statements."""

    name: str
    iri: str
    statements: tuple[Quad, ...]

    def first(self, predicate: NamedNode) -> str:
        """The first value the record gives for a property, or nothing."""
        return next((value_of(quad.object) for quad in self.statements if quad.predicate == predicate), "")

    @property
    def title(self) -> str:
        return self.first(_TITLE)

    @property
    def license(self) -> str:
        return self.first(_LICENSE)


def read_records(sources: Sources) -> list[Record]:
    """One record for each dataset by name; the links come last, because they describe no dataset of their own."""
    found = [
        _record(parsed.file.path.parent.name, parsed.quads) for parsed in sources.files if parsed.file.graph == META
    ]
    return sorted((r for r in found if r.iri), key=lambda record: (record.name == LINKS, record.name))


def _record(name: str, quads: Iterable[Quad]) -> Record:
    """The subject that has void:uriSpace, and what is said of it."""
    known = tuple(quads)
    iri = next((value_of(quad.subject) for quad in known if quad.predicate == _URI_SPACE), "")
    return Record(name, iri, tuple(quad for quad in known if value_of(quad.subject) == iri))


def whole_iri(base: Base) -> str:
    """IRI of the whole publication as a dataset."""
    return f"{base.iri}dataset"


def main_record(sources: Sources) -> Record:
    """The record that speaks for the whole publication: the one about {base}dataset, or else the first."""
    records = read_records(sources)
    whole = [record for record in records if record.iri == whole_iri(sources.base)]
    return (whole or records or [Record("", "", ())])[0]
