"""Engines answer queries. This door says what an engine is; the engines are in the modules beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Protocol

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


class Engine(Protocol):
    """Anything that can answer a SPARQL query over one release."""

    def answer(self, request: QueryRequest, offers: Offers) -> Answer:
        """The complete answer.

        Raises BadQuery, Forbidden (update, SERVICE), NotAcceptable (no offer for this kind of result),
        QueryStopped (a limit was met), Unavailable, EngineFailed, EngineTimeout.
        """
        ...

    def close(self) -> None:
        """Let go of processes, connections and files."""
        ...
