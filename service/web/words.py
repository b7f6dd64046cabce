"""Dates, numbers and sizes in words. Knows the values of `describe`, nothing of Flask."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from service.describe.figures import figure, number
from service.describe.terms import Bounds

__all__ = ["day", "figure", "number", "period", "size", "when"]

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def when(bounds: Bounds) -> str:
    """The four bounds as a phrase: "16 May 2014", "since March 2014", "attested 19 February 2015"."""
    begin, end = (bounds.begin_earliest, bounds.begin_latest), (bounds.end_earliest, bounds.end_latest)
    if all(begin) and begin == end:
        return period(*begin)
    if all(begin) and all(end):
        return f"from {_some_time(*begin)} to {_some_time(*end)}"
    if all(begin) and end[0]:
        return f"since {_some_time(*begin)}, still on {day(end[0])}"
    if all(begin):
        return f"from {_some_time(*begin)}{_over(end)}"
    if all(end):
        return f"{_begun(begin)}until {_some_time(*end)}"
    return _loosely(begin, end)


def _loosely(begin: tuple[str, str], end: tuple[str, str]) -> str:
    """Neither the begin nor the end is bounded on both sides."""
    if begin[1] and end[0] and end[0] <= begin[1]:
        return f"attested {period(end[0], begin[1])}"
    # What was over by a day had begun by then, and what had not begun before a day was not over before it.
    parts = [
        f"not before {day(begin[0])}" if begin[0] else "",
        f"by {day(begin[1])}" if begin[1] and not "" < end[1] <= begin[1] else "",
        f"at least until {day(end[0])}" if end[0] and not "" < begin[0] >= end[0] else "",
        f"over by {day(end[1])}" if end[1] else "",
    ]
    return ", ".join(part for part in parts if part)


def _begun(begin: tuple[str, str]) -> str:
    return f"begun by {day(begin[1])}, " if begin[1] else ""


def _over(end: tuple[str, str]) -> str:
    return f", over by {day(end[1])}" if end[1] else ""


def _some_time(first: str, last: str) -> str:
    said = period(first, last)
    return f"some time {said}" if said.startswith("between ") else said


def period(first: str, last: str) -> str:
    """The days from first to last as people say it: a day, a month, a year, or between two of them."""
    begin, end = _date(first), _date(last)
    if first == last or begin is None or end is None:
        return day(first) if first == last else f"between {first} and {last}"
    whole = begin.day == 1 and end.day == monthrange(end.year, end.month)[1]
    if whole and (begin.year, begin.month) == (end.year, end.month):
        return f"{_MONTHS[end.month - 1]} {end.year}"
    if whole and begin.month == 1 and end.month == 12:
        return str(begin.year) if begin.year == end.year else f"between {begin.year} and {end.year}"
    return _between(begin, end, whole)


def _between(begin: date, end: date, whole: bool) -> str:
    """Two months or two days, without saying twice what they share."""
    year = "" if begin.year == end.year else f" {begin.year}"
    if whole:
        return f"between {_MONTHS[begin.month - 1]}{year} and {_MONTHS[end.month - 1]} {end.year}"
    month = "" if (begin.year, begin.month) == (end.year, end.month) else f" {_MONTHS[begin.month - 1]}{year}"
    return f"between {begin.day}{month} and {day(end.isoformat())}"


def day(text: str) -> str:
    """A date in words; what is no date stays as it is."""
    found = _date(text)
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}" if found else text


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def size(count: int) -> str:
    """A number of bytes for people: 5.0 kB, 12 MB."""
    value, unit = float(count), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.0f} {_UNITS[unit]}" if unit == 0 or value >= 9.95 else f"{value:.1f} {_UNITS[unit]}"
