"""The commands that read a release: serve and query."""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import replace
from typing import IO

import click

from service import releases as shelf
from service.cli.files import decode
from service.cli.options import READING_ROOM, with_settings
from service.cli.terminal import show_results
from service.engine import Answer, Offers
from service.errors import BadRequest
from service.media import CSV, JSON, TURTLE, Format, Kind, by_name
from service.protocol import QueryRequest
from service.releases import Release
from service.settings import Settings


@click.command()
@with_settings(*READING_ROOM)
def serve(settings: Settings) -> None:
    """Serve the published release until stopped."""
    from service.web.server import run

    run(settings)


@click.command()
@with_settings("releases", "query_seconds", "query_memory_mb", "result_mb")
@click.option("--release", "release_id", help="Ask this release instead of the published one.")
@click.option(
    "--format", "format_name", help="csv, tsv, json, xml, ttl, nt, ... instead of a table (or CSV) or Turtle."
)
@click.argument("file", type=click.File("rb"))
def query(settings: Settings, release_id: str | None, format_name: str | None, file: IO[bytes]) -> None:
    """Ask the SPARQL query in FILE, or on standard input when FILE is -."""
    release = shelf.open_release(settings.releases, release_id)
    as_table = format_name is None and sys.stdout.isatty()
    answer = _ask(
        settings, release, decode(file.read(), getattr(file, "name", "<stdin>")), _offers(format_name, as_table)
    )
    spool: IO[bytes] = answer.spool or io.BytesIO(answer.body or b"")
    with spool as body:
        if as_table and answer.kind is not Kind.GRAPH:
            show_results(body.read(), release.prefixes)
        else:
            shutil.copyfileobj(body, sys.stdout.buffer)


def _ask(settings: Settings, release: Release, text: str, offers: Offers) -> Answer:
    """The answer of an engine of one worker, which keeps to the service's limits."""
    from service.engine.pool import open_pool

    engine = open_pool(replace(settings, workers=1, slow_workers=1), release)
    try:
        return engine.answer(QueryRequest(text), offers)
    finally:
        engine.close()


def _offers(name: str | None, as_table: bool) -> Offers:
    """What to ask the engine for: the named format for each kind it can carry, or what suits people and pipes."""
    if name is None:
        rows = JSON if as_table else CSV
        return {Kind.SOLUTIONS: rows, Kind.BOOLEAN: rows, Kind.GRAPH: TURTLE}
    known: Format | None = by_name(name)
    if known is None:
        raise BadRequest(f"There is no format {name!r}. Say csv, tsv, json, xml, ttl, nt, rdf, jsonld, nq or trig.")
    return dict.fromkeys(known.kinds, known)
