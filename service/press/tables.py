"""CSV of a class: a row for each thing, a column for each property that is used (RFC 4180, UTF-8, CRLF).

The first two columns are `iri` and `label`. Several values of a cell stand with | between them; a | or \\ that
belongs to a value has a \\ before it. Texts in a language have a column for it (`rdfs:label@en`). Beside a column
of IRIs stand their labels (`ca:kind/label`), value for value. A cell that begins like a formula stays as it is:
the file is data, and a spreadsheet is told to import it as text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

from service.ntriples import RDF_TYPE, Said, is_iri, language_of, value_of
from service.press.columns import INVERSE, LAST, Columns, Place
from service.press.pretty import Names

SEPARATOR = "|"
# A property (^ before it for what points here), and the language of its values.
Column = tuple[str, str]
Row = dict[Column, list[str]]


@dataclass(frozen=True)
class Layout:
    """The header line of a table, where each column starts in it, and which columns have labels beside them."""

    head: list[str]
    starts: Mapping[Column, int]
    linking: Mapping[Column, bool]


class Tables:
    """Writes the table of a class, from what the whole says of its things."""

    def __init__(self, described: Mapping[str, list[Said]], names: Names, labels: Mapping[str, str]) -> None:
        self._described, self._names, self._labels = described, names, labels
        self._columns = Columns(described)
        self._texts: dict[str, str] = {}

    def lines(self, class_iri: str, members: Iterable[str]) -> Iterator[str]:
        """The header, then a line for each member."""
        places = self._columns.places(class_iri)
        pointing = self._pointing({column[1:] for column in places if column.startswith(INVERSE)})
        rows = {member: _row([*self._described[member], *pointing.get(member, ())]) for member in members}
        layout = self._layout(_linking(rows.values()), places)
        yield _line(layout.head)
        for member, row in rows.items():
            yield _line(self._cells(member, row, layout))

    def _layout(self, linking: Mapping[Column, bool], places: Mapping[str, Place]) -> Layout:
        head, starts = ["iri", "label"], dict[Column, int]()
        for column in sorted(linking, key=lambda column: self._place(column, places)):
            starts[column] = len(head)
            head += self._headers(column, linking[column])
        return Layout(head, starts, linking)

    def _pointing(self, wanted: set[str]) -> dict[str, list[Said]]:
        """What points at a thing with one of these properties."""
        found: dict[str, list[Said]] = {}
        for subject, said in self._described.items() if wanted else ():
            for name, value in said:
                if name in wanted:
                    found.setdefault(value, []).append((f"{INVERSE}{name}", subject))
        return found

    def _place(self, column: Column, places: Mapping[str, Place]) -> tuple[bool, Place, str, str]:
        """Types come first, then what the shapes order, then the rest by name."""
        name, language = column
        return name != RDF_TYPE, places.get(name, (LAST, LAST)), self._short(name), language

    def _headers(self, column: Column, links: bool) -> list[str]:
        name, language = column
        header = f"{self._short(name)}@{language}" if language else self._short(name)
        return [header, f"{header}/label"] if links else [header]

    def _cells(self, member: str, row: Row, layout: Layout) -> list[str]:
        """The values, and where there are IRIs their labels."""
        cells = [value_of(member), self._labels.get(member, ""), *[""] * (len(layout.head) - 2)]
        for column, terms in row.items():
            start = layout.starts[column]
            cells[start] = SEPARATOR.join(map(self._text, terms))
            if layout.linking[column]:
                cells[start + 1] = SEPARATOR.join(_escape(self._labels.get(term, "")) for term in terms)
        return cells

    def _text(self, term: str) -> str:
        if term not in self._texts:
            self._texts[term] = _escape(value_of(term))
        return self._texts[term]

    def _short(self, name: str) -> str:
        inverse = INVERSE if name.startswith(INVERSE) else ""
        return f"{inverse}{self._names.short(name[len(inverse) + 1 : -1])}"


def _row(said: Iterable[Said]) -> Row:
    row: Row = {}
    for name, value in said:
        row.setdefault((name, language_of(value)), []).append(value)
    return row


def _linking(rows: Iterable[Row]) -> dict[Column, bool]:
    """Every column that is used, and whether IRIs stand in it."""
    found: dict[Column, bool] = {}
    for row in rows:
        for column, values in row.items():
            found[column] = found.get(column, False) or any(map(is_iri, values))
    return found


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace(SEPARATOR, f"\\{SEPARATOR}")


def _line(cells: list[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
