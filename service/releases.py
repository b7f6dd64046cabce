"""Releases: immutable folders, and `current`, the link that says which one is published.

A release folder holds manifest.json, store/ (the embedded store), dumps/ and queries/. It is complete or it
does not exist: the press builds in `<id>.partial` and renames. Nobody writes inside a release.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from service.errors import NotFound, PressError

MANIFEST = "manifest.json"
CURRENT = "current"
HISTORY = "history"


@dataclass(frozen=True)
class Dump:
    """One downloadable file of a release. `sha256` is hex; `size` in bytes; `statements` counts quads."""

    name: str
    media_type: str
    encoding: str
    size: int
    sha256: str
    statements: int


@dataclass(frozen=True)
class Release:
    """A built release, read from its folder."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / MANIFEST).read_text(encoding="utf-8")))

    @property
    def base(self) -> str:
        return str(self.manifest["base"])

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes usable without PREFIX: prefix -> namespace IRI."""
        return dict(self.manifest["prefixes"])

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @cached_property
    def dumps(self) -> dict[str, Dump]:
        return {d["name"]: Dump(**d) for d in self.manifest["dumps"]}

    def dump_path(self, name: str) -> Path:
        """The file of a dump that the manifest lists; never joins a name that is not listed."""
        if name not in self.dumps:
            raise NotFound(f"There is no dump called {name!r}. /dumps lists what there is.")
        return self.folder / "dumps" / name

    def query(self, name: str) -> str | None:
        """The text of a query the publication brought, e.g. query('views/names.rq'), or None."""
        texts: dict[str, str] = self._queries
        return texts.get(name)

    @cached_property
    def _queries(self) -> dict[str, str]:
        root = self.folder / "queries"
        return {p.relative_to(root).as_posix(): p.read_text(encoding="utf-8") for p in sorted(root.rglob("*.rq"))}

    def queries(self, folder: str) -> dict[str, str]:
        """All queries below a folder ('views', 'questions'): name -> text, sorted by name."""
        return {n: t for n, t in self._queries.items() if n.startswith(folder + "/")}


def list_releases(root: Path) -> list[Release]:
    """Complete releases below `root`, oldest build first."""
    found = (
        [Release(p) for p in root.iterdir() if (p / MANIFEST).is_file() and not p.is_symlink()]
        if root.is_dir()
        else []
    )
    complete = [r for r in found if not r.id.endswith(".partial")]
    return sorted(complete, key=lambda r: (r.folder.stat().st_mtime_ns, r.id))


def current_id(root: Path) -> str | None:
    """The id `current` points at, or None. Costs one system call, so it can be asked on every request."""
    try:
        return os.path.basename(os.readlink(f"{root}/{CURRENT}"))  # noqa: PTH115, PTH119 - on every request
    except OSError:
        return None


def open_release(root: Path, release_id: str) -> Release:
    """The release with this id. Raises PressError when it is not there or not complete."""
    known = {release.id: release for release in list_releases(root)}
    if release_id not in known:
        raise PressError(
            f"There is no release {release_id!r} in {root.name}/. `conflict-actors releases` lists them."
        )
    return known[release_id]


def publish(root: Path, release_id: str) -> Release:
    """Point `current` at a release, atomically, and note it in the history."""
    release = open_release(root, release_id)
    if current_id(root) == release_id:
        return release
    fresh = root / f".{CURRENT}.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(release_id, target_is_directory=True)
    fresh.replace(root / CURRENT)
    with (root / HISTORY).open("a", encoding="utf-8") as history:
        history.write(release_id + "\n")
    return release


def rollback(root: Path) -> Release:
    """Publish what was published before the current release. Raises PressError when there is nothing before."""
    history = (root / HISTORY).read_text(encoding="utf-8").split() if (root / HISTORY).is_file() else []
    now = current_id(root)
    while history and history[-1] == now:
        history.pop()
    known = {release.id for release in list_releases(root)}
    earlier = [release_id for release_id in history if release_id in known]
    if not earlier:
        raise PressError("There is no earlier publication to go back to. `conflict-actors releases` lists releases.")
    return publish(root, earlier[-1])
