"""The engine that is elsewhere: any SPARQL 1.1 endpoint that holds the release.

Sends each query in one dialect and with its whole dataset, within the time, size and number of queries the
settings say, and gives an answer only when all of it has come. Nothing is asked of the endpoint before the first
query, so that the service starts while the engine is down.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from service.engine import Answer, Offers, line, not_acceptable
from service.engine.address import read_address
from service.engine.endpoint import Endpoint
from service.engine.graphs import Graphs, look_at
from service.engine.line import hung_up
from service.engine.portable import Dataset, Translator
from service.engine.turns import Turns
from service.errors import EngineTimeout, ServiceError
from service.protocol import QueryRequest
from service.releases import Release
from service.settings import Settings


class Remote:
    """One endpoint for one release. Thread-safe. `stopped` counts queries by the limit that stopped them."""

    def __init__(self, settings: Settings, release: Release) -> None:
        self._settings, self._release = settings, release
        self._translator = Translator(release.base + "sparql", release.prefixes)
        self._endpoint = Endpoint(read_address(settings.engine), release.prefixes, settings.result_mb * 1024**2)
        self._turns = Turns(settings.workers + settings.slow_workers, settings.queue_length, settings.queue_seconds)
        self._graphs: Graphs | None = None
        self._looking = threading.Lock()
        self.stopped: Counter[str] = Counter()

    def answer(self, request: QueryRequest, offers: Offers) -> Answer:
        """See Engine.answer."""
        portable = self._translator.portable(request)
        offer = offers.get(portable.kind)
        if offer is None:
            raise not_acceptable(portable.kind)
        seconds = min(request.seconds or self._settings.query_seconds, self._settings.query_seconds)
        with self._counted(), self._turns.turn():
            if line.current().dead:
                raise hung_up()
            until = monotonic() + seconds
            dataset = self._graphs_of_the_release(until).dataset(portable.dataset)
            return self._endpoint.ask(portable, dataset, offer, until)

    def _graphs_of_the_release(self, until: float) -> Graphs:
        """Found out once; the other queries of that moment wait, no longer than they may."""
        if self._graphs is None:
            if not self._looking.acquire(timeout=max(0.0, until - monotonic())):
                raise EngineTimeout("The query engine did not answer in time.", members={"limit": "time"})
            try:
                self._graphs = self._graphs or self._look(until)
            finally:
                self._looking.release()
        return self._graphs

    def _look(self, until: float) -> Graphs:
        def ask(query: str, dataset: Dataset | None) -> str:
            # Half of what is left, so that a question too hard for the engine leaves time for the query itself.
            half = monotonic() + (until - monotonic()) / 2
            return self._endpoint.value(self._translator.portable(QueryRequest(query)), dataset, half)

        return look_at(self._release, ask, lambda: self._endpoint.is_virtuoso)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        except ServiceError as error:
            if line.current().dead:
                self.stopped["hang-up"] += 1
                raise hung_up() from error
            if "limit" in error.members:
                self.stopped[error.members["limit"]] += 1
            raise

    def state(self) -> dict[str, int | dict[str, int]]:
        """See Engine.state; `workers` are the queries at the endpoint."""
        return {"workers": self._turns.running, "waiting": self._turns.waiting, "queries_stopped": dict(self.stopped)}

    def close(self) -> None:
        """Hang up every idle connection. Queries under way end by themselves."""
        self._turns.end()
        self._endpoint.close()
