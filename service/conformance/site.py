"""The service as a run finds it: reads from its own descriptions what there is to try.

Nothing is known beforehand but the paths that the contract fixes.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from service.conformance import syntax
from service.conformance.checks import Failed, Inapplicable, Unknown, expect, expect_status
from service.conformance.host import Host
from service.conformance.syntax import Graph, Malformed, Rows
from service.conformance.terms import DCT, RDF_TYPE, SD, VOID
from service.conformance.wire import Exchange
from service.media import JSON, NQUADS, NTRIPLES, TURTLE

FORM = "application/x-www-form-urlencoded"
_MOST_THINGS = 12
_ONTOLOGY = """SELECT ?o { ?o a <http://www.w3.org/2002/07/owl#Ontology>
  FILTER(STRSTARTS(STR(?o), "%s")) } ORDER BY ?o LIMIT 1"""
_NAMED = """SELECT DISTINCT ?s { VALUES ?s { %s }
  ?s <http://www.w3.org/2000/01/rdf-schema#label>|<http://www.w3.org/2004/02/skos/core#prefLabel> ?name }"""
_ONE_OF_EACH = """SELECT ?class (SAMPLE(?s) AS ?thing) WHERE {
  ?s a ?class FILTER(STRSTARTS(STR(?s), "%s") && !CONTAINS(STR(?s), "#"))
  FILTER NOT EXISTS { ?s <http://purl.org/dc/terms/isReplacedBy>|<http://www.w3.org/2002/07/owl#deprecated> ?o } }
  GROUP BY ?class ORDER BY ?class"""


@dataclass(frozen=True)
class Document:
    """Something that is sent in several formats: its path and, for each media type, the path that fixes it."""

    path: str
    fixed: Mapping[str, str]

    @property
    def rdf(self) -> list[str]:
        return [kind for kind in self.fixed if kind in syntax.RDF_TYPES]


class Site(Host):
    """One service, and what it says of itself. What cannot be found out raises Unknown or Inapplicable."""

    @cached_property
    def base(self) -> str:
        """What the IRIs of the publication begin with: void:uriSpace, else where the endpoint says it is."""
        spaces = [self.void.value(one, f"{VOID}uriSpace") for one in self.datasets]
        endpoints = self.void.objects(self.dataset, f"{VOID}sparqlEndpoint")
        told = [one.removesuffix("sparql") for one in endpoints if one.endswith("/sparql")] or [
            s for s in spaces if s
        ]
        return told[0] if told else self.url

    # Self-description

    @cached_property
    def void(self) -> Graph:
        """What /.well-known/void says."""
        return self._known("/.well-known/void", TURTLE.media_type)

    @cached_property
    def description(self) -> Graph:
        """What the bare endpoint says of itself."""
        return self._known(self.endpoint, NTRIPLES.media_type)

    def _known(self, path: str, accept: str) -> Graph:
        try:
            return self.graph(expect_status(self.follow(path, accept), 200))
        except Failed as failed:
            raise Unknown(f"{path} tells nothing: {failed.detail}") from failed

    @cached_property
    def datasets(self) -> list[str]:
        return self.void.subjects(RDF_TYPE, f"{VOID}Dataset")

    @cached_property
    def dataset(self) -> str:
        """The whole: the dataset that has an endpoint or is part of no other."""
        parts = {part for one in self.datasets for part in self.void.objects(one, f"{VOID}subset")}
        whole = self.void.subjects(f"{VOID}sparqlEndpoint") or [one for one in self.datasets if one not in parts]
        if not whole:
            raise Unknown("the VoID description names no dataset that is the whole")
        return whole[0]

    @cached_property
    def endpoint(self) -> str:
        """The path of the SPARQL endpoint."""
        told = self.void.objects(self.dataset, f"{VOID}sparqlEndpoint")
        path = "/sparql"
        if told:
            path = "/" + told[0].removeprefix(self.base) if told[0].startswith(self.base) else self.path(told[0])
        if not path:
            raise Inapplicable("the SPARQL endpoint is on another host")
        return path

    @cached_property
    def graphs(self) -> dict[str, int | None]:
        """Each named graph that the service description lists, with the triples it is said to have."""
        named = {
            one
            for node in self.description.subjects(f"{SD}name")
            for one in self.description.objects(node, f"{SD}name")
        }
        if not named:
            raise Unknown("the service description lists no named graph")
        return {one: _number(self.description.value(one, f"{VOID}triples")) for one in sorted(named)}

    @cached_property
    def smallest_graph(self) -> str:
        """The named graph with the fewest triples, which are more than none."""
        return self._by_size[0]

    @cached_property
    def own_graph(self) -> str:
        """The smallest that can be asked for here: a graph may have an IRI of anybody. Raises Inapplicable."""
        ours = [one for one in self._by_size if one.startswith(self.base)]
        if not ours:
            raise Inapplicable(f"no named graph has an IRI below {self.base}")
        return ours[0]

    @cached_property
    def _by_size(self) -> list[str]:
        """Those that are not said to be empty; the smallest first, those of unknown size last."""
        sized = {one: size for one, size in self.graphs.items() if size != 0} or self.graphs
        return sorted(sized, key=lambda one: (sized[one] is None, sized[one] or 0, one))

    @cached_property
    def things(self) -> list[str]:
        """IRIs of things below {base}id/, one for each class, spread over the classes."""
        found = self._found_out(_ONE_OF_EACH % f"{self.base}id/")
        every = sorted({row["thing"] for row in found if "thing" in row})
        if not every:
            raise Inapplicable(f"nothing has an IRI below {self.base}id/")
        step = max(1, len(every) // _MOST_THINGS)
        return every[::step][:_MOST_THINGS]

    @cached_property
    def thing(self) -> str:
        """One thing: of those that have a name the middle one, or else of all."""
        asked = " ".join(f"<{one}>" for one in self.things)
        named = {row["s"] for row in self._found_out(_NAMED % asked)}
        among = [one for one in self.things if one in named] or self.things
        return among[len(among) // 2]

    @cached_property
    def thing_document(self) -> str:
        """The path of the document about it."""
        return self.led(self.get(self.iri_path(self.thing)))

    def here(self, iri: str) -> str:
        """The path of an IRI of the publication; empty for one that leads to another host."""
        return self.path(iri) if self.base else ""

    def iri_path(self, iri: str) -> str:
        """The path of an IRI of the publication. Raises Failed for one that leads to another host."""
        path = self.here(iri)
        expect(path, f"<{iri}> is on another host")
        return path

    @cached_property
    def documents(self) -> list[Document]:
        """What formats and conditions are tried on: the documents of a thing, the dataset, a graph, an ontology."""
        found = {path: self._document(path) for path in self.document_paths}
        return [one for one in found.values() if one is not None]

    @cached_property
    def document_paths(self) -> list[str]:
        """Where such documents are."""
        paths = [self.thing_document, "/dataset"]
        with suppress(Inapplicable):
            paths.append(self.iri_path(self.own_graph))
        paths += [self.iri_path(one) for one in self.vocabularies]
        return list(dict.fromkeys(paths))

    @cached_property
    def vocabularies(self) -> list[str]:
        """Ontologies of the publication's own."""
        return [row["o"] for row in self._found_out(_ONTOLOGY % self.base)]

    def _document(self, path: str) -> Document | None:
        """The document at a path, as its Link headers tell; none when it has but one format."""
        reply = self.get(path, TURTLE.media_type)
        if reply.status != 200:
            return None
        fixed: dict[str, str] = {}
        for link in self.links(reply):
            if "alternate" in link.relations and link.media_type and (there := self.path(link.target, reply)):
                fixed.setdefault(link.media_type, there)
        return Document(path, fixed) if fixed else None

    # Queries

    def query(self, query: str, accept: str = "", **parameters: str) -> Exchange:
        """A query by GET, kept like any GET."""
        return self.get(f"{self.endpoint}?{urlencode({'query': query, **parameters})}", accept)

    def rows(self, query: str, **parameters: str) -> Rows:
        """The rows of a SELECT. Raises Failed."""
        reply = expect_status(self.query(query, JSON.media_type, **parameters), 200)
        try:
            found = syntax.read_rows(reply.body, reply.type)
        except Malformed as error:
            raise Failed(str(error), reply) from error
        expect(isinstance(found, Rows), "SELECT is answered with yes or no", reply)
        return found if isinstance(found, Rows) else Rows(())

    def _found_out(self, query: str) -> list[dict[str, str]]:
        """The rows of a query that only finds out what there is to try. Raises Unknown."""
        try:
            return self.rows(query).rows
        except Failed as failed:
            raise Unknown(f"the endpoint does not tell: {failed.detail}") from failed

    def in_graph(self, graph: str) -> Graph:
        """What the endpoint has in a named graph. Raises Failed."""
        query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        return self.graph(expect_status(self.query(query, NTRIPLES.media_type), 200))

    def number(self, query: str, **parameters: str) -> int:
        """The one number of a SELECT."""
        found = self.rows(query, **parameters)
        return int(found.rows[0][found.names[0]])

    @cached_property
    def dumps(self) -> dict[str, str]:
        """Each file below /dumps with its SHA-256, from SHA256SUMS. Raises Inapplicable without it."""
        sums = self.get("/dumps/SHA256SUMS")
        if sums.status == 404:
            raise Inapplicable("there is no /dumps/SHA256SUMS")
        pairs = [line.split(None, 1) for line in expect_status(sums, 200).text.splitlines() if line.strip()]
        expect(
            pairs and all(len(pair) == 2 and len(pair[0]) == 64 for pair in pairs), "lines are not `sum  name`", sums
        )
        return {name.strip().lstrip("*"): digest for digest, name in pairs}

    @cached_property
    def licence(self) -> str:
        return self.void.value(self.dataset, f"{DCT}license")

    def dump(self, extension: str = NQUADS.extension) -> str:
        """The path of the dump of everything, or else of the first scope, in a format. Raises Inapplicable."""
        fitting = [name for name in self.dumps if name.partition(".")[2] == extension]
        if not fitting:
            raise Inapplicable(f"there is no dump in .{extension}")
        return "/dumps/" + min(fitting, key=lambda name: (not name.startswith("all."), name))


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None
