"""What a release will hold, complete but unwritten: checked graphs, the catalog in graph/meta, the id."""

from __future__ import annotations

from dataclasses import dataclass

from service.press.catalog import describe
from service.press.checks import Checked
from service.press.followthemoney import EXPORT, export
from service.press.scopes import ClassScope, Scope, class_scopes, content_hash, graph_scope, graph_scopes, scopes
from service.press.sources import META

_ID_LENGTH = 16


@dataclass(frozen=True)
class Edition:
    """`scopes` are the whole, each graph, and the links if there are any; `id` follows from the whole.

    `entities` are the lines of the export to FollowTheMoney, none when the publication has no such export.
    """

    id: str
    checked: Checked
    scopes: tuple[Scope, ...]
    classes: tuple[ClassScope, ...]
    entities: list[str]


def prepare(checked: Checked) -> Edition:
    """Describe checked sources and put every statement in its final order."""
    sources = checked.sources
    base, single = sources.base, graph_scopes(checked.graphs, sources.base)
    catalog = describe(sources, {name: scope.subjects for name, scope in single.items()}, checked.plans)
    told = [*checked.graphs.get(META, ()), *catalog]
    single[META] = graph_scope(f"graph-{META}", told, base.graph(META))
    covered = scopes(dict(sorted(single.items())), base)
    return Edition(
        f"r{content_hash(covered[0])[:_ID_LENGTH]}",
        checked,
        tuple(covered),
        tuple(class_scopes(covered, base, sources.prefixes)),
        export(checked.plans.export(EXPORT), checked.reader, base),
    )
