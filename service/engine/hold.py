"""What waits for a worker: an errand in the queue, or a thread that is held until there is one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from service.engine.process import Worker

if TYPE_CHECKING:
    from service.engine.post import Errand

Begin = Callable[["Errand", Worker], bool]


@dataclass(eq=False)
class Wait:
    """An errand or a thread in the queue. `begin` takes the worker, a thread's also None when the crew closes.

    It says whether the worker was needed: otherwise whoever is next gets it.
    """

    begin: Callable[[Any], bool]
    errand: Errand | None = None


@dataclass(eq=False)
class Hold:
    """What a thread waits for; over without a worker when the crew has closed."""

    worker: Worker | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def give(self, worker: Worker | None) -> bool:
        self.worker = worker
        self.over.set()
        return True
