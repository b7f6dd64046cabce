"""The commands check and build."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.files import read_text
from service.cli.options import PRESS, source_option, with_settings
from service.cli.terminal import progress, show_report
from service.press import build as building
from service.press import checks
from service.press.findings import Refused
from service.settings import Settings


@click.command()
@with_settings(*PRESS)
@source_option(required=False)
def check(settings: Settings, source: Path | None) -> None:
    """Check the sources: syntax, duplicates, rules, shapes, hygiene; with --source, citations too."""
    with progress() as shown:
        report = checks.check(settings, shown, _text(source)).report
    if not report.passed:
        raise Refused(report)
    show_report(report)


@click.command()
@with_settings(*PRESS)
@source_option(required=False)
def build(settings: Settings, source: Path | None) -> None:
    """Check the sources, build a release and print its id. To publish it is a step of its own."""
    with progress() as shown:
        release = building.build(settings, shown, _text(source))
    click.echo(release.id)


def _text(source: Path | None) -> str | None:
    return read_text(source) if source else None
