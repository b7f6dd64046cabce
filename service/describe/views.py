"""The views a publication brings: queries that say how its things are told. Runs those that fit a thing.

A view is a SELECT with the variable ?this. `# for: IRI IRI` at its head names the classes it is for, `# if: IRI IRI`
the properties of which one must point at the thing; without them it is for everything. ontology/views/README.md
has the contract.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from service.engine import Engine
from service.engine.rows import Row, rows
from service.releases import Release

_CONDITION = re.compile(r"^# (for|if):(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Subject:
    """The thing a page is about: its IRI, its classes, and the properties that point at it."""

    iri: str
    classes: frozenset[str]
    pointers: frozenset[str]


def run_views(engine: Engine, release: Release, name: str, subject: Subject) -> list[Row]:
    """The rows of every view whose file name begins with `name` and that is for this thing."""
    return [row for text in fitting(release, name, subject) for row in rows(engine, text, this=subject.iri)]


def fitting(release: Release, name: str, subject: Subject) -> list[str]:
    """The texts of the views whose file name begins with `name` and that are for this thing."""
    return [text for text in _texts(release, name) if _fits(text, subject)]


def _texts(release: Release, name: str) -> list[str]:
    return [text for file, text in release.queries("views").items() if file.startswith(f"views/{name}")]


def _fits(text: str, subject: Subject) -> bool:
    classes, pointers = _conditions(text)
    return (not classes or bool(classes & subject.classes)) and (not pointers or bool(pointers & subject.pointers))


@lru_cache(maxsize=256)
def _conditions(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The classes and the properties named at the head of a view."""
    found = _CONDITION.findall(text)
    named = {word: frozenset(iri for w, line in found if w == word for iri in line.split()) for word in ("for", "if")}
    return named["for"], named["if"]
