"""Which release was published when, and where the patches between them are. Opens no release.

The history has one line for each publication: the id, and the time since it is noted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from service.changes import EXTENSION

HISTORY, PATCHES = "history", "patches"


@dataclass(frozen=True)
class Publication:
    """A release was published; `when` is None for a line from before times were noted."""

    release_id: str
    when: datetime | None


def read_history(root: Path) -> list[Publication]:
    """Every publication, oldest first; a release that was gone back to is there again."""
    try:
        lines = (root / HISTORY).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [_publication(line) for line in lines if line.strip()]


def _publication(line: str) -> Publication:
    release_id, _, noted = line.strip().partition(" ")
    try:
        return Publication(release_id, datetime.fromisoformat(noted))
    except ValueError:
        return Publication(release_id, None)


def first_publications(root: Path) -> dict[str, Publication]:
    """Release id -> its first publication, oldest first."""
    found: dict[str, Publication] = {}
    for publication in read_history(root):
        found.setdefault(publication.release_id, publication)
    return found


def last_publication(root: Path, release_id: str) -> datetime | None:
    """When a release was published last, if that was noted: since then it is what is read."""
    return next((one.when for one in reversed(read_history(root)) if one.release_id == release_id), None)


def note(root: Path, release_id: str) -> None:
    """Add a publication that happens now."""
    with (root / HISTORY).open("a", encoding="utf-8") as history:
        history.write(f"{release_id} {datetime.now(UTC).isoformat(timespec='seconds')}\n")


def patch_path(root: Path, release_id: str) -> Path:
    """Where the patch to a release is, from the one published before. Takes an id, never the text of a client."""
    return root / PATCHES / f"{release_id}.{EXTENSION}"
