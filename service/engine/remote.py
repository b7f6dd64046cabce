"""The engine that is elsewhere: any SPARQL 1.1 endpoint that holds the release.

Sends each query in one dialect and with its whole dataset, keeps the time and the size of the answer, and gives
an answer only when all of it has come and means what it says. Nothing is asked of the endpoint before the first
query, so the service starts while the engine is down.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from service import media
from service.engine import Answer, Offers, faults, not_acceptable, virtuoso
from service.engine.convert import READABLE, Conversion, Sink
from service.engine.graphs import Graphs, look_at
from service.engine.portable import Dataset, Portable, Translator
from service.engine.wire import Limits, Response, Wire, read_address
from service.errors import ServiceError
from service.media import Format, Kind
from service.protocol import QueryRequest
from service.releases import Release
from service.settings import Settings

# What comes in may be this much longer than what goes out: XML for CSV.
_VERBOSITY = 6


@dataclass(frozen=True)
class _Known:
    """What was found out about the endpoint with the first query."""

    graphs: Graphs
    cuts: virtuoso.Cuts | None = field(default=None)


class Remote:
    """One endpoint for one release. Thread-safe. `stopped` counts queries by the limit that stopped them."""

    def __init__(self, settings: Settings, release: Release) -> None:
        self._settings, self._release = settings, release
        self._most = settings.result_mb * 1024**2
        self._translator = Translator(release.base + "sparql", release.prefixes)
        most_at_once = settings.workers + settings.slow_workers
        limits = Limits(self._most * _VERBOSITY, most_at_once, settings.queue_length, settings.queue_seconds)
        self._wire = Wire(read_address(settings.engine), limits)
        self._known: _Known | None = None
        self._looking = threading.Lock()
        self.stopped: Counter[str] = Counter()

    def answer(self, request: QueryRequest, offers: Offers) -> Answer:
        """See Engine.answer."""
        portable = self._translator.portable(request)
        offer = offers.get(portable.kind)
        if offer is None:
            raise not_acceptable(portable.kind)
        seconds = min(request.seconds or self._settings.query_seconds, self._settings.query_seconds)
        with self._counted(), self._wire.turn():
            begun = monotonic()
            known = self._look(begun + seconds)
            exchange = _Exchange(self._wire, begun + seconds, known.cuts)
            dataset = known.graphs.dataset(portable.dataset)
            return exchange.answer(portable, dataset, self._conversion(portable.kind, offer), self._most)

    def _conversion(self, kind: Kind, offer: Format) -> Conversion:
        return Conversion(kind, offer, self._release.prefixes)

    def _look(self, until: float) -> _Known:
        """Find out once what the endpoint is and where it keeps the release."""
        if self._known is None:
            with self._looking:
                self._known = self._known or self._found_out(until)
        return self._known

    def _found_out(self, until: float) -> _Known:
        headers: dict[str, str] = {}

        def ask(query: str, dataset: Dataset | None) -> str:
            portable = self._translator.portable(QueryRequest(query))
            exchange = _Exchange(self._wire, until, None, headers)
            answer = exchange.answer(portable, dataset, self._conversion(portable.kind, media.JSON), self._most)
            return _one_value(answer.body or b"{}")

        ask("ASK {}", None)
        cuts = virtuoso.Cuts() if virtuoso.is_virtuoso(headers) else None
        return _Known(look_at(self._release, ask, may_have_more=cuts is not None), cuts)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        except ServiceError as error:
            if "limit" in error.members:
                self.stopped[error.members["limit"]] += 1
            raise

    def close(self) -> None:
        """Hang up every idle connection. Queries under way end by themselves."""
        self._wire.close()


@dataclass(frozen=True)
class _Exchange:
    """One query and its answer, over by `until`. `headers` collects those of the response."""

    wire: Wire
    until: float
    cuts: virtuoso.Cuts | None
    headers: dict[str, str] = field(default_factory=dict)

    def answer(self, portable: Portable, dataset: Dataset | None, conversion: Conversion, most: int) -> Answer:
        begun = monotonic()
        fields = [("query", portable.text), *_graph_fields(dataset)]
        sink = Sink(most)
        try:
            with self.wire.post(fields, self._accept(portable.kind), self.until) as response:
                statements = self._read(response, portable, conversion, sink)
            if self.cuts is not None and portable.kind is Kind.GRAPH:
                self.cuts.check_graph(statements, self._probe)
            return sink.answer(portable.kind, conversion.format, monotonic() - begun)
        except BaseException:
            sink.discard()
            raise

    def _read(self, response: Response, portable: Portable, conversion: Conversion, sink: Sink) -> int:
        self.headers.update(response.headers)
        if response.status != 200:
            raise faults.refusal(response.status, response.media_type, response.body.read(faults.MOST_BYTES))
        if self.cuts is not None and portable.kind is not Kind.GRAPH:
            self.cuts.check_table(portable.text, response.headers)
        if portable.kind is Kind.GRAPH and not response.is_framed:
            raise faults.endless()
        return conversion.run(response.body, response.media_type, sink)

    def _accept(self, kind: Kind) -> str:
        if self.cuts is not None and kind is not Kind.GRAPH:
            return virtuoso.ACCEPT_RESULTS
        first, *others = READABLE[kind]
        return ", ".join([first, *(f"{name};q=0.{9 - place}" for place, name in enumerate(others))])

    def _probe(self, query: str) -> Mapping[str, str]:
        with self.wire.post([("query", query)], "text/csv", self.until) as response:
            while response.body.read(1 << 16):
                pass
            return dict(response.headers)


def _graph_fields(dataset: Dataset | None) -> Iterator[tuple[str, str]]:
    if dataset is not None:
        yield from (("default-graph-uri", iri) for iri in dataset.default)
        yield from (("named-graph-uri", iri) for iri in dataset.named)


def _one_value(body: bytes) -> str:
    """The boolean, or the first cell, of a result in JSON."""
    document = json.loads(body)
    if "boolean" in document:
        return "true" if document["boolean"] else "false"
    row = next(iter(document["results"]["bindings"]), {})
    return next((str(cell["value"]) for cell in row.values()), "")
