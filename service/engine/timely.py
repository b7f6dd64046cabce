"""An engine that keeps to the time of a whole request, which may ask many queries: each gets what the others left.

How long a request may take stands on its line. Whatever is asked for no request, or for one without a limit, passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf

from service.engine import Answer, Engine, Offers, PromptEngine
from service.engine.line import Line, current, hung_up
from service.errors import EngineTimeout, QueryStopped, ServiceError
from service.protocol import QueryRequest


class Timely:
    """An engine in front of another one; see Engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def answer(self, request: QueryRequest, offers: Offers) -> Answer:
        """See Engine.answer. Raises QueryStopped, too, when the request has taken all of its time."""
        line = current()
        left = line.left()
        if line.dead:
            raise hung_up()
        if left == inf:
            return self._engine.answer(request, offers)
        if left <= 0:
            raise over(line)
        try:
            return self._engine.answer(replace(request, seconds=min(left, request.seconds or inf)), offers)
        except (QueryStopped, EngineTimeout) as error:
            if line.left() <= 0 and error.members.get("limit") == "time":
                raise over(line) from error
            raise

    def state(self) -> dict[str, int | dict[str, int]]:
        """See Engine.state."""
        return self._engine.state()

    def close(self) -> None:
        """See Engine.close."""
        self._engine.close()


class PromptTimely(Timely):
    """The same in front of an engine that needs no thread for a short query. Such a query is a whole request."""

    def __init__(self, engine: PromptEngine) -> None:
        super().__init__(engine)
        self._prompt = engine

    def answer_later(
        self, request: QueryRequest, offers: Offers, client: Line, then: Callable[[Answer | ServiceError], None]
    ) -> None:
        """See PromptEngine.answer_later."""
        self._prompt.answer_later(request, offers, client, then)


def timely(engine: Engine) -> Engine:
    """The engine, keeping to the time of requests."""
    return PromptTimely(engine) if isinstance(engine, PromptEngine) else Timely(engine)


def over(line: Line) -> QueryStopped:
    """What a request is told that has taken all of its time."""
    return QueryStopped(
        f"All that this request asks took longer than {line.seconds:g} s. Ask for less at a time.",
        members={"limit": "time"}, headers={"Retry-After": "10"},
    )  # fmt: skip
