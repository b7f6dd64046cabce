"""Runs every check over the sources and says how many of each ran. Decides nothing about publishing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from pyoxigraph import Quad, Store

from service.press.addresses import check_addresses
from service.press.borrowed import check_borrowed
from service.press.citations import read_citations, read_cited_texts, verify
from service.press.findings import Report
from service.press.hygiene import run_hygiene
from service.press.passages import Text
from service.press.plans import Plans, read_plans
from service.press.progress import SILENT, Progress
from service.press.queries import Reader, read_queries
from service.press.rules import run_rules
from service.press.shapes import validate
from service.press.sources import META, SHAPES, Sources, read_sources
from service.press.syntaxes import check_syntaxes
from service.settings import Settings


@dataclass(frozen=True)
class Checked:
    """The sources, their queries, their graphs with what the rules derived, a reader over it, and the report."""

    sources: Sources
    plans: Plans
    graphs: dict[str, list[Quad]]
    reader: Reader
    report: Report


def check(settings: Settings, progress: Progress = SILENT, source_text: str | None = None) -> Checked:
    """Run all checks. When the sources do not parse the rest is left out: it would only repeat the error."""
    progress.step("sources")
    sources = read_sources(settings)
    reader = open_reader(sources)
    if not sources.parses:
        return Checked(sources, Plans(), sources.graphs, reader, sources.report)
    progress.step("rules")
    plans = read_plans(settings.ontology, sources)
    derived = run_rules(plans.rules, reader, sources.base, {*sources.graphs, META})
    ruled = Checked(sources, plans, sources.graphs | derived.graphs, reader, sources.report + derived.report)
    gates = _gates(ruled, settings.shapes / "hygiene", source_text, progress)
    return replace(ruled, report=sum(gates, start=ruled.report))


def open_reader(sources: Sources) -> Reader:
    """A reader over the sources as they are written, before any rule."""
    reader = Reader(Store(), sources.prefixes)
    reader.store.bulk_extend(chain.from_iterable(sources.graphs.values()))
    return reader


def _gates(ruled: Checked, hygiene: Path, source_text: str | None, progress: Progress) -> Iterator[Report]:
    """The reports of the gates. The engine answers the hygiene queries beside the shapes: it holds up no Python."""
    sources, reader, index = ruled.sources, ruled.reader, ruled.sources.index
    progress.step("shapes")
    data = chain.from_iterable(quads for name, quads in ruled.graphs.items() if name != SHAPES)
    queries = read_queries(hygiene, sources.written_base, sources.base.iri)
    with ThreadPoolExecutor(1, "hygiene") as beside:
        rows = beside.submit(run_hygiene, queries, reader, index)
        yield validate(data, ruled.graphs.get(SHAPES, []), reader, index, sources.base)
        progress.step("hygiene")
        yield rows.result()
    if source_text is not None:
        progress.step("citations")
        text = Text.of(source_text)
        yield verify(read_citations(reader, sources.base), text, index, read_cited_texts(reader, sources.base))
        yield check_borrowed(chain.from_iterable(sources.graphs.values()), text, index)
    yield check_syntaxes(chain.from_iterable(ruled.graphs.values()), index)
    yield check_addresses(chain.from_iterable(ruled.graphs.values()), sources.base, index)
