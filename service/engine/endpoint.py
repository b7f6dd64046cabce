"""One SPARQL endpoint: a portable query and its dataset go in, a complete answer in the format asked for comes out.

Keeps a deadline and a size it is given; trusts no status, no media type and no end of a body.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from time import monotonic
from urllib.parse import urlencode

from service import media
from service.engine import Answer, faults, virtuoso
from service.engine.accents import spell
from service.engine.address import Address
from service.engine.convert import READABLE, Conversion, Sink
from service.engine.portable import Dataset, Portable
from service.engine.wire import Call, Response, Wire
from service.kept import kept
from service.media import Format, Kind

# What comes in may be this much longer than what goes out: XML for CSV.
_VERBOSITY = 6


class Endpoint:
    """Thread-safe. `is_virtuoso` is known after the first answer."""

    def __init__(self, address: Address, prefixes: Mapping[str, str], most_bytes: int) -> None:
        self._prefixes, self._most = prefixes, most_bytes
        self._wire = Wire(address, most_bytes * _VERBOSITY)
        self._path = address.path
        self._headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "conflict-actors"}
        if address.basic:
            self._headers["Authorization"] = address.basic
        self._cuts: virtuoso.Cuts | None = None

    @property
    def is_virtuoso(self) -> bool:
        return self._cuts is not None

    def ask(self, portable: Portable, dataset: Dataset | None, offer: Format, until: float) -> Answer:
        """The complete answer. `dataset` None: the engine's own default graph and all its named graphs."""
        begun = monotonic()
        text = spell(portable.text) if self.is_virtuoso else portable.text
        call = self._call(text, dataset, self._accept(portable.kind))
        sink = Sink(self._most)
        try:
            with self._wire.call(call, until) as response:
                self._cuts = self._cuts or virtuoso.recognise(response.headers.get("Server", ""))
                statements = self._read(response, portable, offer, sink)
            if self._cuts is not None and portable.kind is Kind.GRAPH:
                self._cuts.check_graph(statements, lambda query: self._probe(query, until))
            return sink.answer(portable.kind, offer, monotonic() - begun)
        except BaseException:
            sink.discard()
            raise

    def value(self, portable: Portable, dataset: Dataset | None, until: float) -> str:
        """The first cell of a table, or `true` or `false`."""
        document = json.loads(self.ask(portable, dataset, media.JSON, until).body or b"{}")
        if "boolean" in document:
            return "true" if document["boolean"] else "false"
        row: dict[str, dict[str, str]] = next(iter(document["results"]["bindings"]), {})
        return next((str(cell["value"]) for cell in row.values()), "")

    def _call(self, query: str, dataset: Dataset | None, accept: str) -> Call:
        form = urlencode({"query": query}) + _graph_fields(dataset)
        return Call("POST", self._path, {**self._headers, "Accept": accept}, form.encode("ascii"))

    def _accept(self, kind: Kind) -> str:
        if self.is_virtuoso and kind is not Kind.GRAPH:
            return virtuoso.ACCEPT_RESULTS
        first, *others = READABLE[kind]
        return ", ".join([first, *(f"{name};q=0.{9 - place}" for place, name in enumerate(others))])

    def _read(self, response: Response, portable: Portable, offer: Format, sink: Sink) -> int:
        """The body into the sink; returns how many statements a graph had."""
        if response.status != 200:
            raise faults.refusal(response.status, response.media_type, response.body.read(faults.MOST_BYTES))
        if self._cuts is not None and portable.kind is not Kind.GRAPH:
            self._cuts.check_table(portable.text, dict(response.headers))
        if portable.kind is Kind.GRAPH and not response.is_framed:
            raise faults.endless()
        return Conversion(portable.kind, offer, self._prefixes).run(response.body, response.media_type, sink)

    def _probe(self, query: str, until: float) -> Mapping[str, str]:
        """The headers of an answer nobody reads."""
        with self._wire.call(self._call(query, None, "text/csv"), until) as response:
            while response.body.read(1 << 16):
                pass
            return dict(response.headers)

    def close(self) -> None:
        """Hang up every idle connection. Queries under way end by themselves."""
        self._wire.close()


def _graph_fields(dataset: Dataset | None) -> str:
    """What follows the query in the form."""
    return "" if dataset is None else _fields(dataset.default, dataset.named)


@kept(64, 50_000)
def _fields(default: tuple[str, ...], named: tuple[str, ...]) -> str:
    """Nearly every query has the same dataset."""
    fields = [*(("default-graph-uri", iri) for iri in default), *(("named-graph-uri", iri) for iri in named)]
    return "&" + urlencode(fields)
