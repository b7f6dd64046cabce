"""Who suffers when others attack: a client of another address that asks small queries and takes the time."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from urllib.parse import quote

from bench.targets import Target

_SMALL = "SELECT ?p ?o { <urn:x> ?p ?o } # "
_GIVE_UP_SECONDS = 10.0
# Somebody else than the attackers, who come from 127.0.0.1.
_ADDRESS = "127.0.0.2"


class Neighbour(threading.Thread):
    """A client that behaves: a small new query twenty times a second. Watches the memory of the server, too."""

    def __init__(self, target: Target) -> None:
        super().__init__(daemon=True)
        self._target, self._over = target, threading.Event()
        self._times: list[float] = []
        self.refused, self.peak = 0, 0.0

    def run(self) -> None:
        for number in itertools.count():
            if self._over.wait(0.05):
                return
            begun = time.monotonic()
            if not self._ask(f"{self._target.endpoint}?query={quote(_SMALL + str(number))}"):
                self.refused += 1
            self._times.append(time.monotonic() - begun)
            self.peak = max(self.peak, self._target.resident_mb())

    def _ask(self, path: str) -> bool:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self._target.port, timeout=_GIVE_UP_SECONDS, source_address=(_ADDRESS, 0)
        )
        try:
            connection.request("GET", path, headers={"Accept": "application/sparql-results+json"})
            response = connection.getresponse()
            return bool(response.read()) and response.status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def end(self) -> str:
        """Stop, and tell how it was."""
        self._over.set()
        self.join()
        times = sorted(self._times) or [0.0]
        p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
        return (
            f"p50 {p50 * 1000:,.0f} ms, p99 {p99 * 1000:,.0f} ms, worst {times[-1] * 1000:,.0f} ms, "
            f"{self.refused} of {len(times)} without an answer"
        )
