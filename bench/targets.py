"""The servers that are attacked: ours and the peer over the same data; each may be killed and started again."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench import servers
from service.releases import Release
from service.settings import Settings
from tests import processes

# The limit of time of both.
SECONDS = float(os.environ.get("SECONDS", "2"))
MEMORY = 6 * 1024**3


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
        resource.prlimit(self.process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
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
