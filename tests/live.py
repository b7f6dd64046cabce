"""A real service in a process of its own, for what only a socket shows."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from service.press.build import build
from service.releases import publish
from service.settings import Settings

ROOT = Path(__file__).parent.parent
MINI = ROOT / "tests" / "mini"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def publication(folder: Path, releases: Path, port: int, **changes: object) -> Settings:
    """Settings for the publication in `folder` (its ontology/, triples/, shapes/), served on loopback."""
    folders = {name: folder / name for name in ("ontology", "triples", "shapes")}
    return Settings(**folders, releases=releases, port=port, base=f"http://localhost:{port}/", **changes)


def build_and_publish(settings: Settings):
    release = build(settings)
    return publish(settings.releases, release.id)


@contextmanager
def serving(settings: Settings, log: Path):
    """The service as a user starts it; yields its address, and shows its log when it does not come up."""
    with running(settings, log):
        yield settings.base


@contextmanager
def running(settings: Settings, log: Path, path: str = "-/ready"):
    """The same, for tests that look at the process; `path` is what answers 200 when it is up."""
    environ = os.environ | {field.name.upper(): str(getattr(settings, field.name)) for field in fields(settings)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", "serve"], cwd=ROOT, env=environ, stdout=out, stderr=out
        )
    try:
        _wait(settings.base + path, process, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        finally:
            process.kill()


def _wait(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the service did not come up:\n{log.read_text()}")
