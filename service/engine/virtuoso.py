"""What Virtuoso does differently, found out from its answers: it cuts results short and sends them as complete.

`ResultSetMaxRows` (10,000 as Debian installs it) bounds every result. A cut table says so in a header; a cut
graph has one statement more than the bound and says nothing, so the bound is asked for when a graph is larger
than any it may have. An "anytime" result, cut by time, has a state in its headers. Tables are asked for as XML:
in JSON Virtuoso writes the boolean `true` as 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service.engine.words import Is, tokens
from service.errors import EngineTimeout, QueryStopped

ACCEPT_RESULTS = "application/sparql-results+xml"
ROWS_HEADER = "X-SPARQL-MaxRows"
_STATE_HEADER = "X-SQL-State"
_FIRST_PROBE = 10_001
# Rows in plenty, whatever the store holds: the tables Virtuoso keeps of itself are a graph too.
_PROBE = "SELECT (1 AS ?x) {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {}"

# Sends a query whose answer nobody reads; returns the headers.
Probe = Callable[[str], Mapping[str, str]]


class Cuts:
    """What is known of the bound. Raises QueryStopped for what it cut, EngineTimeout for what time cut."""

    def __init__(self) -> None:
        self._bound: int | None = None
        self._within = 0

    def check_table(self, query: str, headers: Mapping[str, str]) -> None:
        """Before a table or yes-or-no is read."""
        if headers.get(_STATE_HEADER, "").startswith("S1TA"):
            raise EngineTimeout("The query engine ran out of time.", members={"limit": "time"})
        bound = _number(headers.get(ROWS_HEADER))
        asked = last_limit(query)
        if bound is not None and (asked is None or asked > bound):
            raise _stopped(bound, "rows")

    def check_graph(self, statements: int, probe: Probe) -> None:
        """After a graph is read: `statements` of them."""
        if self._bound is None and statements > self._within:
            most = max(2 * statements, _FIRST_PROBE)
            self._bound = _number(probe(_PROBE.format(most)).get(ROWS_HEADER))
            self._within = most
        if self._bound is not None and statements > self._bound:
            raise _stopped(self._bound, "statements")


def recognise(server: str) -> Cuts | None:
    """What to mind from now on, when the Server header says that the engine is Virtuoso."""
    return Cuts() if server.startswith("Virtuoso") else None


def last_limit(query: str) -> int | None:
    """The LIMIT of the query itself, not of a subquery."""
    depth, limit, after = 0, None, False
    for token in tokens(query):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if after and token.kind is Is.NUMBER:
            limit = int(token.text)
        if token.kind is not Is.SPACE:
            after = depth == 0 and token.is_word("LIMIT")
    return limit


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdecimal() else None


def _stopped(bound: int, what: str) -> QueryStopped:
    return QueryStopped(
        f"The query engine gives at most {bound:,} {what} at a time, and this query has more. "
        "Add ORDER BY, LIMIT and OFFSET and ask in parts, or take a dump.",
        members={"limit": "rows"}, headers={"Retry-After": "10"},
    )  # fmt: skip
