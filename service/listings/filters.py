"""What a reader chose of a list, as patterns of SPARQL.

Each stands in a subquery of its own, so its variables meet no others; an engine answers that once, but an EXISTS
again for each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service.describe.terms import LABEL
from service.engine.words import Is, Token, tokens
from service.iris import Base
from service.listings.choices import ANY, NONE, Choice, Span
from service.listings.columns import Column, Type
from service.listings.table import NAMES, Table, member_pattern
from service.listings.terms import quoted, term, unknown

TIMES = ("beginEarliest", "beginLatest", "endEarliest", "endLatest")
_AGREED = {"thing", "value", "valueLabel", "valueNote", "when", "words", "min", "max", "unit", "lat", "long", *TIMES}
_XSD = "http://www.w3.org/2001/XMLSchema#"
_STEP = "  "


def members(table: Table) -> str:
    """The pattern of the members."""
    return member_pattern(table.is_scheme).replace("?class", f"<{table.class_iri}>")


def filters(table: Table, choice: Choice, base: Base) -> Iterator[str]:
    """A group of lines for each filter that is set."""
    for column in table.columns:
        keys, span = choice.keys.get(column.name, ()), choice.spans.get(column.name)
        if span:
            yield those(f"{_given(column)}\n{_span(column, span)}", column.label)
        if keys:
            yield those(_keys(table, column, keys, base), column.label)
    if choice.text:
        branches = [f"{{\n{indented(branch)}\n}}" for branch in _text(table, choice.text)]
        yield those(" UNION ".join(branches), "the text")


def those(pattern: str, label: str) -> str:
    """The things of a pattern, each once, with a comment that says what for."""
    return (
        f"# {plain(label)}\n{{\n{_STEP}SELECT DISTINCT ?thing WHERE {{\n{indented(indented(pattern))}\n{_STEP}}}\n}}"
    )


def plain(label: str) -> str:
    """A label that can stand in a comment: on one line, without quotes and the like."""
    return " ".join("".join(ch if ch.isalnum() or ch in "-,()" else " " for ch in label[:80]).split())


def indented(text: str) -> str:
    return "\n".join(_STEP + line if line.strip() else line for line in text.split("\n"))


def pattern_of(column: Column) -> str:
    """The pattern of a column line by line as its view has it, without comments and common indentation."""
    text = "".join(_apart(one, column.name) for one in tokens(column.short) if one.kind is not Is.COMMENT)
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    depth = min((len(line) - len(line.lstrip()) for line in lines[1:]), default=0)
    return "\n".join([lines[0].strip(), *(line[depth:] for line in lines[1:])])


def _apart(token: Token, name: str) -> str:
    """A token; a variable that is called like what the query projects of the column gets another name."""
    if token.kind is not Is.VARIABLE or not token.text[1:].startswith(name):
        return token.text
    return token.text if token.text[1:] in _AGREED else f"?in_{token.text[1:]}"


def has_label(column: Column) -> bool:
    """Whether the pattern itself says what its values are called."""
    return "?valueLabel" in column.short


def times_of(column: Column) -> list[str]:
    return [bound for bound in TIMES if bound in column.variables]


def _given(column: Column) -> str:
    """The pattern where it gives a value; a time without any bound is none."""
    if column.type is not Type.TIME:
        return pattern_of(column)
    return f"{pattern_of(column)}\nFILTER({' || '.join(f'BOUND(?{bound})' for bound in times_of(column))})"


def _keys(table: Table, column: Column, keys: tuple[str, ...], base: Base) -> str:
    """Those that have one of the values; ANY: any at all; NONE: also those without."""
    pattern = _given(column)
    named = [key for key in keys if key not in (ANY, NONE)]
    has = (
        pattern if ANY in keys else f"{pattern}\nFILTER(?value IN ({', '.join(_terms(table, column, named, base))}))"
    )
    if NONE not in keys:
        return has
    without = f"{members(table)}\nMINUS {{\n{indented(pattern)}\n}}"
    if len(keys) == 1:
        return without
    return f"{{\n{indented(without)}\n}} UNION {{\n{indented(has)}\n}}"


def _terms(table: Table, column: Column, keys: list[str], base: Base) -> Iterator[str]:
    """The terms that the keys stand for. One may stand for several: a word in two languages, or with a datatype."""
    found: dict[str, dict[str, None]] = {key: {} for key in keys}
    for value in (value for member in table.members for value in member.values(column.name)):
        if value.key in found:
            found[value.key][term(value)] = None
    for key, terms in found.items():
        yield from sorted(terms) or [unknown(key, base)]


def _text(table: Table, text: str) -> Iterator[str]:
    """In a name of the thing, or in what the table shows of it; figures and times are not looked through."""
    wanted = quoted(text.lower())
    yield f"{members(table)} ?thing {NAMES} ?name\nFILTER(CONTAINS(LCASE(STR(?name)), {wanted}))"
    for column in table.told:
        if column.type in (Type.TIME, Type.POINT, Type.NUMBER):
            continue
        label = "" if has_label(column) else f"\nOPTIONAL {{ ?value {LABEL} ?valueLabel }}"
        found = f"FILTER(CONTAINS(LCASE(STR(COALESCE(?valueLabel, ?value))), {wanted}))"
        yield f"{members(table)}\n{pattern_of(column)}{label}\n{found}"


def _span(column: Column, span: Span) -> str:
    if column.type is Type.NUMBER:
        return f"FILTER({_numbers(column, span)})"
    if column.type is Type.TIME:
        days = "\n".join(_day(f"?{name}") for name in times_of(column))
        return f"{days}\nFILTER({_possibly(span) if span.possibly else _surely(span)})"
    return f"{_day('?value')}\nFILTER({_joined(_between('?value_day', span))})"


def _numbers(column: Column, span: Span) -> str:
    """What can lie in the span: a bound that is not known is no bound."""
    if not column.is_range:
        return _joined(_between("?value", span, numeric=True))
    tests = (f"COALESCE({test}, true)" for test in _between("?max", span, numeric=True, other="?min") if test)
    return _joined(("isNumeric(?value)", *tests))


def _day(variable: str) -> str:
    """The day of a value as a variable: a date and a time cannot be compared, and words are no day (unbound)."""
    return f"BIND(<{_XSD}date>(SUBSTR(STR({variable}), 1, 10)) AS {variable}_day)"


def _between(value: str, span: Span, numeric: bool = False, other: str = "") -> list[str]:
    """Tests that a value is not before the span and that it (or another) is not after it."""
    first, last = (end if numeric or not end else f'"{end}"^^<{_XSD}date>' for end in (span.first, span.last))
    return [f"{value} >= {first}" if first else "", f"{other or value} <= {last}" if last else ""]


def _joined(tests: Iterable[str]) -> str:
    return " && ".join(test for test in tests if test)


def _surely(span: Span) -> str:
    """It held throughout days that meet the span, or all it can have been lies within."""
    be, bl, ee, el = (f"?{name}_day" for name in TIMES)
    held = _joined(_between(ee, span, other=bl))
    within = _joined(_between(be, span, other=el))
    return (
        f"COALESCE({bl} <= {ee}\n  && {held}, false)\n|| COALESCE(BOUND({be}) && BOUND({el})\n  && {within}, false)"
    )


def _possibly(span: Span) -> str:
    """What is unknown is possible."""
    be, _, _, el = (f"?{name}_day" for name in TIMES)
    return _joined(f"COALESCE({test}, true)" for test in _between(el, span, other=be) if test)
