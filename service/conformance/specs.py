"""The specifications that checks hold a service to: how each is cited, and where it can be read."""

from __future__ import annotations

from dataclasses import dataclass

_W3C = "https://www.w3.org/TR/"
# What a check cites that is no RFC.
_PLACES = {
    "SPARQL 1.1 Protocol": f"{_W3C}sparql11-protocol/",
    "SPARQL 1.1 Query": f"{_W3C}sparql11-query/",
    "SPARQL 1.1 Service Description": f"{_W3C}sparql11-service-description/",
    "SPARQL 1.1 Graph Store HTTP Protocol": f"{_W3C}sparql11-http-rdf-update/",
    "SPARQL 1.1 Results JSON": f"{_W3C}sparql11-results-json/",
    "SPARQL 1.1 Results CSV and TSV": f"{_W3C}sparql11-results-csv-tsv/",
    "SPARQL Results XML": f"{_W3C}rdf-sparql-XMLres/",
    "RDF 1.1 Concepts": f"{_W3C}rdf11-concepts/",
    "Turtle 1.1": f"{_W3C}turtle/",
    "JSON-LD 1.1": f"{_W3C}json-ld11/",
    "VoID": f"{_W3C}void/",
    "DCAT 3": f"{_W3C}vocab-dcat-3/",
    "SHACL": f"{_W3C}shacl/",
    "SHACL Advanced Features": f"{_W3C}shacl-af/",
    "Cool URIs": f"{_W3C}cooluris/",
    "httpRange-14": "https://lists.w3.org/Archives/Public/www-tag/2005Jun/0039",
    "Content Security Policy 3": f"{_W3C}CSP3/",
    "Referrer Policy": f"{_W3C}referrer-policy/",
    "Fetch": "https://fetch.spec.whatwg.org/",
    "HTML": "https://html.spec.whatwg.org/",
    "FAIR Signposting": "https://signposting.org/FAIR/",
    "Triple Pattern Fragments": "https://linkeddatafragments.org/specification/triple-pattern-fragments/",
    "Hydra": "https://www.hydra-cg.com/spec/latest/core/",
    "Nanopublication Guidelines": "https://nanopub.net/guidelines/working_draft/",
    "Sitemaps": "https://www.sitemaps.org/protocol.html",
    "Prometheus text format": "https://prometheus.io/docs/instrumenting/exposition_formats/",
    "SSSOM": "https://mapping-commons.github.io/sssom/",
    "Citation Style Language": "https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html",
    "Conflict Actors": "",
}


@dataclass(frozen=True)
class Spec:
    """A place in a specification: its name, and a section where one decides.

    A section is a number, a word that stands there (a property, a header, a directive), or an anchor with its #.
    """

    name: str
    section: str = ""

    def __str__(self) -> str:
        if self.section[:1].isdigit():
            return f"{self.name} section {self.section}"
        return f"{self.name}, {self.section.lstrip('#')}" if self.section else self.name

    @property
    def url(self) -> str:
        """Where it can be read; empty for what only the service itself promises."""
        if self.name.startswith("RFC "):
            anchor = f"#section-{self.section}" if self.section else ""
            return f"https://www.rfc-editor.org/rfc/rfc{self.name[4:]}.html{anchor}"
        return _PLACES[self.name] + (self.section if self.section.startswith("#") else "")


def spec(name: str, section: str = "") -> Spec:
    """The place. Raises KeyError for a specification that is not in the table."""
    if not name.startswith("RFC "):
        _PLACES[name]
    return Spec(name, section)
