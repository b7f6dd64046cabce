"""The threads that make replies. Who was busy last is asked first, so that few requests keep few threads warm."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

log = logging.getLogger("service")
Task = Callable[[], None]


class Hands:
    """At most `most` threads, started when they are needed, and at most as many tasks that wait for one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._idle: list[_Hand] = []
        self._waiting: deque[Task] = deque()
        self._started = 0

    def take(self, task: Task) -> bool:
        """Have a thread do it soon; False when too much is waiting already, or no thread can be had. Never blocks."""
        with self._lock:
            if self._idle:
                self._idle.pop().give(task)
                return True
            if self._started < self._most and self._start(task):
                return True
            if not self._started or len(self._waiting) >= self._most:
                return False
            self._waiting.append(task)
            return True

    def _start(self, task: Task) -> bool:
        """Have one more thread, which begins with this; False when the machine has none."""
        try:
            _Hand(self, task).start()
        except RuntimeError as error:
            log.warning("no thread can be started: %s", error)
            return False
        self._started += 1
        return True

    def next(self, hand: _Hand) -> Task | None:
        """What waits longest; None after the hand has been put with the idle ones."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._idle.append(hand)
            return None


class _Hand(threading.Thread):
    def __init__(self, hands: Hands, task: Task) -> None:
        super().__init__(name="answer", daemon=True)
        self._hands, self._task = hands, task
        self._given = threading.Lock()
        self._given.acquire()

    def give(self, task: Task) -> None:
        self._task = task
        self._given.release()

    def run(self) -> None:
        while True:
            try:
                self._task()
            except Exception:  # a thread that ends would be missed
                log.exception("a request was not answered")
            task = self._hands.next(self)
            if task is None:
                self._given.acquire()
            else:
                self._task = task
