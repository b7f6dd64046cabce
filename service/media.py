"""The one table of formats: media type, extension, what it can carry. Every list of formats comes from here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a body holds. A SPARQL query answers one of the first three; a document is a page, graph or dataset."""

    SOLUTIONS = "solutions"
    BOOLEAN = "boolean"
    GRAPH = "graph"
    DATASET = "dataset"
    PAGE = "page"


@dataclass(frozen=True)
class Format:
    """One format we can send. `aliases` are media types clients ask for and mean this; they are never sent."""

    name: str
    media_type: str
    extension: str
    label: str
    kinds: frozenset[Kind]
    aliases: tuple[str, ...] = ()
    # Local name in http://www.w3.org/ns/formats/, by which a service description knows it.
    registered: str = ""

    @property
    def content_type(self) -> str:
        """The Content-Type header value; text formats say their charset."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


_RESULTS = frozenset({Kind.SOLUTIONS, Kind.BOOLEAN})
_GRAPH = frozenset({Kind.GRAPH})
_QUADS = frozenset({Kind.GRAPH, Kind.DATASET})

HTML = Format("html", "text/html", "html", "HTML", frozenset({Kind.PAGE}), aliases=("application/xhtml+xml",))
JSON = Format(
    "json", "application/sparql-results+json", "srj", "SPARQL JSON", _RESULTS,
    aliases=("application/json", "text/json", "application/x-javascript"), registered="SPARQL_Results_JSON",
)  # fmt: skip
XML = Format(
    "xml", "application/sparql-results+xml", "srx", "SPARQL XML", _RESULTS,
    aliases=("application/xml", "text/xml"), registered="SPARQL_Results_XML",
)  # fmt: skip
CSV = Format("csv", "text/csv", "csv", "CSV", _RESULTS, registered="SPARQL_Results_CSV")
TSV = Format("tsv", "text/tab-separated-values", "tsv", "TSV", _RESULTS, registered="SPARQL_Results_TSV")
TURTLE = Format(
    "turtle", "text/turtle", "ttl", "Turtle", _GRAPH,
    aliases=("application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3", "application/n3"),
    registered="Turtle",
)  # fmt: skip
NTRIPLES = Format(
    "ntriples", "application/n-triples", "nt", "N-Triples", _GRAPH,
    aliases=("text/plain", "text/ntriples", "application/ntriples"), registered="N-Triples",
)  # fmt: skip
# roqet asks for SPARQL results in XML whatever the query form: for a graph it can read RDF/XML.
RDFXML = Format(
    "rdfxml", "application/rdf+xml", "rdf", "RDF/XML", _GRAPH,
    aliases=("application/xml", "text/xml", "application/sparql-results+xml"), registered="RDF_XML",
)  # fmt: skip
JSONLD = Format(
    "jsonld", "application/ld+json", "jsonld", "JSON-LD", _QUADS,
    aliases=("application/json", "text/json"), registered="JSON-LD",
)  # fmt: skip
TRIG = Format("trig", "application/trig", "trig", "TriG", _QUADS, aliases=("application/x-trig",), registered="TriG")
NQUADS = Format(
    "nquads", "application/n-quads", "nq", "N-Quads", _QUADS, aliases=("text/x-nquads",), registered="N-Quads"
)

# What carries neither rows nor graphs: answers of our own, links as tables, citations. Each has its place in one
# part of the service; no query is answered in them.
DATA = Format("data", "application/json", "json", "JSON", frozenset())
TABLE = Format("table", "text/csv", "csv", "CSV", frozenset())
GEOJSON = Format("geojson", "application/geo+json", "geojson", "GeoJSON", frozenset())
SUGGESTIONS = Format("suggestions", "application/x-suggestions+json", "suggestions.json", "suggestions", frozenset())
OPENSEARCH = Format("opensearch", "application/opensearchdescription+xml", "xml", "OpenSearch", frozenset())
SSSOM = Format("sssom", "text/tab-separated-values", "sssom.tsv", "SSSOM", frozenset())
TEXT = Format("text", "text/plain", "txt", "text", frozenset())
BIBTEX = Format("bibtex", "application/x-bibtex", "bib", "BibTeX", frozenset(), aliases=("text/x-bibtex",))
CSL = Format("csl", "application/vnd.citationstyles.csl+json", "csl.json", "CSL-JSON", frozenset())
FOLLOWTHEMONEY = Format("followthemoney", "application/json+ftm", "ftm.json", "FollowTheMoney", frozenset())

# Links about a resource, apart from it (RFC 9264).
LINKSET = Format("linkset", "application/linkset", "linkset", "link set", frozenset())
LINKSET_JSON = Format("linksetjson", "application/linkset+json", "linkset.json", "link set in JSON", frozenset())

# The order is our preference when the client has none: JSON for rows, Turtle for graphs.
FORMATS: tuple[Format, ...] = (JSON, XML, CSV, TSV, TURTLE, NTRIPLES, RDFXML, TRIG, NQUADS, JSONLD, HTML)
PROBLEM_MEDIA_TYPE = "application/problem+json"


def carrying(kind: Kind) -> tuple[Format, ...]:
    """All formats that can carry a body of this kind, best first."""
    return tuple(f for f in FORMATS if kind in f.kinds)


def by_name(name: str) -> Format | None:
    """The format called so, as in `?format=`: name, label, extension, or media type with or without its family."""
    wanted = name.strip().lower()
    for known in FORMATS:
        types = (known.media_type, *known.aliases)
        if wanted in (known.name, known.extension, known.label.lower(), *types, *(t.split("/")[1] for t in types)):
            return known
    return None
