"""A worker process: one read-only store, one query at a time, evaluated and serialised in one go.

It may be killed at any moment: that is how a query is stopped. It speaks with its parent over one socket:
a request is a length and JSON; a reply is a status byte, a length and a body. Run as
`python -m service.engine.worker`; nobody imports it but its tests.
"""

from __future__ import annotations

import json
import os
import re
import socket
import struct
import sys
import threading
import traceback
from typing import IO, Any, cast

import pyoxigraph as ox

from service.engine import exact, walls
from service.engine.mistakes import explain
from service.engine.sink import Refusal, Sink
from service.engine.words import is_update, names_service

# The parser of queries recurses: with this stack every query of 64 kB that nests to its limit is parsed.
STACK_BYTES = 1024**3
REPLY = struct.Struct(">cBQ")  # status, kind, length of what follows
LENGTH = struct.Struct(">I")
_RECEIVED_BYTES = 1 << 17
KINDS = {ox.QuerySolutions: "solutions", ox.QueryBoolean: "boolean", ox.QueryTriples: "graph"}
CODES = {"solutions": 0, "boolean": 1, "graph": 2}
_FORMATS: dict[str, Any] = {
    "json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV, "tsv": ox.QueryResultsFormat.TSV,
    "turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD,
}  # fmt: skip
# How the library tells of a function or aggregate that it does not have: when it plans, not when it parses.
_NO_FUNCTION = re.compile(r"The custom (?:aggregate )?function <.*> is not supported")
_PREFIXED = ("turtle", "trig", "rdfxml", "jsonld")
_XML = ("xml", "rdfxml")


class Evaluator:
    """Answers one request over the store."""

    def __init__(self, store: ox.Store, base: str, prefixes: dict[str, str], most: int) -> None:
        self._store, self._base, self._prefixes, self._most = store, base, prefixes, most

    def answer(self, request: dict[str, Any], spool: int) -> tuple[str, Sink]:
        """(kind, sink) of a complete result. Raises Refusal."""
        results = self._evaluate(request)
        kind = KINDS[type(results)]
        name = request["offers"].get(kind)
        if name is None:
            raise Refusal("NotAcceptable", kind)
        sink = Sink(spool, self._most)
        if name == "csv" and kind == "solutions":
            return kind, self._table(request, results, sink)
        target = cast("IO[bytes]", exact.Xml(sink) if name in _XML else sink)
        if name in _PREFIXED:
            ox.serialize(results, target, format=_FORMATS[name], prefixes=self._prefixes)
        else:
            results.serialize(target, format=_FORMATS[name])
        return kind, sink

    def _table(self, request: dict[str, Any], results: Any, sink: Sink) -> Sink:
        """Rows as CSV. The library does not quote an IRI with a comma: where one is, the rows are asked for again."""
        counted = exact.Commas(sink, len(results.variables))
        results.serialize(cast("IO[bytes]", counted), format=ox.QueryResultsFormat.CSV)
        if counted.exact:
            return sink
        again = sink.emptied()
        self._evaluate(request).serialize(cast("IO[bytes]", exact.FromTsv(again)), format=ox.QueryResultsFormat.TSV)
        return again

    def _evaluate(self, request: dict[str, Any]) -> Any:
        query = request["query"]
        if names_service(query):
            raise Refusal("Forbidden", "SERVICE is not allowed here: this service asks no other endpoint.")
        try:
            return self._store.query(
                query,
                base_iri=self._base,
                prefixes=self._used(query),
                **self._dataset(request),
                **_bound(request),
            )
        except SyntaxError as error:
            raise _not_sparql(query, str(error), self._prefixes) from error

    def _used(self, query: str) -> dict[str, str]:
        """The default prefixes that may occur in the query: handing over each costs as much as a small query."""
        return {prefix: iri for prefix, iri in self._prefixes.items() if f"{prefix}:" in query}

    def _dataset(self, request: dict[str, Any]) -> dict[str, Any]:
        """The protocol's graphs override FROM; without either the default graph is the store's, the union."""
        default, named = request.get("default"), request.get("named")
        if default or named:
            return {"default_graph": _nodes(default), "named_graphs": _nodes(named)}
        return {}


def _nodes(iris: list[str] | None) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(iri) for iri in iris or ()]
    except ValueError as error:
        raise Refusal("BadRequest", f"A graph parameter is no absolute IRI: {error}.") from error


def _bound(request: dict[str, Any]) -> dict[str, Any]:
    bindings = request.get("bindings")
    if not bindings:
        return {}
    return {"substitutions": {ox.Variable(name): term(text) for name, text in bindings.items()}}


def term(text: str) -> ox.NamedNode | ox.Literal:
    """What a variable is bound to: an IRI, or a literal in N-Triples (see protocol.literal)."""
    try:
        if not text.startswith('"'):
            return ox.NamedNode(text)
        (read,) = ox.parse(f"<a:a> <a:a> {text} .".encode(), format=ox.RdfFormat.N_TRIPLES)
        return cast("ox.Literal", read.object)
    except (SyntaxError, ValueError) as error:
        raise Refusal("BadRequest", f"A variable cannot be bound to {text[:200]!r}: {error}.") from error


def _not_sparql(query: str, message: str, prefixes: dict[str, str]) -> Refusal:
    if is_update(query):
        return Refusal("Forbidden", "This service is read-only: updates are refused.")
    found = explain(query, message, prefixes)
    return Refusal("BadQuery", found.told, **({"line": found.line, "column": found.column} if found.line else {}))


def serve(channel: socket.socket, evaluator: Evaluator) -> None:
    """Answer requests until the parent hangs up. The first one, and the next after a spooled reply, bring a spool."""
    spool, spooled = -1, True
    while True:
        if spooled:
            data, descriptors, _, _ = socket.recv_fds(channel, _RECEIVED_BYTES, 1)
            if spool >= 0:
                os.close(spool)
            spool = descriptors[0] if descriptors else -1
        else:
            data = channel.recv(_RECEIVED_BYTES)
        reply = _reply(evaluator, json.loads(_whole(channel, data)), spool)
        spooled = reply[:1] == b"S"
        channel.sendall(reply)


def _reply(evaluator: Evaluator, request: dict[str, Any], spool: int) -> bytes:
    try:
        kind, sink = evaluator.answer(request, spool)
    except Refusal as refusal:
        return _refused(refusal.report)
    except exact.NotInXml as error:
        return _refused({"error": "NotInXml", "detail": str(error), "members": {}})
    except MemoryError:
        return _refused({"error": "OutOfMemory", "detail": "", "members": {}})
    except (OSError, RuntimeError, ValueError) as error:
        if _NO_FUNCTION.match(str(error)):
            return _refused({"error": "BadQuery", "detail": f"There is no such function: {error}.", "members": {}})
        return _refused({"error": "EngineFailed", "detail": f"The query failed: {error}", "members": {}})
    if sink.spooled:
        return REPLY.pack(b"S", CODES[kind], sink.size)
    return REPLY.pack(b"A", CODES[kind], sink.size) + sink.body


def _refused(report: dict[str, Any]) -> bytes:
    body = json.dumps(report).encode()
    return REPLY.pack(b"R", 0, len(body)) + body


def _whole(channel: socket.socket, data: bytes) -> bytes:
    """The request of which this has come; ends the process when the parent is gone."""
    parts = bytearray(data)
    while len(parts) < LENGTH.size or len(parts) < LENGTH.size + LENGTH.unpack_from(parts)[0]:
        part = channel.recv(_RECEIVED_BYTES) if data else b""
        if not part:
            os._exit(0)
        parts += part
    return bytes(parts[LENGTH.size :])


def main() -> None:
    """Open the store, close the walls, answer. The main thread only waits for the parent to go away."""
    setup = json.loads(sys.argv[1])
    channel = socket.socket(fileno=setup["channel"])
    store = ox.Store.read_only(setup["store"])
    evaluator = Evaluator(store, setup["base"], setup["prefixes"], setup["result_bytes"])
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=_work, args=(channel, evaluator, setup), daemon=True)
    thread.start()
    os.read(setup["leash"], 1)
    os._exit(0)


def _work(channel: socket.socket, evaluator: Evaluator, setup: dict[str, Any]) -> None:
    """The other thread. Whatever ends it ends the process: a worker that cannot answer must not linger."""
    try:
        _prepare(channel, evaluator, setup)
        serve(channel, evaluator)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _prepare(channel: socket.socket, evaluator: Evaluator, setup: dict[str, Any]) -> None:
    # A first query makes the library load what it loads lazily, before memory is counted.
    evaluator.answer({"query": "ASK {}", "offers": {"boolean": "json"}}, -1)
    walls.limit_memory(setup["memory_mb"])
    walls.limit_files(setup["result_bytes"])
    sealed = walls.seal()
    channel.sendall(REPLY.pack(b"A" if sealed else b"U", 0, 0))


if __name__ == "__main__":
    main()
