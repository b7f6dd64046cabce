"""What happened, counted and written down: Prometheus metrics, and a line of JSON when a query begins and ends."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from time import perf_counter
from urllib.parse import parse_qs

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from service.errors import ServiceError
from service.protocol import DIRECT, HttpQuery
from service.settings import Settings
from service.web.cache import ReplyCache
from service.web.replies import Reply
from service.web.room import Room
from service.web.tally import rows_in

log = logging.getLogger("service")
queries = logging.getLogger("service.queries")
_NAME = "conflict_actors_"
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_NUMBERS = count(1)
disable_created_metrics()  # type: ignore[no-untyped-call] # the process began when its counters did


@dataclass(frozen=True)
class Query:
    """One request at the endpoint, from its beginning."""

    number: int = field(default_factory=lambda: next(_NUMBERS))
    began: float = field(default_factory=perf_counter)


class Ledger:
    """Metrics of one process. Counting costs microseconds; nothing is kept per client; no answer depends on it."""

    def __init__(self, settings: Settings, room: Room, cache: ReplyCache) -> None:
        self._settings = settings
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(_States(room, cache))
        self._requests = Counter(
            _NAME + "requests", "Requests answered, not from the cache.", ["way", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            _NAME + "seconds", "Time to an answer, not from the cache.", ["way"], buckets=_SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self._stopped = Counter(
            _NAME + "queries_stopped", "Queries stopped, by the limit they met.", ["limit"], registry=self._registry
        )

        self._known: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def show(self, name: str, help_text: str, figure: Callable[[], float]) -> None:
        """One more figure of the moment."""
        Gauge(_NAME + name, help_text, registry=self._registry).set_function(figure)

    def begin(self, query: Query, http: HttpQuery) -> None:
        """A request at the endpoint has been read. Raises nothing."""
        with _beside_the_answer():
            self._begin(query, http)

    def _begin(self, query: Query, http: HttpQuery) -> None:
        if self._settings.query_log:
            self._write(query, "start", **self._text(http))

    def end(self, query: Query, reply: Reply, refused: ServiceError | None) -> None:
        """It has been answered or refused. Raises nothing."""
        with _beside_the_answer():
            self._end(query, reply, refused)

    def _end(self, query: Query, reply: Reply, refused: ServiceError | None) -> None:
        seconds = perf_counter() - query.began
        self.note("sparql", reply.status, seconds)
        if refused is not None:
            self.note_stop(refused)
        if self._settings.query_log:
            self._write(
                query, "end", outcome=_outcome(reply.status, refused), status=reply.status,
                ms=round(seconds * 1000, 1), rows=rows_in(reply), bytes=reply.size, type=reply.header("Content-Type"),
            )  # fmt: skip

    def kept(self, http: HttpQuery, reply: Reply) -> None:
        """A query was answered from the cache: one line for beginning and end. Raises nothing."""
        with _beside_the_answer():
            self._kept(http, reply)

    def _kept(self, http: HttpQuery, reply: Reply) -> None:
        if self._settings.query_log:
            members = {"status": reply.status, "ms": 0.0, "rows": None, "bytes": reply.size}
            self._write(Query(), "end", outcome="kept", **members, **self._text(http))

    def note(self, way: str, status: int, seconds: float) -> None:
        """One request has been answered, by the short way of queries, as a page or at the gate."""
        requests, times = self._children(way, status)
        requests.inc()
        times.observe(seconds)

    def _children(self, way: str, status: int) -> tuple[Counter, Histogram]:
        """The counters of a way and status; to look them up by their labels costs more than to count."""
        found = self._known.get((way, status))
        if found is None:
            found = self._known[way, status] = self._requests.labels(way, status), self._seconds.labels(way)
        return found

    def note_stop(self, error: ServiceError) -> None:
        """A query met a limit, if this is what the error says."""
        if "limit" in error.members:
            self._stopped.labels(error.members["limit"]).inc()

    def _text(self, http: HttpQuery) -> dict[str, str]:
        return {"query": _text(http)} if self._settings.query_log_text else {}

    def _write(self, one: Query, event: str, **members: object) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        queries.info("%s", json.dumps({"event": event, "number": one.number, "time": now, **members}))

    def exposition(self) -> bytes:
        """All metrics in the Prometheus text format."""
        return generate_latest(self._registry)


@contextmanager
def _beside_the_answer() -> Iterator[None]:
    """What goes wrong inside is logged: whoever asked gets the answer all the same."""
    try:
        yield
    except Exception:
        log.exception("a query was not written down")


def _text(http: HttpQuery) -> str:
    """The query as it came, however wrong."""
    if http.content_type.partition(";")[0].strip().lower() == DIRECT:
        return http.body.decode("utf-8", "replace")
    fields = http.query_string + b"&" + http.body
    return parse_qs(fields.decode("ascii", "replace")).get("query", [""])[0]


def _outcome(status: int, refused: ServiceError | None) -> str:
    if refused is not None and "limit" in refused.members:
        return f"stopped: {refused.members['limit']}"
    return {2: "answered", 3: "unchanged", 4: "refused"}.get(status // 100, "failed")


class _States:
    """What is so at the moment it is asked for."""

    def __init__(self, room: Room, cache: ReplyCache) -> None:
        self._room, self._cache = room, cache

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily(_NAME + "cache_hits", "Replies that came from the cache.", self._cache.hits)
        yield GaugeMetricFamily(_NAME + "cache_bytes", "Memory that kept replies take.", self._cache.bytes)
        passed_by = GaugeMetricFamily(_NAME + "release_passed_by", "1 while another release is read than published.")
        passed_by.add_metric([], self._room.trouble() is not None)
        yield passed_by
        reading = self._room.opened()
        if reading is None:
            return
        release = GaugeMetricFamily(_NAME + "release", "The release being read; always 1.", labels=["id"])
        release.add_metric([reading.release.id], 1)
        yield release
        state = reading.engine.state()
        for name, told in (
            ("workers", "Processes that evaluate queries."),
            ("waiting", "Queries that wait for one."),
        ):
            value = state[name]
            assert isinstance(value, int)
            yield GaugeMetricFamily(_NAME + name, told, value)
