"""For those who run it: alive, ready, release, metrics."""

from __future__ import annotations

import re

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.site import Site

_LABELS = r'\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\}'
_NUMBER = r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|NaN|Inf)"
_SAMPLE = re.compile(rf"[a-zA-Z_:][\w:]*(?:{_LABELS})?[ \t]+{_NUMBER}(?:[ \t]+-?\d+)?")


def _there(site: Site, path: str) -> None:
    if site.get(path).status == 404:
        raise Inapplicable(f"there is no {path}")


@check("operations.alive", "/-/alive says that the process answers", "Conflict Actors")
def alive(site: Site) -> None:
    _there(site, "/-/alive")
    expect_status(site.get("/-/alive"), 200)


@check(
    "operations.ready", "/-/ready says that there is a release, and an engine that answers over it", "Conflict Actors"
)
def ready(site: Site) -> str:
    _there(site, "/-/ready")
    reply = expect_status(site.get("/-/ready"), 200)
    told = site.json(reply)
    expect(told.get("ready") is True and told.get("release"), f"it says {told}", reply)
    return str(told["release"])


@check(
    "operations.release",
    "/-/release is the release that is ready, and its base is what IRIs begin with",
    "Conflict Actors",
)
def release(site: Site) -> None:
    _there(site, "/-/release")
    told, now = site.json(expect_status(site.get("/-/release"), 200)), site.json(site.get("/-/ready"))
    expect(told.get("id") == now.get("release"), f"{told.get('id')} and {now.get('release')} differ")
    expect(told.get("base") == site.base, f"its base is {told.get('base')}, the description says {site.base}")


@check("operations.metrics", "/-/metrics is text that Prometheus reads", "Prometheus text format")
def metrics(site: Site) -> str:
    _there(site, "/-/metrics")
    reply = expect_status(site.get("/-/metrics"), 200)
    expect(reply.type in ("text/plain", "application/openmetrics-text"), f"it is {reply.type}", reply)
    lines = [line for line in reply.text.splitlines() if line and not line.startswith("#")]
    broken = [line for line in lines if not _SAMPLE.fullmatch(line)]
    expect(lines and not broken, f"a line is no sample: {broken[:1]}", reply)
    return f"{len(lines)} samples"


@check("operations.one-release", "Everything that names the release names the same one", "Conflict Actors")
def one_release(site: Site) -> str:
    _there(site, "/-/release")
    served = str(site.json(site.get("/-/release")).get("id"))
    reply = site.get("/releases", "application/json")
    if reply.status == 200:
        told = [one["id"] for one in site.json(reply)["releases"] if one["current"]]
        expect(told == [served], f"/releases says {told}, /-/release {served}", reply)
    return served


@check("operations.checks", "/-/conformance/checks lists what a service tries of itself", "Conflict Actors")
def checks(site: Site) -> str:
    _there(site, "/-/conformance/checks")
    told = site.json(expect_status(site.get("/-/conformance/checks", "application/json"), 200))["checks"]
    expect(told and all(one["id"] and one["says"] and one["spec"] for one in told), "a check has no sentence")
    return f"{len(told)} checks"
