"""The command conformance: tries the contract on a service, line by line, and says what does not hold."""

from __future__ import annotations

import json
import sys
from math import isfinite
from typing import Any

import click
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from service.conformance import Exhausted, Limits, Outcome, Report, Result, Unreachable, earl, every, run
from service.errors import BadRequest, Unavailable
from service.media import TURTLE

_LOOKS = {
    Outcome.FAILED: "bold red", Outcome.UNTESTED: "yellow", Outcome.PASSED: "green", Outcome.INAPPLICABLE: "dim",
}  # fmt: skip
_USUAL = Limits()
_COUNT = click.IntRange(min=1)


class _Amount(click.FloatRange):
    """A number above zero that ends: NaN is below and above nothing, so that a range lets it through."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"{value} is not in the range x>0.", param, ctx)
        return number


@click.command()
@click.argument("url", required=False)
@click.option("--only", multiple=True, metavar="ID", help="A check, or an area such as `ranges`; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@click.option("--earl", "as_earl", is_flag=True, help="The report as RDF (W3C EARL) in Turtle.")
@click.option("--list", "list_them", is_flag=True, help="List the checks and try nothing.")
@click.option(
    "--seconds", type=_Amount(), default=_USUAL.seconds, show_default=True, help="Longest time of the whole run."
)
@click.option("--requests", type=_COUNT, default=_USUAL.requests, show_default=True, help="Most requests.")
@click.option(
    "--megabytes", type=_COUNT, default=_USUAL.bytes // 10**6, show_default=True, help="Most that is downloaded."
)
@click.option("--rate", type=_Amount(), default=_USUAL.rate, show_default=True, help="Most requests a second.")
def conformance(
    url: str | None, only: tuple[str, ...], as_json: bool, as_earl: bool, list_them: bool,
    seconds: float, requests: int, megabytes: int, rate: float,
) -> None:  # fmt: skip
    """Try the HTTP contract on the service at URL, line by line; exit code 0 when every line that applies holds.

    Asks one thing at a time, never goes to another host, and stops at its limits.
    """
    if list_them:
        _list()
        sys.exit(0)
    if url is None:
        raise BadRequest("Name the service: conflict-actors conformance http://localhost:8000/")
    limits = Limits(seconds=seconds, requests=requests, bytes=megabytes * 10**6, rate=rate)
    report = _run(url, limits, only)
    _show(report, as_json, as_earl)
    sys.exit(0 if report.holds else 1)


def _run(url: str, limits: Limits, only: tuple[str, ...]) -> Report:
    """The run, told of on standard error while it goes on when that is a terminal."""
    try:
        if not sys.stderr.isatty():
            return run(url, limits, only)
        with Console(stderr=True).status("") as shown:
            return run(url, limits, only, lambda result: shown.update(f"{result.area}: {result.says[:70]}"))
    except ValueError as error:
        raise BadRequest(str(error)) from error
    except Exhausted as error:
        raise BadRequest(f"Nothing could be tried: {error}. Give more --seconds.") from error
    except Unreachable as error:
        raise Unavailable(f"{error}. Is the service running?") from error


def _show(report: Report, as_json: bool, as_earl: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=1, ensure_ascii=False))
    elif as_earl:
        click.echo(earl.write(earl.statements(report), TURTLE.media_type), nl=False)
    else:
        _table(report)


def _table(report: Report) -> None:
    """Failures first, with what was asked and what came; then the rest, a line each; then the counts."""
    console, table = Console(), _columns("outcome", "check", "what was found")
    for result in report.ordered():
        table.add_row(Text(result.outcome, _LOOKS[result.outcome]), _named(result), _found(result))
    console.print(table)
    told = ", ".join(f"{number} {outcome}" for outcome, number in report.counts.items())
    size = f"{report.requests:,} requests, {report.bytes / 1e6:.1f} MB, {report.seconds:.0f} s"
    console.print(Text(f"{report.url}  release {report.release or 'not told'}\n{told}. {size}."))


def _named(result: Result) -> Text:
    if result.outcome is not Outcome.FAILED:
        return Text(result.id)
    return Text.assemble((result.id, "bold"), "\n", result.says)


def _found(result: Result) -> Text:
    if result.outcome is not Outcome.FAILED:
        return Text(result.detail)
    return Text("\n".join((result.detail, *result.seen, f"{result.spec}  {result.url}".rstrip())))


def _list() -> None:
    table = _columns("check", "says", "specification")
    for one in every():
        table.add_row(Text(one.id, "bold"), Text(one.says), Text(str(one.spec)))
    Console().print(table)


def _columns(*names: str) -> Table:
    return Table(*(Column(name, overflow="fold") for name in names), box=None)
