"""The RDF of a thing's document: what is said about the thing, and what the document says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from service import describe
from service.engine import quads
from service.iris import Base
from service.media import JSONLD, NQUADS, NTRIPLES, Format
from service.ntriples import RDF_TYPE, by_subject
from service.protocol import literal
from service.web import jsonld
from service.web.room import Reading, reading
from service.web.site import site

_DCT, _FOAF = "http://purl.org/dc/terms/", "http://xmlns.com/foaf/0.1/"
# What the record of the dataset says of each document too.
_SHARED = ("license", "creator", "publisher", "source")
_KEPT = 16


class Descriptions:
    """The last descriptions of a release: who wants one format often wants the next."""

    def __init__(self, of: Reading) -> None:
        self._of = of
        self._lines: dict[str, list[bytes]] = {}

    def lines(self, iri: str) -> list[bytes]:
        """The description of a thing in N-Triples, sorted."""
        found = self._lines.get(iri)
        if found is None:
            found = describe.description(self._of.engine, self._of.release, iri)
            while len(self._lines) >= _KEPT:
                self._lines.pop(next(iter(self._lines)), None)
            self._lines[iri] = found
        return found


@lru_cache(maxsize=2)
def _descriptions(of: Reading) -> Descriptions:
    return Descriptions(of)


def types_of(iri: str) -> list[str]:
    """The classes of a thing, as IRIs."""
    start = f"<{iri}> {RDF_TYPE} ".encode()
    found = (line for line in _descriptions(reading()).lines(iri) if line.startswith(start))
    return [line[len(start) : -3].decode().strip("<>") for line in found]


def write(iri: str, path: str, format: Format) -> tuple[bytes, str]:
    """(the document about a thing at a path, in a format; its profiles, if it has any)."""
    lines = sorted({*_descriptions(reading()).lines(iri), *_about_document(iri, path)})
    if format is JSONLD:
        described = by_subject(lines)
        first = f"<{iri}>"
        ordered = {subject: described[subject] for subject in (first, *described) if subject in described}
        return jsonld.document(ordered, iri)
    body = b"".join(lines)
    # A statement in no graph is the same in both.
    return body if format in (NTRIPLES, NQUADS) else quads.convert(body, format, reading().release.prefixes), ""


def _about_document(iri: str, path: str) -> Iterator[bytes]:
    """What the document is about, and where it is from: nothing when the document is the thing itself."""
    base = site().base
    document = iri_of(base, path)
    if document == iri:
        return
    release = f"<{base.iri}release/{reading().release.id}>"
    said = [(RDF_TYPE, f"<{_FOAF}Document>"), (f"<{_FOAF}primaryTopic>", f"<{iri}>")]
    said += [("<http://rdfs.org/ns/void#inDataset>", f"<{base.iri}dataset>")]
    said += [("<http://www.w3.org/ns/prov#wasDerivedFrom>", release)]
    said += [(f"<{_DCT}{name}>", f"<{one.iri}>") for name in _SHARED for one in site().said(name) if one.iri]
    for one in site().said("modified", "issued")[:1]:
        said.append((f"<{_DCT}modified>", literal(one.text, one.language, one.datatype)))
    for name, value in said:
        yield f"<{document}> {name} {value} .\n".encode()


def iri_of(base: Base, path: str) -> str:
    """The URL of a path of this service."""
    return base.iri + path.lstrip("/")
