"""How each hostile query and request ends, here and at `oxigraph serve-read-only`, and how others fare meanwhile.

Each member alone, one after the other; then all queries from many attackers at once. A well-behaved client asks small
queries all the while. A server that goes on with a query it should have stopped is killed and started again.
`SECONDS=2 .venv/bin/python -m bench --hostile`: the time limit of both. Loopback only; stops by itself.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from bench import attacks, servers
from bench.attacks import Ending
from bench.neighbour import Neighbour
from bench.targets import MEMORY, SECONDS, Target, targets
from tests.hostile import QUERIES, REQUESTS, SERVICES

# So much later than its limit a query may end before it counts as one that is never stopped.
SLACK = 3.0
_QUEUE_SECONDS = 5.0
ATTACKERS, STORM_SECONDS = 8, 20.0


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
        f"at most {MEMORY // 1024**3} GiB of addresses for a process\n",
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
