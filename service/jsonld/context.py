"""The context of a publication, made from its ontology and its statements: short names, and what values are.

The same statements give the same bytes. A term that people would have to quote or guess is written with its prefix.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from service.ntriples import RDF_TYPE, Said, is_iri, is_literal

_XSD = "http://www.w3.org/2001/XMLSchema#"
_OWL, _RDF = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# JSON has these itself: no value of a term needs a type for them.
NATIVE = frozenset({f"{_XSD}integer", f"{_XSD}boolean"})
_LOCAL = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
_ALIASES = {"id": "@id", "type": {"@id": "@type", "@container": "@set"}}
# The scheme of an IRI that a compact IRI could be taken for: `//` after the colon says that it is none.
_SCHEME = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*):(?!//)")
_REFERS = f"<{_OWL}ObjectProperty>"


@dataclass
class Use:
    """How a property is used: the kinds of its values, whether a thing has several, and several in one language."""

    kinds: set[str] = field(default_factory=set)
    many: bool = False
    many_in_language: bool = False
    only_terms: bool = True


def make_context(described: Mapping[str, Iterable[Said]], prefixes: Mapping[str, str], terms: str) -> dict[str, Any]:
    """The context document for what is described. `terms` is the namespace of the publication's own ontology."""
    uses, classes = _uses(described, f"<{terms}")
    own = {subject[1:-1] for subject in described if subject.startswith(f"<{terms}")}
    for iri in own - uses.keys():
        uses[iri] = _declared(described[f"<{iri}>"])
    short = _Short(_usable(prefixes, schemes(described)))
    named = [(iri, short(iri)) for iri in sorted({*uses, *classes, *own}) if iri != RDF_TYPE[1:-1]]
    told = {iri: _coercion(uses[iri], short) for iri, _ in named if iri in uses}
    head = {"@version": 1.1, **_ALIASES, **{p: prefixes[p] for p in sorted(short.used)}}
    return {"@context": {**head, **dict(_definitions(named, told, terms, head))}}


def plain_context(prefixes: Mapping[str, str]) -> dict[str, Any]:
    """A context that only shortens IRIs, for a publication of which no more is known."""
    return {"@context": {"@version": 1.1, **_ALIASES, **_usable(prefixes, ())}}


def schemes(described: Mapping[str, Iterable[Said]]) -> set[str]:
    """What stands before the colon of IRIs as <geo:32.1,20.0>: a prefix of that name would change what they are."""
    ends = {_ending(term) for subject, said in described.items() for term in (subject, *chain.from_iterable(said))}
    return {found[1] for end in ends if (found := _SCHEME.match(end))}


def _ending(term: str) -> str:
    """The IRI in a term: itself, or the datatype of a literal."""
    return term[term.rindex('"') + 3 :] if is_literal(term) else term


def _usable(prefixes: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
    """The prefixes that may stand in a context: none that is another word for a keyword, none that is `taken`."""
    names = (prefix for prefix in sorted(prefixes) if prefix not in _ALIASES and prefix not in taken)
    return {prefix: prefixes[prefix] for prefix in names if prefix and prefixes[prefix]}


def as_document(context: Mapping[str, Any]) -> bytes:
    """The bytes of a context document, one term a line."""
    lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in context["@context"].items())
    return f'{{\n "@context": {{\n{lines}\n }}\n}}\n'.encode()


class _Short:
    """IRI -> prefix:name, or nothing when there is no prefix or no plain name. Notes which prefixes are used."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._spaces = {ns: prefix for prefix, ns in sorted(prefixes.items(), reverse=True) if prefix and ns}
        self.used: set[str] = set()

    def __call__(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._spaces.get(iri[:cut])
        if not prefix or not _LOCAL.fullmatch(iri, cut):
            return ""
        self.used.add(prefix)
        return f"{prefix}:{iri[cut:]}"


def _definitions(
    named: Iterable[tuple[str, str]], told: Mapping[str, dict[str, Any]], terms: str, head: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Our terms by their plain names; those of others that are used with values of one kind by prefix and name."""
    for iri, short in named:
        local, definition = iri.removeprefix(terms), told.get(iri)
        if iri.startswith(terms) and _LOCAL.fullmatch(local) and local not in head:
            yield local, {"@id": short or iri, **definition} if definition else short or iri
        elif short and definition:
            yield short, definition


def _declared(said: Iterable[Said]) -> Use:
    """A property without statements, as far as the ontology tells."""
    refers = any(name == RDF_TYPE and value == _REFERS for name, value in said)
    return Use({"@id"} if refers else set(), only_terms=False)


def _coercion(use: Use, short: _Short) -> dict[str, Any]:
    """What all values of a property have in common (https://www.w3.org/TR/json-ld11/#type-coercion)."""
    kinds = use.kinds
    if "@language" in kinds and kinds <= {"@language", f"{_XSD}string"}:
        return {"@container": ["@language", "@set"] if use.many_in_language else "@language"}
    told: dict[str, Any] = {}
    if kinds == {"@id"}:
        told = {"@type": "@vocab" if use.only_terms else "@id"}
    elif len(kinds) == 1 and not kinds & NATIVE and f"{_XSD}string" not in kinds:
        (kind,) = kinds
        told = {} if kind.startswith(("@", f"{_RDF}")) else {"@type": short(kind) or kind}
    return {**told, "@container": "@set"} if use.many else told


def _uses(described: Mapping[str, Iterable[Said]], terms: str) -> tuple[dict[str, Use], set[str]]:
    """Property -> how it is used; and every class. Both as IRIs."""
    uses: dict[str, Use] = {}
    classes: set[str] = set()
    for said in described.values():
        values: dict[str, list[str]] = {}
        for name, value in said:
            values.setdefault(name, []).append(value)
        classes.update(value[1:-1] for value in values.pop(RDF_TYPE, ()) if is_iri(value))
        for name, found in values.items():
            _note(uses.setdefault(name[1:-1], Use()), found, terms)
    return uses, classes


def _note(use: Use, values: list[str], terms: str) -> None:
    kinds = [_kind(value) for value in values]
    use.kinds.update(kind.partition(":")[0] if kind.startswith("@") else kind for kind in kinds)
    use.only_terms = use.only_terms and all(value.startswith(terms) for value in values)
    use.many = use.many or len(values) > 1
    use.many_in_language = use.many_in_language or len(set(kinds)) < len(kinds)


def _kind(value: str) -> str:
    """@id, @language:en, or the IRI of a datatype."""
    if not is_literal(value):
        return "@id"
    ending = value[value.rindex('"') + 1 :]
    return f"@language:{ending[1:].lower()}" if ending.startswith("@") else ending[3:-1] or f"{_XSD}string"
