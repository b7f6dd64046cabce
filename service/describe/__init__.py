"""What is said about one thing: label, types, names, facts, statements, incoming links; and the same as RDF.

Generic queries give what any RDF has; the publication's views give the rest. Knows no ontology and no Flask.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.describe.facts import Facts, merge_facts
from service.describe.names import Name, merge_names
from service.describe.statements import Group, merge_claims, merge_statements
from service.describe.terms import LABEL, LABELS, Thing, best, text, thing
from service.describe.views import Subject, run_views
from service.engine import Engine
from service.engine.rows import Row, Term, rows
from service.errors import NotFound
from service.media import NTRIPLES, Kind
from service.protocol import QueryRequest
from service.releases import Release

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DCT, _OWL = "http://purl.org/dc/terms/", "http://www.w3.org/2002/07/owl#"
# A bound variable must be projected: pyoxigraph refuses to bind any other.
_FIND = f"""SELECT ?this ?replacement ?deprecated WHERE {{
  {{ ?this ?p ?o }} UNION {{ ?s ?q ?this }}
  OPTIONAL {{ ?this <{_DCT}isReplacedBy> ?replacement }}
  OPTIONAL {{ ?this <{_OWL}deprecated> ?deprecated }}
}} LIMIT 1"""
_OWN = f"""SELECT DISTINCT ?this ?p ?pLabel ?o ?oLabel WHERE {{
  ?this ?p ?o OPTIONAL {{ ?p {LABEL} ?pLabel }} OPTIONAL {{ ?o {LABEL} ?oLabel }}
}}"""
_INCOMING = f"""SELECT ?this ?p (MIN(?label) AS ?pLabel) (COUNT(DISTINCT ?s) AS ?n) WHERE {{
  ?s ?p ?this OPTIONAL {{ ?p {LABEL} ?label }}
}} GROUP BY ?this ?p"""
# Only things that have a label are named; the others are counted.
# OPTIONAL, because a plain join is planned as a reading of all labels.
_NEIGHBOURS = f"""SELECT DISTINCT ?this ?p ?s ?sLabel WHERE {{
  ?s ?p ?this OPTIONAL {{ ?s {LABEL} ?sLabel }} FILTER(BOUND(?sLabel))
}} LIMIT 300"""
_MOST_NAMED = 12
# Its own fragments, which have no other document, belong to it; also those of a fragment.
_DESCRIBE = f"""CONSTRUCT {{ ?this ?p ?o . ?s ?q ?this . ?o ?is ?label . ?part ?of ?it }} WHERE {{
  {{ ?this ?p ?o }} UNION {{ ?s ?q ?this }} UNION {{
    ?this ?any ?o . ?o ?is ?label VALUES ?is {{ {" ".join(f"<{iri}>" for iri in LABELS)} }}
  }} UNION {{
    ?this ?has ?part . ?part ?of ?it FILTER(STRSTARTS(STR(?part), CONCAT(STR(?this), "#")))
  }} UNION {{
    ?this ?has ?outer . ?outer ?holds ?part . ?part ?of ?it FILTER(STRSTARTS(STR(?outer), CONCAT(STR(?this), "#")))
    FILTER(STRSTARTS(STR(?part), CONCAT(STR(?this), "#")))
  }}
}}"""


@dataclass(frozen=True)
class Found:
    """That a thing is known; where it went when it was replaced; whether it was withdrawn."""

    iri: str
    replacement: str
    withdrawn: bool


@dataclass(frozen=True)
class Property:
    """One property of a thing with its values."""

    predicate: Thing
    values: tuple[Thing, ...]


@dataclass(frozen=True)
class Incoming:
    """The things that point at this one with one property: how many, and some of those that have a label."""

    predicate: Thing
    count: int
    named: tuple[Thing, ...]


@dataclass(frozen=True)
class Entity:
    """Everything a page tells. `groups` and `names` are empty when no view of the publication is for it."""

    iri: str
    label: Thing
    types: tuple[Thing, ...]
    names: list[Name]
    facts: Facts
    groups: list[Group]
    properties: list[Property]
    incoming: list[Incoming]


def look(engine: Engine, iri: str) -> Found | None:
    """That something is said about a thing; None when nothing is."""
    found = rows(engine, _FIND, this=iri)
    if not found:
        return None
    replacement = text(found[0], "replacement")
    return Found(iri, replacement, text(found[0], "deprecated") == "true" and not replacement)


def find(engine: Engine, iri: str) -> Found:
    """The same. Raises NotFound when nothing is said."""
    found = look(engine, iri)
    if found is None:
        raise NotFound(f"Nothing is said here about <{iri[:300]}>. Search, or see /browse.")
    return found


def called(engine: Engine, release: Release, iri: str) -> Thing:
    """What to call a thing: its label, else what the publication's view makes of it."""
    own = rows(engine, _OWN, this=iri)
    types = frozenset(row["o"].value for row in own if row["p"].value == TYPE)
    return _label(iri, own) or _view_label(run_views(engine, release, "label", Subject(iri, types, frozenset())), iri)


def entity(engine: Engine, release: Release, iri: str) -> Entity:
    """What is said about a thing, for a page. Raises NotFound when nothing is said."""
    own = rows(engine, _OWN, this=iri)
    incoming = _incoming(engine, iri)
    if not own and not incoming:
        raise NotFound(f"Nothing is said here about <{iri}>. Search, or see /browse.")
    properties = _properties(own)
    types = next((p.values for p in properties if p.predicate.iri == TYPE), ())
    subject = Subject(iri, frozenset(one.iri for one in types), frozenset(one.predicate.iri for one in incoming))
    told = run_views(engine, release, "statements", subject)
    names = merge_names(run_views(engine, release, "names", subject), merge_claims(told))
    facts = merge_facts(run_views(engine, release, "facts", subject))
    label = _label(iri, own) or _view_label(run_views(engine, release, "label", subject), iri)
    return Entity(iri, label, types, names, facts, merge_statements(told), properties, incoming)


def description(engine: Engine, release: Release, iri: str) -> list[bytes]:
    """The lines of the description of a thing in N-Triples, sorted and each once.

    The publication's view makes it, else it is the thing's statements both ways with labels.
    """
    query = release.query("views/description.rq") or _DESCRIBE
    answer = engine.answer(QueryRequest(query, bindings={"this": iri}), {Kind.GRAPH: NTRIPLES})
    return sorted(set(answer.whole().splitlines(keepends=True)))


def _label(iri: str, own: Iterable[Row]) -> Thing | None:
    """The first kind of label that is there, in the language we prefer."""
    given: dict[str, list[Term]] = {}
    for row in own:
        if row["o"].kind == "literal":
            given.setdefault(row["p"].value, []).append(row["o"])
    kind = next((kind for kind in LABELS if kind in given), None)
    chosen = best(given[kind]) if kind else None
    return Thing(chosen.value, iri, chosen.language) if chosen else None


def _view_label(found: list[Row], iri: str) -> Thing:
    return Thing(text(found[0], "label") if found else "", iri)


def _properties(own: list[Row]) -> list[Property]:
    """The statements grouped by property, each value once with its best label."""
    labels: dict[Term, list[Term]] = {}
    names: dict[str, list[Term]] = {}
    values: dict[str, dict[Term, None]] = {}
    for row in own:
        values.setdefault(row["p"].value, {})[row["o"]] = None
        labels.setdefault(row["o"], []).extend([row["oLabel"]] if "oLabel" in row else [])
        names.setdefault(row["p"].value, []).extend([row["pLabel"]] if "pLabel" in row else [])
    return [
        Property(_named(Term(iri, "uri"), names[iri]), tuple(_named(value, labels[value]) for value in terms))
        for iri, terms in sorted(values.items())
    ]


def _named(value: Term, labels: list[Term]) -> Thing:
    made = thing(value, best(labels))
    assert made is not None, "a value is never empty"
    return made


def _incoming(engine: Engine, iri: str) -> list[Incoming]:
    """The properties that point here, most used first."""
    counts = [row for row in rows(engine, _INCOMING, this=iri) if "p" in row]
    named: dict[str, dict[str, list[Term]]] = {}
    for row in rows(engine, _NEIGHBOURS, this=iri) if counts else ():
        named.setdefault(row["p"].value, {}).setdefault(row["s"].value, []).append(row["sLabel"])
    made = [_incoming_by(row, named.get(row["p"].value, {})) for row in counts]
    return sorted(made, key=lambda one: (-one.count, one.predicate.iri))


def _incoming_by(row: Row, named: dict[str, list[Term]]) -> Incoming:
    things = sorted(
        (_named(Term(iri, "uri"), labels) for iri, labels in named.items()), key=lambda t: t.text.casefold()
    )
    predicate = _named(row["p"], [row["pLabel"]] if "pLabel" in row else [])
    return Incoming(predicate, int(row["n"].value), tuple(things[:_MOST_NAMED]))
