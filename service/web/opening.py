"""Attempts to open a release, one after another and none too soon. Knows when one is waited for; opens nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from time import monotonic

from service.errors import ServiceError, Unavailable

_AGAIN_AT_FIRST_SECONDS = 0.5


@dataclass(eq=False)
class Attempt:
    """One attempt. `passed_by`: requests are answered from the release before, and wait for it no more."""

    release_id: str
    passed_by: bool = False
    error: Exception | None = None
    over: threading.Event = field(default_factory=threading.Event)
    began: float = field(default_factory=monotonic)
    again: float = 0.0
    failures: int = 0

    @property
    def why(self) -> str:
        """Why the release is not read, for whoever asks; of what is no error of the family only that it is logged."""
        if self.error is None:
            return "It is still being opened."
        return self.error.detail if isinstance(self.error, ServiceError) else "The log of the service says why."


@dataclass(frozen=True)
class Trouble:
    """The published release is not the one that is read."""

    release_id: str
    why: str


class Opening:
    """The attempt of the moment. Not thread-safe: whoever owns it has a lock.

    `passed` counts how often requests stopped waiting, so that what was answered before and after can be told apart.
    """

    def __init__(self, patience_seconds: float, again_seconds: float) -> None:
        self._patience, self._again = patience_seconds, again_seconds
        self.now: Attempt | None = None
        self.passed = 0

    def going_on(self, release_id: str) -> Attempt | None:
        """The attempt at this release, unless it is time for another one."""
        now = self.now
        if now is None or now.release_id != release_id:
            return None
        return now if not now.over.is_set() or monotonic() < now.again else None

    def begin(self, release_id: str, beside_another: bool) -> Attempt:
        """Another attempt. Nobody waits for one that follows a failure while there is another release to read."""
        earlier = self.now if self.now is not None and self.now.release_id == release_id else Attempt(release_id)
        failures = earlier.failures
        self.now = Attempt(release_id, passed_by=bool(failures) and beside_another, failures=failures)
        return self.now

    def patience(self, attempt: Attempt) -> float:
        """For how many seconds from now requests wait for it while there is another release to read."""
        return max(0.0, attempt.began + self._patience - monotonic())

    def pass_by(self, attempt: Attempt) -> None:
        """Requests wait for it no more."""
        if not attempt.passed_by:
            attempt.passed_by = True
            self.passed += 1

    def fail(self, attempt: Attempt, error: Exception) -> None:
        """It has come to nothing; the next one has to wait, longer each time."""
        attempt.error, attempt.failures = error, attempt.failures + 1
        attempt.again = monotonic() + min(self._again, _AGAIN_AT_FIRST_SECONDS * 2 ** min(attempt.failures, 10))
        self.pass_by(attempt)
        attempt.over.set()


def not_open(attempt: Attempt) -> Unavailable:
    """What is told when there is no other release to read."""
    return Unavailable(f"The published release does not open: {attempt.why}", headers={"Retry-After": "5"})
