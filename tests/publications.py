"""The publication in tests/mini, copied so that a test may spoil it.

Fixture strategy: tests of the press work on a copy of mini with one thing changed, named in the test; what a
test expects can be read off mini's files, which fit in a head.
"""

import shutil
from pathlib import Path

from service.settings import Settings

MINI = Path(__file__).parent / "mini"
TEXT = (MINI / "source.txt").read_text(encoding="utf-8")
WRITTEN = "https://example.org/mini/"
BASE = "http://localhost:8000/"
RAILWAY = "triples/mini/railway.ttl"
# What a publication of some age has: a thing that was merged into another, and one that was withdrawn.
PAST = """
station:old-halt dct:isReplacedBy station:alder-halt .
station:never-was <http://www.w3.org/2002/07/owl#deprecated> true .
"""


def copy_mini(folder: Path, **changes: object) -> Settings:
    """A copy of mini below `folder`, and the settings that build it."""
    shutil.copytree(MINI, folder / "mini")
    folders = {name: folder / "mini" / name for name in ("ontology", "triples", "shapes")}
    return Settings(**{**folders, "releases": folder / "releases", **changes})


def with_a_past(folder: Path, **changes: object) -> Settings:
    """A copy of mini in which something was merged and something withdrawn."""
    settings = copy_mini(folder, **changes)
    with (root_of(settings) / RAILWAY).open("a") as file:
        file.write(PAST)
    return settings


def root_of(settings: Settings) -> Path:
    return settings.triples.parent


def write(settings: Settings, name: str, text: str) -> Path:
    """Write a file of the publication."""
    path = root_of(settings) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def edit(settings: Settings, name: str, old: str, new: str) -> None:
    """Replace a stretch of a file, which must be there."""
    path = root_of(settings) / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{name} has no {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def line_of(settings: Settings, name: str, start: str) -> int:
    """Number of the first line that begins so."""
    lines = (root_of(settings) / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(start))
