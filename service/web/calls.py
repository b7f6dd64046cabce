"""The requests under way: each is ended once it is answered, and told when its client hangs up meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from service.engine.line import Line

# Who waits no longer than this is not watched: hanging up would come too late to save anything.
_PATIENCE_SECONDS = 0.25


@dataclass(eq=False)
class Call:
    """One request. `line` goes dead when its client hangs up; `done` lets go of it, from any thread."""

    proto: Any
    method: str
    path: str
    done: Callable[[], object]
    line: Line = field(default_factory=Line)
    began: float = field(default_factory=perf_counter)
    watch: asyncio.Task[None] | None = None


class Calls:
    """Those that take longer than a moment. Thread-safe."""

    def __init__(self) -> None:
        self._under_way: set[Call] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def __len__(self) -> int:
        return len(self._under_way)

    def begin(self, call: Call) -> None:
        """Watch this call from now on, until it ends."""
        self._under_way.add(call)

    def end(self, call: Call) -> None:
        """Let go of this call, which is answered. Ending it twice does no harm."""
        self._under_way.discard(call)
        with suppress(RuntimeError):  # the loop is closed: the service ends
            if call.watch is not None and self._loop is not None:
                self._loop.call_soon_threadsafe(call.watch.cancel)
            call.done()

    async def watch(self) -> None:
        """Find out of every call that takes long whether its client is still there; goes on for ever."""
        self._loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_PATIENCE_SECONDS)
            long_ago = perf_counter() - _PATIENCE_SECONDS
            for call in list(self._under_way):
                if call.watch is None and call.began < long_ago:
                    call.watch = self._loop.create_task(_listen(call))


async def _listen(call: Call) -> None:
    await call.proto.client_disconnect()
    call.line.hang_up()
