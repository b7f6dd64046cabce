"""Triple Pattern Fragments: the triples that fit one pattern, a page at a time, with their number and how to ask on.

https://linkeddatafragments.org/specification/triple-pattern-fragments/. Reads patterns in the spelling of that
specification, asks with bound variables, and says the rest in Hydra and VoID. Knows no Flask and no ontology.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from service.engine import Engine
from service.engine.graphs import union_size
from service.engine.quads import Statement, iri, literal
from service.engine.rows import Row, Term, rows
from service.errors import BadRequest, NotFound
from service.protocol import literal as spelled
from service.releases import Release

PER_PAGE = 100
_POSITIONS = {"subject": "s", "predicate": "p", "object": "o"}
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^<>"{}|^`\\\x00-\x20\ud800-\udfff]*')
_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^(<?[^<>"{}|^`\\\x00-\x20]+?>?))?', re.DOTALL)
_RDF, _XSD = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2001/XMLSchema#"
_HYDRA, _VOID = "http://www.w3.org/ns/hydra/core#", "http://rdfs.org/ns/void#"
_DCT, _TOPIC = "http://purl.org/dc/terms/", "http://xmlns.com/foaf/0.1/primaryTopic"
_STRING = f"{_XSD}string"


@dataclass(frozen=True)
class Pattern:
    """One triple pattern; None is a variable."""

    subject: Term | None = None
    predicate: Term | None = None
    object: Term | None = None

    @property
    def bound(self) -> dict[str, Term]:
        """The positions that are no variable."""
        terms = {name: getattr(self, name) for name in _POSITIONS}
        return {name: term for name, term in terms.items() if term is not None}

    @property
    def can_match(self) -> bool:
        """A literal is never a subject or predicate, and no blank node here is known outside."""
        return all(
            term.kind == "uri" or (name, term.kind) == ("object", "literal") for name, term in self.bound.items()
        )

    @property
    def fields(self) -> dict[str, str]:
        """The pattern as parameters of a URL."""
        return {name: spell(term) for name, term in self.bound.items()}


@dataclass(frozen=True)
class Fragment:
    """One page of the triples that fit a pattern, and how many fit in all."""

    pattern: Pattern
    number: int
    total: int
    triples: tuple[Statement, ...]

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def read_pattern(fields: Mapping[str, str], prefixes: Mapping[str, str]) -> Pattern:
    """The pattern of a URL's parameters. Raises BadRequest."""
    return Pattern(*(_read(name, fields.get(name, ""), prefixes) for name in _POSITIONS))


def spell(term: Term) -> str:
    """A term in the spelling of the specification."""
    if term.kind == "uri":
        return term.value
    if term.kind == "bnode":
        return f"_:{term.value}"
    tail = f"@{term.language}" if term.language else ""
    if not term.datatype or term.datatype == _STRING or tail:
        return f'"{term.value}"{tail}'
    datatype = f"<{term.datatype}>" if _looks_short(term.datatype) else term.datatype
    return f'"{term.value}"^^{datatype}'


def find(engine: Engine, release: Release, pattern: Pattern, number: int) -> Fragment:
    """A page of a fragment. Raises NotFound beyond the last.

    Pages follow the engine's own order, which is that of its index: it stays while the release does.
    """
    total = _count(engine, release, pattern)
    if number > max(1, -(-total // PER_PAGE)):
        raise NotFound(f"This fragment has {-(-total // PER_PAGE):,} pages.")
    if not total:
        return Fragment(pattern, number, 0, ())
    query = f"SELECT ?s ?p ?o WHERE {{ ?s ?p ?o }} LIMIT {PER_PAGE} OFFSET {(number - 1) * PER_PAGE}"
    found = rows(engine, query, **_bindings(pattern))
    return Fragment(pattern, number, total, tuple(Statement(row["s"], row["p"].value, row["o"]) for row in found))


def controls(one: Fragment, base: str, page: str) -> Iterator[Statement]:
    """What stands beside the triples, in a graph of its own: number, pages, and the form for every other pattern.

    `page` is the URL that was asked for: clients look for statements about just that.
    """
    dataset, fragment, graph = f"{base}dataset", fragment_url(one, base), f"{page}#metadata"
    yield Statement(iri(graph), _TOPIC, iri(page), graph)
    for subject, predicate, value in (
        *_about_form(base, dataset),
        *_about_fragment(one, dataset, fragment),
        (fragment, f"{_HYDRA}view", iri(page)),
        (fragment, f"{_VOID}subset", iri(page)),
        (page, f"{_RDF}type", iri(f"{_HYDRA}PartialCollectionView")),
        *((page, f"{_HYDRA}{name}", iri(fragment_url(one, base, to))) for name, to in neighbours(one).items()),
    ):
        yield Statement(iri(subject), predicate, value, graph)


def neighbours(one: Fragment) -> dict[str, int]:
    """The pages next to this one by their name in Hydra."""
    pages = {"first": 1, "previous": one.number - 1, "next": one.number + 1, "last": one.last}
    return {name: number for name, number in pages.items() if 1 <= number <= one.last}


def fragment_url(one: Fragment, base: str, number: int = 0) -> str:
    """The URL of a fragment, or of a page of it."""
    fields = {**one.pattern.fields, **({"page": str(number)} if number else {})}
    return f"{base}fragments" + (f"?{urlencode(fields)}" if fields else "")


def _about_form(base: str, dataset: str) -> Iterator[tuple[str, str, Term]]:
    form = f"{base}fragments#form"
    yield dataset, f"{_RDF}type", iri(f"{_VOID}Dataset")
    yield dataset, f"{_RDF}type", iri(f"{_HYDRA}Collection")
    yield dataset, f"{_HYDRA}search", iri(form)
    yield form, f"{_RDF}type", iri(f"{_HYDRA}IriTemplate")
    yield form, f"{_HYDRA}template", literal(f"{base}fragments{{?subject,predicate,object}}")
    yield form, f"{_HYDRA}variableRepresentation", iri(f"{_HYDRA}ExplicitRepresentation")
    fields = {name: f"{base}fragments#{name}" for name in _POSITIONS}
    yield from ((form, f"{_HYDRA}mapping", iri(field)) for field in fields.values())
    for name, field in fields.items():
        yield field, f"{_HYDRA}variable", literal(name)
        yield field, f"{_HYDRA}property", iri(f"{_RDF}{name}")


def _about_fragment(one: Fragment, dataset: str, fragment: str) -> Iterator[tuple[str, str, Term]]:
    number = literal(str(one.total), datatype=f"{_XSD}integer")
    yield dataset, f"{_VOID}subset", iri(fragment)
    yield fragment, f"{_RDF}type", iri(f"{_HYDRA}Collection")
    yield fragment, f"{_DCT}source", iri(dataset)
    yield fragment, f"{_HYDRA}totalItems", number
    yield fragment, f"{_VOID}triples", number
    yield fragment, f"{_HYDRA}itemsPerPage", literal(str(PER_PAGE), datatype=f"{_XSD}integer")


def _count(engine: Engine, release: Release, pattern: Pattern) -> int:
    """How many triples fit."""
    if not pattern.can_match:
        return 0
    whole = union_size(release) if not pattern.bound else None
    if whole is not None:
        return whole
    names = " ".join(f"?{_POSITIONS[name]}" for name in pattern.bound)
    grouped = f"GROUP BY {names}" if names else ""
    found = rows(engine, f"SELECT {names} (COUNT(*) AS ?n) WHERE {{ ?s ?p ?o }} {grouped}", **_bindings(pattern))
    return sum(int(row["n"].value) for row in found if _is_asked(pattern, row))


def _is_asked(pattern: Pattern, row: Row) -> bool:
    """Has the row just this literal? A store may keep one spelling of a number, and take "01" for "1"."""
    asked = pattern.object
    return asked is None or asked.kind != "literal" or row["o"].value == asked.value


def _bindings(pattern: Pattern) -> dict[str, str]:
    return {
        _POSITIONS[name]: term.value if term.kind == "uri" else spelled(term.value, term.language, term.datatype)
        for name, term in pattern.bound.items()
    }


def _read(name: str, text: str, prefixes: Mapping[str, str]) -> Term | None:
    """The term a parameter means; None for a variable, as is an empty one."""
    given = text.strip()
    if not given or given.startswith("?"):
        return None
    if given.startswith("_:"):
        return Term(given[2:], "bnode")
    found = _LITERAL.fullmatch(given)
    if found:
        datatype = _expanded(found[3], prefixes) if found[3] else ""
        if _IRI.fullmatch(datatype or "a:"):
            if found[3] == datatype and _looks_short(datatype):
                raise BadRequest(
                    f"`{name}` has a datatype with an unknown prefix: {datatype}. Write <{datatype}> if it is an IRI."
                )
            return Term(found[1], "literal", found[2] or "", datatype)
    full = _expanded(given, prefixes)
    if not _IRI.fullmatch(full):
        raise BadRequest(f'`{name}` is no term. Write an IRI, ?variable, "text", "text"@en or "1"^^http://type.')
    return Term(full, "uri")


def _expanded(text: str, prefixes: Mapping[str, str]) -> str:
    """An IRI, however it is given: in angle brackets, with a prefix, or as it is."""
    prefix, colon, local = text.partition(":")
    is_short = colon and prefix in prefixes and not local.startswith("//")
    return prefixes[prefix] + local if is_short else text.strip("<>")


def _looks_short(iri: str) -> bool:
    """Could somebody mean a prefix by what stands before the colon?"""
    return "//" not in iri and not iri.startswith(("urn:", "tag:"))
