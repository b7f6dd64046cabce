"""Which members a choice leaves, in which order, and how many each further value would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from service.describe.terms import Bounds
from service.listings.choices import ANY, NONE, Choice, Span, day_of
from service.listings.columns import Column, Type
from service.listings.table import Member, Table, Value, as_number

_MOST_YEARS = 30
_MOST_BUCKETS = 200
Test = Callable[[Member], bool]


@dataclass(frozen=True)
class Bucket:
    """One value to filter by: how many members have it under the other filters, and whether it is chosen."""

    key: str
    value: Value | None
    count: int
    chosen: bool
    span: Span | None = None


@dataclass(frozen=True)
class Facet:
    """One column to filter by. `given` and `missing` count members with and without any value."""

    column: Column
    buckets: tuple[Bucket, ...]
    given: int
    missing: int
    span: Span
    most_likely: int = 0

    @property
    def chosen(self) -> bool:
        return bool(self.span) or any(bucket.chosen for bucket in self.buckets)


def members_of(table: Table, choice: Choice) -> list[Member]:
    """The members that a choice leaves, in its order."""
    tests = list(_tests(table, choice).values())
    left = [member for member in table.members if all(test(member) for test in tests)]
    return _ordered(left, table, choice.sort)


def facets_of(table: Table, choice: Choice) -> list[Facet]:
    """A facet for each column that tells members apart, with counts under all filters but its own."""
    tests = _tests(table, choice)
    left: dict[str, list[Member]] = {name: [] for name in ("", *tests)}
    for member in table.members:
        failed = [name for name, test in tests.items() if not test(member)]
        if not failed:
            for members in left.values():
                members.append(member)
        elif len(failed) == 1:
            left[failed[0]].append(member)
    made = [_facet(c, left.get(c.name, left[""]), choice) for c in table.columns if c.name in table.telling]
    return [facet for facet in made if facet.chosen or facet.given]


def _tests(table: Table, choice: Choice) -> dict[str, Test]:
    """By column (or `q`), what a member must pass."""
    tests: dict[str, Test] = {}
    for column in table.columns:
        if column.name in choice.columns:
            tests[column.name] = _test(
                column, frozenset(choice.keys.get(column.name, ())), choice.spans.get(column.name)
            )
    if choice.text:
        wanted = choice.text.lower()
        tests["q"] = lambda member: wanted in member.names
    return tests


def _test(column: Column, keys: frozenset[str], span: Span | None) -> Test:
    def passes(member: Member) -> bool:
        values = member.values(column.name)
        if span and not any(_within(value, span, column) for value in values):
            return False
        if not keys:
            return True
        return (NONE in keys and not values) or (ANY in keys and bool(values)) or any(v.key in keys for v in values)

    return passes


def _within(value: Value, span: Span, column: Column) -> bool:
    if column.type is Type.TIME:
        when = _days(value.when)
        return possibly(when, span) if span.possibly else surely(when, span)
    if column.type is Type.NUMBER:
        bounds = (value.least, value.most) if column.is_range else (value.thing.text, value.thing.text)
        return value.is_number and _meets(*bounds, span)
    day = day_of(value.thing.text)
    return bool(day) and (not span.first or day >= span.first) and (not span.last or day <= span.last)


def _days(when: Bounds) -> Bounds:
    """The bounds that are days. Others, as `spring 2014`, are shown, but nobody can compare them."""
    bounds = (when.begin_earliest, when.begin_latest, when.end_earliest, when.end_latest)
    return Bounds(*map(day_of, bounds))


def surely(when: Bounds, span: Span) -> bool:
    """Was it certainly the case on some day of the span? Either it held throughout some known days that meet the
    span, or all it can have been lies within. The bounds are days."""
    first, last = span.first or "0000", span.last or "9999"
    held = when.begin_latest and when.end_earliest and when.begin_latest <= when.end_earliest
    if held and when.begin_latest <= last and when.end_earliest >= first:
        return True
    return bool(when.begin_earliest and when.end_latest and when.begin_earliest >= first and when.end_latest <= last)


def possibly(when: Bounds, span: Span) -> bool:
    """Can it have been the case on some day of the span? What is unknown is possible. The bounds are days."""
    after = span.last and when.begin_earliest and when.begin_earliest > span.last
    before = span.first and when.end_latest and when.end_latest < span.first
    return not after and not before


def _meets(least: str, most: str, span: Span) -> bool:
    """Can a number between two bounds lie in the span? A bound that is not known is no bound."""
    before = span.first and most and as_number(most) < float(span.first)
    after = span.last and least and as_number(least) > float(span.last)
    return not before and not after


def _facet(column: Column, members: list[Member], choice: Choice) -> Facet:
    keys, span = choice.keys.get(column.name, ()), choice.spans.get(column.name, Span())
    given = sum(1 for member in members if member.values(column.name))
    likely = 0
    if column.type is Type.TIME:
        buckets = _years(column, members, span)
        likely = sum(1 for m in members if any(possibly(_days(v.when), span) for v in m.values(column.name)))
    elif column.type is Type.CHOICE:
        buckets = _counted(column, members, keys)
    elif column.type is Type.NUMBER:
        buckets = [one for one in _counted(column, members, keys) if not (one.value and one.value.is_number)]
    else:
        buckets = []
    buckets += [Bucket(ANY, None, given, True)] if ANY in keys else []
    buckets += [Bucket(NONE, None, len(members) - given, True)] if NONE in keys else []
    return Facet(column, tuple(buckets), given, len(members) - given, span, likely)


def _counted(column: Column, members: Iterable[Member], keys: tuple[str, ...]) -> list[Bucket]:
    """The values by how many have them; those that are chosen stay, whatever their count."""
    counts: Counter[str] = Counter()
    values: dict[str, Value] = {}
    for member in members:
        # In two ways at two times is still one member.
        own = {value.key: value for value in member.values(column.name)}
        counts.update(own.keys())
        values = {**own, **values}
    found = [Bucket(key, values[key], count, key in keys) for key, count in counts.items()]
    found += [Bucket(key, None, 0, True) for key in keys if key not in counts and key not in (ANY, NONE)]
    found.sort(key=lambda one: (not one.chosen, -one.count, one.value.label.casefold() if one.value else ""))
    return found[:_MOST_BUCKETS]


def _years(column: Column, members: Iterable[Member], span: Span) -> list[Bucket]:
    """The years in which something certainly was, latest first."""
    times = [[_days(value.when) for value in member.values(column.name)] for member in members]
    known = [day[:4] for whens in times for when in whens for day in (when.begin_latest, when.end_earliest) if day]
    if not known:
        return []
    last, made = int(max(known)), []
    for year in range(last, max(int(min(known)), last - _MOST_YEARS) - 1, -1):
        whole = Span(f"{year:04}-01-01", f"{year:04}-12-31")
        count = sum(1 for whens in times if any(surely(when, whole) for when in whens))
        chosen = (span.first, span.last) == (whole.first, whole.last)
        made += [Bucket(f"{year:04}", None, count, chosen, whole)] if count or chosen else []
    return made


def _ordered(members: list[Member], table: Table, sort: str) -> list[Member]:
    """By the first value of a column, those without one last; `-` before the name turns it round."""
    column = table.column(sort.removeprefix("-"))
    if column is None:
        return list(reversed(members)) if sort == "-label" else members
    having = [member for member in members if _is_placed(member, column)]
    without = [member for member in members if not _is_placed(member, column)]
    having.sort(key=lambda member: _place(member.values(column.name)[0], column.type), reverse=sort.startswith("-"))
    return having + without


def _is_placed(member: Member, column: Column) -> bool:
    values = member.values(column.name)
    return bool(values) and (column.type is not Type.NUMBER or values[0].is_number)


def _place(value: Value, type: Type) -> tuple[float, str]:
    if type is Type.NUMBER:
        return as_number(value.thing.text), ""
    if type is Type.TIME:
        return 0.0, value.when.order
    if type is Type.DATE:
        return 0.0, value.thing.text
    return 0.0, value.label.casefold()
