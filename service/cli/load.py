"""The command load: the published release into a store that queries go to afterwards."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from time import monotonic

import click

from service import releases as shelf
from service.cli.options import with_settings
from service.cli.terminal import progress
from service.engine.address import Address, read_address
from service.engine.endpoint import Endpoint
from service.engine.graphs import NO_GRAPH
from service.engine.load import Ledger
from service.engine.load import load as load_release
from service.engine.portable import Dataset, Translator
from service.engine.target import GraphStore, Updates
from service.errors import PressError
from service.protocol import QueryRequest
from service.releases import Release
from service.settings import Settings

# Where the stores that are known by the path of their endpoint take graphs: Virtuoso, Oxigraph.
_GRAPH_STORES = {"/sparql": "/sparql-graph-crud-auth", "/query": "/store"}
_COUNT_SECONDS = 600.0
_MOST_BYTES = 1 << 20


@click.command()
@with_settings("releases", "engine")
@click.option("--release", "release_id", help="Load this release instead of the published one.")
@click.option("--graph-store", help="URL of the store's Graph Store Protocol; known for Virtuoso and Oxigraph.")
@click.option("--update", help="URL of the store's SPARQL Update, for a store without a Graph Store Protocol.")
@click.option("--user", envvar="LOAD_USER", help="Who may write; password in LOAD_PASSWORD.  [env LOAD_USER]")
def load(
    settings: Settings,
    release_id: str | None,
    graph_store: str | None,
    update: str | None,
    user: str | None,
) -> None:
    """Load a release into the store behind --engine. Run it again to go on after a failure."""
    if not settings.engine.startswith(("http://", "https://")):
        raise PressError("Say which store: --engine https://host/sparql.")
    release = shelf.open_release(settings.releases, release_id)
    engine = read_address(settings.engine)
    writing = _with_login(_writing(engine, graph_store, update), user)
    ledger = Ledger(release, str(writing))
    with (
        progress() as shown,
        closing(Updates(writing) if update else GraphStore(writing)) as target,
        closing(Endpoint(engine, {}, _MOST_BYTES)) as endpoint,
    ):
        sent = load_release(release, target, _Seen(endpoint, release), ledger, shown)
    total = sum(release.manifest["graphs"].values())
    click.echo(f"{engine} holds release {release.id}: {total:,} statements ({sent} batches sent).")


def _writing(engine: Address, graph_store: str | None, update: str | None) -> Address:
    """Where to write: as told, or the sister of an endpoint whose path is known."""
    if graph_store and update:
        raise PressError("Say --graph-store or --update, not both.")
    if graph_store or update:
        return read_address(graph_store or update or "")
    if engine.path not in _GRAPH_STORES:
        raise PressError(f"Where does the store behind {engine} take graphs? Say --graph-store URL or --update URL.")
    return replace(engine, path=_GRAPH_STORES[engine.path])


def _with_login(address: Address, user: str | None) -> Address:
    return replace(address, user=user, password=os.environ.get("LOAD_PASSWORD", "")) if user else address


class _Seen:
    """The store through its SPARQL endpoint."""

    def __init__(self, endpoint: Endpoint, release: Release) -> None:
        self._endpoint, self._translator = endpoint, Translator(release.base, {})

    def count(self, graph: str) -> int:
        return int(self._value("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", graph) or 0)

    def holds(self, graph: str, triple: str) -> bool:
        return self._value(f"ASK {{ {triple} }}", graph) == "true"

    def _value(self, query: str, graph: str) -> str:
        asked = self._translator.portable(QueryRequest(query))
        return self._endpoint.value(asked, Dataset((graph,), (NO_GRAPH,)), monotonic() + _COUNT_SECONDS)
