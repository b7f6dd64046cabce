"""Which statements of a story are shown: by group, standing, day, period, words, and nearness to one thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.pictures.presence import NOT, known, presence
from service.pictures.story import Story, Told

ALL = "*"


@dataclass(frozen=True)
class Wanted:
    """What a reader asked for; what is empty restricts nothing.

    Without `groups` the quiet ones stay out, unless all around one thing is wanted; `*` is every group.
    """

    groups: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    asof: str = ""
    since: str = ""
    until: str = ""
    around: str = ""
    hops: int = 1
    words: str = ""
    alleged: bool = False


@dataclass(frozen=True)
class Chosen:
    """The statements that fit, and how many more would if what is alleged of persons were wanted."""

    told: tuple[Told, ...]
    left_out: int


def choose(story: Story, wanted: Wanted) -> Chosen:
    """The statements that fit. What is only ever attributed is left out unless it is asked for."""
    fitting = [one for one in story.told if _fits(one, wanted)]
    near = _near(fitting, wanted)
    if wanted.alleged:
        return Chosen(tuple(near), 0)
    # Hops are counted without what is left out: a way that leads over an allegation is none.
    shown = _near([one for one in fitting if not one.statement.attributed], wanted)
    return Chosen(tuple(shown), len(near) - len(shown))


def _fits(one: Told, wanted: Wanted) -> bool:
    when = one.statement.when
    # Alleged, and nobody is named who says so: nobody can be told.
    return (
        not (one.statement.attributed and not one.statement.claims)
        and has_group(one.group, one.quiet, wanted)
        and (not wanted.marks or one.statement.mark in wanted.marks)
        and (not wanted.asof or presence(when, wanted.asof) != NOT)
        and not (wanted.until and known(when.begin_earliest) and when.begin_earliest > wanted.until)
        and not (wanted.since and known(when.end_latest) and when.end_latest < wanted.since)
        and (not wanted.words or wanted.words.casefold() in _words(one))
    )


def has_group(group: str, quiet: bool, wanted: Wanted) -> bool:
    """Is this group shown?"""
    if wanted.groups:
        return group in wanted.groups or ALL in wanted.groups
    return not quiet or bool(wanted.around)


def _words(one: Told) -> str:
    named = [thing.text for thing in (*one.ends, *one.actors, *one.places)]
    subject = one.statement.subject.text if one.statement.subject else ""
    return " ".join((subject, one.statement.phrase, one.sort, *named)).casefold()


def _near(told: list[Told], wanted: Wanted) -> list[Told]:
    """Those within so many hops of the thing in the middle; one hop is what touches it."""
    if not wanted.around:
        return told
    reached, near = {wanted.around}, set[str]()
    for _ in range(wanted.hops):
        step = [one for one in told if one.touches & reached]
        near = {one.statement.iri for one in step}
        reached |= {thing.iri for one in step for thing in one.ends}
    return [one for one in told if one.statement.iri in near or _between(one, reached, wanted)]


def _between(one: Told, reached: set[str], wanted: Wanted) -> bool:
    """A tie of two that are both shown is shown too, when more than the nearest are wanted."""
    ends = {thing.iri for thing in one.ends}
    return wanted.hops > 1 and len(ends) == 2 and ends <= reached


def groups(told: Iterable[Told]) -> dict[str, bool]:
    """The groups in order, each with whether it is quiet."""
    found: dict[str, bool] = {}
    for one in told:
        found[one.group] = found.get(one.group, True) and one.quiet
    return found
