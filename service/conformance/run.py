"""A run: every check once, in order, within the limits; what each one found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from service.conformance.checks import AREAS, CHECKS, Check, Failed, Inapplicable, Outcome, Unknown, every
from service.conformance.report import Report, Result
from service.conformance.site import Site
from service.conformance.wire import Client, Exhausted, Limits, Unreachable

# As many exchanges as show what a check that compares was comparing.
_SHOWN = 3


def run(
    url: str,
    limits: Limits | None = None,
    only: Iterable[str] = (),
    told: Callable[[Result], object] = lambda result: None,
) -> Report:
    """Try every check, or those whose id or area is in `only`, on the service at a URL; `told` hears of each result.

    Raises ValueError for a URL that is none or a check that is not known, Unreachable when nothing answers there.
    """
    wanted = _chosen(tuple(only))
    site = Site(url, Client(url, limits or Limits()))
    site.client.ask("GET", "/-/alive", {})
    began, start = datetime.now(UTC), time.monotonic()
    results = []
    for check in wanted:
        results.append(_try(check, site))
        told(results[-1])
    return Report(
        site.url, site.base_known, _release(site), began.isoformat(timespec="seconds"),
        round(time.monotonic() - start, 1), site.client.requests, site.client.received, tuple(results),
    )  # fmt: skip


def _chosen(only: tuple[str, ...]) -> list[Check]:
    found = [check for check in every() if not only or check.id in only or check.area in only]
    if unknown := set(only) - {*CHECKS, *AREAS}:
        raise ValueError(f"There is no check called {sorted(unknown)[0]!r}.")
    return found


def _try(check: Check, site: Site) -> Result:
    """One check. What it raises is how it ended."""
    site.client.log.clear()
    before, start = site.client.requests, time.monotonic()
    outcome, seen = Outcome.PASSED, tuple[str, ...]()
    try:
        detail = check.trial(site) or ""
    except Failed as failed:
        outcome, detail, seen = Outcome.FAILED, failed.detail, _shown(site, failed)
    except Inapplicable as reason:
        outcome, detail = Outcome.INAPPLICABLE, str(reason)
    except Unreachable as error:
        outcome, detail = Outcome.FAILED, str(error)
    except (Unknown, Exhausted) as reason:
        outcome, detail = Outcome.UNTESTED, str(reason)
    except Exception as error:  # what came is of another shape than any check foresaw; one check never ends the run
        outcome, detail, seen = Outcome.FAILED, f"what came makes no sense: {error!r}", _shown(site, Failed(""))
    took = round(time.monotonic() - start, 3)
    requests = site.client.requests - before
    return Result(check.id, check.says, str(check.spec), check.spec.url, outcome, detail, seen, requests, took)


def _shown(site: Site, failed: Failed) -> tuple[str, ...]:
    if failed.exchange is not None:
        return (str(failed.exchange),)
    return tuple(map(str, site.client.log[-_SHOWN:]))


def _release(site: Site) -> str:
    """The release that the service said it serves; empty when it was not asked or does not say."""
    try:
        return str(site.json(site.get("/-/release")).get("id", ""))
    except (Failed, Unreachable, Exhausted, AttributeError):
        return ""
