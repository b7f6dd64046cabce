"""The commands that hold the data against the cited text: cite, verify, coverage."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.files import read_text
from service.cli.options import SOURCES, source_option, with_settings
from service.cli.terminal import show_report
from service.press.checks import open_reader
from service.press.citations import Coverage, read_citations, read_cited_texts, refuse_foreign
from service.press.citations import coverage as measure
from service.press.citations import verify as verify_citations
from service.press.cite import citation_block, find_passage, read_notation
from service.press.findings import Refused
from service.press.passages import Text
from service.press.sources import Sources, read_sources
from service.settings import Settings

# Between two citations there is often only a word or two: not worth a line.
_SHORTEST_GAP = 25


@click.command()
@with_settings(*SOURCES)
@source_option(required=True)
@click.option("--paragraph", type=int, help="Look in this paragraph only, when the words stand in several.")
@click.argument("words")
def cite(settings: Settings, source: Path, paragraph: int | None, words: str) -> None:
    """Print the citation of WORDS, copied from the cited text, as Turtle to paste beside its claim."""
    text = _read(source)
    passage = find_passage(text, words, paragraph)
    click.echo(citation_block(text, passage, read_notation(read_sources(settings))), nl=False)


@click.command()
@with_settings(*SOURCES)
@source_option(required=True)
def verify(settings: Settings, source: Path) -> None:
    """Check that every citation stands in the cited text where it says."""
    sources = _sources(settings)
    reader, base = open_reader(sources), sources.base
    report = verify_citations(
        read_citations(reader, base), _read(source), sources.index, read_cited_texts(reader, base)
    )
    if not report.passed:
        raise Refused(report)
    show_report(report)


@click.command()
@with_settings(*SOURCES)
@source_option(required=True)
def coverage(settings: Settings, source: Path) -> None:
    """Show for each paragraph of the cited text how much of it is cited, how often, and what is not."""
    sources, text = _sources(settings), _read(source)
    citations = read_citations(open_reader(sources), sources.base)
    refuse_foreign(citations, text)
    for part in measure(citations, text):
        click.echo(f"P{part.paragraph}: {100 * part.covered // part.length}% cited, by {part.uses}")
        _show_gaps(part, text)


def _show_gaps(part: Coverage, text: Text) -> None:
    for gap in part.gaps:
        words = text.words_at(gap).strip()
        if len(words) >= _SHORTEST_GAP:
            click.echo(f"    {gap}: {words}")


def _sources(settings: Settings) -> Sources:
    """The sources, when all of them can be read."""
    sources = read_sources(settings)
    if not sources.parses:
        raise Refused(sources.report)
    return sources


def _read(source: Path) -> Text:
    return Text.of(read_text(source))
