"""Everything at once, for a while: no wrong or half answer, no request lost without a word, nothing left behind.

`SOAK_SECONDS` says how long: 20 by default, five minutes in CI, longer by hand. Half way a second release is published,
and after three quarters it is rolled back.
"""

import json
import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from urllib.request import urlopen

import pytest
from werkzeug.test import Client as Direct

from service.press.build import build
from service.releases import publish, rollback
from service.settings import Settings
from service.web.app import create_app
from service.web.door import Door
from tests import processes
from tests.live import MINI, build_and_publish, free_port, publication, running
from tests.soak import ACTIONS, Client, Tally
from tests.world import Expected, World

SECONDS = float(os.environ.get("SOAK_SECONDS", "20"))
CLIENTS = 32
LIMITS = {
    "query_seconds": 2.0, "query_memory_mb": 300, "result_mb": 32, "workers": 4, "slow_workers": 3, "cache_mb": 8,
    "client_seconds": 10.0, "queue_seconds": 3.0,
}  # fmt: skip
STATIONS = ("alder-halt", "birch-junction", "cedar-quay")
OLD_NAME, NEW_NAME = "Cedar Quay", "Cedar Wharf"
NAMELESS = "a file without a name"
REFUSED = ("oversized", "elsewhere", "hostile")
MORE_MB = 60
MOST_OF_A_WORKER_MB = 150


@pytest.fixture
def settings(tmp_path, monkeypatch):
    (tmp_path / "spools").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "spools"))
    shutil.copytree(MINI, tmp_path / "mini")
    return publication(tmp_path / "mini", tmp_path / "releases", free_port(), **LIMITS)


def paths() -> list[tuple[str, str]]:
    """What is asked for besides queries: (path, Accept)."""
    things = [(f"/doc/station/{name}", kind) for name in STATIONS for kind in ("text/html", "text/turtle")]
    fixed = [(f"/doc/station/{name}.{ext}", "*/*") for name in STATIONS for ext in ("nt", "jsonld", "rdf", "trig")]
    pages = (
        "/",
        "/sparql",
        "/browse",
        "/browse/Station",
        "/search?q=ceda",
        "/search?q=quai",
        "/ontology",
        "/dataset",
    )
    return [*things, *fixed, *((path, "text/html") for path in pages), ("/ontology", "text/turtle")]


def expected(settings: Settings, release, folder) -> Expected:
    """What the service must answer with this release, from a door in this process over a copy of it."""
    shutil.copytree(release.folder, folder / release.id)
    (folder / "current").symlink_to(release.id)
    app = create_app(Settings(**{**vars(settings), "releases": folder, "workers": 1}))
    try:
        return Expected(release, Direct(Door(app)), paths())
    finally:
        app.extensions["room"].close()


class Killer(threading.Thread):
    """Kills a query worker now and then, without a word."""

    def __init__(self, pid: int, stop: threading.Event) -> None:
        super().__init__(name="killer", daemon=True)
        self.pid, self.stop, self.killed = pid, stop, 0

    def run(self) -> None:
        dice = random.Random(7)
        while not self.stop.wait(dice.uniform(0.3, 1.5)):
            alive = processes.engine_workers(self.pid)
            with suppress(ProcessLookupError, IndexError):
                os.kill(dice.choice(alive), signal.SIGKILL)
                self.killed += 1


def followed(settings: Settings, release) -> None:
    """Wait until the service reads the release: its workers are killed while they start, too, and then it tries again."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), urlopen(f"{settings.base_iri}-/release", timeout=10) as answer:
            if json.load(answer)["id"] == release.id:
                return
        time.sleep(0.1)
    raise AssertionError("the service does not follow")


def left_over(pid: int, workers: int) -> list[object]:
    """What is there beyond so many workers when the old release, the killed and the large results should be gone."""
    deadline = time.monotonic() + LIMITS["query_seconds"] + 60
    while time.monotonic() < deadline:
        web = processes.web_process(pid)
        found, running = processes.open_files(web), processes.engine_workers(pid)
        if len(running) == workers == len(processes.children(web)) and kinds(found)[NAMELESS] <= workers:
            return []
        time.sleep(0.2)
    return [processes.children(web), running, *found]


def kinds(files: list[str]) -> Counter[str]:
    """How many open files of each kind: sockets, pipes, nameless files, and others by name."""
    return Counter(NAMELESS if name.endswith("(deleted)") else name.partition(":[")[0] for name in files)


def soak(world: World, pid: int, seconds: float, steps=()) -> tuple[Tally, Killer]:
    """All clients at once for so long, workers being killed; each of `steps` is called after its share of the time."""
    world.stop.clear()
    tally, killer = Tally(), Killer(pid, world.stop)
    clients = [Client(number, world, tally) for number in range(CLIENTS)]
    begun = time.monotonic()
    for thread in (killer, *clients):
        thread.start()
    for share, step in (*steps, (1.0, world.stop.set)):
        time.sleep(max(0.0, begun + share * seconds - time.monotonic()))
        step()
    for thread in (killer, *clients):
        thread.join(timeout=60)
    assert not any(client.is_alive() for client in clients), "a client still waits for an answer"
    return tally, killer


def common() -> list[str]:
    """The kinds of which some must have been answered: in a short soak on a busy machine a rare one may not."""
    rare = 3 if SECONDS < 120 else 1
    return [kind for kind, weight in ACTIONS.items() if weight >= rare and kind not in REFUSED]


@pytest.mark.soak
@pytest.mark.timeout(SECONDS + 300)
def test_under_everything_at_once_no_answer_is_wrong_and_nothing_leaks(settings, tmp_path, capsys):
    first = build_and_publish(settings)
    triples = settings.triples / "mini" / "railway.ttl"
    triples.write_text(triples.read_text().replace(OLD_NAME, NEW_NAME))
    second = build(settings)
    both = [expected(settings, release, tmp_path / release.id) for release in (first, second)]
    assert both[0].answers["ask"] is not both[1].answers["ask"]
    world, log = World(settings.port, both), tmp_path / "log"
    steps = [
        (0.5, lambda: world.move(1, lambda: followed(settings, publish(settings.releases, second.id)))),
        (0.75, lambda: world.move(0, lambda: followed(settings, rollback(settings.releases)))),
    ]
    with running(settings, log) as service:
        soak(world, service.pid, 5)
        assert not left_over(service.pid, settings.workers)
        web = processes.web_process(service.pid)
        memory, files = processes.resident_mb(web), kinds(processes.open_files(web))
        tally, killer = soak(world, service.pid, SECONDS, steps)
        assert not left_over(service.pid, settings.workers)
        assert processes.web_process(service.pid) == web, "the process that answers was started again"
        memory_after, files_after = processes.resident_mb(web), kinds(processes.open_files(web))
        workers = processes.engine_workers(service.pid)
        worker_mb = max(processes.resident_mb(pid) for pid in workers)
    with capsys.disabled():
        report(tally, killer, memory, memory_after)
    assert not tally.wrong, "\n".join([f"{len(tally.wrong)} wrong", *tally.wrong[:20], log.read_text()[-3000:]])
    assert "Traceback" not in log.read_text(), log.read_text()[-3000:]
    assert killer.killed > SECONDS / 5
    assert all(tally.ok(kind) for kind in common()), tally.counts
    assert (files_after - files).total() <= 3, files_after - files
    assert memory_after < memory + MORE_MB
    assert worker_mb < MOST_OF_A_WORKER_MB
    assert not list((tmp_path / "spools").iterdir())
    assert not [pid for pid in (web, *workers) if processes.command(pid)]


def report(tally: Tally, killer: Killer, before: float, after: float) -> None:
    times = sorted(tally.seconds)
    told = sum(n for (_, status), n in tally.counts.items() if status in (429, 502, 503))
    print(
        f"\nsoak of {SECONDS:g} s: {len(times):,} answers, {told} of them refusals, {len(tally.wrong)} wrong",
        end="; ",
    )
    print(f"{killer.killed} workers killed; {before:.0f} MiB before, {after:.0f} MiB after")
    print(f"  p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {times[int(len(times) * 0.99)] * 1000:.0f} ms")
    for kind in sorted({kind for kind, _ in tally.counts}):
        print(f"  {kind:12}", {status: n for (k, status), n in sorted(tally.counts.items()) if k == kind})
