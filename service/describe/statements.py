"""Statements: what relates a thing to others, in words, with who says so. Merges the rows of the views.

Rows of one relation are one statement, rows of one claim one claim, rows of one citation one passage; a view
may leave any column empty. Decides nothing about wording but this: what any row calls attributed stays so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import attrgetter
from urllib.parse import quote

from service.describe.terms import Bounds, Thing, bounds, text, thing
from service.engine.rows import Row


@dataclass(frozen=True)
class Passage:
    """A place in a source. `fragment` is a few words by which a browser finds it at `url`."""

    iri: str
    label: str = ""
    fragment: str = ""
    url: str = ""

    @property
    def link(self) -> str:
        """The source on the web, scrolled to the passage (https://wicg.github.io/scroll-to-text-fragment/)."""
        if not self.url or not self.fragment:
            return ""
        return f"{self.url}#:~:text={quote(self.fragment, safe='').replace('-', '%2D')}"


@dataclass(frozen=True)
class Claim:
    """Who takes which stance, how firmly, and where. `mark` is affirms, denies or withholds."""

    iri: str
    holder: Thing | None
    via: Thing | None
    stance: str
    mark: str
    certainty: str
    hedge: str
    note: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Number:
    """An estimate: only a maximum, only a minimum, both, or neither (no figure can be given)."""

    unit: str
    least: str = ""
    most: str = ""
    approximate: bool = False


@dataclass(frozen=True)
class Statement:
    """One relation in words: (subject) phrase other or number. No subject means the thing the page is about."""

    iri: str
    subject: Thing | None
    phrase: str
    qualifier: str
    other: Thing | None
    number: Number | None
    when: Bounds
    standing: str
    mark: str
    attributed: bool
    note: str
    claims: tuple[Claim, ...]

    @property
    def voices(self) -> tuple[Claim, ...]:
        """The claims with those joined that differ in their passages only: who says so, once."""
        joined: dict[Claim, list[Passage]] = {}
        for claim in self.claims:
            joined.setdefault(replace(claim, iri="", passages=()), []).extend(claim.passages)
        return tuple(replace(claim, passages=tuple(dict.fromkeys(all_of))) for claim, all_of in joined.items())


@dataclass(frozen=True)
class Group:
    """Statements of one kind under a heading. `layout` is `list` or `dated`."""

    title: str
    order: float
    layout: str
    statements: tuple[Statement, ...]


def merge_statements(found: list[Row]) -> list[Group]:
    """The groups, in order; within a group by time when dated, else by words.

    A row without a group adds to the relation wherever it stands.
    """
    claims = merge_claims(found)
    merged: dict[tuple[str, str], Row] = {}
    for row in found:
        if "group" in row:
            fill(merged.setdefault((text(row, "group"), text(row, "relation")), {}), row)
    told: dict[str, list[Row]] = {}
    for (_, relation), into in merged.items():
        told.setdefault(relation, []).append(into)
    for row in found:
        if "group" not in row and "claim" not in row:
            for into in told.get(text(row, "relation"), ()):
                fill(into, row)
    return _groups(merged, claims)


def _groups(merged: dict[tuple[str, str], Row], claims: dict[str, tuple[Claim, ...]]) -> list[Group]:
    groups: dict[str, list[Row]] = {}
    for (title, _), row in merged.items():
        groups.setdefault(title, []).append(row)
    made = [_group(title, members, claims) for title, members in groups.items()]
    return sorted(made, key=attrgetter("order", "title"))


def merge_claims(found: Iterable[Row]) -> dict[str, tuple[Claim, ...]]:
    """Claims by the relation, event or name they are about."""
    merged: dict[str, dict[str, Row]] = {}
    passages: dict[str, dict[str, Passage]] = {}
    for row in found:
        if "claim" in row:
            claim = text(row, "claim")
            into = merged.setdefault(text(row, "relation"), {}).setdefault(claim, {})
            fill(into, row)
            places = passages.setdefault(claim, {})
            if "citation" in row:
                places.setdefault(text(row, "citation"), passage(row))
    return {
        about: tuple(_claim(row, passages[iri].values()) for iri, row in sorted(claims.items()))
        for about, claims in merged.items()
    }


def fill(into: Row, row: Row) -> None:
    """Fill what is still empty. Attribution wins over our own voice, whatever comes first."""
    for column, cell in row.items():
        into.setdefault(column, cell)
    if text(row, "voice") == "attributed":
        into["voice"] = row["voice"]


def _group(title: str, members: list[Row], claims: dict[str, tuple[Claim, ...]]) -> Group:
    made = [statement_of(row, claims.get(text(row, "relation"), ())) for row in members]
    layout = text(members[0], "layout") or "list"
    ordered = sorted(made, key=_by_time if layout == "dated" else _by_words)
    return Group(title, float(text(members[0], "order") or 99), layout, tuple(ordered))


def _by_time(statement: Statement) -> tuple[str, str]:
    return statement.when.order, statement.iri


def _by_words(statement: Statement) -> tuple[str, str, str]:
    other = statement.other.text if statement.other else ""
    return statement.phrase, statement.when.order, other.casefold()


def statement_of(row: Row, claims: tuple[Claim, ...]) -> Statement:
    """The statement that the merged row of a relation tells, with the claims about it."""
    return Statement(
        iri=text(row, "relation"),
        subject=thing(row.get("subject"), row.get("subjectLabel")),
        phrase=text(row, "phrase"),
        qualifier=text(row, "qualifier"),
        other=thing(row.get("other"), row.get("otherLabel")),
        number=_number(row),
        when=bounds(row),
        standing=text(row, "standing"),
        mark=text(row, "mark"),
        attributed=text(row, "voice") == "attributed",
        note=text(row, "note"),
        claims=claims,
    )


def _number(row: Row) -> Number | None:
    if "unit" not in row:
        return None
    return Number(text(row, "unit"), text(row, "min"), text(row, "max"), text(row, "approximate") == "true")


def _claim(row: Row, passages: Iterable[Passage]) -> Claim:
    return Claim(
        iri=text(row, "claim"),
        holder=thing(row.get("holder"), row.get("holderLabel")),
        via=thing(row.get("via"), row.get("viaLabel")),
        stance=text(row, "stance"),
        mark=text(row, "stanceMark"),
        certainty=text(row, "certainty"),
        hedge=text(row, "hedge"),
        note=text(row, "claimNote"),
        passages=tuple(sorted(passages, key=attrgetter("iri"))),
    )


def passage(row: Row) -> Passage:
    """The passage in the citation columns of a row."""
    return Passage(text(row, "citation"), text(row, "passage"), text(row, "fragment"), text(row, "url"))
