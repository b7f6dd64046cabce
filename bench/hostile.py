"""How each hostile query and request ends, here and at `oxigraph serve-read-only`, and how others fare meanwhile.

Each member alone, one after the other; then all queries from many attackers at once. A well-behaved client asks small
queries all the while. A server that goes on with a query it should have stopped is killed and started again.
`SECONDS=2 .venv/bin/python -m bench --hostile`: the time limit of both. Loopback only; stops by itself.
"""

from __future__ import annotations

import http.client
import itertools
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import quote

from bench import attacks, servers
from bench.attacks import Ending
from service.releases import Release
from service.settings import Settings
from tests import processes
from tests.hostile import QUERIES, REQUESTS, SERVICES

SECONDS = float(os.environ.get("SECONDS", "2"))
# So much later than its limit a query may end before it counts as one that is never stopped.
SLACK = 3.0
_QUEUE_SECONDS = 5.0
ATTACKERS, STORM_SECONDS = 8, 20.0
_MEMORY = 6 * 1024**3
_SMALL = "SELECT ?p ?o { <urn:x> ?p ?o } # "
_GIVE_UP_SECONDS = 10.0
# Somebody else than the attackers, who come from 127.0.0.1.
_NEIGHBOUR = "127.0.0.2"


@dataclass
class Target:
    """A server process that may be killed and started again, with a bound on its memory."""

    name: str
    endpoint: str
    ready: str
    command: Callable[[int], list[str]]
    environ: dict[str, str]
    port: int = field(default_factory=servers.free_port)
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            self.command(self.port), env=os.environ | self.environ, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        resource.prlimit(self.process.pid, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.prlimit(self.process.pid, resource.RLIMIT_CORE, (0, 0))
        servers.wait(f"http://127.0.0.1:{self.port}{self.ready}", self.process)

    def stop(self) -> None:
        """End it and everything it started, at once."""
        if self.process is not None:
            # The first of them first: it would start the others again.
            for pid in (self.process.pid, *processes.descendants(self.process.pid)):
                with suppress(ProcessLookupError):
                    os.kill(pid, 9)
            self.process.wait()

    def again(self) -> None:
        """Kill it, because it does not stop by itself."""
        self.kills += 1
        self.stop()
        self.start()

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def resident_mb(self) -> float:
        """Memory of the process and all below it, in MiB; pages they share count each time."""
        pid = self.process.pid if self.process else 0
        return sum(processes.resident_mb(one) for one in (pid, *processes.descendants(pid)))


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
            "127.0.0.1", self._target.port, timeout=_GIVE_UP_SECONDS, source_address=(_NEIGHBOUR, 0)
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


@contextmanager
def targets(settings: Settings, release: Release, folder: Path) -> Iterator[list[Target]]:
    """Ours and the peer over the same data, with the same limit of time."""
    where = ["--location", str(folder / "oxigraph")]
    program = str(servers.BIN / "oxigraph")
    load = [program, "load", *where, "--file", str(release.folder / "dumps" / "all.nq")]
    subprocess.run(load, check=True, capture_output=True)
    seconds = str(max(1, round(SECONDS)))
    serve = [program, "serve-read-only", *where, "--union-default-graph", "--timeout-s", seconds, "--bind"]
    ours = {"RELEASES": str(settings.releases), "QUERY_SECONDS": seconds, "CLIENT_SECONDS": seconds}
    made = [
        Target("conflict-actors", "/sparql", "/-/ready", lambda port: _serve(port), ours),
        Target("oxigraph", "/query", "/query?query=ASK%7B%7D", lambda port: [*serve, f"127.0.0.1:{port}"], {}),
    ]
    try:
        for one in made:
            one.start()
        yield made
    finally:
        for one in made:
            one.stop()


def _serve(port: int) -> list[str]:
    return [sys.executable, "-m", "service", "serve", "--port", str(port)]


def one_by_one(target: Target) -> dict[str, Ending]:
    """Every member of the set alone."""
    patience = SECONDS + SLACK
    tried: dict[str, Callable[[int, str], Ending]] = {
        **{name: partial(_swap, attacks.query, text, patience) for name, text in QUERIES.items()},
        **{f"SERVICE, {name}": partial(_swap, attacks.service, text, patience) for name, text in SERVICES.items()},
        **{name: partial(_swap, attacks.request, attack, patience) for name, attack in REQUESTS.items()},
    }
    endings = {}
    for name, attack in tried.items():
        endings[name] = _alive(target, attack)
    return endings


def _alive(target: Target, attack: Callable[[int, str], Ending]) -> Ending:
    """How an attack ends; a server that died is asked again, lest an earlier attack killed it. It runs afterwards."""
    ending = attack(target.port, target.endpoint)
    if target.ended or "Refused" in ending.what:  # or is just ending
        target.again()
        ending = attack(target.port, target.endpoint)
    if target.ended:
        ending = Ending("THE SERVER DIED", ending.seconds, runs_on=True)
    if ending.runs_on:
        target.again()
    return ending


def _swap(attack: Callable[..., Ending], what: object, patience: float, port: int, endpoint: str) -> Ending:
    return attack(port, endpoint, what, patience)


def storm(target: Target) -> str:
    """All queries from many attackers at once, for a while; what they met."""
    until = time.monotonic() + STORM_SECONDS
    queries = itertools.cycle(QUERIES.values())
    lock = threading.Lock()

    def attack(_: int) -> list[str]:
        met = []
        while time.monotonic() < until and not target.ended:
            with lock:
                text = next(queries)
            met.append(attacks.query(target.port, target.endpoint, text, SECONDS + _QUEUE_SECONDS + SLACK).what)
        return met

    with ThreadPoolExecutor(ATTACKERS) as threads:
        met = [what for found in threads.map(attack, range(ATTACKERS)) for what in found]
    counts = sorted(((met.count(what), what) for what in set(met)), reverse=True)
    return ", ".join(f"{count} {what}" for count, what in counts) + (", THE SERVER DIED" if target.ended else "")


def main() -> None:
    """Print the tables."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and let nothing go on without us
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, limit {SECONDS:g} s, "
        f"at most {_MEMORY // 1024**3} GiB of addresses for a process\n",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        settings, release = servers.publication(Path(folder))
        with targets(settings, release, Path(folder)) as both:
            columns = [_alone(target) for target in both]
            _table(columns, [target.name for target in both])
            for target in both:
                target.again()
                _together(target)


def _alone(target: Target) -> dict[str, Ending]:
    before, neighbour = target.resident_mb(), Neighbour(target)
    neighbour.start()
    endings = one_by_one(target)
    told = neighbour.end()
    print(f"{target.name}, one after the other: killed {target.kills} times because it went on or had died;")
    print(f"  a neighbour's {told}; {_memory(target, before, neighbour.peak)}", flush=True)
    return endings


def _together(target: Target) -> None:
    before, neighbour = target.resident_mb(), Neighbour(target)
    neighbour.start()
    met = storm(target)
    told = neighbour.end()
    print(f"\n{target.name}, {ATTACKERS} attackers at once for {STORM_SECONDS:g} s: {met}")
    print(f"  a neighbour's {told}; {_memory(target, before, neighbour.peak)}", flush=True)


def _memory(target: Target, before: float, peak: float) -> str:
    """Memory before, at its peak, and some time after everything should have ended."""
    time.sleep(SECONDS + 5)
    return f"memory {before:,.0f} MiB before, {peak:,.0f} at most, {target.resident_mb():,.0f} after"


def _table(columns: list[dict[str, Ending]], names: list[str]) -> None:
    print(f"\n{'':48}" + "".join(f"{name:36}" for name in names))
    for member in columns[0]:
        print(f"{member[:47]:48}" + "".join(f"{column[member]!s:36}" for column in columns), flush=True)
