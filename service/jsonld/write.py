"""Statements as nodes of JSON-LD, expanded or compacted with a published context.

What comes out is what the algorithms of JSON-LD 1.1 API sections 5 and 6 make of the same statements; a test has a
library do both. Numbers and booleans are JSON's own where nothing is lost by it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from service.jsonld.context import NATIVE, schemes
from service.ntriples import RDF_TYPE, Said, is_literal, unescape

_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING, _INTEGER = f"{_XSD}string", f"{_XSD}integer"
# Integers that every reader of JSON keeps as they are (RFC 8259 section 6).
_EXACT = re.compile(r"0|-?[1-9][0-9]{0,14}")
_MOST_KEPT = 200_000
_GENERIC_DELIMITERS = tuple(":/?#[]@")
Node = dict[str, Any]


def expanded(described: Mapping[str, Iterable[Said]]) -> list[Node]:
    """The node of each subject in expanded form, in their order; flattened, too, because no node is in another."""
    return [_expanded_node(subject, said) for subject, said in described.items()]


def _expanded_node(subject: str, said: Iterable[Said]) -> Node:
    node: Node = {"@id": _name(subject)}
    for name, value in said:
        if name == RDF_TYPE:
            node.setdefault("@type", []).append(_name(value))
        else:
            node.setdefault(name[1:-1], []).append(expand_value(value))
    return node


def expand_value(value: str) -> Node:
    """The value object or node reference of a term in N-Triples."""
    if not is_literal(value):
        return {"@id": _name(value)}
    end = value.rindex('"')
    text, ending = unescape(value[1:end]), value[end + 1 :]
    if ending.startswith("@"):
        return {"@language": ending[1:], "@value": text}
    datatype = ending[3:-1] or _STRING
    if datatype in NATIVE:
        known = native(text, datatype)
        if known is not None:
            return {"@value": known}
    return {"@value": text} if datatype == _STRING else {"@type": datatype, "@value": text}


def native(text: str, datatype: str) -> int | bool | None:
    """The number or boolean that JSON reads back as just this literal; None when there is none."""
    if datatype == _INTEGER:
        return int(text) if _EXACT.fullmatch(text) else None
    return {"true": True, "false": False}.get(text)


def _name(term: str) -> str:
    return term[1:-1] if term.startswith("<") else term


def context_name(document: bytes) -> str:
    """What a context document is called below {base}context/: by its bytes, so that it never changes."""
    return hashlib.sha256(document).hexdigest()[:16]


def open_context(document: bytes, base: str) -> Context:
    """The context of a release, as documents refer to it."""
    return Context(json.loads(document), f"{base}context/{context_name(document)}.jsonld")


class Context:
    """A published context, ready to compact with. `url` is where documents say it is.

    The prefixes in `without` have no meaning in the document that is written: it says so beside the context.
    """

    def __init__(
        self, document: Mapping[str, Any], url: str | None = None, without: Collection[str] = frozenset()
    ) -> None:
        self.document: Mapping[str, Any] = document["@context"]
        self._published, self._without = url or dict(self.document), without
        self._iris: dict[str, str] = {}
        self._values: dict[tuple[str, str], Any] = {}

    @property
    def reference(self) -> Any:
        """The value of @context."""
        return [self._published, dict.fromkeys(sorted(self._without))] if self._without else self._published

    def beside(self, described: Mapping[str, Iterable[Said]]) -> Context:
        """The context for these statements: without each prefix that one of their IRIs would be taken to begin with.

        The context of a release has no such prefix for its statements; one made of prefixes alone may have.
        """
        without = schemes(described) & self.prefixes.keys()
        if not without:
            return self
        url = self._published if isinstance(self._published, str) else None
        return Context({"@context": self.document}, url, without)

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """What may stand before a colon: prefix -> namespace."""
        return {name: space for name, space in self._declared.items() if name not in self._without}

    @cached_property
    def _declared(self) -> dict[str, str]:
        """The prefixes of the published context (JSON-LD 1.1 API section 4.2.2, step 14)."""
        return {
            name: told
            for name, told in self.document.items()
            if isinstance(told, str) and told.endswith(_GENERIC_DELIMITERS) and not name.startswith("@")
        }

    @cached_property
    def terms(self) -> dict[str, tuple[str, Mapping[str, Any]]]:
        """IRI -> (term, its definition)."""
        found: dict[str, tuple[str, Mapping[str, Any]]] = {}
        for name, told in self.document.items():
            if name not in self._declared and not name.startswith("@") and name not in ("id", "type"):
                definition = {"@id": told} if isinstance(told, str) else dict(told)
                iri = self._full(definition.get("@id", name))
                found[iri] = (name, definition | {"@type": self._full(definition.get("@type", ""))})
        return found

    def _full(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return self._declared[prefix] + local if prefix in self._declared and not local.startswith("//") else name

    def iri(self, iri: str) -> str:
        """An IRI compacted with prefixes alone, as the value of @id."""
        found = self._iris.get(iri)
        if found is None:
            if len(self._iris) > _MOST_KEPT:
                self._iris.clear()
            fitting = [f"{p}:{iri[len(ns) :]}" for p, ns in self.prefixes.items() if _follows(ns, iri)]
            # No other term may be called so: it would be read as that.
            free = [short for short in fitting if short not in self.document or self._full(short) == iri]
            found = self._iris[iri] = min(free, key=lambda short: (len(short), short), default=iri)
        return found

    def vocabulary(self, iri: str) -> str:
        """An IRI as the name of a class or of a value among our terms."""
        known = self.terms.get(iri)
        return known[0] if known else self.iri(iri)

    def key(self, property_: str) -> tuple[str, Mapping[str, Any]]:
        """(the key of a property, its definition)."""
        return self.terms.get(property_) or (self.iri(property_), {})

    def node(self, subject: str, said: Iterable[Said]) -> Node:
        """The node of a subject, compacted."""
        node: Node = {"id": self.iri(_name(subject))}
        values: dict[str, list[str]] = {}
        for name, value in said:
            values.setdefault(name, []).append(value)
        if RDF_TYPE in values:
            node["type"] = [self.vocabulary(_name(value)) for value in values.pop(RDF_TYPE)]
        for name, found in values.items():
            self.put(node, name[1:-1], [(value, None) for value in found])
        return node

    def put(self, node: Node, property_: str, values: Iterable[tuple[str, Node | None]]) -> None:
        """Give a node the values of a property; a value may come as a node to be put in the place of its name."""
        key, definition = self.key(property_)
        container = definition.get("@container", ())
        container = (container,) if isinstance(container, str) else container
        for value, within in values:
            if not _fits(value, definition, container):
                # Under the whole IRI, for which the context promises nothing.
                _add(node, property_ if key in self.document else key, within or self.value(value, {}), False)
            elif "@language" in container:
                made = expand_value(value)
                _add(
                    node.setdefault(key, {}),
                    made.get("@language", "@none").lower(),
                    made["@value"],
                    "@set" in container,
                )
            else:
                _add(node, key, within or self.value(value, definition), "@set" in container)

    def value(self, value: str, definition: Mapping[str, Any]) -> Any:
        """A value, as short as the definition of its property lets it be (JSON-LD 1.1 API section 6.5)."""
        coerced = definition.get("@type", "")
        found = self._values.get((value, coerced))
        if found is None:
            if len(self._values) > _MOST_KEPT:
                self._values.clear()
            found = self._values[value, coerced] = self._shorten(expand_value(value), coerced)
        return found

    def _shorten(self, made: Node, coerced: str) -> Any:
        if "@id" in made:
            iri = made["@id"]
            if coerced == "@vocab":
                return self.vocabulary(iri)
            return self.iri(iri) if coerced == "@id" else {"id": self.iri(iri)}
        if "@type" in made:
            return made["@value"] if coerced else {"type": self.vocabulary(made["@type"]), "@value": made["@value"]}
        return made if "@language" in made else made["@value"]


def _follows(namespace: str, iri: str) -> bool:
    """Can something after the colon stand for the rest of the IRI? With `//` it is no compact IRI (section 5.2)."""
    return iri.startswith(namespace) and iri != namespace and not iri.startswith("//", len(namespace))


def _fits(value: str, definition: Mapping[str, Any], container: Iterable[str]) -> bool:
    """Is this a value that the definition of a property is for?"""
    coerced = definition.get("@type", "")
    if "@language" in container:
        made = expand_value(value) if is_literal(value) else {}
        return "@value" in made and "@type" not in made and isinstance(made["@value"], str)
    if not coerced or not is_literal(value):
        return coerced in ("", "@id", "@vocab")
    return bool(coerced == expand_value(value).get("@type"))


def _add(node: Node, key: str, value: Any, always_a_list: bool) -> None:
    """One more value of a key; a single one stands alone unless it is always a list."""
    if key not in node:
        node[key] = [value] if always_a_list else value
    elif isinstance(node[key], list):
        node[key].append(value)
    else:
        node[key] = [node[key], value]
