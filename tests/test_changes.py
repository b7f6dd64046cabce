"""What differs between releases: patches lead to the same bytes, counts say where, the command shows both."""

import hashlib
import re
import subprocess

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from service.changes import ADD, DELETE, apply, count, differ, patch, read_change, write_patch
from service.cli import main
from service.errors import BadRequest
from service.press.build import build
from service.releases import publish
from tests.live import ROOT
from tests.publications import BASE, RAILWAY, copy_mini, edit

LINES = st.lists(st.integers(0, 40).map(lambda n: f'<a> <b> "{n}" <g> .\n'.encode()), unique=True).map(sorted)
IRIS = ("http://localhost/release/a", "http://localhost/release/b")


@given(LINES, LINES)
def test_what_differs_is_what_is_in_one_only(old, new):
    found = list(differ(old, new))
    assert [line for mark, line in found if mark == DELETE] == sorted(set(old) - set(new))
    assert [line for mark, line in found if mark == ADD] == sorted(set(new) - set(old))


@given(LINES, LINES)
def test_the_earlier_and_the_patch_make_the_later(old, new):
    patched = [b"H id <x> .\n", b"TX .\n", *(mark + line for mark, line in differ(old, new)), b"TC .\n"]
    assert list(apply(old, patched)) == new


def test_a_patch_to_another_release_is_refused():
    with pytest.raises(BadRequest, match="of another release"):
        list(apply([b"<a> <b> <c> <g> .\n"], [b"D <x> <b> <c> <g> .\n"]))


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """(settings, earlier, later) of mini, in which a station opened a year later."""
    mini = copy_mini(tmp_path_factory.mktemp("changes"))
    earlier = build(mini)
    edit(mini, RAILWAY, "1905", "1906")
    return mini, earlier, build(mini)


def all_nq(release):
    return release.dump_path("all.nq")


def test_a_release_and_the_patch_make_the_next_release_by_hash(two):
    _, earlier, later = two
    patched = list(patch(all_nq(earlier), all_nq(later), IRIS))
    with all_nq(earlier).open("rb") as lines:
        made = hashlib.sha256(b"".join(apply(lines, patched))).hexdigest()
    assert made == later.dumps["all.nq"].sha256
    assert later.id == f"r{made[:16]}"


def test_a_patch_is_an_rdf_patch_in_one_transaction(two):
    _, earlier, later = two
    lines = b"".join(patch(all_nq(earlier), all_nq(later), IRIS)).decode().splitlines()
    assert lines[:3] == [f"H id <{IRIS[1]}> .", f"H prev <{IRIS[0]}> .", "TX ."]
    assert lines[-1] == "TC ."
    assert all(re.fullmatch(r"[AD] <.+> <.+> .+ <http://localhost:8000/graph/\w+> \.", line) for line in lines[3:-1])
    assert f"A <{BASE}id/station/birch-junction> <{BASE}ontology#opened>" in "\n".join(lines)


def test_counts_are_by_graph(two):
    _, earlier, later = two
    change = count(all_nq(earlier), all_nq(later), (earlier.id, later.id))
    assert change.added == change.removed == {f"{BASE}graph/mini": 1}
    assert change.total == (1, 1)


def test_a_patch_is_written_with_its_numbers_and_leaves_nothing_else(two, tmp_path):
    _, earlier, later = two
    target = tmp_path / "patches" / f"{later.id}.rdfp"
    change = write_patch(target, earlier.folder, later.folder, BASE)
    assert read_change(target) == change
    assert change.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    assert f"H prev <{BASE}release/{earlier.id}> .".encode() in target.read_bytes()
    assert sorted(path.name for path in target.parent.iterdir()) == [f"{later.id}.json", f"{later.id}.rdfp"]
    assert read_change(tmp_path / "none.rdfp") is None


def test_the_commands_of_the_download_page_apply_a_patch(two, tmp_path):
    """The shell line in dumps.html, run by a shell."""
    _, earlier, later = two
    (tmp_path / "all.nq").write_bytes(all_nq(earlier).read_bytes())
    (tmp_path / "p.rdfp").write_bytes(b"".join(patch(all_nq(earlier), all_nq(later), IRIS)))
    page = (ROOT / "service/web/templates/dumps.html").read_text(encoding="utf-8")
    command = next(line for line in page.splitlines() if "comm -23" in line)
    command = command.replace("{{ release.id }}", "p").replace("&gt;", ">")
    done = subprocess.run(["bash", "-c", f"export LC_ALL=C; {command}"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new.nq").read_bytes() == all_nq(later).read_bytes()


@pytest.mark.parametrize(
    ("show", "expected"),
    [("patch", r"H id <.*\nH prev <.*\nTX \.\n"), ("added", r"<.*1906"), ("removed", r"<.*1905"), ("counts", "")],
)
def test_the_command_shows_what_differs(two, show, expected):
    settings, earlier, later = two
    done = CliRunner().invoke(
        main, ["diff", "--releases", str(settings.releases), "--show", show, earlier.id, later.id]
    )
    assert done.exit_code == 0, done.output
    assert re.match(expected, done.stdout)
    assert f"+1 -1  {BASE}graph/mini\n+1 -1  {earlier.id} to {later.id}" in done.stderr


def test_the_command_knows_releases_only(two):
    done = CliRunner().invoke(main, ["diff", "--releases", str(two[0].releases), two[1].id, "../etc"])
    assert done.exit_code == 1
    assert "There is no release '../etc'" in done.output


def test_publishing_writes_the_patch_from_what_was_published_before(two):
    settings, earlier, later = two
    publish(settings.releases, earlier.id)
    publish(settings.releases, later.id)
    publish(settings.releases, earlier.id)
    patches = settings.releases / "patches"
    assert [path.name for path in sorted(patches.iterdir())] == [f"{later.id}.json", f"{later.id}.rdfp"]
    assert read_change(patches / f"{later.id}.rdfp").earlier == earlier.id
