"""Rows for pages: ask an engine a SELECT and get plain values. Knows SPARQL JSON results, no library."""

from __future__ import annotations

import json
from dataclasses import dataclass

from service import media
from service.engine import Engine
from service.media import Kind
from service.protocol import QueryRequest


@dataclass(frozen=True)
class Term:
    """One RDF term of a row. `kind` is 'uri', 'literal' or 'bnode'."""

    value: str
    kind: str
    language: str = ""
    datatype: str = ""

    def __str__(self) -> str:
        return self.value


Row = dict[str, Term]


def rows(engine: Engine, query: str, **bindings: str) -> list[Row]:
    """The rows of a SELECT. `bindings` binds variables to IRIs or literals: rows(engine, text, this="http://...").

    A variable that is bound must be projected by the SELECT, or the engine refuses the query.
    """
    answer = engine.answer(QueryRequest(query, bindings=bindings), {Kind.SOLUTIONS: media.JSON})
    document = json.loads(answer.whole())
    return [{name: _term(cell) for name, cell in row.items()} for row in document["results"]["bindings"]]


def _term(cell: dict[str, str]) -> Term:
    return Term(cell["value"], cell["type"], cell.get("xml:lang", ""), cell.get("datatype", ""))
