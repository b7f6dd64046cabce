"""What happened, counted and written down: Prometheus metrics, one log line a query."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from service.settings import Settings
from service.web.cache import ReplyCache
from service.web.replies import Reply
from service.web.room import Room

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

queries = logging.getLogger("service.queries")
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Ledger:
    """Metrics of one process. Counting costs microseconds; nothing is kept per client."""

    def __init__(self, settings: Settings, room: Room, cache: ReplyCache) -> None:
        self._settings, self._room, self._cache = settings, room, cache
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "conflict_actors_requests",
            "Requests answered, not from the cache.",
            ["way", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "conflict_actors_seconds",
            "Time to an answer, not from the cache.",
            ["way"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._states = {
            name: Gauge(f"conflict_actors_{name}", help_text, labels, registry=self._registry)
            for name, help_text, labels in (
                ("cache_hits", "Replies that came from the cache.", []),
                ("cache_bytes", "Memory that kept replies take.", []),
                ("queries_stopped", "Queries stopped, by the limit they met.", ["limit"]),
                ("workers", "Processes that evaluate queries.", []),
                ("waiting", "Queries that wait for a worker.", []),
                ("release", "The release being read; always 1.", ["id"]),
            )
        }

    def note_query(self, reply: Reply, seconds: float, environ: WSGIEnvironment) -> None:
        """One request at the endpoint has been answered or refused."""
        self._note("sparql", str(reply.status), seconds)
        if self._settings.query_log:
            queries.info("%s", json.dumps(self._line(reply, seconds, environ)))

    def note_page(self, status: str, seconds: float) -> None:
        """One request has been answered by Flask."""
        self._note("page", status.partition(" ")[0], seconds)

    def _note(self, way: str, status: str, seconds: float) -> None:
        self._requests.labels(way, status).inc()
        self._seconds.labels(way).observe(seconds)

    def _line(self, reply: Reply, seconds: float, environ: WSGIEnvironment) -> dict[str, object]:
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "status": reply.status,
            "ms": round(seconds * 1000, 1), "bytes": reply.length or len(reply.body),
            "type": next((value for name, value in reply.headers if name == "Content-Type"), ""),
        }  # fmt: skip
        if self._settings.log_queries:
            line["query"] = parse_qs(environ.get("QUERY_STRING", "")).get("query", [""])[0]
        return line

    def exposition(self) -> bytes:
        """All metrics in the Prometheus text format."""
        states = self._states
        states["cache_hits"].set(self._cache.hits)
        states["cache_bytes"].set(self._cache.bytes)
        reading = self._room.opened()
        if reading is not None:
            states["release"].clear()
            states["release"].labels(reading.release.id).set(1)
            for name, value in reading.engine.state().items():
                self._set(name, value)
        return generate_latest(self._registry)

    def _set(self, name: str, value: int | dict[str, int]) -> None:
        if isinstance(value, dict):
            for label, count in value.items():
                self._states[name].labels(label).set(count)
        else:
            self._states[name].set(value)
