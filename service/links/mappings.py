"""A link to another dataset as the views tell it: thing, relation, identifier, evidence. One row, one mapping."""

from __future__ import annotations

from dataclasses import dataclass

from service.describe.terms import Thing, text, thing
from service.engine.rows import Row

_SKOS, _FOAF = "http://www.w3.org/2004/02/skos/core#", "http://xmlns.com/foaf/0.1/"
_SCHEMA, _OWL = "https://schema.org/", "http://www.w3.org/2002/07/owl#"
# How much a relation says, in one word: the best first.
MATCHES = {
    "exact": (f"{_SKOS}exactMatch", f"{_OWL}sameAs", f"{_SCHEMA}sameAs"),
    "page": (f"{_FOAF}isPrimaryTopicOf", f"{_FOAF}page", f"{_SCHEMA}subjectOf"),
    "close": (f"{_SKOS}closeMatch",),
    "related": (f"{_SKOS}broadMatch", f"{_SKOS}narrowMatch", f"{_SKOS}relatedMatch"),
}
_WORDS = {relation: word for word, relations in MATCHES.items() for relation in relations}
RELATIONS = " ".join(f"<{relation}>" for relation in _WORDS)


@dataclass(frozen=True)
class Mapping:
    """That a thing of ours has an identifier of others. `target` is its address, empty when it has none.

    `scheme` is the IRI of the system the identifier is taken from, `link` that of the statement itself;
    `justification` says how the mapping was made (https://w3id.org/semapv/vocab/).
    """

    thing: Thing
    relation: str
    target: str = ""
    scheme: str = ""
    identifier: str = ""
    link: str = ""
    evidence: str = ""
    since: str = ""
    licence: str = ""
    justification: str = ""

    @property
    def match(self) -> str:
        """The relation in one word: exact, page, close or related; self for a thing beside itself."""
        return _WORDS.get(self.relation, "related") if self.relation else "self"

    @property
    def other(self) -> Thing:
        """What it leads to, called by its identifier."""
        return Thing(self.identifier or self.target, self.target)

    @property
    def rank(self) -> int:
        return ("self", *MATCHES).index(self.match)


def mapping(row: Row) -> Mapping:
    """The mapping in a row of a links view; the thing is ?thing or, in a view of one thing, ?this."""
    label = row.get("thingLabel")
    found = thing(row.get("thing") or row.get("this"), label)
    assert found is not None, "the view projects ?thing or ?this"
    rest = ("relation", "target", "scheme", "identifier", "link", "evidence", "since", "license", "justification")
    return Mapping(found, *(text(row, column) for column in rest))


def merged(found: list[Row]) -> list[Mapping]:
    """The mappings of rows, each once, with the thing's label in the language we prefer: best relation first."""
    made: dict[tuple[str, str, str, str], Mapping] = {}
    for row in found:
        one = mapping(row)
        key = one.thing.iri, one.relation, one.target, one.identifier
        if key not in made or (one.thing.language, made[key].thing.language)[0] == "en":
            made[key] = one
    return sorted(made.values(), key=lambda one: (one.rank, one.thing.iri, one.scheme, one.identifier))
