"""What a run found: the results in order, the counts, and their JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from service.conformance.checks import Outcome


@dataclass(frozen=True)
class Result:
    """How a check ended. `seen` are the exchanges that show a failure; `requests` how many it took."""

    id: str
    says: str
    spec: str
    url: str
    outcome: Outcome
    detail: str = ""
    seen: tuple[str, ...] = ()
    requests: int = 0
    seconds: float = 0.0

    @property
    def area(self) -> str:
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Report:
    """A run over a service. `base` is what its IRIs begin with; `release` what it said it served, if it did."""

    url: str
    base: str
    release: str
    began: str
    seconds: float
    requests: int
    bytes: int
    results: tuple[Result, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Outcome -> number, all four."""
        found = Counter(one.outcome for one in self.results)
        return {outcome.value: found[outcome] for outcome in Outcome}

    @property
    def holds(self) -> bool:
        """Nothing failed, nothing was left untested, and something passed: a run that tried nothing is no proof."""
        told = self.counts
        return not told[Outcome.FAILED] and not told[Outcome.UNTESTED] and told[Outcome.PASSED] > 0

    def ordered(self) -> list[Result]:
        """Failures first, then what could not be tried, then the rest."""
        return sorted(self.results, key=lambda one: list(Outcome).index(one.outcome))

    def as_json(self) -> dict[str, Any]:
        told = asdict(self)
        return {"holds": self.holds, "counts": self.counts, **told}


def from_json(told: Mapping[str, Any]) -> Report:
    """The report that `as_json` made."""
    results = tuple(
        Result(**{**one, "outcome": Outcome(one["outcome"]), "seen": tuple(one["seen"])}) for one in told["results"]
    )
    return Report(**{key: told[key] for key in Report.__dataclass_fields__ if key != "results"}, results=results)
