"""The plain values that pages are made of: a thing with its label, and the four bounds of a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.engine.rows import Row, Term

# The properties that label things, best first; and the same as a SPARQL path.
LABELS = (
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://purl.org/dc/terms/title",
    "http://xmlns.com/foaf/0.1/name",
)
LABEL = "(" + "|".join(f"<{iri}>" for iri in LABELS) + ")"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
PREFERRED_LANGUAGES = ("en", "")


@dataclass(frozen=True)
class Thing:
    """Something to show. `iri` is empty for a literal; `text` is empty for an IRI without a label."""

    text: str
    iri: str = ""
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True)
class Bounds:
    """When something began and ended, each within bounds: xsd:date, or words where the data have no date.

    Empty means unknown.
    """

    begin_earliest: str = ""
    begin_latest: str = ""
    end_earliest: str = ""
    end_latest: str = ""

    @property
    def order(self) -> str:
        """What to sort by: the first bound that is known; the unknown comes last."""
        return self.begin_earliest or self.begin_latest or self.end_earliest or self.end_latest or "~"

    def __bool__(self) -> bool:
        return any((self.begin_earliest, self.begin_latest, self.end_earliest, self.end_latest))


def thing(value: Term | None, label: Term | None = None) -> Thing | None:
    """The thing in a cell, with the label from another cell. None when the cell is empty."""
    if value is None:
        return Thing(label.value, language=label.language) if label else None
    if value.kind == "literal":
        return Thing(value.value, language=value.language, datatype=value.datatype)
    text, language = (label.value, label.language) if label else ("", "")
    return Thing(text, value.value if value.kind == "uri" else "", language)


def bounds(row: Row) -> Bounds:
    """The four dates of a row: the day of a date or a time; what begins with no day as it is written."""
    columns = ("beginEarliest", "beginLatest", "endEarliest", "endLatest")
    return Bounds(*(_day(text(row, column)) for column in columns))


def _day(written: str) -> str:
    return written[:10] if _DAY.match(written) else written


def text(row: Row, column: str) -> str:
    """The text of a cell, empty when there is none."""
    cell = row.get(column)
    return cell.value if cell else ""


def best(labels: list[Term]) -> Term | None:
    """The label in the language we prefer, else the first in alphabetical order."""
    ranked = sorted(labels, key=lambda label: (_rank(label.language), label.value))
    return ranked[0] if ranked else None


def _rank(language: str) -> int:
    main = language.partition("-")[0].lower()
    return PREFERRED_LANGUAGES.index(main) if main in PREFERRED_LANGUAGES else len(PREFERRED_LANGUAGES)
