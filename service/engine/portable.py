"""Writes a query so that every SPARQL 1.1 engine reads the same, with nothing left to an engine's habits.

The prologue says the base and the prefixes the query relies on, bound variables are terms, and FROM becomes part
of the request. Refuses updates, SERVICE and functions of no standard. The engine itself still parses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import urljoin

from service.engine.bind import bind_all, is_absolute_iri
from service.engine.calls import STANDARD, Calls, is_of_an_engine
from service.engine.dialect import plain_tokens, refusal
from service.engine.words import FORMS, Is, Token, is_update, names_service, tokens
from service.errors import BadQuery, BadRequest, Forbidden
from service.media import Kind
from service.protocol import QueryRequest

_KINDS = {"SELECT": Kind.SOLUTIONS, "ASK": Kind.BOOLEAN, "CONSTRUCT": Kind.GRAPH, "DESCRIBE": Kind.GRAPH}
_PROLOGUE = ("PREFIX", "BASE", "VERSION")
_LOCAL_ESCAPE = re.compile(r"\\(.)")
# The tokens that prologue and dataset clauses are made of; any other ends a clause.
_TELLING = frozenset({Is.WORD, Is.NAME, Is.IRI})
_HOLE = "urn:bound:{}"
_LITERAL = re.compile(r'"(?:[^"\\\n\r]|\\["\\nr])*"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^<[^<>"{}|^`\\\x00-\x20]+>)?')
_HOLES = re.compile(r"<(urn:bound:\w+)>")
_KEPT = 256


@dataclass(frozen=True)
class Dataset:
    """The graphs of a query (SPARQL 1.1 section 13)."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Portable:
    """A query for any engine. `dataset` is the one the client or the query asked for; None when neither did."""

    text: str
    kind: Kind
    dataset: Dataset | None


class Translator:
    """Makes requests portable. `base` resolves relative IRIs; `prefixes` need not be declared."""

    def __init__(self, base: str, prefixes: Mapping[str, str]) -> None:
        self._base, self._prefixes = base, prefixes
        # Only our own pages bind variables: few queries, asked again and again with other IRIs.
        self._with_holes = lru_cache(_KEPT)(self._written)

    def portable(self, request: QueryRequest) -> Portable:
        """The request, ready to be sent. Raises BadQuery, BadRequest, Forbidden."""
        if names_service(request.query):
            raise Forbidden("SERVICE is not allowed here: this service asks no other endpoint.")
        written = self._with_holes if request.bindings else self._written
        found = written(request.query, tuple(request.bindings))
        if request.bindings:
            values = {_HOLE.format(name): _bound(value) for name, value in request.bindings.items()}
            # In one go: a value may hold the text of a hole.
            found = replace(found, text=_HOLES.sub(lambda hole: values[hole[1]], found.text))
        asked = Dataset(*(tuple(map(_absolute, iris)) for iris in (request.default_graphs, request.named_graphs)))
        # What the request says goes before FROM (SPARQL 1.1 Protocol section 2.1.4).
        return replace(found, dataset=asked) if asked.default or asked.named else found

    def _written(self, query: str, bound: tuple[str, ...]) -> Portable:
        kind = _kind(query)
        writing = _Writing(self._base, self._prefixes)
        text = writing.written(bind_all(query, {name: _HOLE.format(name) for name in bound}))
        return Portable(text, kind, writing.dataset)


def _bound(value: str) -> str:
    """What stands for a bound variable: an IRI, or a literal as `protocol.literal` writes it."""
    if not value.startswith('"'):
        if is_of_an_engine(value):
            raise BadRequest(f"{value[:200]!r} names what some engines run, and no data.")
        return f"<{_absolute(value)}>"
    if not _LITERAL.fullmatch(value):
        raise BadRequest(f"{value[:200]!r} is no literal.")
    return value


def _absolute(iri: str) -> str:
    if not is_absolute_iri(iri):
        raise BadRequest(f"{iri[:200]!r} is no absolute IRI.")
    return iri


def _kind(query: str) -> Kind:
    """What the query answers, from its first word after the prologue."""
    words = (token.text.upper() for token in tokens(query) if token.kind is Is.WORD)
    first = next((word for word in words if word not in _PROLOGUE), "")
    if first in _KINDS:
        return _KINDS[first]
    if is_update(query):
        raise Forbidden("This service is read-only: updates are refused.")
    raise BadQuery(f"The query does not parse: it must begin with one of {', '.join(FORMS)}.")


@dataclass
class _Writing:
    """Writes one query, token by token, and collects what its prologue and dataset clauses say."""

    base: str
    prefixes: Mapping[str, str]
    dataset: Dataset | None = None
    _query: str = ""
    _base: str = ""
    _declared: dict[str, str] = field(default_factory=dict)
    _relied_on: dict[str, str] = field(default_factory=dict)
    _relies_on_base: bool = False

    def written(self, query: str) -> str:
        self._query = query
        body = "".join(self._texts())
        # On the first line, so that the lines an engine speaks of are the client's.
        head = f"BASE <{self.base}> " if self._relies_on_base else ""
        return head + "".join(f"PREFIX {name}: <{iri}> " for name, iri in self._relied_on.items()) + body

    def _texts(self) -> Iterator[str]:
        """What is sent of each token: all but dataset clauses. Prologues are read on the way."""
        last: tuple[Token, ...] = ()
        calls = Calls()
        for token in plain_tokens(self._query):
            if token.kind is not Is.SPACE:
                self._check(calls.note(token))
            if token.kind in _TELLING:
                last = (*last[-2:], token)
                if self._is_dataset(last):
                    continue
                self._note(last)
            elif token.kind is not Is.SPACE:
                last = ()
            yield token.text

    def _check(self, called: Token | None) -> None:
        """Of functions that are named by IRI only those of standards go on."""
        if called is not None and not self._iri(called).startswith(STANDARD):
            why = f"{called.text[:200]} is no function: of those named by an IRI there are xsd: and GeoSPARQL's."
            raise refusal(self._query, called, why)

    def _is_dataset(self, last: tuple[Token, ...]) -> bool:
        """Is the newest token a part of FROM or FROM NAMED? Its graph is noted."""
        words = [token.text.upper() if token.kind is Is.WORD else "" for token in last]
        if words[-1] == "FROM" or words[-2:] == ["FROM", "NAMED"]:
            self.dataset = self.dataset or Dataset()
            return True
        if self.dataset is None or last[-1].kind is Is.WORD:
            return False
        if words[-2:-1] == ["FROM"]:
            self.dataset = replace(self.dataset, default=(*self.dataset.default, self._iri(last[-1])))
        elif words[-3:-1] == ["FROM", "NAMED"]:
            self.dataset = replace(self.dataset, named=(*self.dataset.named, self._iri(last[-1])))
        else:
            return False
        return True

    def _note(self, last: tuple[Token, ...]) -> None:
        """Read BASE and PREFIX; resolve whatever else is an IRI, so that the prologue says what it relies on."""
        newest, earlier = last[-1], last[-2] if len(last) > 1 else None
        if newest.kind is Is.IRI:
            iri = self._iri(newest)
            if earlier is not None and earlier.is_word("BASE"):
                self._base = iri
            elif earlier is not None and len(last) > 2 and last[-3].is_word("PREFIX"):
                self._declared[earlier.text.removesuffix(":")] = iri
        elif newest.kind is Is.NAME and not (earlier is not None and earlier.is_word("PREFIX")):
            self._iri(newest)

    def _iri(self, token: Token) -> str:
        """The IRI that a token means. Raises BadQuery when engines have a meaning of their own for it."""
        iri = self._resolved(token)
        if is_of_an_engine(iri) or (token.kind is Is.IRI and is_of_an_engine(token.text[1:-1])):
            raise refusal(self._query, token, f"{token.text[:200]} names what some engines run, and no data.")
        return iri

    def _resolved(self, token: Token) -> str:
        if token.kind is Is.NAME:
            prefix, _, local = token.text.partition(":")
            return self._namespace(prefix, token) + _LOCAL_ESCAPE.sub(r"\1", local)
        iri = token.text[1:-1]
        if is_absolute_iri(iri):
            return iri
        self._relies_on_base = self._relies_on_base or not self._base
        return urljoin(self._base or self.base, iri)

    def _namespace(self, prefix: str, token: Token) -> str:
        if prefix == "_" or prefix in self._declared:
            return self._declared.get(prefix, "_:")
        if prefix not in self.prefixes:
            raise refusal(self._query, token, f"the prefix {prefix}: is not declared.")
        self._relied_on[prefix] = self.prefixes[prefix]
        return self.prefixes[prefix]
