"""The release being read: opens `current`, follows it when the press publishes, closes what nobody reads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import current_app, g

from service.engine import Engine, PromptEngine
from service.engine.timely import timely
from service.errors import Unavailable
from service.history import last_publication
from service.releases import Release, current_id, open_release
from service.settings import Settings


@dataclass(frozen=True)
class Reading:
    """One release, the engine that answers over it, and since when it is read, if that is known.

    A request keeps the reading it began with.
    """

    release: Release
    engine: Engine
    published: datetime | None = None

    @cached_property
    def prompt(self) -> PromptEngine | None:
        """The engine, if it answers without a thread that waits."""
        return self.engine if isinstance(self.engine, PromptEngine) else None


OpenEngine = Callable[[Settings, Release], Engine]


class Room:
    """Hands out the current reading. Asks the file system on each request: one system call."""

    def __init__(self, settings: Settings, open_engine: OpenEngine, linger_seconds: float = 30.0) -> None:
        self.settings = settings
        self._open_engine = open_engine
        self._linger_seconds = linger_seconds
        self._reading: Reading | None = None
        self._lock = threading.Lock()
        self._retired: list[threading.Timer] = []

    def reading_id(self) -> str:
        """The id of the published release, without opening it; empty when there is none."""
        published = current_id(self.settings.releases)
        return published or (self._reading.release.id if self._reading else "")

    def reading(self) -> Reading:
        """The reading of the published release. Raises Unavailable while nothing is published."""
        wanted = current_id(self.settings.releases)
        reading = self._reading
        if reading is not None and wanted in (reading.release.id, None):
            return reading
        if wanted is None:
            raise Unavailable("Nothing is published yet. Try again shortly.", headers={"Retry-After": "5"})
        return self._open(wanted)

    def _open(self, wanted: str) -> Reading:
        with self._lock:
            old = self._reading
            if old is not None and old.release.id == wanted:
                return old
            release = open_release(self.settings.releases, wanted)
            published = last_publication(self.settings.releases, wanted)
            self._reading = Reading(release, timely(self._open_engine(self.settings, release)), published)
            if old is not None:
                self._retire(old)
            return self._reading

    def _retire(self, old: Reading) -> None:
        """Requests that began on the old reading finish on it: it is closed after the longest query time."""
        timer = threading.Timer(self._linger_seconds, old.engine.close)
        timer.daemon = True
        timer.start()
        self._retired.append(timer)

    def current(self) -> Reading | None:
        """The reading of the published release if it is open; opens nothing and so never blocks."""
        reading = self._reading
        if reading is None or current_id(self.settings.releases) not in (reading.release.id, None):
            return None
        return reading

    def opened(self) -> Reading | None:
        """The reading that is open, if any; opens nothing."""
        return self._reading

    def close(self) -> None:
        """Close every engine at once."""
        for timer in self._retired:
            timer.cancel()
            timer.function(*timer.args)
        if self._reading is not None:
            self._reading.engine.close()
            self._reading = None


def reading() -> Reading:
    """The reading of the request being answered: the same one from its beginning to its end. Raises Unavailable."""
    if "reading" not in g:
        room: Room = current_app.extensions["room"]
        g.reading = room.reading()
    found: Reading = g.reading
    return found
