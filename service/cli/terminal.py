"""What the command line shows: progress as bars on a terminal and lines elsewhere, findings, tables of rows."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from service.press.findings import Report

T = TypeVar("T")


class Lines:
    """Progress for logs: one plain line as each step begins."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def step(self, what: str) -> None:
        click.echo(f"{time.monotonic() - self._start:6.1f} s  {what}", err=True)

    def each(self, what: str, items: Iterable[T]) -> Iterable[T]:
        self.step(what)
        return items


class Bars:
    """Progress for people: a bar for each step that has a length, a spinner for the others."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown

    def step(self, what: str) -> None:
        self.finish()
        self._shown.add_task(what, total=None)

    def each(self, what: str, items: Iterable[T]) -> Iterator[T]:
        self.finish()
        task = self._shown.add_task(what, total=len(items) if isinstance(items, Sized) else None)
        for item in items:
            yield item
            self._shown.advance(task)

    def finish(self) -> None:
        """What was begun before is done when the next step begins."""
        for task in self._shown.tasks:
            if task.total is None:
                self._shown.update(task.id, total=1, completed=1)


@contextmanager
def progress() -> Iterator[Lines | Bars]:
    """Bars when standard error is a terminal, otherwise lines."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as shown:
        bars = Bars(shown)
        yield bars
        bars.finish()


def show_results(body: bytes, prefixes: Mapping[str, str]) -> None:
    """SPARQL results in JSON as a table, IRIs shortened; the answer of ASK as yes or no."""
    results = json.loads(body)
    if "boolean" in results:
        click.echo("yes" if results["boolean"] else "no")
        return
    names = results["head"]["vars"]
    table = Table(*(Column(name, overflow="fold") for name in names))
    for row in results["results"]["bindings"]:
        table.add_row(*(Text(_shorten(row.get(name, {}).get("value", ""), prefixes)) for name in names))
    Console().print(table)


def _shorten(value: str, prefixes: Mapping[str, str]) -> str:
    """The value with the longest namespace that begins it as a prefix."""
    fitting = [(len(iri), prefix) for prefix, iri in prefixes.items() if value.startswith(iri)]
    return f"{max(fitting)[1]}:{value[max(fitting)[0] :]}" if fitting else value


def show_report(report: Report) -> None:
    """Findings on standard error, then what ran."""
    for finding in report.findings:
        click.echo(str(finding), err=True)
    click.echo("Ran: " + ", ".join(f"{name} {count:,}" for name, count in report.ran.items()) + ".", err=True)
