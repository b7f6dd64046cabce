"""A list as a SPARQL query: the same things, in words that a reader can go on from.

What a reader chose gets into the text as a term only: an IRI that is one, a literal with every special character
escaped, a number or day that was checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from service.describe.terms import LABEL
from service.engine.bind import is_absolute_iri
from service.engine.words import Is, tokens
from service.iris import Base
from service.listings.choices import ANY, NONE, Choice, Span
from service.listings.columns import Column, Type
from service.listings.table import NAMES, Table, Value, member_pattern

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_IRI = re.compile(r"<([^<>\"{}|^`\\\x00-\x20]+)>")
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_PREFIX = re.compile(r"PREFIX\s+(\S*):\s*<([^>]*)>", re.IGNORECASE)
_STANDARD = {"rdfs": "http://www.w3.org/2000/01/rdf-schema#", "skos": "http://www.w3.org/2004/02/skos/core#"}
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TIMES = ("beginEarliest", "beginLatest", "endEarliest", "endLatest")


def as_select(table: Table, choice: Choice, prefixes: Mapping[str, str], base: Base) -> str:
    """A SELECT of the things of the list with the columns that the table shows."""
    written = [_optional(column) for column in table.told]
    variables = ["?thing", "?label", *(f"?{name}" for column in table.told for name in _projected(column))]
    body = [_members(table), *_filters(table, choice, base), f"OPTIONAL {{ ?thing {LABEL} ?label }}", *written]
    text = f"SELECT DISTINCT {' '.join(variables)}\nWHERE {{\n" + "\n".join(f"  {line}" for line in body)
    return _shortened(f"{text}\n}}\nORDER BY {_order(table, choice)}\n", _namespaces(table.columns, prefixes))


def as_construct(table: Table, choice: Choice, prefixes: Mapping[str, str], base: Base) -> str:
    """A CONSTRUCT of all that is said of the things of the list, with the labels of what they point at."""
    body = [_members(table), *_filters(table, choice, base), "?thing ?property ?value .",
            "OPTIONAL { ?value rdfs:label|skos:prefLabel ?label }"]  # fmt: skip
    text = "CONSTRUCT { ?thing ?property ?value . ?value rdfs:label ?label }\nWHERE {\n"
    text += "\n".join(f"  {line}" for line in body) + "\n}\n"
    return _shortened(text, {**_namespaces(table.columns, prefixes), **_STANDARD})


def _members(table: Table) -> str:
    return member_pattern(table.is_scheme).replace("?class", f"<{table.class_iri}>")


def _filters(table: Table, choice: Choice, base: Base) -> Iterator[str]:
    """A line for each filter. Engines answer a subquery once, but an EXISTS again for each row."""
    for column in table.columns:
        keys, span = choice.keys.get(column.name, ()), choice.spans.get(column.name)
        if span:
            yield _those(f"{_given(column, 'in_')} {_span_filter(column, span)}")
        if keys:
            yield _key_filter(table, column, keys, base)
    if choice.text:
        yield _those(" UNION ".join(f"{{ {branch} }}" for branch in _text_branches(table, choice.text)))


def _those(pattern: str) -> str:
    return f"{{ SELECT DISTINCT ?thing WHERE {{ {pattern} }} }}"


def _key_filter(table: Table, column: Column, keys: tuple[str, ...], base: Base) -> str:
    pattern = _given(column, "is_")
    plain = [key for key in keys if key not in (ANY, NONE)]
    chosen = f"{pattern} FILTER(?is_{column.name} IN ({', '.join(_terms(table, column, plain, base))}))"
    has = pattern if ANY in keys else chosen if plain else ""
    if NONE not in keys:
        return _those(has)
    without = f"NOT EXISTS {{ {pattern} }}"
    return f"FILTER({without} || EXISTS {{ {has} }})" if has else f"FILTER {without}"


def _terms(table: Table, column: Column, keys: list[str], base: Base) -> Iterator[str]:
    """The terms that the keys stand for. A key that no value has is an IRI of ours, of others, or a text.

    One key may stand for several: a word in two languages, or with and without a datatype.
    """
    found: dict[str, dict[str, None]] = {key: {} for key in keys}
    for value in (value for member in table.members for value in member.values(column.name)):
        if value.key in found:
            found[value.key][_term(value)] = None
    for key, terms in found.items():
        yield from sorted(terms) or [_unknown(key, base)]


def _term(value: Value) -> str:
    if value.thing.iri:
        return f"<{value.thing.iri}>"
    text = _quoted(value.thing.text)
    if value.thing.language:
        return f"{text}@{value.thing.language}"
    return f"{text}^^<{value.thing.datatype}>" if value.thing.datatype else text


def _unknown(key: str, base: Base) -> str:
    for iri in (key, base.iri + key):
        if is_absolute_iri(iri):
            return f"<{iri}>"
    return _quoted(key)


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(ch, ch if ch.isprintable() else f"\\U{ord(ch):08X}") for ch in text) + '"'


def _text_branches(table: Table, text: str) -> Iterator[str]:
    """In a name of the thing, or in what the table shows of it."""
    wanted, members = _quoted(text.lower()), _members(table)
    yield f"{members} ?thing {NAMES} ?name FILTER(CONTAINS(LCASE(STR(?name)), {wanted}))"
    for column in table.told:
        if column.type in (Type.TIME, Type.POINT):
            continue
        pattern, found = _renamed(column, "has_"), f"?has_{column.name}"
        if "valueLabel" not in column.variables:
            pattern += f" OPTIONAL {{ {found} {LABEL} {found}Label }}"
        yield f"{members} {pattern} FILTER(CONTAINS(LCASE(STR(COALESCE({found}Label, {found}))), {wanted}))"


def _span_filter(column: Column, span: Span) -> str:
    if column.type is Type.NUMBER:
        return f"FILTER({_joined(_between(f'?in_{column.name}', span, numeric=True))})"
    if column.type is Type.TIME:
        days = " ".join(_day(f"?in_{name}") for name in _projected(column))
        return f"{days} FILTER({_possibly(column, span) if span.possibly else _surely(column, span)})"
    return f"{_day(f'?in_{column.name}')} FILTER({_joined(_between(f'?in_{column.name}_day', span))})"


def _day(variable: str) -> str:
    """The day of a value as a variable: a date and a time cannot be compared, and words are no day (unbound)."""
    return f"BIND(<{_XSD}date>(SUBSTR(STR({variable}), 1, 10)) AS {variable}_day)"


def _between(value: str, span: Span, numeric: bool = False, other: str = "") -> list[str]:
    """Tests that a value is not before the span and that it (or another) is not after it."""
    first, last = (end if numeric or not end else f'"{end}"^^<{_XSD}date>' for end in (span.first, span.last))
    return [f"{value} >= {first}" if first else "", f"{other or value} <= {last}" if last else ""]


def _joined(tests: Iterable[str]) -> str:
    return " && ".join(test for test in tests if test)


def _surely(column: Column, span: Span) -> str:
    """It held throughout days that meet the span, or all it can have been lies within."""
    be, bl, ee, el = (f"?in_{column.name}_{name}_day" for name in _TIMES)
    held = _joined((f"{bl} <= {ee}", *_between(ee, span, other=bl)))
    within = _joined((f"BOUND({be})", f"BOUND({el})", *_between(be, span, other=el)))
    return f"COALESCE({held}, false) || COALESCE({within}, false)"


def _possibly(column: Column, span: Span) -> str:
    """What is unknown is possible."""
    be, _, _, el = (f"?in_{column.name}_{name}_day" for name in _TIMES)
    return _joined(f"COALESCE({test}, true)" for test in _between(el, span, other=be) if test)


def _renamed(column: Column, before: str = "") -> str:
    """The pattern of a column with variables of its own: ?value becomes the name of the column."""
    names = {"thing": "thing", "value": f"{before}{column.name}", "valueLabel": f"{before}{column.name}Label"}
    written = (
        f"?{names.get(token.text[1:], f'{before}{column.name}_{token.text[1:]}')}"
        if token.kind is Is.VARIABLE
        else token.text
        for token in tokens(column.pattern)
        if token.kind is not Is.COMMENT
    )
    return " ".join("".join(written).split())


def _given(column: Column, before: str) -> str:
    """The pattern where it gives a value; a time without any bound is none."""
    pattern = _renamed(column, before)
    if column.type is not Type.TIME:
        return pattern
    return f"{pattern} FILTER({' || '.join(f'BOUND(?{before}{name})' for name in _projected(column))})"


def _optional(column: Column) -> str:
    pattern = _renamed(column)
    if "value" in column.variables and "valueLabel" not in column.variables:
        pattern += f" OPTIONAL {{ ?{column.name} {LABEL} ?{column.name}Label }}"
    return f"OPTIONAL {{ {pattern} }}"


def _projected(column: Column) -> list[str]:
    if column.type is Type.TIME:
        return [f"{column.name}_{bound}" for bound in _TIMES if bound in column.variables]
    return [column.name, f"{column.name}Label"]


def _order(table: Table, choice: Choice) -> str:
    column, back = table.column(choice.sort.removeprefix("-")), choice.sort.startswith("-")
    if column is None or column not in table.told:
        ends = " ".join(f"LCASE(STR(?{c.name}Label))" for c in table.told[:2] if c.type is Type.CHOICE)
        return f"{'DESC(LCASE(STR(?label)))' if back else 'LCASE(STR(?label))'} {ends}".strip()
    if column.type is Type.TIME:
        key = "COALESCE(" + ", ".join(f"STR(?{name})" for name in _projected(column)) + ', "~")'
    elif column.type in (Type.NUMBER, Type.DATE):
        key = f"?{column.name}"
    else:
        key = f"LCASE(STR(COALESCE(?{column.name}Label, ?{column.name})))"
    return f"{'DESC' if back else 'ASC'}({key}) ?label"


def _namespaces(columns: tuple[Column, ...], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Prefix -> namespace: those of the release, and those that the views use."""
    found = {name: space for name, space in prefixes.items() if name and space}
    for column in columns:
        for line in column.prologue:
            if match := _PREFIX.search(line):
                found[match[1]] = match[2]
    return found


def _shortened(query: str, spaces: Mapping[str, str]) -> str:
    """IRIs with prefixes where they have one, and a PREFIX line for each that is used."""

    def short(found: re.Match[str]) -> str:
        fits = [(space, name) for name, space in spaces.items() if found[1].startswith(space)]
        space, name = max(fits, default=("", ""), key=lambda one: len(one[0]))
        return f"{name}:{found[1][len(space) :]}" if fits and _LOCAL.fullmatch(found[1][len(space) :]) else found[0]

    # What stands in quotes is a reader's text, not ours to shorten.
    parts = re.split(r'("(?:[^"\\]|\\.)*")', query)
    text = "".join(part if part.startswith('"') else _IRI.sub(short, part) for part in parts)
    used = [name for name in sorted(spaces) if re.search(rf"(?<![\w:]){re.escape(name)}:", text)]
    return "".join(f"PREFIX {name}: <{spaces[name]}>\n" for name in used) + text
