"""A list as a SPARQL query: the same things, one row each, in words that a reader can go on from.

The members and what a reader chose are one block, each column is another; a comment says which, so that any can be
changed or taken out. The values are those of the list; a page's words for numbers and times are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service.describe.terms import LABEL
from service.iris import Base
from service.listings.choices import Choice
from service.listings.columns import Column, Type
from service.listings.filters import filters, has_label, indented, members, pattern_of, plain, times_of
from service.listings.table import Table
from service.listings.terms import namespaces, shortened

_STANDARD = {
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
_STEP = "\n  "
_ALL = 'GROUP_CONCAT(DISTINCT ?words ; SEPARATOR=" | ")'


class _Part(NamedTuple):
    """What a column's block projects: an aggregate and the variable for it."""

    aggregate: str
    name: str


def as_select(table: Table, choice: Choice, prefixes: Mapping[str, str], base: Base) -> str:
    """A SELECT of the things of the list, a row for each, with the columns that the table shows.

    Several values of a column are one text; a number between bounds is the least and the most of all figures.
    """
    told = [column for column in table.told if column.type is not Type.POINT]
    blocks = [_first(table, choice, base), *(_block(table, column) for column in told)]
    names = [
        "?thing ?label" if table.named else "?thing",
        *(" ".join(part.name for part in _parts(table, column)) for column in told),
    ]
    body = "\n\n".join(indented(block) for block in blocks)
    text = f"SELECT {_STEP.join(names)}\nWHERE {{\n{body}\n}}\nORDER BY {_order(table, choice)}\n"
    return shortened(text, _spaces(table, prefixes))


def as_construct(table: Table, choice: Choice, prefixes: Mapping[str, str], base: Base) -> str:
    """A CONSTRUCT of all that is said of the things of the list, with the labels of what they point at."""
    body = [members(table), *filters(table, choice, base), "?thing ?property ?value .",
            "OPTIONAL { ?value rdfs:label|skos:prefLabel ?label }"]  # fmt: skip
    text = "CONSTRUCT { ?thing ?property ?value . ?value rdfs:label ?label }\nWHERE {\n"
    text += "\n".join(indented(line) for line in body) + "\n}\n"
    return shortened(text, _spaces(table, prefixes))


def _spaces(table: Table, prefixes: Mapping[str, str]) -> dict[str, str]:
    return {**namespaces(table.columns, prefixes), **_STANDARD}


def _first(table: Table, choice: Choice, base: Base) -> str:
    """The members that are left, with a name each if the data have any."""
    lines = [members(table), *filters(table, choice, base)]
    if not table.named:
        pattern = indented("\n".join(lines))
        return f"{{\n  SELECT DISTINCT ?thing WHERE {{\n{indented(pattern)}\n  }}\n}}"
    lines.append(f"OPTIONAL {{ ?thing {LABEL} ?name }}")
    return _grouped([_Part("MIN(?name)", "?label")], "\n".join(lines))


def _block(table: Table, column: Column) -> str:
    lines = [members(table), pattern_of(column)]
    if _looks_up(table, column):
        lines.append(f"OPTIONAL {{ ?value {LABEL} ?valueLabel }}")
    if any(part.aggregate == _ALL for part in _parts(table, column)):
        lines.append(f"BIND({_worded(table, column)} AS ?words)")
    group = _grouped(list(_parts(table, column)), "\n".join(lines))
    return f"# {plain(column.label)}\nOPTIONAL {group}"


def _grouped(parts: list[_Part], pattern: str) -> str:
    told = "\n".join(f"({part.aggregate} AS {part.name})" for part in parts)
    select = f"SELECT ?thing\n{indented(told)}\nWHERE {{\n{indented(pattern)}\n}}\nGROUP BY ?thing"
    return f"{{\n{indented(select)}\n}}"


def _parts(table: Table, column: Column) -> Iterator[_Part]:
    name = f"?{column.name}"
    if column.type is Type.TIME:
        for bound in times_of(column):
            yield _Part(f"{'MIN' if bound.startswith('begin') else 'MAX'}(?{bound})", f"{name}_{bound}")
    elif column.is_range:
        yield _Part("MIN(?min)", f"{name}_min")
        yield _Part("MAX(?max)", f"{name}_max")
        yield _Part(_ALL, f"{name}_of")
    elif _is_single(table, column):
        yield _Part("SAMPLE(?value)", name)
        if _has_words(table, column):
            yield _Part("MIN(?valueLabel)", f"{name}Label")
    else:
        yield _Part(_ALL, f"{name}_all")


def _worded(table: Table, column: Column) -> str:
    """A value in words, or what a number counts; with the way in which it is one, and when, where the view says."""
    if column.is_range:
        unit = "?unit" if "?unit" in column.short else '""'
        words = f'IF(isNumeric(?value), {unit}, CONCAT({unit}, ": ", STR(?value)))'
    else:
        words = "COALESCE(?valueLabel, STR(?value))" if _has_words(table, column) else "STR(?value)"
    if not _is_noted(column):
        return words
    when = ', COALESCE(CONCAT(", ", ?when), "")' if "?when" in column.short else ""
    return f'CONCAT({words}, COALESCE(CONCAT(" (", ?valueNote{when}, ")"), ""))'


def _is_noted(column: Column) -> bool:
    return "?valueNote" in column.short


def _is_single(table: Table, column: Column) -> bool:
    """Whether no member has several values, nor one only in some way."""
    return not _is_noted(column) and all(len(member.values(column.name)) < 2 for member in table.members)


def _has_words(table: Table, column: Column) -> bool:
    return has_label(column) or _looks_up(table, column)


def _looks_up(table: Table, column: Column) -> bool:
    """Whether the names of the values must be asked for: they are things, and the pattern does not say them."""
    things = any(value.thing.iri for value in table.known.get(column.name, {}).values())
    return things and not has_label(column)


def _order(table: Table, choice: Choice) -> str:
    """The same order as the page's, as far as a query has it: by a column, else by name or by what a member joins."""
    column, back = table.column(choice.sort.removeprefix("-")), choice.sort.startswith("-")
    name = "?label " if table.named else ""
    if column is None or column not in table.told or column.type is Type.POINT:
        ends = [list(_parts(table, one))[-1].name for one in table.told if one.end]
        keys = [f"LCASE(STR({key}))" for key in ([name.strip()] if name else ends or ["?thing"])]
        return " ".join([*(f"DESC({key})" if back else key for key in keys), "?thing"])
    names = [part.name for part in _parts(table, column)]
    if column.type is Type.TIME:
        key = "COALESCE(" + ", ".join(f"STR({name})" for name in names) + ', "~")'
    elif column.is_range:
        key = f"COALESCE({names[1]}, {names[0]})"
    elif column.type in (Type.NUMBER, Type.DATE):
        key = names[0]
    else:
        key = f"LCASE(STR({names[-1]}))"
    return f"{'DESC' if back else 'ASC'}({key}) {name}?thing"
