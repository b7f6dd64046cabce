"""Linksets: the links to one other dataset, as VoID describes them (https://www.w3.org/TR/void/#linkset).

Which there are is said in the data; which links belong to one, the view linkset.rq, else the linkset's own
void:linkPredicate and the void:uriSpace of its target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.describe.terms import LABEL, Thing, text, thing
from service.engine import Engine
from service.engine.quads import Statement, iri, literal
from service.engine.rows import Row, rows
from service.errors import NotFound
from service.links.mappings import Mapping, merged
from service.releases import Release

_VOID, _DCT = "http://rdfs.org/ns/void#", "http://purl.org/dc/terms/"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
_TITLE, _LICENCE, _SUBJECT = f"{_DCT}title", f"{_DCT}license", f"{_DCT}subject"
_FROM, _TO, _PREDICATE = f"{_VOID}subjectsTarget", f"{_VOID}objectsTarget", f"{_VOID}linkPredicate"
_ALL = f"""SELECT ?linkset ?p ?o ?oLabel WHERE {{
  ?linkset a <{_VOID}Linkset> ; ?p ?o OPTIONAL {{ ?o {LABEL} ?oLabel }}
}} ORDER BY ?linkset ?p ?o"""
_LINKS = f"""SELECT DISTINCT ?linkset ?thing ?thingLabel ?relation ?target WHERE {{
  ?linkset <{_PREDICATE}> ?relation . ?thing ?relation ?target
  OPTIONAL {{ ?linkset <{_TO}> ?other . ?other <{_VOID}uriSpace> ?space }}
  FILTER(isIRI(?target) && STRSTARTS(STR(?target), COALESCE(STR(?space), "http")))
  OPTIONAL {{ ?thing {LABEL} ?thingLabel }}
}} ORDER BY ?thing ?target ?relation"""
# Rows with their evidence are long; this many are surely a small answer.
_PORTION = 200


@dataclass(frozen=True)
class Linkset:
    """One linkset: its record and its links, in a fixed order. `name` is its local name and its place in URLs."""

    iri: str
    title: str
    target: Thing | None
    source: Thing | None
    predicates: tuple[Thing, ...]
    subjects: tuple[Thing, ...]
    licences: tuple[str, ...]
    links: tuple[Mapping, ...]

    @property
    def name(self) -> str:
        return self.iri.rstrip("/#").rpartition("/")[2].rpartition("#")[2]

    @property
    def count(self) -> int:
        """How many triples it has: what two links say alike is one."""
        return len({(one.thing.iri, one.relation, one.target) for one in self.links})

    def triples(self) -> Iterator[Statement]:
        """The links and nothing else."""
        return (Statement(iri(one.thing.iri), one.relation, iri(one.target)) for one in self.links)


def read_linksets(engine: Engine, release: Release) -> tuple[Linkset, ...]:
    """Every linkset of a release, by title."""
    told: dict[str, list[Row]] = {}
    for row in rows(engine, _ALL):
        told.setdefault(text(row, "linkset"), []).append(row)
    made = [_linkset(iri, members, _links(engine, release, iri)) for iri, members in told.items()]
    return tuple(sorted(made, key=lambda one: (one.title.casefold(), one.iri)))


def find_linkset(all_of: tuple[Linkset, ...], name: str) -> Linkset:
    """The linkset of this name. Raises NotFound."""
    for one in all_of:
        if one.name == name:
            return one
    names = ", ".join(one.name for one in all_of) or "none"
    raise NotFound(f"There is no linkset called {name[:100]!r}. There are: {names}.")


def describe(one: Linkset, document: str, extensions: tuple[str, ...]) -> Iterator[Statement]:
    """What VoID says of a linkset, with its size and its files, which are at `document` with an extension."""
    subject = iri(one.iri)
    yield Statement(subject, _TYPE, iri(f"{_VOID}Linkset"))
    yield Statement(subject, _TITLE, literal(one.title, "en"))
    for predicate, values in ((_FROM, (one.source,)), (_TO, (one.target,)), (_PREDICATE, one.predicates),
                              (_SUBJECT, one.subjects)):  # fmt: skip
        yield from (Statement(subject, predicate, iri(value.iri)) for value in values if value)
    yield from (Statement(subject, _LICENCE, iri(licence)) for licence in one.licences)
    yield Statement(subject, f"{_VOID}triples", literal(str(one.count), datatype=_INTEGER))
    yield from (Statement(subject, f"{_VOID}dataDump", iri(f"{document}.{ending}")) for ending in extensions)


def _linkset(iri: str, members: list[Row], links: tuple[Mapping, ...]) -> Linkset:
    def all_of(predicate: str) -> tuple[Thing, ...]:
        found = (thing(row["o"], row.get("oLabel")) for row in members if text(row, "p") == predicate)
        return tuple({one.iri or one.text: one for one in found if one}.values())

    title, source, target = (next(iter(all_of(p)), None) for p in (_TITLE, _FROM, _TO))
    licences = tuple(one.iri for one in all_of(_LICENCE) if one.iri)
    called = title.text if title else iri
    return Linkset(iri, called, target, source, all_of(_PREDICATE), all_of(_SUBJECT), licences, links)


def _links(engine: Engine, release: Release, iri: str) -> tuple[Mapping, ...]:
    """Its links, asked for in portions so that no answer is too large."""
    query, found = release.query("views/linkset.rq") or _LINKS, list[Row]()
    while True:
        portion = rows(engine, f"{query}\nLIMIT {_PORTION} OFFSET {len(found)}", linkset=iri)
        found += portion
        if len(portion) < _PORTION:
            return tuple(sorted(merged(found), key=lambda one: (one.thing.iri, one.target, one.relation)))
