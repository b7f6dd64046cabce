"""Sources -> checks -> edition -> one complete release folder, built beside the others and then renamed.

Refuses what the checks refuse, and a second build at once. Touches neither a complete release nor `current`.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from service.errors import PressError
from service.jsonld.write import Context
from service.press.checks import check
from service.press.contexts import context_of
from service.press.description import describe_files
from service.press.dumps import Press
from service.press.edition import Edition, prepare
from service.press.findings import Refused
from service.press.manifest import write_checksums, write_manifest
from service.press.packing import Packer, packing
from service.press.plans import QUESTIONS, VIEWS
from service.press.pretty import Names, remark
from service.press.progress import SILENT, Progress
from service.press.records import main_record
from service.press.scopes import ALL
from service.press.sources import Sources
from service.releases import CONTEXT, MANIFEST, THINGS, Release, open_release
from service.settings import Settings

PARTIAL = ".partial"
_LOCK = ".building"
_SYNCING = 16


def build(settings: Settings, progress: Progress = SILENT, source_text: str | None = None) -> Release:
    """Build a release, or find the one the same sources and base gave before.

    Raises Refused with the report when a check finds a violation, PressError when another build runs, when the
    folder of the releases cannot be written, or when the release is there and broken.
    """
    _make_folder(settings.releases)
    with _alone(settings.releases):
        _remove_dead_builds(settings.releases)
        checked = check(settings, progress, source_text)
        if not checked.report.passed:
            raise Refused(checked.report)
        progress.step("catalog")
        edition = prepare(checked)
        release = Release(settings.releases / edition.id)
        if (release.folder / MANIFEST).is_file():
            open_release(settings.releases, release.id)  # Refuses one that is broken.
            os.utime(release.folder)  # It is the newest again, which is what `publish` takes.
        else:
            _write(release.folder, edition, settings.ontology, progress)
        return release


def _write(folder: Path, edition: Edition, ontology: Path, progress: Progress) -> None:
    """Everything into `<id>.partial`, on to the disk, then the rename that makes it a release."""
    partial = folder.with_name(folder.name + PARTIAL)
    (partial / "dumps").mkdir(parents=True)
    with packing() as packer, ThreadPoolExecutor(1, "store") as beside:
        loaded: list[Future[None]] = []

        def load() -> None:
            loaded.append(beside.submit(_write_store, partial / "store", partial / "dumps"))

        press = write_dumps(partial / "dumps", edition, packer, progress, load)
        progress.step("store")
        loaded[0].result()
        _write_queries(partial / "queries", ontology, edition.checked.sources)
        _write_figures(partial / "figures", ontology)
        press.write(describe_files(edition, packer.packed()))
        dumps = packer.packed()
    things = list(_things(edition))
    (partial / THINGS).write_text("".join(f"{iri}\n" for iri in things), encoding="utf-8")
    write_manifest(partial / MANIFEST, edition, dumps, len(things))
    write_checksums(partial, dumps)
    _sync_all(partial)
    _place(partial, folder)


def write_dumps(
    folder: Path, edition: Edition, packer: Packer, progress: Progress, has_whole: Callable[[], object] = bool
) -> Press:
    """The files of every scope; they are packed meanwhile. Returns who wrote them.

    `has_whole` is called when the files of the whole are there. The context of JSON-LD is written beside the
    folder, for documents; dumps have it inside, to be read alone.
    """
    press = _open_press(folder, edition, packer)
    for scope in progress.each("dumps", edition.scopes):
        press.write(scope)
        if scope is edition.scopes[0]:
            has_whole()
    for table in edition.classes:
        press.write_class(table)
    if edition.entities:
        press.write_entities(edition.scopes[0], edition.entities)
    return press


def _open_press(folder: Path, edition: Edition, packer: Packer) -> Press:
    sources, record = edition.checked.sources, main_record(edition.checked.sources)
    names = Names(sources.prefixes, sources.base.iri)
    document = context_of(edition)
    (folder.parent / CONTEXT).write_bytes(document)
    told = remark(record.title, record.license)
    return Press(folder, packer, edition.scopes[0], names, told, Context(json.loads(document)))


def _things(edition: Edition) -> Iterator[str]:
    """The IRIs of what has a document of its own: the subjects below {base}id/, without fragments."""
    start = f"<{edition.checked.sources.base.thing('')}"
    subjects = edition.scopes[0].order
    return (subject[1:-1] for subject in subjects if subject.startswith(start) and "#" not in subject)


def _write_store(folder: Path, dumps: Path) -> None:
    """The embedded store, loaded from the dumps: no more memory for 10 M statements than for ten.

    Its default graph is the union of the named graphs, written out: the engine's own union gives a statement
    once for each graph it stands in, which is not the RDF merge that SPARQL 1.1 section 13.1 speaks of.
    """
    store = Store(str(folder))
    store.bulk_load(path=str(dumps / f"{ALL}.nq"), format=RdfFormat.N_QUADS)
    store.bulk_load(path=str(dumps / f"{ALL}.nt"), format=RdfFormat.N_TRIPLES)
    store.optimize()
    store.flush()


def _write_figures(folder: Path, ontology: Path) -> None:
    """The drawings beside the ontology, as they are."""
    folder.mkdir()
    for path in sorted(ontology.glob("*.svg")):
        shutil.copyfile(path, folder / path.name)


def _write_queries(folder: Path, ontology: Path, sources: Sources) -> None:
    """Rebased copies of the views and questions, with the questions' expected answers."""
    for kind in (VIEWS, QUESTIONS):
        for path in sorted(p for p in (ontology / kind).rglob("*") if p.suffix in (".rq", ".csv")):
            target = folder / kind / path.relative_to(ontology / kind)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(sources.rebased(path.read_text(encoding="utf-8")), encoding="utf-8")


def _make_folder(releases: Path) -> None:
    try:
        releases.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PressError(f"{releases} cannot be the folder of releases: {error.strerror}. Name another.") from error
    if not os.access(releases, os.W_OK | os.X_OK):
        raise PressError(f"Nothing can be written in {releases}. Name another folder of releases.")


@contextmanager
def _alone(releases: Path) -> Iterator[None]:
    """Hold the lock of the releases folder; the system lets go of it however this process ends."""
    with (releases / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PressError(f"Another build is writing to {releases.name}/. Wait for it to end.") from error
        yield


def _remove_dead_builds(releases: Path) -> None:
    """Folders of builds that were killed; the lock says that nobody is writing them."""
    for folder in releases.glob(f"*{PARTIAL}"):
        shutil.rmtree(folder)


def _place(partial: Path, folder: Path) -> None:
    """The rename that makes it a release. A folder in its place that is none was not made here."""
    if folder.exists():
        raise PressError(f"{folder.parent.name}/{folder.name} is in the way and no release. Move it away.")
    partial.rename(folder)
    _sync(folder.parent)


def _sync_all(folder: Path) -> None:
    """Put every file and folder below on the disk, so that after a crash a renamed folder is whole.

    Many at a time: the disk takes them together, and there are a thousand of them.
    """
    paths = [
        path for parent, _, names in os.walk(folder) for path in (*(Path(parent, n) for n in names), Path(parent))
    ]
    with ThreadPoolExecutor(_SYNCING) as pool:
        list(pool.map(_sync, paths))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
