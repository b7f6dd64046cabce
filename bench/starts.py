"""Rows of time: from the start of a published release to its first answer, from publication to the new answers."""

from __future__ import annotations

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from bench import servers
from bench.servers import Server
from bench.table import row
from service.press.build import build
from service.releases import Release, publish
from service.settings import Settings

_BAR_SECONDS = 1.5
_QUESTION = quote("SELECT * { ?s ?p ?o } LIMIT 1")


def starts(settings: Settings, release: Release, folder: Path) -> None:
    """The median of three starts: the process is started, then asked until it answers."""
    mine = _median(lambda: servers.ours(settings))
    theirs = _median(lambda: servers.oxigraph(release, folder))
    row(
        "start to first answer", f"{mine:.2f} s", f"{mine / theirs:.2f}x of the time of oxigraph ({theirs:.2f} s)",
        f"<= {_BAR_SECONDS} s", mine <= _BAR_SECONDS,
    )  # fmt: skip


def _median(start: Callable[[], AbstractContextManager[Server]]) -> float:
    times = []
    for _ in range(3):
        with start() as server:
            _answer(f"http://127.0.0.1:{server.port}{server.endpoint}?query={_QUESTION}")
            times.append(time.monotonic() - server.begun)
    return sorted(times)[1]


def follows(settings: Settings, us: Server, folder: Path) -> None:
    """A release is published beside a running service: how long until an answer comes from it."""
    changed = folder / "changed"
    shutil.copytree(settings.triples, changed)
    (changed / "more").mkdir()
    (changed / "more" / "more.ttl").write_text(
        '<http://example.org/more> <http://www.w3.org/2000/01/rdf-schema#comment> "one more statement" .\n'
    )
    fresh = build(replace(settings, triples=changed))
    before = release_of(us)
    publish(settings.releases, fresh.id)
    begun = time.monotonic()
    while release_of(us) == before:
        time.sleep(0.002)
    _answer(f"http://127.0.0.1:{us.port}{us.endpoint}?query={_QUESTION}")
    row("publication to first answer from it", f"{time.monotonic() - begun:.2f} s")


def release_of(us: Server) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{us.port}/-/ready", timeout=30) as answer:
        told: str = answer.read().decode()
    return told


def _answer(url: str) -> None:
    """Wait for the first answer of 200."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.005)
    raise RuntimeError(f"{url} did not answer")
