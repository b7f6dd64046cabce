"""The rows of the benchmark table: each row ours beside its peers, as a ratio, with the bar of the design.

Seconds per row: SECONDS; sizes of the synthetic builds: SIZES. Loopback only; stops by itself.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench import servers
from bench.documents import documents
from bench.growth import cpu_seconds, growth
from bench.queries import heavy, small
from bench.starts import follows, starts
from bench.table import COLUMNS, row

SECONDS = float(os.environ.get("SECONDS", "4"))
_BUILD_SECONDS = 10


def main() -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}", end=", ")
    print(f"{SECONDS:g} s a row, 16 connections\n")
    print(COLUMNS, flush=True)
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        begun, worked = time.perf_counter(), cpu_seconds()
        settings, release = servers.publication(folder)
        spent = time.perf_counter() - begun
        told = f"{cpu_seconds() - worked:.1f} s of CPU"
        row("whole build of the dataset", f"{spent:.1f} s", told, f"<= {_BUILD_SECONDS} s", spent <= _BUILD_SECONDS)
        starts(settings, release, folder)
        us = running.enter_context(servers.ours(settings))
        oxigraph = running.enter_context(servers.oxigraph(release, folder))
        with servers.rdflib_endpoint(release) as rdflib, servers.virtuoso(settings, folder) as virtuoso:
            small(release, us, [peer for peer in (oxigraph, virtuoso, rdflib) if peer], SECONDS)
        documents(release, us, oxigraph, folder, SECONDS)
        heavy(release, us)
        follows(settings, us, folder)
    growth()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nLargest process of all: {peak:,.0f} MiB resident. Load at the end: {os.getloadavg()[0]:.1f}.")
