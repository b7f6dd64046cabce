"""The service tried against its own contract: one run for each release, one at a time, in a process of its own.

It asks over a real socket, as anybody does, and only when somebody wants to know. Whoever asks starts at most one
run for each release; the run has the lowest priority, a rate, and limits of time and memory.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from time import monotonic

from service.conformance import Report, from_json
from service.settings import Settings

log = logging.getLogger("service")
_SECONDS = 240
_RATE = 20
_PAUSE_SECONDS = 600
_KEPT = 4
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  addresses that mean every address, to ask at


class Trial:
    """The runs of this service over itself. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        host = _EVERYWHERE.get(settings.host, settings.host)
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/"
        self._reports: dict[str, Report] = {}
        self._running = False
        self._not_before = 0.0
        self._lock = threading.Lock()

    def report(self, release_id: str) -> Report | None:
        """What the run over a release found, when it is over."""
        return self._reports.get(release_id)

    def begin(self, release_id: str) -> bool:
        """Start a run unless one is going on; False when none can be, or one has just failed."""
        with self._lock:
            if self._running:
                return True
            if monotonic() < self._not_before:
                return False
            self._running = True
        try:
            threading.Thread(target=self._run, args=(release_id,), name="conformance", daemon=True).start()
        except RuntimeError as error:
            log.warning("the conformance run did not begin: %s", error)
            self._running = False
            return False
        return True

    def _run(self, release_id: str) -> None:
        try:
            report = from_json(json.loads(self._try()))
            if report.release == release_id:  # otherwise another was published meanwhile
                self._reports[release_id] = report
                for oldest in list(self._reports)[:-_KEPT]:
                    del self._reports[oldest]
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("the conformance run did not end: %r", error)
            self._not_before = monotonic() + _PAUSE_SECONDS
        finally:
            self._running = False

    def _try(self) -> bytes:
        """What the process writes; nothing when it takes too long."""
        command = [sys.executable, "-m", "service.conformance", self.url, str(_SECONDS), str(_RATE)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603  our own words
            ending = threading.Timer(_SECONDS + 30, process.kill)
            ending.daemon = True
            ending.start()
            assert process.stdout is not None
            written = process.stdout.read()
            ending.cancel()
        return written
