"""Which graphs of a remote store are the release's, and which of them its default graph is made of.

A remote store holds more than a release: graphs of its own, of others. So every query names its dataset. The
default graph is the union of the release's graphs: the copy in one graph where `load` wrote one, the engine's own
default graph where that holds exactly the union, else all graphs side by side. Side by side, most engines give a
statement once for each graph it stands in; in the other two it stands once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from service.engine.portable import Dataset
from service.errors import EngineTimeout
from service.releases import Release

log = logging.getLogger("service")

# No graph has this name: a dataset that names it is empty on every engine, one that names nothing is not on some.
NO_GRAPH = "urn:no-graph"
_IDENTIFIER = "http://purl.org/dc/terms/identifier"
_COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

# Asks over a dataset (None: the engine's own) and returns the value of the one cell, or of the boolean.
AskOne = Callable[[str, Dataset | None], str]


def named_graphs(release: Release) -> tuple[str, ...]:
    """The IRIs of the release's graphs; none when its manifest does not tell."""
    return tuple(f"{release.base}graph/{name}" for name in release.manifest.get("graphs", {}))


def union_graph(release: Release) -> str:
    """The IRI of the graph that holds a copy of all statements. No dataset can have this name: it has a slash."""
    return f"{release.base}graph/-/union"


def mark(release: Release, state: str = "") -> tuple[str, str]:
    """(graph, its one triple): stands in a store that holds all of the release, with the copy of the union.

    With the state "loading " it stands in a store that is being brought there.
    """
    return f"{release.base}graph/-/loaded", f'<{union_graph(release)}> <{_IDENTIFIER}> "{state}{release.id}" .'


def union_size(release: Release) -> int | None:
    """How many statements the release has, each counted once."""
    dump = release.dumps.get("all.nt")
    return dump.statements if dump is not None else None


class Graphs:
    """Makes the dataset of a request that of the release. `default` None: the engine's own default graph is it."""

    def __init__(self, named: tuple[str, ...], default: tuple[str, ...] | None) -> None:
        self._named, self._default = named, default
        self._known = frozenset(named)

    def dataset(self, asked: Dataset | None) -> Dataset | None:
        """What to send: None for the engine's own. What the release does not have is as empty as nothing."""
        if asked is None:
            return None if self._default is None else Dataset(self._default, self._named)
        return Dataset(self._existing(asked.default), self._existing(asked.named))

    def _existing(self, asked: tuple[str, ...]) -> tuple[str, ...]:
        known = tuple(iri for iri in dict.fromkeys(asked) if iri in self._known or not self._known)
        return known or (NO_GRAPH,)


def look_at(release: Release, ask: AskOne, keeps_more: Callable[[], bool]) -> Graphs:
    """Find out what the store's default graph is. `keeps_more`: it has graphs of its own in it, so do not count."""
    named, size = named_graphs(release), union_size(release)
    graph, triple = mark(release)
    is_marked = ask(f"ASK {{ {triple} }}", Dataset((graph,), (NO_GRAPH,))) == "true"
    if not named:
        return Graphs((), None)
    if is_marked:
        return Graphs(named, (union_graph(release),))
    if size is not None and not keeps_more() and _counts(ask, size):
        return Graphs(named, None)
    log.warning(
        "engine: there is no mark that all of release %s is loaded: its graphs are asked side by side", release.id
    )
    return Graphs(named, named)


def _counts(ask: AskOne, size: int) -> bool:
    try:
        return ask(_COUNT, None) == str(size)
    except EngineTimeout:
        return False
