"""The embedded engine: worker processes over the release's store, killed when a query meets a limit.

Two lanes keep short queries short. A query begins on a worker of the fast lane; one that still runs after
`PATIENCE_SECONDS` moves, worker and all, to the slow lane, at low priority, and a new worker takes its place.
The slow lane is bounded: a query that finds it full is stopped, not queued. A worker that ran a slow query
is not used again.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import Any

from service.engine import Answer, Offers, line, not_acceptable, worker
from service.engine.crew import Crew
from service.engine.line import Line, hung_up
from service.engine.post import Errand, Post
from service.engine.process import Died, Reply, Setup, Stalled, Worker
from service.errors import (
    BadQuery,
    BadRequest,
    EngineFailed,
    Forbidden,
    NotAcceptable,
    QueryStopped,
    ServiceError,
)  # fmt: skip
from service.media import Kind
from service.protocol import QueryRequest
from service.releases import Release
from service.settings import Settings

log = logging.getLogger("service")
PATIENCE_SECONDS = 0.25
_KINDS = {code: Kind(name) for name, code in worker.CODES.items()}
_REFUSALS: dict[str, type[ServiceError]] = {
    "BadQuery": BadQuery, "BadRequest": BadRequest, "Forbidden": Forbidden, "QueryStopped": QueryStopped,
    "NotInXml": NotAcceptable,
}  # fmt: skip
_RETRY = {"Retry-After": "10"}


class Pool:
    """Workers over one release. Thread-safe. `stopped` counts queries by the limit that stopped them.

    Raises EngineFailed or OSError when the workers do not start.
    """

    def __init__(self, settings: Settings, release: Release) -> None:
        self._settings = settings
        setup = Setup(
            release.store, release.base + "sparql", release.prefixes, settings.query_memory_mb,
            settings.result_mb * 1024**2,
        )  # fmt: skip
        self.stopped: Counter[str] = Counter()
        self._slow = threading.Semaphore(settings.slow_workers)
        self._crew = Crew(setup, settings.workers, settings.queue_length, settings.queue_seconds)
        try:
            self._post = Post(self._crew, PATIENCE_SECONDS, settings.queue_seconds, self._wait_aside)
        except (RuntimeError, OSError) as error:
            self._crew.close()
            raise EngineFailed("There is no thread or file left to take answers in with.") from error

    @property
    def sealed(self) -> bool:
        """Do the workers run behind the kernel's filter (no network, no writing)?"""
        return self._crew.sealed

    def pids(self) -> list[int]:
        """The worker processes of this moment."""
        return self._crew.pids()

    def state(self) -> dict[str, int | dict[str, int]]:
        """See Engine.state."""
        return {"workers": len(self.pids()), "waiting": self._crew.waiting, "queries_stopped": dict(self.stopped)}

    def answer(self, request: QueryRequest, offers: Offers) -> Answer:
        """See Engine.answer."""
        begun, seconds = monotonic(), self._seconds(request)
        return self._told(self._ask(_message(request, offers), seconds), offers, begun)

    def answer_later(
        self, request: QueryRequest, offers: Offers, client: Line, then: Callable[[Answer | ServiceError], None]
    ) -> None:
        """Like `answer`, without a thread that waits: `then` gets the answer or the error, from any thread.

        Never blocks, raises nothing. A client that hangs up stops its query, and `then` is told.
        """
        begun = monotonic()

        def told(outcome: Reply | Exception) -> None:
            try:
                found: Answer | ServiceError = self._told(self._reply(outcome, client), offers, begun)
            except ServiceError as error:
                found = error
            except Exception:  # the last handler of this way
                log.exception("a query failed")
                found = EngineFailed("The query failed on our side. It has been logged.")
            then(found)

        self._post.send(Errand(_message(request, offers), client, told, self._seconds(request)))

    def _seconds(self, request: QueryRequest) -> float:
        return min(request.seconds or self._settings.query_seconds, self._settings.query_seconds)

    def _told(self, reply: Reply, offers: Offers, begun: float) -> Answer:
        """What a worker said, as an answer. Raises what it refused with."""
        if reply.status == b"R":
            raise self._refusal(json.loads(reply.body), offers)
        kind = _KINDS[reply.kind]
        spent = monotonic() - begun
        if reply.spool is not None:
            return Answer(kind, offers[kind], spool=reply.spool, seconds=spent)
        return Answer(kind, offers[kind], body=reply.body, seconds=spent)

    def _reply(self, outcome: Reply | Exception, client: Line) -> Reply:
        """What came of an errand; everything but a reply is raised as an error of ours."""
        if isinstance(outcome, Reply):
            return outcome
        if isinstance(outcome, Died):
            raise self._death(outcome, client) from outcome
        if isinstance(outcome, OSError):
            raise self._no_space() from outcome
        if isinstance(outcome, ServiceError) and outcome.members.get("limit") == "queue":
            self.stopped["queue"] += 1
        raise outcome

    def _wait_aside(self, errand: Errand) -> None:
        """An errand that takes long goes on in the slow lane, with a thread of its own. Raises QueryStopped."""
        try:
            threading.Thread(target=self._finish_aside, args=(errand,), name="slow query", daemon=True).start()
        except RuntimeError as error:
            raise self._stop("concurrency", "There is no room for a long query now. Try again later.") from error

    def _finish_aside(self, errand: Errand) -> None:
        one = errand.worker
        assert one is not None
        outcome: Reply | Exception
        try:
            outcome = self._wait_in_the_slow_lane(one, errand.seconds, errand.client)
        except Exception as error:  # whoever asked is told, whatever it was
            outcome = error
        try:
            self._crew.give_back(one, healthy=False)
        finally:
            errand.then(outcome)

    def _ask(self, message: dict[str, Any], seconds: float) -> Reply:
        """Ask a worker; whatever happens, it goes back to the idle or is replaced."""
        client = line.current()
        one = self._hand_over(message, client)
        healthy = False
        try:
            reply = one.receive(min(PATIENCE_SECONDS, seconds))
            healthy = True
            return reply
        except Stalled:
            return self._wait_in_the_slow_lane(one, seconds, client)
        except Died as death:
            raise self._death(death) from death
        finally:
            self._crew.give_back(one, healthy)

    def _hand_over(self, message: dict[str, Any], client: Line) -> Worker:
        """The worker that has taken the message. One that died while it was idle has not: the next one is asked."""
        for _ in range(self._settings.workers + 1):
            one = self._take(client)
            try:
                one.send(message)
            except Died:
                self._crew.give_back(one, healthy=False)
                continue
            except OSError as error:
                self._crew.give_back(one, healthy=True)
                raise self._no_space() from error
            return one
        raise EngineFailed("The processes that run queries ended. Send the query again.", headers=_RETRY)

    def _take(self, client: Line) -> Worker:
        try:
            return self._crew.take(client)
        except ServiceError as refused:
            self.stopped[refused.members["limit"]] += 1
            raise

    def _wait_in_the_slow_lane(self, one: Worker, seconds: float, client: Line) -> Reply:
        self._crew.note_long(client.client)
        if seconds <= PATIENCE_SECONDS:
            raise self._stop("time", f"The query ran longer than {seconds:g} s. {_SIMPLER}")
        if not self._slow.acquire(blocking=False):
            raise self._stop("concurrency", "Too many long queries are running. Try again later.")
        try:
            self._crew.demote(one)
            with client.stops(one.stop):
                return one.receive(seconds - PATIENCE_SECONDS)
        except Stalled as stall:
            raise self._stop("time", f"The query ran longer than {seconds:g} s. {_SIMPLER}") from stall
        except Died as death:
            raise self._death(death, client) from death
        finally:
            self._slow.release()

    def _death(self, death: Died, client: Line | None = None) -> ServiceError:
        """What killed a worker in the middle of a query, in words."""
        if client is not None and client.dead:
            self.stopped["hang-up"] += 1
            return hung_up()
        if death.by == signal.SIGSEGV:
            return self._stop("complexity", f"The query nests too deeply to be evaluated. {_SIMPLER}")
        if death.by == signal.SIGABRT:
            return self._out_of_memory()
        return EngineFailed("The process that ran the query ended. Send the query again.", headers=_RETRY)

    def _out_of_memory(self) -> QueryStopped:
        most = self._settings.query_memory_mb
        return self._stop("memory", f"The query needed more than {most:,} MiB of memory. {_SIMPLER}")

    def _no_space(self) -> QueryStopped:
        return self._stop("space", "There is no space for a result at the moment. Try again later.")

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

    def close(self) -> None:
        """Kill every worker. Queries that still run end with EngineFailed."""
        self._crew.close()
        self._post.close()


def _message(request: QueryRequest, offers: Offers) -> dict[str, Any]:
    """The query as a worker reads it."""
    return {
        "query": request.query, "default": request.default_graphs, "named": request.named_graphs,
        "bindings": dict(request.bindings), "offers": {kind.value: f.name for kind, f in offers.items()},
    }  # fmt: skip


_SIMPLER = "Ask for less: add a LIMIT, name the types you want, or take a dump."


def open_pool(settings: Settings, release: Release) -> Pool:
    """A pool over the release's own store."""
    return Pool(settings, release)
