"""The same sources give the same release on two machines: same id, same bytes.

The second machine has another folder, hash seed, clock, time zone, locale and encoding, umask, user, home, number of
processors, and its files were written in another order. What may differ is named here: when it was built, and the
files of the embedded store, which hold times and identities of their own; what the store says may not.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.live import MINI, ROOT

HERE = {
    "PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8", "USER": "anna", "LOGNAME": "anna", "DAYS": "0", "UMASK": "022",
    "PROCESSORS": "2",
}  # fmt: skip
THERE = {
    "PYTHONHASHSEED": "4242", "TZ": "Pacific/Kiritimati", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0",
    "USER": "бен", "LOGNAME": "бен", "DAYS": "4000", "UMASK": "077", "PROCESSORS": "1", "PYTHONDONTWRITEBYTECODE": "1",
}  # fmt: skip
# The clock is set before anything of ours is imported.
BUILD = """
import datetime, os, sys, time
days, real = int(os.environ["DAYS"]), time.time
time.time = lambda: real() + days * 86400
class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + datetime.timedelta(days=days)
datetime.datetime = Shifted
os.umask(int(os.environ["UMASK"], 8))
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(os.environ["PROCESSORS"])])
from pathlib import Path
from service.press.build import build
from service.settings import Settings
folders = {name: Path(name) for name in ("ontology", "triples", "shapes")}
print(build(Settings(**folders, releases=Path(sys.argv[1]), base="http://localhost:8000/")).id)
"""


def copy_in_disorder(source, target, seed):
    """The three folders, file by file, in an order of their own and with other times."""
    files = [p for name in ("ontology", "triples", "shapes") for p in (source / name).rglob("*") if p.is_file()]
    random.Random(seed).shuffle(files)
    for age, path in enumerate(files):
        copied = target / path.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)
        os.utime(copied, (1_000_000_000 + age * seed, 1_000_000_000 + age * seed))


def build_on(machine, source, folder, seed):
    copy_in_disorder(source, folder / "work", seed)
    home = folder / "home"
    home.mkdir()
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT), **machine}
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder / "out")],
        cwd=folder / "work",
        env=environ,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-3000:]
    return folder / "out" / done.stdout.decode().strip().splitlines()[-1]


def contents(release):
    files = (path for path in release.rglob("*") if path.is_file() and release / "store" not in path.parents)
    found = {path.relative_to(release).as_posix(): path.read_bytes() for path in files}
    manifest = json.loads(found.pop("manifest.json"))
    built = manifest.pop("built")
    return found, manifest, built


def stored(release):
    return sorted(str(quad) for quad in ox.Store.read_only(str(release / "store")))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("source", [MINI, ROOT], ids=["mini", "libya"])
def test_two_machines_build_the_same_release(source, tmp_path):
    (tmp_path / "one").mkdir()
    second = tmp_path / "Zwei mit Ümlaut"
    second.mkdir()
    one, two = build_on(HERE, source, tmp_path / "one", 3), build_on(THERE, source, second, 7)
    assert one.name == two.name
    (files, manifest, built), (others, other_manifest, other_built) = contents(one), contents(two)
    assert files.keys() == others.keys()
    assert not [name for name in files if files[name] != others[name]]
    assert len(files) > 100
    assert manifest == other_manifest
    assert built < other_built, "the clocks differ"
    assert stored(one) == stored(two)


def test_the_comparison_sees_a_byte(tmp_path):
    copy_in_disorder(MINI, tmp_path / "work", 3)
    release = tmp_path / "release"
    (release / "dumps").mkdir(parents=True)
    (release / "manifest.json").write_text('{"built": "x", "id": "r"}')
    (release / "dumps" / "all.nt").write_bytes(b"a")
    before = contents(release)
    Path(release / "dumps" / "all.nt").write_bytes(b"b")
    assert contents(release) != before
