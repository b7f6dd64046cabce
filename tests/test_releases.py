"""Releases are immutable; publishing moves a pointer, at once and back again."""

import json
import os
import threading
from datetime import UTC, datetime, timedelta

import pytest

from service.errors import Gone, NotFound, PressError
from service.history import HISTORY, first_publications, read_history
from service.releases import (
    CURRENT,
    MANIFEST,
    Release,
    current_id,
    list_releases,
    open_published,
    open_release,
    publish,
    rollback,
)  # fmt: skip

DUMP = {
    "name": "all.nq",
    "media_type": "application/n-quads",
    "encoding": "",
    "size": 1,
    "sha256": "00",
    "statements": 1,
}


def make(root, release_id, built=0):
    """A release that holds a manifest, one dump and two queries."""
    folder = root / release_id
    for part in ("dumps", "queries/views", "queries/questions"):
        (folder / part).mkdir(parents=True)
    (folder / "dumps/all.nq").write_text("x")
    (folder / "queries/views/names.rq").write_text("SELECT")
    (folder / "queries/questions/what.rq").write_text("ASK")
    manifest = {"base": "http://localhost/", "prefixes": {"a": "http://a/"}, "dumps": [DUMP]}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    os.utime(folder, (built, built))
    return Release(folder)


def test_a_release_reads_its_folder(tmp_path):
    release = make(tmp_path, "r1")
    assert (release.id, release.base, release.prefixes) == ("r1", "http://localhost/", {"a": "http://a/"})
    assert release.dump_path("all.nq").read_text() == "x"
    assert release.query("views/names.rq") == "SELECT"
    assert release.query("views/nothing.rq") is None
    assert list(release.queries("questions")) == ["questions/what.rq"]


@pytest.mark.parametrize("name", ["../manifest.json", "all.ttl", "/etc/passwd", ""])
def test_a_dump_that_is_not_listed_is_not_found(tmp_path, name):
    with pytest.raises(NotFound):
        make(tmp_path, "r1").dump_path(name)


def test_releases_are_listed_oldest_first_and_only_when_complete(tmp_path):
    make(tmp_path, "rb", built=1)
    make(tmp_path, "ra", built=2)
    make(tmp_path, "rc.partial")
    (tmp_path / "rd").mkdir()
    publish(tmp_path, "ra")
    assert [r.id for r in list_releases(tmp_path)] == ["rb", "ra"]
    assert list_releases(tmp_path / "nowhere") == []


def test_nothing_is_published_at_first(tmp_path):
    assert current_id(tmp_path) is None


def test_publishing_moves_the_pointer_and_rollback_moves_it_back(tmp_path):
    for release_id in ("r1", "r2", "r3"):
        make(tmp_path, release_id)
        assert publish(tmp_path, release_id).id == release_id
        assert current_id(tmp_path) == release_id
    assert [rollback(tmp_path).id, current_id(tmp_path)] == ["r2", "r2"]
    assert json.loads((tmp_path / CURRENT / MANIFEST).read_text())["base"]


def test_publishing_the_current_release_again_changes_nothing(tmp_path):
    make(tmp_path, "r1")
    publish(tmp_path, "r1")
    publish(tmp_path, "r1")
    (published,) = read_history(tmp_path)
    assert published.release_id == "r1"
    assert datetime.now(UTC) - published.when < timedelta(minutes=1)


def test_rollback_skips_releases_that_are_gone(tmp_path):
    for release_id in ("r1", "r2", "r3"):
        make(tmp_path, release_id)
        publish(tmp_path, release_id)
    (tmp_path / "r2" / MANIFEST).unlink()
    assert rollback(tmp_path).id == "r1"


@pytest.mark.parametrize("published", [[], ["r1"]], ids=["nothing", "only one"])
def test_rollback_needs_something_to_go_back_to(tmp_path, published):
    for release_id in published:
        make(tmp_path, release_id)
        publish(tmp_path, release_id)
    with pytest.raises(PressError, match="no earlier publication"):
        rollback(tmp_path)


@pytest.mark.parametrize("release_id", ["r9", "r1.partial", "../r1"])
def test_a_release_that_is_not_there_cannot_be_published(tmp_path, release_id):
    make(tmp_path, "r1")
    make(tmp_path, "r1.partial")
    with pytest.raises(PressError, match="no release"):
        publish(tmp_path, release_id)
    assert current_id(tmp_path) is None


def test_a_reader_always_finds_a_published_release(tmp_path):
    """The pointer is never missing and never points at nothing, however often it moves."""
    for release_id in ("r1", "r2"):
        make(tmp_path, release_id)
    publish(tmp_path, "r1")
    stop, missed = threading.Event(), []

    def read():
        while not stop.is_set():
            found = current_id(tmp_path)
            if found not in ("r1", "r2") or not (tmp_path / CURRENT / MANIFEST).is_file():
                missed.append(found)

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(200):
        publish(tmp_path, f"r{turn % 2 + 1}")
    stop.set()
    reader.join()
    assert missed == []


def test_opening_a_release_by_id_finds_it(tmp_path):
    make(tmp_path, "r1")
    assert open_release(tmp_path, "r1").folder == tmp_path / "r1"


def test_the_history_of_an_older_press_has_no_times(tmp_path):
    (tmp_path / HISTORY).write_text("r1\nr2 2026-01-02T03:04:05+00:00\n\nr1 nonsense\n")
    assert [(p.release_id, p.when and p.when.year) for p in read_history(tmp_path)] == [
        ("r1", None),
        ("r2", 2026),
        ("r1", None),
    ]
    assert list(first_publications(tmp_path)) == ["r1", "r2"]
    assert read_history(tmp_path / "nowhere") == []


def test_what_was_published_can_be_opened_and_nothing_else(tmp_path):
    for release_id in ("r1", "r2", "r3", "r4"):
        make(tmp_path, release_id)
    for release_id in ("r1", "r2", "r3"):
        publish(tmp_path, release_id)
    assert open_published(tmp_path, "r1").id == "r1"
    assert open_published(tmp_path, "r3").id == "r3"
    (tmp_path / "r2" / MANIFEST).unlink()
    with pytest.raises(Gone):
        open_published(tmp_path, "r2")
    for wrong in ("r4", "../r1", "", "r1/", "r1\x00"):
        with pytest.raises(NotFound):
            open_published(tmp_path, wrong)


def test_what_is_published_without_a_history_can_be_opened(tmp_path):
    make(tmp_path, "r1")
    (tmp_path / CURRENT).symlink_to("r1")
    assert open_published(tmp_path, "r1").id == "r1"


def test_a_release_says_when_it_was_built_if_it_knows(tmp_path):
    release = make(tmp_path, "r1")
    assert release.built is None
    manifest = json.loads((release.folder / MANIFEST).read_text()) | {"built": "2026-01-02T03:04:05+00:00"}
    (release.folder / MANIFEST).write_text(json.dumps(manifest))
    assert Release(release.folder).built == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
