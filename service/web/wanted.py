"""What a reader wants of a picture, read from the URL: the same for page, table and document."""

from __future__ import annotations

from datetime import date

from flask import request

from service.errors import BadRequest
from service.iris import Base
from service.pictures.choose import Wanted
from service.pictures.presence import known

_MOST_HOPS = 4
_MOST_CHARACTERS = 200


def wanted(base: Base) -> Wanted:
    """The parameters `group`, `standing`, `asof`, `from`, `to`, `around`, `hops`, `q`, `alleged`.

    `group` and `standing` may be repeated; the group `*` is all of them.
    Raises BadRequest for a day that is none and for a number of hops out of bounds.
    """
    return Wanted(
        groups=_many("group"),
        marks=_many("standing"),
        asof=_day("asof"),
        since=_day("from"),
        until=_day("to"),
        around=_around(base),
        hops=_hops(),
        words=_one("q"),
        alleged=_one("alleged") == "1",
    )


def _one(name: str) -> str:
    return request.args.get(name, "").strip()[:_MOST_CHARACTERS]


def _many(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one[:_MOST_CHARACTERS] for one in request.args.getlist(name) if one))


def _day(name: str) -> str:
    given = _one(name)
    try:
        if not given or (known(given) and date.fromisoformat(given)):
            return given
    except ValueError:
        pass
    raise BadRequest(f"`{name}` is a day such as 2014-05-16, not {given[:40]!r}.")


def _around(base: Base) -> str:
    """The IRI in the middle; what has no scheme is taken to be one of ours, below id/."""
    given = request.args.get("around", "").strip()[:2000]
    return given if not given or ":" in given else base.thing(given.removeprefix("/").removeprefix("id/"))


def _hops() -> int:
    given = _one("hops") or "1"
    if given.isascii() and given.isdigit() and len(given) < 3 and 1 <= int(given) <= _MOST_HOPS:
        return int(given)
    raise BadRequest(f"`hops` is a number from 1 to {_MOST_HOPS}.")
