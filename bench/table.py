"""The table that the benchmark prints: one line a row, ours beside its peers, and whether the bar is met."""

from __future__ import annotations

from bench.load import Measure

COLUMNS = """\
what       the work, the same for everyone in the row, one server after the other on the same machine
ours       our figure: answers a second, or the time of one (p50 half of them, p99 all but one in a hundred)
peers      ratio of ours to the peer's with the peer's figure behind it: 2.00x means twice as many answers a
           second; where times are compared (marked "of the time") 2.00x means twice as long
bar        what the design asks for, and whether this run meets it; - where it asks for nothing
"""
# (ratio of ours to the peer's, at least)
Bars = dict[str, float]


def row(what: str, ours: str, peers: str = "", bar: str = "-", is_met: bool | None = None) -> None:
    """Print one row."""
    verdict = "" if is_met is None else f" {'met' if is_met else 'MISSED'}"
    print(f"{what:38} {ours:>26}   {peers:100} bar {bar}{verdict}", flush=True)


def compare(what: str, mine: Measure, theirs: dict[str, Measure], bars: Bars) -> None:
    """A row of rates; `bars` has the smallest ratio to a peer that is good."""
    peers = ", ".join(f"{ratio(mine, it)} {name} ({rate(it)})" for name, it in theirs.items())
    wanted = {name: least for name, least in bars.items() if name in theirs}
    is_met = all(mine.per_second >= least * theirs[name].per_second for name, least in wanted.items())
    text = ", ".join(f">= {least:g}x {name}" for name, least in wanted.items())
    row(what, rate(mine), peers or "no peer is installed", text or "-", is_met if wanted else None)


def ratio(mine: Measure, theirs: Measure) -> str:
    return f"{mine.per_second / theirs.per_second:.2f}x"


def rate(measure: Measure) -> str:
    return f"{measure.per_second:,.0f}/s p99 {measure.p99:.1f} ms"
