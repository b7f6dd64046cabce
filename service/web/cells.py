"""Our things, classes and properties in the words of the Reconciliation Service API: ids, types, cells."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from typing import Any

from service.engine.rows import Term
from service.reconcile import Facts
from service.web import pages
from service.web.room import Reading, reading
from service.web.site import site

_NUMBERS = ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
_DATES = ("date", "dateTime")


def feature(name: str) -> str:
    """The name of a feature; a property in it by its id."""
    kind, _, iri = name.partition(":")
    return f"{kind}:{short(iri)}" if iri else kind


def types_of(classes: list[str]) -> list[dict[str, str]]:
    """Our classes among these, by id and name; the narrowest first."""
    known = {one.iri: one for one in site().collections}
    ours = sorted(
        (known[iri] for iri in classes if iri in known and site().base.owns(iri)), key=lambda one: one.count
    )
    return [{"id": short(one.iri), "name": one.label} for one in ours]


def cell(value: Term, label: str) -> dict[str, Any]:
    """One value (section 6.3): a thing of ours, a number, a date or text."""
    if value.kind == "uri" and value.value.startswith(site().base.thing("")):
        return {"id": short(value.value), "name": label or short(value.value)}
    kind = value.datatype.rpartition("#")[2]
    number = _number(value.value) if kind in _NUMBERS else None
    if number is not None:
        return {"float": number}
    return {"date": value.value} if kind in _DATES else {"str": value.value}


def _number(text: str) -> float | None:
    """The number, when JSON has it: neither an ill-formed literal nor infinity."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def called(iri: str) -> str:
    """What a class or property is called."""
    return facts().of(iri).label or pages.called(iri, site())


def short(iri: str) -> str:
    """Things below `id/` and terms of the ontology by what follows, anything else by its IRI."""
    base = site().base
    for space in (base.thing(""), base.terms):
        if iri.startswith(space) and len(iri) > len(space):
            return iri[len(space) :]
    return iri


def term(name: str) -> str:
    """The IRI of a class or property from its id."""
    return name if ":" in name else site().base.terms + name


def facts() -> Facts:
    """What is known of the things of the release being read."""
    return facts_of(reading())


@lru_cache(maxsize=2)
def facts_of(of: Reading) -> Facts:
    """The same for one reading; kept as long as it is read."""
    return Facts(of.engine, site().base)
