"""The short cut: requests that need no waiting are taken before granian gives them to its event loop.

The loop costs as much as a small answer. granian has no public way round it, so this replaces one function of the
locked version; without that function everything goes through the loop, only slower. A test notices.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from granian import _futures

from service.web.gate import Gate

log = logging.getLogger("service")
_NAME = "_cbsched_aioschedule"


def install(gate: Gate) -> bool:
    """Have requests pass the gate first; False when this granian has no place for it."""
    usual = getattr(_futures, _NAME, None)
    if usual is None:
        log.warning("this version of granian has no %s: requests take the long way", _NAME)
        return False

    def scheduling(loop: Any, context: Any, start: Callable[[Any], Any]) -> Callable[[Any], None]:
        schedule = usual(loop, context, start)

        def take(watcher: Any) -> None:
            if not gate.take(watcher.scope, watcher.proto, watcher.done):
                schedule(watcher)

        return take

    setattr(_futures, _NAME, scheduling)
    return True
