"""Asks an engine and reads what it answers as plain values."""

import json

from service import media
from service.engine import Answer, Engine, Offers
from service.media import Kind
from service.protocol import QueryRequest

OFFERS = {Kind.SOLUTIONS: media.JSON, Kind.BOOLEAN: media.JSON, Kind.GRAPH: media.NTRIPLES}


def ask(engine: Engine, query: str, offers: Offers = OFFERS, **request: object) -> Answer:
    return engine.answer(QueryRequest(query, **request), offers)


def body(answer: Answer) -> bytes:
    if answer.spool is None:
        assert answer.body is not None
        return answer.body
    with answer.spool as spool:
        spool.seek(0)
        return spool.read()


def table(engine: Engine, query: str, **request: object) -> list[dict[str, str]]:
    """The rows of a SELECT, as plain values: {variable: value}."""
    found = json.loads(body(ask(engine, query, **request)))["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in found]


def cells(engine: Engine, query: str, **request: object) -> list[str]:
    """The values of the variable ?x, sorted."""
    return sorted(row.get("x", "") for row in table(engine, query, **request))
