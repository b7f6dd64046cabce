"""The embedded engine: worker processes over the release's store, killed when a query meets a limit.

Two lanes keep short queries short. A query begins on a worker of the fast lane; one that still runs after
`PATIENCE_SECONDS` moves, worker and all, to the slow lane, at low priority, and a new worker takes its place.
The slow lane is bounded: a query that finds it full is stopped, not queued. A worker that ran a slow query
is not used again.
"""

from __future__ import annotations

import json
import signal
import threading
from collections import Counter
from time import monotonic
from typing import Any

from service.engine import Answer, Offers, not_acceptable, worker
from service.engine.process import Died, Reply, Setup, Stalled, Worker
from service.errors import (
    BadQuery,
    BadRequest,
    EngineFailed,
    Forbidden,
    QueryStopped,
    ServiceError,
    Unavailable,
)  # fmt: skip
from service.media import Kind
from service.protocol import QueryRequest
from service.releases import Release
from service.settings import Settings

PATIENCE_SECONDS = 0.25
_KINDS = {code: Kind(name) for name, code in worker.CODES.items()}
_REFUSALS: dict[str, type[ServiceError]] = {
    "BadQuery": BadQuery, "BadRequest": BadRequest, "Forbidden": Forbidden, "QueryStopped": QueryStopped,
}  # fmt: skip
_RETRY = {"Retry-After": "10"}


class Pool:
    """Workers over one release. Thread-safe. `stopped` counts queries by the limit that stopped them."""

    def __init__(self, settings: Settings, release: Release) -> None:
        self._settings = settings
        self._setup = Setup(
            release.store, release.base + "sparql", release.prefixes, settings.query_memory_mb,
            settings.result_mb * 1024**2,
        )  # fmt: skip
        self.stopped: Counter[str] = Counter()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._slowed: set[Worker] = set()
        self._starting = 0
        self._turn = threading.Condition()
        self._waiting = 0
        self._slow = threading.Semaphore(settings.slow_workers)
        self._closed = False
        started = [Worker(self._setup) for _ in range(settings.workers)]
        for one in started:
            one.wait_until_ready()
        self._idle.extend(started)

    @property
    def sealed(self) -> bool:
        """Do the workers run behind the kernel's filter (no network, no writing)?"""
        return all(one.sealed for one in self._idle)

    def pids(self) -> list[int]:
        """The worker processes of this moment."""
        with self._turn:
            return [one.pid for one in (*self._idle, *self._busy, *self._slowed)]

    def state(self) -> dict[str, int | dict[str, int]]:
        """See Engine.state."""
        return {"workers": len(self.pids()), "waiting": self._waiting, "queries_stopped": dict(self.stopped)}

    def answer(self, request: QueryRequest, offers: Offers) -> Answer:
        """See Engine.answer."""
        seconds = min(request.seconds or self._settings.query_seconds, self._settings.query_seconds)
        message = {
            "query": request.query, "default": request.default_graphs, "named": request.named_graphs,
            "bindings": dict(request.bindings), "offers": {kind.value: f.name for kind, f in offers.items()},
        }  # fmt: skip
        begun = monotonic()
        reply = self._ask(message, seconds)
        if reply.status == b"R":
            raise self._refusal(json.loads(reply.body), offers)
        kind = _KINDS[reply.kind]
        spent = monotonic() - begun
        if reply.spool is not None:
            return Answer(kind, offers[kind], spool=reply.spool, seconds=spent)
        return Answer(kind, offers[kind], body=reply.body, seconds=spent)

    def _ask(self, message: dict[str, Any], seconds: float) -> Reply:
        """Ask a worker; whatever happens, it goes back to the idle or is replaced."""
        one = self._take()
        healthy = False
        try:
            one.send(message)
            reply = one.receive(min(PATIENCE_SECONDS, seconds))
            healthy = True
            return reply
        except Stalled:
            return self._wait_in_the_slow_lane(one, seconds)
        except Died as death:
            raise self._death(death) from death
        finally:
            self._give_back(one, healthy)

    def _wait_in_the_slow_lane(self, one: Worker, seconds: float) -> Reply:
        if seconds <= PATIENCE_SECONDS:
            raise self._stop("time", f"The query ran longer than {seconds:g} s. {_SIMPLER}")
        if not self._slow.acquire(blocking=False):
            raise self._stop("concurrency", "Too many long queries are running. Try again later.")
        try:
            self._demote(one)
            return one.receive(seconds - PATIENCE_SECONDS)
        except Stalled as stall:
            raise self._stop("time", f"The query ran longer than {seconds:g} s. {_SIMPLER}") from stall
        except Died as death:
            raise self._death(death) from death
        finally:
            self._slow.release()

    def _death(self, death: Died) -> ServiceError:
        """What killed a worker in the middle of a query, in words."""
        if death.by == signal.SIGSEGV:
            return self._stop("complexity", f"The query nests too deeply to be evaluated. {_SIMPLER}")
        if death.by == signal.SIGABRT:
            return self._out_of_memory()
        return EngineFailed("The process that ran the query ended. Send the query again.", headers=_RETRY)

    def _out_of_memory(self) -> QueryStopped:
        most = self._settings.query_memory_mb
        return self._stop("memory", f"The query needed more than {most:,} MiB of memory. {_SIMPLER}")

    def _stop(self, limit: str, detail: str) -> QueryStopped:
        self.stopped[limit] += 1
        return QueryStopped(detail, members={"limit": limit}, headers=_RETRY)

    def _refusal(self, report: dict[str, Any], offers: Offers) -> ServiceError:
        name, detail, members = report["error"], report["detail"], report["members"]
        if name == "NotAcceptable":
            return not_acceptable(Kind(detail))
        if name == "OutOfMemory":
            return self._out_of_memory()
        if name == "QueryStopped":
            return self._stop(members["limit"], detail)
        return _REFUSALS.get(name, EngineFailed)(detail, members=members)

    def _take(self) -> Worker:
        """An idle worker; waits for one at most `queue_seconds`, with at most `queue_length` others."""
        with self._turn:
            if not self._idle and self._waiting >= self._settings.queue_length:
                self.stopped["queue"] += 1
                raise Unavailable("Too many queries are waiting. Try again shortly.", headers={"Retry-After": "5"})
            self._waiting += 1
            try:
                ready = self._turn.wait_for(lambda: self._idle or self._closed, self._settings.queue_seconds)
            finally:
                self._waiting -= 1
            if not ready or self._closed:
                self.stopped["queue"] += 1
                raise Unavailable("No query worker was free in time. Try again.", headers={"Retry-After": "5"})
            one = self._idle.pop()
            self._busy.add(one)
            return one

    def _give_back(self, one: Worker, healthy: bool) -> None:
        """A healthy worker is idle again; any other is killed, and replaced unless that was done already."""
        if healthy:
            with self._turn:
                self._busy.discard(one)
                if not self._closed:
                    self._idle.append(one)
                    self._turn.notify()
                    return
        one.kill()
        with self._turn:
            self._busy.discard(one)
            self._slowed.discard(one)
        self._refill()

    def _demote(self, one: Worker) -> None:
        """Move a worker that still evaluates to the slow lane; a new one takes its place in the fast lane."""
        one.demote()
        with self._turn:
            self._busy.discard(one)
            self._slowed.add(one)
        self._refill()

    def _refill(self) -> None:
        """Start what the fast lane lacks, beside the request that noticed; nobody waits for it but the queue."""
        with self._turn:
            lacking = self._settings.workers - len(self._idle) - len(self._busy) - self._starting
            lacking = 0 if self._closed else max(0, lacking)
            self._starting += lacking
        for _ in range(lacking):
            threading.Thread(target=self._add_worker, name="start worker", daemon=True).start()

    def _add_worker(self) -> None:
        one = Worker(self._setup)
        try:
            one.wait_until_ready()
        except EngineFailed:
            with self._turn:
                self._starting -= 1
            return
        with self._turn:
            self._starting -= 1
            if not self._closed:
                self._idle.append(one)
                self._turn.notify()
                return
        one.kill()

    def close(self) -> None:
        """Kill every worker. Queries that still run end with EngineFailed."""
        with self._turn:
            self._closed = True
            everyone = [*self._idle, *self._busy, *self._slowed]
            self._idle.clear()
            self._turn.notify_all()
        for one in everyone:
            one.kill()


_SIMPLER = "Ask for less: add a LIMIT, name the types you want, or take a dump."


def open_pool(settings: Settings, release: Release) -> Pool:
    """A pool over the release's own store."""
    return Pool(settings, release)
