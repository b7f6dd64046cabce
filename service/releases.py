"""Releases: immutable folders, and `current`, the link that says which one is published.

A release folder holds manifest.json, store/ (the embedded store), dumps/ and queries/. It is complete or it
does not exist: the press builds in `<id>.partial` and renames. Nobody writes inside a release.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from service.changes import COMPARED, write_patch
from service.errors import Gone, NotFound, PressError
from service.history import first_publications, note, patch_path, read_history
from service.jsonld.write import context_name
from service.manifest import read_manifest

MANIFEST, CONTEXT, THINGS = "manifest.json", "context.jsonld", "things"
CONTEXTS = "contexts"
CURRENT = "current"


@dataclass(frozen=True)
class Dump:
    """One downloadable file of a release. `sha256` is hex; `size` in bytes.

    `statements` counts what the format holds: triples, quads, rows of a table, entities.
    """

    name: str
    media_type: str
    encoding: str
    size: int
    sha256: str
    statements: int


@dataclass(frozen=True)
class Coverage:
    """What the files of one scope hold: `kind` is all, graph, class, links or description; `iri` what it is of.

    `things` counts the rows of a class. The scope is the name of a file up to its first dot.
    """

    name: str
    kind: str
    iri: str = ""
    things: int = 0


@dataclass(frozen=True)
class Release:
    """A built release, read from its folder."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the press noted of it. Raises PressError when the file is broken."""
        return read_manifest(self.folder / MANIFEST)

    @property
    def is_readable(self) -> bool:
        """Whether the manifest is whole; the other parts are not looked at."""
        try:
            return bool(self.manifest)
        except PressError:
            return False

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

    @cached_property
    def coverage(self) -> dict[str, Coverage]:
        """Name of a scope -> what it covers; nothing for a release that an older press built."""
        return {c["name"]: Coverage(**c) for c in self.manifest.get("coverage", [])}

    @cached_property
    def built(self) -> datetime | None:
        """When the press built it, if the manifest says so."""
        try:
            return datetime.fromisoformat(self.manifest.get("built", ""))
        except ValueError:
            return None

    @cached_property
    def context(self) -> bytes:
        """The JSON-LD context document; empty for a release that an older press built."""
        path = self.folder / CONTEXT
        return path.read_bytes() if path.is_file() else b""

    @property
    def things(self) -> int:
        """How many things have a document; 0 for a release that an older press built."""
        return int(self.manifest.get("things", 0))

    def read_things(self, first: int) -> Iterator[str]:
        """The IRIs of the things that have a document, in order, from the one with this number on."""
        if self.things:
            with (self.folder / THINGS).open(encoding="utf-8") as lines:
                yield from (line.rstrip("\n") for line in islice(lines, first, None))

    def dump_path(self, name: str) -> Path:
        """The file of a dump that the manifest lists; never joins a name that is not listed."""
        if name not in self.dumps:
            raise NotFound(f"There is no dump called {name!r}. /dumps lists what there is.")
        return self.folder / "dumps" / name

    def figure_path(self, name: str) -> Path:
        """A drawing that the publication brought. Raises NotFound; never joins a name that is not there."""
        figures = {path.name: path for path in (self.folder / "figures").glob("*.svg")}
        if name not in figures:
            raise NotFound(f"There is no figure called {name[:60]!r}.")
        return figures[name]

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
    """Complete releases below `root`, oldest build first; none when there is no such folder.

    Whether a manifest can be read is not looked at. Raises PressError when `root` cannot be listed.
    """
    try:
        folders = list(root.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise PressError(f"{root} does not hold releases: {error.strerror}. Name a folder.") from error
    found = [Release(p) for p in folders if (p / MANIFEST).is_file() and not p.is_symlink()]
    complete = [r for r in found if not r.id.endswith(".partial")]
    return sorted(complete, key=lambda r: (r.folder.stat().st_mtime_ns, r.id))


def current_id(root: Path) -> str | None:
    """The id `current` points at, or None. Costs one system call, so it can be asked on every request."""
    try:
        return os.path.basename(os.readlink(f"{root}/{CURRENT}"))  # noqa: PTH115, PTH119 - on every request
    except OSError:
        return None


def open_release(root: Path, release_id: str | None = None) -> Release:
    """The release with this id, or the published one. Raises PressError when it is not there, whole and readable."""
    wanted = current_id(root) if release_id is None else release_id
    if wanted is None:
        raise PressError(
            f"Nothing is published in {root}. Run `conflict-actors build` and `conflict-actors publish`."
        )
    known = {release.id: release for release in list_releases(root)}
    if wanted not in known:
        raise PressError(f"There is no release {wanted!r} in {root.name}/. `conflict-actors releases` lists them.")
    read_manifest(known[wanted].folder / MANIFEST)
    return known[wanted]


def open_published(root: Path, release_id: str) -> Release:
    """A release that is or was published. Raises NotFound for any other, Gone when it is no longer kept here.

    A release that was only built may have mistakes in it that nobody is to see; ids are looked up, never joined.
    """
    now = current_id(root)
    if release_id != now and release_id not in first_publications(root):
        raise NotFound(f"There is no release {release_id[:40]!r} here. /releases lists those there are.")
    for release in list_releases(root):
        if release.id == release_id:
            return release
    raise Gone(f"Release {release_id} is no longer kept here. /releases lists those there are.")


def publish(root: Path, release_id: str) -> Release:
    """Point `current` at a release, atomically, and note it in the history.

    Before its first publication a release gets the patch that leads to it from the release that was published so far.
    """
    release = open_release(root, release_id)
    before = current_id(root)
    if before == release_id:
        return release
    if before is not None and release_id not in first_publications(root):
        _write_patch(root, root / before, release)
    _keep_context(root, release)
    fresh = root / f".{CURRENT}.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(release_id, target_is_directory=True)
    fresh.replace(root / CURRENT)
    note(root, release_id)
    return release


def _write_patch(root: Path, before: Path, release: Release) -> None:
    """The patch, if both releases have the dump that it is made from."""
    if all((folder / COMPARED).is_file() for folder in (before, release.folder)):
        write_patch(patch_path(root, release.id), before, release.folder, release.base)


def _keep_context(root: Path, release: Release) -> None:
    """The context beside the releases: documents that refer to it may outlive the release."""
    if release.context:
        (root / CONTEXTS).mkdir(exist_ok=True)
        (root / CONTEXTS / f"{context_name(release.context)}.jsonld").write_bytes(release.context)


def kept_context(root: Path, name: str) -> bytes:
    """The bytes of a context of any release that was ever published here. Raises NotFound; never joins a name."""
    known = {path.stem: path for path in (root / CONTEXTS).glob("*.jsonld")}
    if name not in known:
        raise NotFound(f"There is no context called {name[:40]!r}. The one in use now is at /context.jsonld.")
    return known[name].read_bytes()


def rollback(root: Path) -> Release:
    """Publish what was published before the current release. Raises PressError when there is nothing before."""
    history = [publication.release_id for publication in read_history(root)]
    now = current_id(root)
    while history and history[-1] == now:
        history.pop()
    known = {release.id for release in list_releases(root) if release.is_readable}
    earlier = [release_id for release_id in history if release_id in known]
    if not earlier:
        raise PressError("There is no earlier publication to go back to. `conflict-actors releases` lists releases.")
    return publish(root, earlier[-1])
