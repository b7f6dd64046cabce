"""Rows of growth: a synthetic publication of many triples is built, in a process of its own whose memory is told.

`python -m bench.growth 100000` makes one, builds it and prints seconds, triples and the largest memory in MiB.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench.table import row
from service.press.build import build
from service.settings import Settings

MINI = Path(__file__).parent.parent / "tests" / "mini"
SIZES = [int(size) for size in os.environ.get("SIZES", "100000 1000000").split()]
_PER_UNIT = 9
_FILE_UNITS = 5000
_HEAD = (MINI / "triples" / "mini" / "railway.ttl").read_text().partition("\n\n")[0] + "\n\n"
_UNIT = """station:s{n} a mini:Station ; rdfs:label "Halt {n}"@en ; mini:opened {year} .
<link/s{n}> a mini:Link ; mini:from station:s{n} ; mini:to station:s{n} .
<claim/S{n}> a mini:Claim ; mini:about <link/s{n}> ; rdfs:comment "One of many, number {n}"@en .

"""
# A build of ten times as much that is linear takes ten times as long, and a little for what the machine does beside.
_LINEAR = 1.3
# Memory that is bounded does not grow with the triples.
_BOUNDED = 2


@dataclass(frozen=True)
class Built:
    """What a build took. `cpu` is what it worked, whatever else the machine did."""

    triples: int
    seconds: float
    cpu: float
    mib: float

    @property
    def each(self) -> float:
        """Microseconds of CPU a triple."""
        return self.cpu / self.triples * 1e6

    @property
    def memory(self) -> float:
        """KiB a triple."""
        return self.mib * 1024 / self.triples


def growth() -> None:
    """Build each size; the time for a triple should stay the same, and memory should not grow with the triples."""
    first: Built | None = None
    for size in SIZES:
        command = [sys.executable, "-m", "bench.growth", str(size)]
        told = Built(**json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        _show(told, first or told)
        first = first or told


def _show(told: Built, first: Built) -> None:
    what, figures = f"build of {told.triples:,} triples", f"{told.seconds:,.0f} s, {told.mib:,.0f} MiB"
    each = f"{told.each:,.0f} us of CPU and {told.memory:,.1f} KiB a triple"
    if told is first:
        row(what, figures, each)
        return
    ratios = f"{told.each / first.each:.2f}x and {told.memory / first.memory:.2f}x of those of the smaller"
    is_met = told.each <= _LINEAR * first.each and told.mib <= _BOUNDED * first.mib
    row(
        what,
        figures,
        f"{each}: {ratios}",
        f"time linear (<= {_LINEAR}x), memory bounded (<= {_BOUNDED}x in all)",
        is_met,
    )


def cpu_seconds() -> float:
    """What this process and those it has waited for have worked so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def publication(folder: Path, triples: int) -> Settings:
    """The ontology and shapes of tests/mini over stations, links and claims, in files of some thousands."""
    shutil.copytree(MINI, folder / "mini")
    data = folder / "mini" / "triples" / "mini"
    (data / "railway.ttl").write_text(_HEAD + '<agent/clerk> rdfs:label "The clerk of the line"@en .\n')
    units = triples // _PER_UNIT
    for begin in range(0, units, _FILE_UNITS):
        numbers = range(begin, min(begin + _FILE_UNITS, units))
        text = "".join(_UNIT.format(n=n, year=1800 + n % 200) for n in numbers)
        (data / f"part-{begin:08}.ttl").write_text(_HEAD + text)
    folders = {name: folder / "mini" / name for name in ("ontology", "triples", "shapes")}
    return Settings(**folders, releases=folder / "releases", base="http://localhost:8000/")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = publication(Path(folder), int(sys.argv[1]))
        begun, worked = perf_counter(), cpu_seconds()
        release = build(settings)
        seconds, cpu = perf_counter() - begun, cpu_seconds() - worked
        counted = release.dumps["all.nt"].statements
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"seconds": seconds, "cpu": cpu, "triples": counted, "mib": peak / 1024}))


if __name__ == "__main__":
    main()
