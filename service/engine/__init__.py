"""Engines answer queries. This door says what an engine is; the engines are in the modules beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Protocol, runtime_checkable

from service import media
from service.engine.line import Line
from service.errors import NotAcceptable, ServiceError
from service.media import Format, Kind
from service.protocol import QueryRequest

# For each kind of result, the format the client gets; a kind that is absent is not acceptable to the client.
Offers = Mapping[Kind, Format]


@dataclass(frozen=True)
class Answer:
    """A complete result, serialised. Exactly one of `body` and `spool` is set.

    `spool` is an open, nameless file that holds a large result; whoever sends it closes it.
    """

    kind: Kind
    format: Format
    body: bytes | None = None
    spool: IO[bytes] | None = None
    seconds: float = 0.0

    def whole(self) -> bytes:
        """All of the body, wherever the engine put it; can be asked once."""
        if self.spool is None:
            return self.body or b""
        with self.spool as spool:
            spool.seek(0)
            return spool.read()


class Engine(Protocol):
    """Anything that can answer a SPARQL query over one release."""

    def answer(self, request: QueryRequest, offers: Offers) -> Answer:
        """The complete answer.

        Raises BadQuery, Forbidden (update, SERVICE), NotAcceptable (no offer for this kind of result),
        QueryStopped (a limit was met), Unavailable, EngineFailed, EngineTimeout.
        """
        ...

    def state(self) -> dict[str, int | dict[str, int]]:
        """Figures of this moment for the metrics: workers, waiting, queries_stopped by limit."""
        ...

    def close(self) -> None:
        """Let go of processes, connections and files."""
        ...


@runtime_checkable
class PromptEngine(Engine, Protocol):
    """An engine that needs no thread for a query that is answered soon."""

    def answer_later(
        self, request: QueryRequest, offers: Offers, client: Line, then: Callable[[Answer | ServiceError], None]
    ) -> None:
        """Like `answer`, without a thread that waits: `then` gets the answer or the error, from any thread.

        Never blocks, raises nothing. A client that hangs up stops its query, and `then` is told.
        """
        ...


_WORDS = {Kind.SOLUTIONS: "a table", Kind.BOOLEAN: "yes or no", Kind.GRAPH: "a graph"}


def not_acceptable(kind: Kind) -> NotAcceptable:
    """The error for a client that takes no format this kind of result has."""
    types = [format.media_type for format in media.carrying(kind)]
    return NotAcceptable(
        f"This query answers {_WORDS[kind]}. Ask for one of: {', '.join(types)}.", members={"available": types}
    )
