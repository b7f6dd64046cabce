"""What a check is, the list of all of them, and the words in which one says how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from service.conformance.specs import Spec, spec
from service.conformance.wire import Exchange

if TYPE_CHECKING:
    from service.conformance.site import Site

Trial = Callable[["Site"], str | None]


class Outcome(StrEnum):
    """How a check ended. Untested: it could not be tried, for want of time or of what it needs."""

    FAILED = "failed"
    UNTESTED = "untested"
    PASSED = "passed"
    INAPPLICABLE = "not applicable"


@dataclass(frozen=True)
class Check:
    """One line of the contract. `trial` returns what it saw in a few words, or raises Failed or Inapplicable."""

    id: str
    says: str
    spec: Spec
    trial: Trial

    @property
    def area(self) -> str:
        return self.id.partition(".")[0]

    @property
    def url(self) -> str:
        return self.spec.url


class Failed(Exception):
    """The line is broken. `exchange` shows it; without one the last exchange of the check does."""

    def __init__(self, detail: str, exchange: Exchange | None = None) -> None:
        super().__init__(detail)
        self.detail, self.exchange = detail, exchange


class Inapplicable(Exception):
    """The service does not have what the check is about."""


class Unknown(Exception):
    """What the check needs to know could not be found out; another check says why."""


# The areas in the order in which a run goes through them; a module of this name has the checks of each.
AREAS = (
    "things", "negotiation", "conditions", "methods", "jsonld", "signposts", "queries", "results", "refusals",
    "description", "counts", "graphstore", "dumps", "releases", "ranges", "lookups", "fragments", "nanopubs",
    "caching", "safety", "problems", "operations", "transport",
)  # fmt: skip
CHECKS: dict[str, Check] = {}


def check(id: str, says: str, name: str, section: str = "") -> Callable[[Trial], Trial]:
    """Add a function to the list, under an id, with its sentence and the place of the specification that asks it."""

    def add(trial: Trial) -> Trial:
        if id in CHECKS:
            raise ValueError(f"there are two checks called {id}")
        CHECKS[id] = Check(id, says, spec(name, section), trial)
        AREAS.index(CHECKS[id].area)  # raises ValueError for an area that is not in the list
        return trial

    return add


def every() -> list[Check]:
    """All checks: by area, in the order they stand there."""
    return sorted(CHECKS.values(), key=lambda check: AREAS.index(check.area))


def expect(holds: object, otherwise: str, exchange: Exchange | None = None) -> None:
    """Raises Failed with a sentence when something does not hold."""
    if not holds:
        raise Failed(otherwise, exchange)


def expect_status(exchange: Exchange, *wanted: int) -> Exchange:
    """The exchange. Raises Failed when its status is another."""
    numbers = " or ".join(map(str, wanted))
    expect(exchange.status in wanted, f"{exchange.status} where {numbers} is wanted", exchange)
    return exchange
