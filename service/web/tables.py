"""Tables and examples for the query page: plain values made from results and from the publication's questions."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from service.engine.rows import Term
from service.releases import Release

MOST_ROWS = 1000
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


@dataclass(frozen=True)
class Table:
    """A result as a page shows it: at most MOST_ROWS of `total` rows; an empty cell is None."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    total: int


def example_questions(release: Release) -> list[Example]:
    """The questions of the publication by topic, then by name."""
    made = [_example(name, text) for name, text in release.queries("questions").items()]
    return sorted(made, key=lambda one: (one.topic.casefold(), one.name))


def topics(examples: list[Example]) -> dict[str, list[Example]]:
    """The examples by their first topic."""
    found: dict[str, list[Example]] = {}
    for one in examples:
        found.setdefault(one.topic.partition(",")[0].strip(), []).append(one)
    return dict(sorted(found.items()))


def to_begin_with(examples: list[Example]) -> list[Example]:
    """The few that a newcomer is shown: those that the publication chose, else the first of each topic."""
    chosen = sorted((one for one in examples if one.begin), key=lambda one: (one.begin.zfill(9), one.name))
    return chosen or [members[0] for members in topics(examples).values()][:_FEW]


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


def table_from_json(body: bytes) -> Table:
    """The table in a SPARQL JSON result."""
    document = json.loads(body)
    variables = tuple(document["head"].get("vars", ()))
    bindings = document["results"]["bindings"]
    rows = tuple(tuple(_term(row.get(name)) for name in variables) for row in bindings[:MOST_ROWS])
    return Table(variables, rows, len(bindings))


def _term(cell: dict[str, object] | None) -> Term | None:
    if cell is None:
        return None
    # A quoted triple (SPARQL 1.2) has an object as its value: shown as JSON.
    value = cell["value"] if isinstance(cell["value"], str) else json.dumps(cell["value"])
    return Term(value, str(cell["type"]), str(cell.get("xml:lang", "")), str(cell.get("datatype", "")))
