"""Runs every check over the sources and says how many of each ran. Decides nothing about publishing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import Quad, Store

from service.press.borrowed import check_borrowed
from service.press.citations import read_citations, verify
from service.press.findings import Report
from service.press.hygiene import run_hygiene
from service.press.passages import Text
from service.press.plans import Plans, read_plans
from service.press.progress import SILENT, Progress
from service.press.queries import Reader, read_queries
from service.press.rules import run_rules
from service.press.shapes import validate
from service.press.sources import META, SHAPES, Sources, read_sources
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
    graphs = sources.graphs | derived.graphs
    report = sources.report + derived.report
    for part in _gates(settings, sources, graphs, reader, progress, source_text):
        report += part
    return Checked(sources, plans, graphs, reader, report)


def open_reader(sources: Sources) -> Reader:
    """A reader over the sources as they are written, before any rule."""
    reader = Reader(Store(), sources.prefixes)
    reader.store.bulk_extend(chain.from_iterable(sources.graphs.values()))
    return reader


def _gates(
    settings: Settings,
    sources: Sources,
    graphs: dict[str, list[Quad]],
    reader: Reader,
    progress: Progress,
    source_text: str | None,
) -> Iterator[Report]:
    """The reports of the gates, each run when it is asked for."""
    progress.step("shapes")
    data = chain.from_iterable(quads for name, quads in graphs.items() if name != SHAPES)
    yield validate(data, graphs.get(SHAPES, []), reader, sources.index)
    progress.step("hygiene")
    hygiene = read_queries(settings.shapes / "hygiene", sources.written_base, sources.base.iri)
    yield run_hygiene(hygiene, reader, sources.index)
    if source_text is not None:
        progress.step("citations")
        text = Text.of(source_text)
        yield verify(read_citations(reader, sources.base), text, sources.index)
        yield check_borrowed(chain.from_iterable(sources.graphs.values()), text, sources.index)
