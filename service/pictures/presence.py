"""Whether something held on a day, from four bounds: surely, possibly, or not."""

from __future__ import annotations

import re
from collections.abc import Iterable

from service.describe.terms import Bounds

SURELY, POSSIBLY, NOT = "surely", "possibly", "not"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_DAYS = 400


def presence(bounds: Bounds, day: str) -> str:
    """`surely` from its latest begin to its earliest end; `not` before its earliest begin and after its latest end.

    Everything else is `possibly`; a bound that is missing, or is no day of the years 1 to 9999, excludes nothing.
    """
    begin_earliest, begin_latest, end_earliest, end_latest = (known(one) for one in _all(bounds))
    if (begin_earliest and begin_earliest > day) or (end_latest and end_latest < day):
        return NOT
    return SURELY if begin_latest and end_earliest and begin_latest <= day <= end_earliest else POSSIBLY


def known(day: str) -> str:
    """The day, when it can be compared with others as text; else nothing."""
    return day if _DAY.fullmatch(day) else ""


def turning_days(times: Iterable[Bounds]) -> list[str]:
    """The days on which something may begin or end, in order; when there are more than 400, evenly some of them."""
    days = sorted({known(one) for bounds in times for one in _all(bounds)} - {""})
    step = -(-len(days) // _MOST_DAYS) or 1
    return days[:-1:step] + days[-1:]


def _all(bounds: Bounds) -> tuple[str, str, str, str]:
    return bounds.begin_earliest, bounds.begin_latest, bounds.end_earliest, bounds.end_latest
