"""The release being read: opens `current`, follows it when the press publishes, closes what nobody reads."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from time import monotonic

from flask import current_app, g

from service.engine import Engine, PromptEngine
from service.engine.timely import timely
from service.errors import ServiceError, Unavailable
from service.history import last_publication
from service.releases import Release, current_id, open_release
from service.settings import Settings
from service.web.opening import Attempt, Opening, Trouble, not_open
from service.web.visits import Visits

log = logging.getLogger("service")
_MOST_OPENING_SECONDS = 60.0
_MOST_VISIT_SECONDS = 600.0
_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Reading:
    """One release, the engine that answers over it, and since when it is read, if that is known.

    A request keeps the reading it began with; while it is under way it counts among the visits.
    """

    release: Release
    engine: Engine
    published: datetime | None = None
    visits: Visits = field(default_factory=Visits, compare=False)

    @cached_property
    def prompt(self) -> PromptEngine | None:
        """The engine, if it answers without a thread that waits."""
        return self.engine if isinstance(self.engine, PromptEngine) else None


OpenEngine = Callable[[Settings, Release], Engine]


class Room:
    """Hands out the current reading. Asks the file system on each request: one system call.

    A release that was just published is opened beside the one that is read, in a thread of its own; requests wait
    for it a moment. One that does not open is tried again now and then, while the one before it is read on.
    """

    def __init__(
        self,
        settings: Settings,
        open_engine: OpenEngine,
        linger_seconds: float = 5.0,
        patience_seconds: float = 5.0,
        again_seconds: float = 10.0,
    ) -> None:
        self.settings = settings
        self._open_engine = open_engine
        self._linger_seconds = linger_seconds
        self._opening = Opening(patience_seconds, again_seconds)
        self._reading: Reading | None = None
        self._left: list[Reading] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def reading_id(self) -> str:
        """The id of the release a request is answered from, without waiting; empty when there is none."""
        reading = self.current()
        return reading.release.id if reading is not None else current_id(self.settings.releases) or ""

    def mark(self) -> str:
        """What tells apart all that was answered from one release and from any other, also when one was passed by."""
        passed = self._opening.passed  # read first: what was asked before it changed is not kept
        return f"{self.reading_id()} {passed}"

    def reading(self) -> Reading:
        """The reading of the published release, or of the one before while that does not open. Raises Unavailable."""
        if (found := self.current()) is not None:
            return found
        wanted = current_id(self.settings.releases)
        attempt = self._attempt(wanted) if wanted is not None else None
        if attempt is not None:
            self._wait_for(attempt)
        if self._reading is not None:
            return self._reading
        if attempt is None:
            raise Unavailable("Nothing is published yet. Try again shortly.", headers={"Retry-After": "5"})
        raise not_open(attempt) from attempt.error

    def current(self) -> Reading | None:
        """The reading a request is answered from; None when it has to wait for one. Never blocks."""
        reading, wanted = self._reading, current_id(self.settings.releases)
        if reading is None or wanted in (reading.release.id, None):
            return reading
        return self._reading if self._attempt(wanted).passed_by else None

    def opened(self) -> Reading | None:
        """The reading that is open, if any; opens nothing."""
        return self._reading

    def trouble(self) -> Trouble | None:
        """Is another release read than the one that is published, and why?"""
        reading, attempt = self._reading, self._opening.now
        wanted = current_id(self.settings.releases)
        if reading is None or attempt is None or not attempt.passed_by or wanted != attempt.release_id:
            return None
        return None if reading.release.id == wanted else Trouble(attempt.release_id, attempt.why)

    def _wait_for(self, attempt: Attempt) -> None:
        """Until it is over, or too long when there is another reading."""
        seconds = _MOST_OPENING_SECONDS if self._reading is None else self._opening.patience(attempt)
        if not attempt.over.wait(seconds):
            with self._lock:
                self._opening.pass_by(attempt)

    def _attempt(self, wanted: str) -> Attempt:
        """The attempt at this release: the one that goes on, or another."""
        with self._lock:
            going_on = self._opening.going_on(wanted)
            if going_on is not None:
                return going_on
            if self._reading is not None and self._reading.release.id == wanted and self._opening.now is not None:
                return self._opening.now  # it has just been opened
            attempt = self._opening.begin(wanted, self._reading is not None)
        try:
            threading.Thread(target=self._open, args=(attempt,), name="open release", daemon=True).start()
        except RuntimeError as error:
            self._fail(attempt, error)
        return attempt

    def _open(self, attempt: Attempt) -> None:
        """Open the release, and see out the one that was read so far."""
        try:
            release = open_release(self.settings.releases, attempt.release_id)
            published = last_publication(self.settings.releases, attempt.release_id)
            fresh = Reading(release, timely(self._open_engine(self.settings, release)), published)
        except Exception as error:  # whatever it was: the release before is read on
            self._fail(attempt, error)
        else:
            self._see_out(self._install(attempt, fresh))

    def _fail(self, attempt: Attempt, error: Exception) -> None:
        with self._lock:
            self._opening.fail(attempt, error)
        expected = isinstance(error, ServiceError)
        log.error("release %s does not open: %s", attempt.release_id, error, exc_info=None if expected else error)

    def _install(self, attempt: Attempt, fresh: Reading) -> Reading | None:
        """Read this from now on, unless another was published meanwhile. Returns what is not read any more."""
        with self._lock:
            old, wanted = self._reading, current_id(self.settings.releases)
            if self._ended.is_set() or (old is not None and wanted not in (fresh.release.id, None)):
                old = fresh
            else:
                self._reading = fresh
            self._left += [old] if old is not None else []
            attempt.over.set()
        return old

    def _see_out(self, old: Reading | None) -> None:
        """Requests that began on a reading finish on it: it is closed after the last of them."""
        if old is None:
            return
        self._ended.wait(self._linger_seconds)  # a request has its reading a moment before it is counted
        until = monotonic() + _MOST_VISIT_SECONDS
        while old.visits.under_way and monotonic() < until and not self._ended.wait(_LOOK_SECONDS):
            pass
        with self._lock:
            is_open = any(one is old for one in self._left)
            self._left = [one for one in self._left if one is not old]
        if is_open:
            old.engine.close()

    def close(self) -> None:
        """Close every engine at once."""
        self._ended.set()
        with self._lock:
            readings, self._left = [*self._left, *([self._reading] if self._reading else [])], []
            self._reading = None
        for one in readings:
            one.engine.close()


def reading() -> Reading:
    """The reading of the request being answered: the same one from its beginning to its end. Raises Unavailable."""
    if "reading" not in g:
        room: Room = current_app.extensions["room"]
        g.reading = room.reading()
        g.reading.visits.begin()
    found: Reading = g.reading
    return found


def leave_reading(_error: BaseException | None = None) -> None:
    """The request has been answered; to be called when the context of the application ends."""
    found: Reading | None = g.pop("reading", None)
    if found is not None:
        found.visits.end()
