"""What a client asks: a batch of queries, or a table to extend. Reads JSON strictly, says what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service.errors import BadRequest, TooLarge

MOST_QUERIES = 50
# Of one query. What a candidate has is compared with each value, so a request may bring only so many in all.
MOST_TYPES = 20
MOST_CONDITIONS = 10
MOST_VALUES = MOST_QUERIES * MOST_CONDITIONS
_MOST_CANDIDATES = 50
_MOST_ROWS = 500
_MOST_COLUMNS = 50
_MOST_CHARACTERS = 500
_USUAL_CANDIDATES = 5


@dataclass(frozen=True)
class Condition:
    """A property that a candidate should have, and the values any of which it may have.

    `iris` are what the values mean if they are ids: one of those it may have too, and near it is not enough.
    """

    property: str
    values: tuple[str, ...]
    iris: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """One reconciliation query (section 4.3). `types` are ids; a candidate should be of one of them."""

    text: str
    types: tuple[str, ...] = ()
    most: int = _USUAL_CANDIDATES
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Extension:
    """A data extension query (section 6): properties of things, at most so many values of each (0: all)."""

    ids: tuple[str, ...]
    properties: tuple[tuple[str, int], ...]


def read_queries(text: str) -> dict[str, Asked]:
    """The batch: keys of the client to queries. Raises BadRequest, TooLarge (more than one of the MOST_ above)."""
    given = _object(_parsed(text, "queries"), "`queries`")
    _bound(len(given), MOST_QUERIES, "queries", "answered at a time")
    read = {key: _query(one, key) for key, one in given.items()}
    values = sum(len(condition.values) for one in read.values() for condition in one.conditions)
    _bound(values, MOST_VALUES, "values of properties", "compared in one request")
    return read


def read_extension(text: str) -> Extension:
    """A data extension query. Raises BadRequest, TooLarge."""
    given = _object(_parsed(text, "extend"), "`extend`")
    ids = tuple(_text(one, "ids") for one in _list(given.get("ids", []), "ids"))
    _bound(len(ids), _MOST_ROWS, "ids", "extended at a time")
    wanted = [_object(one, "properties") for one in _list(given.get("properties", []), "properties")]
    _bound(len(wanted), _MOST_COLUMNS, "properties", "added at a time")
    return Extension(ids, tuple((_text(one.get("id"), "id"), _settings(one)) for one in wanted))


def _bound(count: int, most: int, what: str, happens: str) -> None:
    """Raises TooLarge."""
    if count > most:
        raise TooLarge(f"These are {count:,} {what}; at most {most:,} are {happens}. Send fewer.")


def _settings(given: dict[str, Any]) -> int:
    """`settings.limit`, which clients send as text too."""
    told = given.get("settings") or {}
    limit = str(told.get("limit", 0)) if isinstance(told, dict) else "0"
    return int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 5 else 0


def _query(given: Any, key: str) -> Asked:
    read = _object(given, f"`{key}`")
    types, most = read.get("type") or [], read.get("limit", _USUAL_CANDIDATES)
    if not isinstance(most, int) or most < 1:
        raise BadRequest(f"`limit` of `{key}` is a number of candidates above 0.")
    types = [types] if isinstance(types, str) else _list(types, "type")
    conditions = _list(read.get("properties") or [], "properties")
    _bound(len(types), MOST_TYPES, "types", "looked at for a query")
    _bound(len(conditions), MOST_CONDITIONS, "properties", "compared for a query")
    return Asked(
        _text(read.get("query", ""), "query").strip(),
        tuple(_text(one, "type") for one in types),
        min(most, _MOST_CANDIDATES),
        tuple(_condition(one) for one in conditions),
    )


def _condition(given: Any) -> Condition:
    read = _object(given, "properties")
    value = read.get("v")
    values = value if isinstance(value, list) else [value]
    return Condition(_text(read.get("pid"), "pid"), tuple(filter(None, (_value(one) for one in values))))


def _value(given: Any) -> str:
    """A value as text: what is reconciled comes as an object with its id."""
    if isinstance(given, dict):
        given = given.get("id", "")
    return "" if given is None else str(given)[:_MOST_CHARACTERS]


def _parsed(text: str, name: str) -> Any:
    def refuse(number: str) -> None:
        raise ValueError(number)

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"`{name}` is not JSON: {str(error)[:200]}.") from error


def _checked(kind: type, words: str) -> Callable[[Any, str], Any]:
    def check(given: Any, name: str) -> Any:
        if not isinstance(given, kind):
            raise BadRequest(f"{name} is not {words}. See the Reconciliation Service API, sections 4.3 and 6.")
        return given

    return check


_object = _checked(dict, "an object")
_list = _checked(list, "a list")


def _text(given: Any, name: str) -> str:
    if not isinstance(given, str):
        raise BadRequest(f"`{name}` is text. See the Reconciliation Service API, sections 4.3 and 6.")
    return given[:_MOST_CHARACTERS]
