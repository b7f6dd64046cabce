"""Statements as one tree around a thing: each node stands inside the first that mentions it, or below @reverse.

It is what framing (https://www.w3.org/TR/json-ld11-framing/) makes with a frame that names the thing, embeds each
node once and asks for every property in both directions; here nothing is lost, and it takes no longer than writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.jsonld.write import Context, Node
from service.ntriples import RDF_TYPE, Said

# Readers of JSON recurse: what would stand deeper stands beside the tree.
_DEEPEST = 40
# (property, node that is embedded for it)
_Embedded = dict[str, list[tuple[str, str]]]


def framed(context: Context, described: Mapping[str, Iterable[Said]], root: str) -> Node:
    """The document framed around a subject. What no property leads to, as the names of classes, is in @included."""
    forward, backward = _plan(described, root)
    placed = {root, *(name for found in (*forward.values(), *backward.values()) for _, name in found)}
    tree = {"@context": context.reference, **_tree(context, described, forward, backward, root)}
    others = [_tree(context, described, {}, {}, subject) for subject in described if subject not in placed]
    return {**tree, "@included": others} if others else tree


def _plan(described: Mapping[str, Iterable[Said]], root: str) -> tuple[_Embedded, _Embedded]:
    """Which node goes where, level by level, so that each is as near to the root as can be."""
    pointing: dict[str, list[tuple[str, str]]] = {}
    for subject, said in described.items():
        for name, value in said:
            if value in described and name != RDF_TYPE:
                pointing.setdefault(value, []).append((name, subject))
    forward: _Embedded = {}
    backward: _Embedded = {}
    seen, level = {root}, [root]
    for _ in range(_DEEPEST):
        after: list[str] = []
        for node in level:
            ahead = [one for one in described.get(node, ()) if one[1] in described and one[0] != RDF_TYPE]
            forward[node] = _take(ahead, seen, after)
        for node in level:
            backward[node] = _take(pointing.get(node, ()), seen, after)
        level = after
    return forward, backward


def _take(found: Iterable[tuple[str, str]], seen: set[str], after: list[str]) -> list[tuple[str, str]]:
    taken = []
    for name, node in found:
        if node not in seen:
            seen.add(node)
            after.append(node)
            taken.append((name, node))
    return taken


def _tree(
    context: Context, described: Mapping[str, Iterable[Said]], forward: _Embedded, backward: _Embedded, root: str
) -> Node:
    """The nodes put into each other, from the leaves inwards; no recursion, however deep it gets."""
    order = [root]
    for subject in order:
        order.extend(name for _, name in (*forward.get(subject, ()), *backward.get(subject, ())))
    made: dict[str, Node] = {}
    for subject in reversed(order):
        ahead = forward.get(subject, [])
        node = context.node(subject, [one for one in described.get(subject, ()) if one not in ahead])
        _put(context, node, ahead, made)
        reverse: Node = {}
        _put(context, reverse, backward.get(subject, []), made)
        made[subject] = {**node, "@reverse": reverse} if reverse else node
    return made[root]


def _put(context: Context, node: Node, embedded: Iterable[tuple[str, str]], made: Mapping[str, Node]) -> None:
    for name, value in embedded:
        context.put(node, name[1:-1], [(value, made[value])])
