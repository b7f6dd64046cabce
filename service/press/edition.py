"""What a release will hold, complete but unwritten: checked graphs, the catalog in graph/meta, the id."""

from __future__ import annotations

from dataclasses import dataclass

from service.press.catalog import describe
from service.press.checks import Checked
from service.press.counts import Counts
from service.press.followthemoney import EXPORT, export
from service.press.scopes import ClassScope, Scope, class_scopes, content_hash, scopes
from service.press.sources import META

_ID_LENGTH = 16


@dataclass(frozen=True)
class Edition:
    """`scopes` are the whole, each graph, and the links if there are any; `id` follows from the whole.

    `entities` are the lines of the export to FollowTheMoney, none when the publication has no such export.
    """

    id: str
    checked: Checked
    counts: Counts
    scopes: tuple[Scope, ...]
    classes: tuple[ClassScope, ...]
    entities: list[str]


def prepare(checked: Checked) -> Edition:
    """Describe checked sources and put every statement in its final order."""
    sources = checked.sources
    catalog = describe(sources, checked.graphs, checked.plans)
    graphs = {**checked.graphs, META: [*checked.graphs.get(META, []), *catalog.quads]}
    covered = scopes(graphs, sources.base)
    return Edition(
        f"r{content_hash(covered[0])[:_ID_LENGTH]}",
        checked,
        catalog.counts,
        tuple(covered),
        tuple(class_scopes(covered, sources.base, sources.prefixes)),
        export(checked.plans.export(EXPORT), checked.reader, sources.base),
    )
