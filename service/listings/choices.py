"""What a reader chose of a list: filters, a text, an order. Reads and writes the parameters of a URL."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from service.errors import BadRequest
from service.listings.columns import Column, Type

ANY, NONE = "*", "-"
MOST_CHARACTERS = 200
_MOST_VALUES = 50
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")


@dataclass(frozen=True)
class Span:
    """From and to, both included; empty is open. `possibly` also takes what may have been in that time."""

    first: str = ""
    last: str = ""
    possibly: bool = False

    def __bool__(self) -> bool:
        return bool(self.first or self.last)


@dataclass(frozen=True)
class Choice:
    """A state of a list. `keys` are chosen values by column, of which one is enough; `spans` are ranges by column."""

    keys: Mapping[str, tuple[str, ...]]
    spans: Mapping[str, Span]
    text: str = ""
    sort: str = ""

    @property
    def columns(self) -> frozenset[str]:
        """The columns that are filtered by."""
        return frozenset(self.keys) | frozenset(self.spans)

    def __bool__(self) -> bool:
        return bool(self.keys or self.spans or self.text)

    def fields(self) -> list[tuple[str, str]]:
        """The parameters that stand for this state, in one order whatever order they came in."""
        found = [("q", self.text)] if self.text else []
        found += [(name, key) for name, keys in sorted(self.keys.items()) for key in keys]
        for name, span in sorted(self.spans.items()):
            found += [(f"{name}.from", span.first)] if span.first else []
            found += [(f"{name}.to", span.last)] if span.last else []
            found += [(f"{name}.how", "possibly")] if span.possibly else []
        return found + ([("sort", self.sort)] if self.sort else [])

    def url(self, path: str, **more: str) -> str:
        """The address of this state at `path`."""
        fields = [*self.fields(), *((name, value) for name, value in more.items() if value)]
        return f"{path}?{urlencode(fields, safe='/*')}" if fields else path

    def toggled(self, column: str, key: str) -> Choice:
        """The same with one value more, or less."""
        keys = self.keys.get(column, ())
        now = tuple(one for one in keys if one != key) if key in keys else (*keys, key)
        others = {name: held for name, held in self.keys.items() if name != column}
        return replace(self, keys={**others, column: now} if now else others)

    def spanned(self, column: str, span: Span) -> Choice:
        """The same with another range; an empty one takes it away."""
        others = {name: held for name, held in self.spans.items() if name != column}
        return replace(self, spans={**others, column: span} if span else others)

    def without_text(self) -> Choice:
        return replace(self, text="")

    def sorted_by(self, sort: str) -> Choice:
        return replace(self, sort=sort)


def read_choice(given: Mapping[str, Sequence[str]], columns: Sequence[Column]) -> Choice:
    """The state in the parameters of a URL; those that no column has are not for us.

    Raises BadRequest for what is no number, no day, no order or too much.
    """
    keys, spans = {}, {}
    for column in columns:
        chosen = tuple(dict.fromkeys(value for value in given.get(column.name, ()) if value))
        if len(chosen) > _MOST_VALUES:
            raise BadRequest(f"{column.label}: at most {_MOST_VALUES} values can be chosen at once.")
        if chosen:
            keys[column.name] = chosen
        span = _span(given, column)
        if span:
            spans[column.name] = span
    return Choice(keys, spans, _text(given), _sort(given, columns))


def _text(given: Mapping[str, Sequence[str]]) -> str:
    return " ".join("".join(given.get("q", [""])[:1]).split())[:MOST_CHARACTERS]


def _sort(given: Mapping[str, Sequence[str]], columns: Sequence[Column]) -> str:
    wanted = "".join(given.get("sort", [""])[:1])
    known = {"label", *(column.name for column in columns)}
    if wanted and wanted.removeprefix("-") not in known:
        raise BadRequest(f"This list cannot be sorted by {wanted[:40]!r}. There are: {', '.join(sorted(known))}.")
    return "" if wanted == "label" else wanted


def _span(given: Mapping[str, Sequence[str]], column: Column) -> Span:
    first, last = ("".join(given.get(f"{column.name}.{end}", [""])[:1]).strip() for end in ("from", "to"))
    if column.type not in (Type.NUMBER, Type.DATE, Type.TIME):
        return Span()
    check = _check_number if column.type is Type.NUMBER else _check_day
    for value in (first, last):
        check(column, value)
    return Span(first, last, "possibly" in given.get(f"{column.name}.how", ()) and column.type is Type.TIME)


def _check_number(column: Column, value: str) -> None:
    if value and not (value.isascii() and _NUMBER.fullmatch(value)):
        raise BadRequest(f"{column.label}: {value[:40]!r} is no number. Write one like 2000 or 0.5.")


def _check_day(column: Column, value: str) -> None:
    if value and not is_day(value):
        raise BadRequest(f"{column.label}: {value[:40]!r} is no day. Write one like 2014-05-16.")


@lru_cache(maxsize=65536)
def day_of(text: str) -> str:
    """The day that a date or a time begins with; empty when it begins with none, as a year or words."""
    return text[:10] if is_day(text[:10]) else ""


def is_day(text: str) -> bool:
    """Is this a day of the calendar, written YYYY-MM-DD?"""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
