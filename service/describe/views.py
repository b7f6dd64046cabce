"""The views a publication brings: queries that say how its things are told. Runs those that fit a thing.

A view is a SELECT with the variable ?this. A line `# for: IRI IRI` at its head names the classes it is for;
without one it is for everything. ontology/views/README.md has the contract.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from service.engine import Engine
from service.engine.rows import Row, rows
from service.releases import Release

_FOR = re.compile(r"^# for:(.*)$", re.MULTILINE)


def run_views(engine: Engine, release: Release, name: str, iri: str, types: Collection[str]) -> list[Row]:
    """The rows of every view whose file name begins with `name` and that is for one of these types."""
    fitting = [text for text in _texts(release, name) if not _classes(text) or _classes(text) & set(types)]
    return [row for text in fitting for row in rows(engine, text, this=iri)]


def _texts(release: Release, name: str) -> list[str]:
    return [text for file, text in release.queries("views").items() if file.startswith(f"views/{name}")]


@lru_cache(maxsize=256)
def _classes(text: str) -> frozenset[str]:
    return frozenset(iri for line in _FOR.findall(text) for iri in line.split())
