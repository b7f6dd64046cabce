"""Describes the SPARQL endpoint in the words of SPARQL 1.1 Service Description, for graph/meta.

https://www.w3.org/TR/sparql11-service-description/. The formats come from the one table of formats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from service.iris import Base
from service.media import FORMATS
from service.press.records import whole_iri
from service.press.vocabulary import SD, VOID, say, types

_FORMATS = "http://www.w3.org/ns/formats/"


def describe_endpoint(graphs: Iterable[str], base: Base) -> Iterator[Triple]:
    """What {base}sparql can do and what it queries: {base}dataset, whose default graph is the union of `graphs`.

    No feature says that other endpoints can be called, because they cannot. Limits and what is refused are settings,
    which the service that answers at the endpoint adds.
    """
    endpoint, dataset = NamedNode(f"{base.iri}sparql"), NamedNode(whole_iri(base))
    yield from types(endpoint, SD("Service"))
    yield from say(endpoint, SD("endpoint"), endpoint)
    yield from say(endpoint, SD("supportedLanguage"), SD("SPARQL10Query"), SD("SPARQL11Query"))
    yield from say(endpoint, SD("feature"), SD("UnionDefaultGraph"))
    formats = [NamedNode(_FORMATS + known.registered) for known in FORMATS if known.registered]
    yield from say(endpoint, SD("resultFormat"), *formats)
    yield from say(endpoint, SD("defaultDataset"), dataset)
    yield from say(endpoint, SD("availableGraphs"), dataset)
    yield from types(dataset, SD("Dataset"), SD("GraphCollection"))
    yield from _describe_graphs(dataset, graphs, base)


def _describe_graphs(dataset: NamedNode, graphs: Iterable[str], base: Base) -> Iterator[Triple]:
    union = _default_graph(base)
    yield from say(dataset, SD("defaultGraph"), union)
    yield from types(union, SD("Graph"))
    for name in graphs:
        node, graph = NamedNode(f"{dataset.value}#graph-{name}"), NamedNode(base.graph(name))
        yield from say(dataset, SD("namedGraph"), node)
        yield from types(node, SD("NamedGraph"))
        yield from say(node, SD("name"), graph)
        yield from say(node, SD("graph"), graph)
        yield from types(graph, SD("Graph"))


def count_default_graph(triples: int, base: Base) -> Triple:
    """The size of the default graph."""
    return next(iter(say(_default_graph(base), VOID("triples"), triples)))


def _default_graph(base: Base) -> NamedNode:
    return NamedNode(f"{whole_iri(base)}#default-graph")
