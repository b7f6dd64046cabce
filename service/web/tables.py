"""Results as a page shows them: what a variable and the names of its things say stands in one column."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from service.engine.rows import Term

MOST_ROWS = 1000
# By this ending queries call the variable with the names of what another variable has.
_NAMES = "Label"
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")


@dataclass(frozen=True)
class Column:
    """A column: its heading, the variable it shows, and the variable with the names of that, or nothing."""

    heading: str
    variable: str
    names: str = ""


@dataclass(frozen=True)
class Cell:
    """What a row has in a column, and what the row calls it."""

    term: Term
    name: Term | None = None


@dataclass(frozen=True)
class Table:
    """A result as a page shows it: at most MOST_ROWS of `total` rows; an empty cell is None."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    total: int


def table_from_json(body: bytes) -> Table:
    """The table in a SPARQL JSON result."""
    document = json.loads(body)
    bindings = document["results"]["bindings"]
    columns = _columns(tuple(document["head"].get("vars", ())), bindings)
    rows = tuple(tuple(_cell(row, column) for column in columns) for row in bindings[:MOST_ROWS])
    return Table(columns, rows, len(bindings))


def _columns(variables: tuple[str, ...], bindings: list[dict[str, dict[str, object]]]) -> tuple[Column, ...]:
    """`?state` and `?stateLabel` are one column when the first has nothing but IRIs."""
    things = {name for name in variables if all(row[name]["type"] == "uri" for row in bindings if name in row)}
    named = {name for name in things if name + _NAMES in variables}
    shown = [name for name in variables if name.removesuffix(_NAMES) not in named or name in named]
    return tuple(Column(_heading(name, shown), name, name + _NAMES if name in named else "") for name in shown)


def _heading(name: str, shown: list[str]) -> str:
    """The variable in words: `firstParagraph` is `first paragraph`, and `holderLabel` alone is `holder`."""
    bare = name.removesuffix(_NAMES)
    return _HUMP.sub(" ", bare if bare and bare not in shown else name).lower()


def _cell(row: dict[str, dict[str, object]], column: Column) -> Cell | None:
    term, name = _term(row.get(column.variable)), _term(row.get(column.names))
    return Cell(term, name) if term else Cell(name) if name else None


def _term(cell: dict[str, object] | None) -> Term | None:
    if cell is None:
        return None
    # A quoted triple (SPARQL 1.2) has an object as its value: shown as JSON.
    value = cell["value"] if isinstance(cell["value"], str) else json.dumps(cell["value"])
    return Term(value, str(cell["type"]), str(cell.get("xml:lang", "")), str(cell.get("datatype", "")))
