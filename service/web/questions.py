"""The questions a publication brings: in words and as queries, by topic. Knows no answers and no pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from service.releases import Release

_FEW = 6
_FIELD = re.compile(r"^# *(question|topic|begin):(.*)$")


@dataclass(frozen=True)
class Example:
    """A question that the publication brings, in words and as a query.

    `begin` is its place among those that the front page begins with, empty for the others.
    """

    name: str
    question: str
    topic: str
    query: str
    begin: str = ""


def example_questions(release: Release) -> list[Example]:
    """The questions of the publication by the names of their files."""
    return sorted(
        (_example(name, text) for name, text in release.queries("questions").items()), key=lambda one: one.name
    )


def topics(examples: Iterable[Example]) -> dict[str, list[Example]]:
    """The examples by their first topic; topics of questions to begin with come first, then by their first names."""
    found: dict[str, list[Example]] = {}
    for one in sorted(examples, key=_place):
        found.setdefault(one.topic.partition(",")[0].strip(), []).append(one)
    return found


def to_begin_with(examples: list[Example]) -> list[Example]:
    """The few that a newcomer is shown: those that the publication chose, else the first of each topic."""
    chosen = sorted((one for one in examples if one.begin), key=_place)
    return chosen or [members[0] for members in topics(examples).values()][:_FEW]


def asked_by(query: str, examples: Iterable[Example]) -> Example | None:
    """The question that a query asks, when it is the published one; spaces at the ends of lines do not count."""
    wanted = _plain(query)
    return next((one for one in examples if wanted and _plain(one.query) == wanted), None)


def _place(example: Example) -> tuple[bool, str, str]:
    return (not example.begin, example.begin.zfill(9), example.name)


def _plain(query: str) -> str:
    return "\n".join(line.rstrip() for line in query.strip().splitlines())


def _example(name: str, text: str) -> Example:
    """Header lines become fields, which run on in lines that begin `#  `; the rest is the query."""
    fields: dict[str, str] = {}
    kept: list[str] = []
    last = ""
    for line in text.splitlines():
        if found := _FIELD.match(line):
            last = found[1]
            fields[last] = found[2].strip()
        elif last and line.startswith("#  "):
            fields[last] += " " + line[1:].strip()
        else:
            last = ""
            kept.append(line)
    local = name.rpartition("/")[2].removesuffix(".rq")
    question = fields.get("question") or local.replace("-", " ")
    return Example(local, question, fields.get("topic", ""), "\n".join(kept).strip(), fields.get("begin", ""))
