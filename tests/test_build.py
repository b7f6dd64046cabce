"""A build gives a complete release or leaves everything as it was, whatever happens to it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from service.errors import PressError
from service.press.build import PARTIAL, build
from service.press.findings import Refused
from service.press.progress import SILENT
from service.releases import MANIFEST, current_id, list_releases, open_release, publish
from tests.publications import BASE, RAILWAY, TEXT, WRITTEN, copy_mini, edit, root_of, write

ROOT = Path(__file__).parent.parent


@pytest.fixture
def mini(tmp_path):
    return copy_mini(tmp_path)


def contents(folder: Path):
    """Every file of a release that must not differ between builds, with its bytes."""
    files = (p for p in folder.rglob("*") if p.is_file() and folder / "store" not in p.parents)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files if p.name != MANIFEST}


def test_a_release_is_complete(mini):
    write(
        mini, "ontology/views/entity/names.rq", f"# Names.\nSELECT ?name {{ ?this <{WRITTEN}ontology#name> ?name }}"
    )
    release = build(mini, SILENT, TEXT)
    known = release.manifest
    assert (known["id"], known["base"], known["title"]) == (release.id, BASE, "The Marsh Light Railway")
    assert known["license"].startswith("https://creativecommons.org/")
    assert known["graphs"]["mini"] == 42
    assert known["classes"][f"{BASE}ontology#Station"] == 3
    assert known["checks"]["citations"] == 2
    assert known["sources"].keys() == {"ontology/core.ttl", "triples/mini/dataset.ttl", RAILWAY, "shapes/shapes.ttl"}
    assert known["tools"]["pyoxigraph"] == ox.__version__
    assert release.prefixes["mini"] == f"{BASE}ontology#"
    assert release.dump_path("all.ttl.gz").is_file()
    assert f"{BASE}ontology#name" in (release.query("views/entity/names.rq") or "")
    assert list(release.queries("questions")) == ["questions/which-stations-opened-before-1904.rq"]
    answers = release.folder / "queries/questions/which-stations-opened-before-1904.csv"
    assert f"{BASE}id/station/alder-halt,Alder Halt,1903" in answers.read_text()


def test_the_store_holds_what_the_dump_holds(mini):
    release = build(mini)
    store = ox.Store.read_only(str(release.store))
    named = {quad for quad in store if quad.graph_name != ox.DefaultGraph()}
    assert named == set(ox.parse(path=str(release.dump_path("all.nq")), format=ox.RdfFormat.N_QUADS))
    merged = {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    assert merged == {quad.triple for quad in named}, "the default graph is the union of the named ones"
    question = release.query("questions/which-stations-opened-before-1904.rq")
    assert [row["label"].value for row in store.query(question)] == ["Alder Halt"]


def test_checksums_cover_all_but_the_store_and_the_manifest(mini):
    release = build(mini)
    done = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=release.folder, check=False)
    assert done.returncode == 0
    listed = (release.folder / "SHA256SUMS").read_text().splitlines()
    assert len(listed) == len(release.dumps) + 4


def test_the_same_sources_and_base_give_the_same_release_byte_for_byte(tmp_path):
    one, two = build(copy_mini(tmp_path / "one")), build(copy_mini(tmp_path / "two"))
    assert one.id == two.id
    assert one.id == "r" + one.dumps["all.nq"].sha256[:16]
    assert contents(one.folder) == contents(two.folder)


def test_another_process_with_another_hash_seed_gives_the_same_release(mini):
    release = build(mini)
    code = (
        "import sys; from pathlib import Path; from service.settings import Settings\n"
        "from service.press.build import build\n"
        "o, t, s, r = map(Path, sys.argv[1:])\n"
        "print(build(Settings(ontology=o, triples=t, shapes=s, releases=r)).id)"
    )
    paths = [str(p) for p in (mini.ontology, mini.triples, mini.shapes, mini.releases.with_name("elsewhere"))]
    environ = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code, *paths], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == release.id
    assert contents(mini.releases.with_name("elsewhere") / release.id) == contents(release.folder)


def test_building_again_finds_the_release_and_writes_nothing(mini):
    release = build(mini)
    before = (release.folder / MANIFEST).stat().st_mtime_ns
    assert build(mini).folder == release.folder
    assert (release.folder / MANIFEST).stat().st_mtime_ns == before


def test_a_release_that_is_found_again_is_the_newest_again(mini):
    first = build(mini)
    edit(mini, RAILWAY, "1905", "1906")
    build(mini)
    edit(mini, RAILWAY, "1906", "1905")
    assert build(mini).id == first.id
    assert list_releases(mini.releases)[-1].id == first.id


def test_a_folder_in_the_way_of_a_release_is_left_alone(mini, tmp_path):
    release = build(mini)
    (release.folder / MANIFEST).unlink()
    with pytest.raises(PressError, match="in the way"):
        build(mini)
    assert release.folder.is_dir()


BAD = [
    pytest.param("mini:opened 1903", "mini:opened 1903 1904", RAILWAY, None, "This is not Turtle", id="syntax error"),
    pytest.param("mini:about <link/alder", "mini:x <link/alder", RAILWAY, "link/alder-halt--birch-junction", "needs a claim",
                 id="relation without claim"),
    pytest.param("553ffac1", "553ffac2", RAILWAY, "cite/P3-33-66", "Cite it again", id="wrong hash"),
    pytest.param("mini:to station:cedar-quay", "mini:to station:cedar-key", RAILWAY, "link/birch-junction--cedar-quay",
                 "describe it or correct the IRI", id="dangling reference"),
    pytest.param("\nstation:cedar-quay a", "\nstation:alder-halt a", RAILWAY, "station/alder-halt", "another slug",
                 id="duplicate slug"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "file", "subject", "says"), BAD)
def test_bad_input_is_refused_with_its_place_and_what_to_do(mini, old, new, file, subject, says):
    published = publish(mini.releases, build(mini).id)
    edit(mini, RAILWAY, old, new)
    with pytest.raises(Refused) as refused:
        build(mini, SILENT, TEXT)
    findings = [f for f in refused.value.report.violations if says in f.message]
    assert any(f.file == file and f.line for f in findings)
    assert {f.subject for f in findings} >= {subject and f"{BASE}id/{subject}"}
    assert [r.id for r in list_releases(mini.releases)] == [published.id]
    assert current_id(mini.releases) == published.id
    assert not list(mini.releases.glob(f"*{PARTIAL}"))


# Stops in the named step of a build, says so, and waits to be killed.
_HANG = """
import sys, time
from pathlib import Path
from service.settings import Settings
from service.press import build as building
def hang(*args, **more):
    print("hanging", flush=True)
    time.sleep(60)
setattr(building, sys.argv[1], hang)
o, t, s, r = map(Path, sys.argv[2:])
building.build(Settings(ontology=o, triples=t, shapes=s, releases=r))
"""


def statements(release):
    """How many statements the named graphs of a release's store hold."""
    (row,) = ox.Store.read_only(str(release.store)).query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    return int(row["n"].value)


def hanging_build(settings, step):
    folders = [str(p) for p in (settings.ontology, settings.triples, settings.shapes, settings.releases)]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", _HANG, step, *folders], env=environ, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "hanging\n"
    return process


@pytest.mark.parametrize("step", ["write_dumps", "_write_store", "write_manifest", "_sync_all"])
def test_a_killed_build_leaves_the_published_release_and_the_next_build_works(mini, step):
    published = publish(mini.releases, build(mini).id)
    before = contents(published.folder)
    edit(mini, RAILWAY, "1905", "1906")
    with hanging_build(mini, step) as process:
        process.send_signal(signal.SIGKILL)
    assert len(list(mini.releases.glob(f"*{PARTIAL}"))) == 1
    assert current_id(mini.releases) == published.id
    assert [r.id for r in list_releases(mini.releases)] == [published.id]
    assert contents(open_release(mini.releases, published.id).folder) == before
    assert statements(published) == published.dumps["all.nq"].statements
    following = build(mini)
    assert following.id != published.id
    assert not list(mini.releases.glob(f"*{PARTIAL}"))


def test_two_builds_at_once_are_one_too_many(mini):
    with hanging_build(mini, "write_dumps") as process:
        with pytest.raises(PressError, match="Another build is writing to releases/"):
            build(mini)
        process.kill()
    assert build(mini).id


def test_a_build_that_fails_while_writing_is_cleaned_up_by_the_next(mini, monkeypatch):
    def fail(*_):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("service.press.build._write_store", fail)
        with pytest.raises(OSError, match="no space left"):
            build(mini)
    assert list_releases(mini.releases) == []
    assert build(mini).dumps


def test_steps_are_told_as_they_begin(mini):
    class Told:
        def __init__(self):
            self.steps = []

        def step(self, what):
            self.steps.append(what)

        def each(self, what, items):
            self.step(what)
            return items

    told = Told()
    build(mini, told, TEXT)
    assert told.steps == [
        "sources", "rules", "shapes", "hygiene", "citations", "catalog", "dumps", "store",
    ]  # fmt: skip


def test_files_are_named_without_the_folders_above(mini):
    release = build(mini)
    assert str(root_of(mini)) not in (release.folder / MANIFEST).read_text()
    assert not any(str(root_of(mini)).encode() in data for data in contents(release.folder).values())


def test_the_manifest_is_plain_json(mini):
    release = build(mini)
    assert json.loads((release.folder / MANIFEST).read_text())["dumps"][0]["name"] == "all.ttl"
