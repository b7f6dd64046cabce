"""From what a remote engine sends to what the client asked for, parsed and written anew: so a lie is found out.

A door to pyoxigraph outside the worker. Reads to the end before anything is sent; refuses whatever is not wholly
in the format it says it is. The library's objects may only be dropped by the thread that made them, so none may
stay behind in the frames that an error holds on to: each is deleted before an error leaves, and no Python code
stands between parser and serialiser.
"""

from __future__ import annotations

import io
import itertools
import operator
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, cast

import pyoxigraph as ox

from service.engine import Answer, exact
from service.errors import EngineFailed, NotAcceptable, QueryStopped
from service.media import Format, Kind

IN_MEMORY_BYTES = 1 << 20
# What we can read, by kind: media type -> parser. The order is the order of preference.
READABLE: dict[Kind, dict[str, Any]] = {
    Kind.SOLUTIONS: {
        "application/sparql-results+json": ox.QueryResultsFormat.JSON,
        "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    },
    Kind.GRAPH: {
        "application/n-triples": ox.RdfFormat.N_TRIPLES,
        "text/turtle": ox.RdfFormat.TURTLE,
        "application/rdf+xml": ox.RdfFormat.RDF_XML,
    },
}
READABLE[Kind.BOOLEAN] = READABLE[Kind.SOLUTIONS]
_WRITTEN: dict[str, Any] = {
    "json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV, "tsv": ox.QueryResultsFormat.TSV,
    "turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD,
}  # fmt: skip
_PREFIXED = ("turtle", "trig", "rdfxml", "jsonld")
_XML = ("xml", "rdfxml")
_NONSENSE = "The query engine answered with something that is no SPARQL result."


class Sink(io.RawIOBase):
    """Takes the bytes of a result, in memory while they are few, else in a nameless file; never more than `most`."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - travels on
        self._size = 0

    def write(self, data: Any) -> int:
        self._size += len(data)
        if self._size > self._most:
            raise QueryStopped(
                f"The result is larger than {self._most // 1024**2:,} MiB. Add a LIMIT, or take a dump.",
                members={"limit": "result"}, headers={"Retry-After": "10"},
            )  # fmt: skip
        return self._file.write(data)

    def answer(self, kind: Kind, format: Format, seconds: float) -> Answer:
        """The result as an answer; the file now belongs to whoever sends it."""
        self._file.seek(0)
        if self._size > IN_MEMORY_BYTES:
            return Answer(kind, format, spool=cast("IO[bytes]", self._file), seconds=seconds)
        with self._file as file:
            return Answer(kind, format, body=file.read(), seconds=seconds)

    def discard(self) -> None:
        self._file.close()


@dataclass(frozen=True)
class Conversion:
    """One result to convert: its kind, the format to write, the prefixes to write it with."""

    kind: Kind
    format: Format
    prefixes: Mapping[str, str]

    def run(self, body: IO[bytes], media_type: str, sink: Sink) -> int:
        """Everything in `body` into `sink`; returns how many statements a graph had. Raises EngineFailed."""
        parser = READABLE[self.kind].get(media_type)
        if parser is None:
            raise EngineFailed(f"The query engine answered with {media_type or 'no media type'}: that is no result.")
        try:
            count = self._graph(body, parser, sink) if self.kind is Kind.GRAPH else self._results(body, parser, sink)
        except exact.NotInXml as error:
            raise NotAcceptable(str(error)) from error
        except (SyntaxError, ValueError) as error:
            raise EngineFailed(_NONSENSE) from error
        while rest := body.read(IN_MEMORY_BYTES):
            if rest.strip():
                raise EngineFailed(_NONSENSE)
        return count

    def _graph(self, body: IO[bytes], parser: Any, sink: Sink) -> int:
        counter = itertools.count()
        counted = zip(map(operator.attrgetter("triple"), ox.parse(body, format=parser)), counter, strict=False)
        triples = map(operator.itemgetter(0), counted)
        prefixes = dict(self.prefixes) if self.format.name in _PREFIXED else None
        try:
            target = cast("IO[bytes]", self._exact(sink))
            ox.serialize(triples, target, format=_WRITTEN[self.format.name], prefixes=prefixes)
        finally:
            del counted, triples
        return next(counter)

    def _results(self, body: IO[bytes], parser: Any, sink: Sink) -> int:
        results = ox.parse_query_results(body, format=parser)
        try:
            if isinstance(results, ox.QueryBoolean) is not (self.kind is Kind.BOOLEAN):
                raise EngineFailed("The query engine answered another question than was asked.")
            name = "tsv" if self._is_table else self.format.name
            results.serialize(cast("IO[bytes]", self._exact(sink)), format=_WRITTEN[name])
        finally:
            del results
        return 0

    @property
    def _is_table(self) -> bool:
        return self.kind is Kind.SOLUTIONS and self.format.name == "csv"

    def _exact(self, sink: Sink) -> io.RawIOBase:
        """What the writer writes to: see `exact`."""
        if self._is_table:
            return exact.FromTsv(sink)
        return exact.Xml(sink) if self.format.name in _XML else sink
