"""The contract of a linked-data service, tried line by line over a real socket.

A black box: knows HTTP, RDF and the specifications; nothing of how a service is made. `run` tries a URL, `every`
lists the checks. Works on any publication: the service's own description says what there is to try.
"""

from __future__ import annotations

from service.conformance import (  # noqa: F401  each adds its checks to the list
    caching,
    conditions,
    counts,
    description,
    distributions,
    dumps,
    fragments,
    graphstore,
    jsonld,
    lookups,
    methods,
    nanopubs,
    negotiation,
    operations,
    problems,
    queries,
    ranges,
    refusals,
    releases,
    results,
    safety,
    signposts,
    things,
    transport,
)
from service.conformance.checks import Check, Outcome, every
from service.conformance.report import Report, Result, from_json
from service.conformance.run import run
from service.conformance.wire import Exhausted, Limits, Unreachable

__all__ = ["Check", "Exhausted", "Limits", "Outcome", "Report", "Result", "Unreachable", "every", "from_json", "run"]
