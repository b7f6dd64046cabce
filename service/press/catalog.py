"""Describes a publication in VoID and DCAT 3, from its data: the part of graph/meta that nobody writes.

Has no time in it: the dates are the dataset records'. The same sources and base give the same triples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from pyoxigraph import Literal, NamedNode, Triple

from service.iris import Base
from service.media import FOLLOWTHEMONEY, Format
from service.ntriples import RDF_TYPE, Described, joined
from service.press.classes import name_classes
from service.press.counts import Counts, Tally, count
from service.press.distributions import offer, partition
from service.press.dumps import CLASS_FORMATS, RDF_FORMATS
from service.press.endpoint import count_default_graph, describe_endpoint
from service.press.followthemoney import EXPORT
from service.press.plans import Plans, describe_build, describe_questions
from service.press.records import main_record, read_records, whole_iri
from service.press.schemaorg import describe_for_search
from service.press.scopes import ALL
from service.press.sources import META, Sources
from service.press.statistics import Measured, describe_class_properties, describe_counts, measure_with, settle
from service.press.vocabulary import DCAT, DCT, SH, VOID, XSD, english, say, types

# What the whole says of itself in the words of its main record.
_EXAMPLES = 8
_SHARED = frozenset(
    map(DCT, ("title", "description", "license", "creator", "publisher", "issued", "modified", "language"))
)
# Path -> what it is called, and the specification of its protocol.
_SERVICES = {
    "sparql": ("SPARQL", "http://www.w3.org/TR/sparql11-protocol/"),
    "graph-store": ("Graphs", "http://www.w3.org/TR/sparql11-http-rdf-update/"),
    "fragments": (
        "Triple Pattern Fragments",
        "https://linkeddatafragments.org/specification/triple-pattern-fragments/",
    ),
}


def describe(sources: Sources, graphs: Mapping[str, Described], plans: Plans) -> list[Triple]:
    """The catalog of a publication, which counts every graph: graph/meta, which it fills, as it is then."""
    base, dataset = sources.base, NamedNode(whole_iri(sources.base))
    others = {name: graphs[name] for name in sorted(graphs) if name != META}
    tally = Tally(joined(others.values()), base)
    fixed = list(
        chain(
            _describe_whole(sources, [*others, META]),
            offer(dataset, ALL, _whole_formats(plans), base),
            *(_describe_graph(name, sources) for name in (*others, META)),
            *(describe_counts(NamedNode(base.graph(name)), count(others[name], base)) for name in others),
            describe_endpoint([*others, META], base),
            _describe_tables(sources, tally.counts),
            describe_questions(plans.questions, base),
            describe_for_search(sources, _whole_formats(plans)),
            _describe_examples(dataset, others.values(), tally.counts, base),
            _describe_build(sources, others, plans),
        )
    )

    def tell(found: Measured) -> list[Triple]:
        return [*fixed, *_describe_measured(found, base)]

    return settle(tell, measure_with(tally, graphs.get(META, {}), base))


def _describe_measured(found: Measured, base: Base) -> Iterator[Triple]:
    """What the catalog says of how much it and the whole hold, itself included."""
    dataset = NamedNode(whole_iri(base))
    yield from describe_counts(dataset, found.whole)
    yield from describe_class_properties(dataset, found.whole)
    yield from describe_counts(NamedNode(base.graph(META)), found.alone)
    yield count_default_graph(found.whole.triples, base)


def _describe_build(sources: Sources, names: Iterable[str], plans: Plans) -> Iterator[Triple]:
    """Graphs that no source feeds came from the rules."""
    graph = sources.base.graph
    edited = [NamedNode(graph(name)) for name in names if name in sources.graphs]
    derived = [NamedNode(graph(name)) for name in names if name not in sources.graphs]
    return describe_build(plans, edited, derived, sources.base)


def _describe_whole(sources: Sources, graphs: Iterable[str]) -> Iterator[Triple]:
    """{base}dataset: the whole publication, its parts, its endpoint and its prefixes."""
    base, dataset = sources.base, NamedNode(whole_iri(sources.base))
    endpoint = NamedNode(f"{base.iri}sparql")
    yield from types(dataset, DCAT("Dataset"), VOID("Dataset"))
    record = main_record(sources)
    for quad in record.statements:
        if quad.predicate in _SHARED and record.iri != dataset.value:
            yield Triple(dataset, quad.predicate, quad.object)
    yield from say(dataset, VOID("uriSpace"), base.iri)
    yield from say(dataset, VOID("sparqlEndpoint"), endpoint)
    yield from say(dataset, VOID("uriLookupEndpoint"), NamedNode(f"{base.iri}links?uri="))
    yield from say(dataset, VOID("subset"), *(NamedNode(base.graph(name)) for name in graphs))
    parts = [NamedNode(r.iri) for r in read_records(sources) if r.iri not in (dataset.value, record.iri)]
    yield from say(dataset, DCT("hasPart"), *parts)
    yield from _describe_services(dataset, base, record.title)
    yield from _describe_prefixes(dataset, sources.prefixes)


def _describe_services(dataset: NamedNode, base: Base, title: str) -> Iterator[Triple]:
    """The catalog that DCAT wants around a dataset, and the data services, each with the protocol it speaks."""
    catalog = NamedNode(f"{dataset.value}#catalog")
    yield from types(catalog, DCAT("Catalog"))
    yield from say(catalog, DCT("title"), english(f"Catalog: {title}"))
    yield from say(catalog, DCAT("dataset"), dataset)
    for path, (called, protocol) in _SERVICES.items():
        service = NamedNode(f"{dataset.value}#{path}")
        yield from say(catalog, DCAT("service"), service)
        yield from types(service, DCAT("DataService"))
        yield from say(service, DCT("title"), english(f"{called}: {title}"))
        yield from say(service, DCAT("endpointURL"), NamedNode(base.iri + path))
        yield from say(service, DCAT("servesDataset"), dataset)
        yield from say(service, DCT("conformsTo"), NamedNode(protocol))


def _describe_prefixes(dataset: NamedNode, prefixes: Mapping[str, str]) -> Iterator[Triple]:
    """sh:declare, where query editors look for prefixes."""
    for prefix, namespace in prefixes.items():
        node = NamedNode(f"{dataset.value}#prefix-{prefix}")
        yield from say(dataset, SH("declare"), node)
        yield from types(node, SH("PrefixDeclaration"))
        yield from say(node, SH("prefix"), prefix)
        yield from say(node, SH("namespace"), Literal(namespace, datatype=XSD("anyURI")))


def _describe_graph(name: str, sources: Sources) -> Iterator[Triple]:
    """A named graph as a dataset of its own, with its files."""
    base, graph = sources.base, NamedNode(sources.base.graph(name))
    yield from types(graph, DCAT("Dataset"), VOID("Dataset"))
    yield from say(graph, DCT("isPartOf"), NamedNode(whole_iri(base)))
    if not any(q.subject == graph and q.predicate == DCT("title") for q in sources.graphs.get(META, ())):
        yield from say(graph, DCT("title"), english(f"{main_record(sources).title}: graph {name}"))
    yield from offer(graph, f"graph-{name}", RDF_FORMATS, base)


def _describe_examples(
    dataset: NamedNode, graphs: Iterable[Described], counts: Counts, base: Base
) -> Iterator[Triple]:
    """A thing of each of the largest classes of ours: the first by its IRI."""
    ours = [name.value for name in counts.classes if name.value.startswith(base.terms)]
    largest = sorted(ours, key=lambda name: (-counts.classes[NamedNode(name)], name))[:_EXAMPLES]
    found: dict[str, str] = {}
    for subject, said in (one for graph in graphs for one in graph.items()):
        for name, value in said:
            if name == RDF_TYPE and value[1:-1] in largest and subject.startswith(f"<{base.thing('')}"):
                found[value] = min(found.get(value, subject), subject)
    yield from say(dataset, VOID("exampleResource"), *(NamedNode(one[1:-1]) for one in sorted({*found.values()})))


def _whole_formats(plans: Plans) -> tuple[Format, ...]:
    return (*RDF_FORMATS, FOLLOWTHEMONEY) if plans.export(EXPORT) else RDF_FORMATS


def _describe_tables(sources: Sources, counts: Counts) -> Iterator[Triple]:
    """The files of each class, on its partition. The description of the files says the rest, see `description`."""
    dataset = NamedNode(whole_iri(sources.base))
    names = name_classes((name.value for name in counts.classes), sources.base, sources.prefixes)
    for iri, scope in names.items():
        part = partition(dataset, "class", NamedNode(iri))
        yield from types(part, DCAT("Dataset"), VOID("Dataset"))
        yield from say(part, DCT("title"), english(f"{main_record(sources).title}: {scope}"))
        urls = (NamedNode(f"{sources.base.iri}dumps/{scope}.{format.extension}") for format in CLASS_FORMATS)
        yield from say(part, VOID("dataDump"), *urls)
