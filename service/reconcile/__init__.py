"""Reconciliation: which of our things a name in somebody's table means, and what else we know of it.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/ . Knows no Flask and no ontology.
"""

from __future__ import annotations

from service.reconcile.ask import MOST_QUERIES, Asked, Condition, Extension, read_extension, read_queries
from service.reconcile.candidates import Candidate, Candidates
from service.reconcile.facts import Facts, Property

__all__ = [
    "MOST_QUERIES",
    "Asked",
    "Candidate",
    "Candidates",
    "Condition",
    "Extension",
    "Facts",
    "Property",
    "read_extension",
    "read_queries",
]
