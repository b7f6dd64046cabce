"""CSV of a class: a row for each thing, a column for each property that is used (RFC 4180, UTF-8, CRLF).

The first two columns are `iri` and `label`. Several values of a cell stand with | between them; a | or \\ that
belongs to a value has a \\ before it. Texts in a language have a column for it (`rdfs:label@en`). Beside a column
of IRIs stand their labels (`ca:kind/label`), value for value. What points at a thing has a column where a shape says
so (`^ca:about`), and what it says of itself stands beside it, value for value (`^ca:about/ca:holder`): nothing where
it says nothing, and a comma between where it says several. A cell that begins like a formula stays as it is:
the file is data, and a spreadsheet is told to import it as text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

from service.ntriples import RDF_TYPE, Said, is_iri, language_of, value_of
from service.press.columns import INVERSE, LAST, STEP, Columns, Place
from service.press.pretty import Names

SEPARATOR = "|"
_AMONG = ", "
# A property (^ before it for what points here), and the language of its values.
Column = tuple[str, str]
# For each column its values; of what points here, all that one of them says is one value.
Row = dict[Column, list[tuple[str, ...]]]


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
        inverse = [column for column in places if column.startswith(INVERSE)]
        pointing = self._pointing({_arrow(column) for column in inverse})
        onward = [column for column in inverse if _arrow(column) != column[1:]]
        rows = {member: self._row(member, pointing.get(member, ()), onward) for member in members}
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

    def _row(self, member: str, pointing: Iterable[Said], onward: Iterable[str]) -> Row:
        row: Row = {}
        for name, value in (*self._described[member], *pointing):
            row.setdefault((name, language_of(value)), []).append((value,))
        for column in onward:
            name, wanted = f"{INVERSE}{_arrow(column)}", column.partition(f">{STEP}")[2]
            for (subject,) in row.get((name, ""), ()):
                values = tuple(value for said, value in self._described.get(subject, ()) if said == wanted)
                row.setdefault((column, ""), []).append(values)
        return row

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
        for column in row.keys() & layout.starts.keys():
            start, values = layout.starts[column], row[column]
            cells[start] = SEPARATOR.join(_AMONG.join(map(self._text, terms)) for terms in values)
            if layout.linking[column]:
                cells[start + 1] = SEPARATOR.join(_AMONG.join(map(self._label, terms)) for terms in values)
        return cells

    def _label(self, term: str) -> str:
        return _escape(self._labels.get(term, ""))

    def _text(self, term: str) -> str:
        if term not in self._texts:
            self._texts[term] = _escape(value_of(term))
        return self._texts[term]

    def _short(self, name: str) -> str:
        inverse = INVERSE if name.startswith(INVERSE) else ""
        steps = name.removeprefix(INVERSE).removeprefix("<").removesuffix(">").split(f">{STEP}<")
        return inverse + STEP.join(map(self._names.short, steps))


def _arrow(column: str) -> str:
    """The property that points here, in a column of one step or of two."""
    return column.removeprefix(INVERSE).partition(">")[0] + ">"


def _linking(rows: Iterable[Row]) -> dict[Column, bool]:
    """Every column that is used, and whether IRIs stand in it."""
    found: dict[Column, bool] = {}
    for row in rows:
        for column, values in row.items():
            if any(values):
                found[column] = found.get(column, False) or any(is_iri(term) for terms in values for term in terms)
    return found


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace(SEPARATOR, f"\\{SEPARATOR}")


def _line(cells: list[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
