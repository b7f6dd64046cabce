"""Writes graphs into a remote store: through the Graph Store Protocol, or SPARQL Update where there is none.

Only `load` writes; the service itself never does. Every step may be done twice: statements are sets and the
releases have no blank nodes.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import Protocol
from urllib.parse import quote

from service.engine import faults
from service.engine.address import Address
from service.engine.digest import authorization
from service.engine.wire import Call, Response, Wire
from service.errors import PressError, ServiceError

_SECONDS = 300.0
_MOST_BYTES = 1 << 20
_NTRIPLES = {"Content-Type": "application/n-triples"}
_AGENT = {"User-Agent": "conflict-actors"}


class Target(Protocol):
    """A store that takes statements, graph by graph. All methods raise PressError."""

    def put(self, graph: str, ntriples: bytes) -> None:
        """Make the graph hold these statements and no others."""
        ...

    def add(self, graph: str, ntriples: bytes) -> None:
        """Add these statements to the graph."""
        ...

    def drop(self, graph: str) -> None:
        """Remove the graph; it need not exist."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


class GraphStore:
    """SPARQL 1.1 Graph Store HTTP Protocol, graphs named by `?graph=` (section 4.2)."""

    def __init__(self, address: Address) -> None:
        self._path = address.path
        self._writer = _Writer(address, self._named("urn:no-graph"))

    def put(self, graph: str, ntriples: bytes) -> None:
        self._writer.send(Call("PUT", self._named(graph), _NTRIPLES, ntriples))

    def add(self, graph: str, ntriples: bytes) -> None:
        self._writer.send(Call("POST", self._named(graph), _NTRIPLES, ntriples))

    def drop(self, graph: str) -> None:
        self._writer.send(Call("DELETE", self._named(graph)), missing_is_fine=True)

    def close(self) -> None:
        self._writer.close()

    def _named(self, graph: str) -> str:
        return f"{self._path}{'&' if '?' in self._path else '?'}graph={quote(graph, safe='')}"


class Updates:
    """SPARQL 1.1 Update by direct POST (SPARQL 1.1 Protocol section 2.2.2)."""

    def __init__(self, address: Address) -> None:
        self._path, self._writer = address.path, _Writer(address, address.path)

    def put(self, graph: str, ntriples: bytes) -> None:
        self.drop(graph)
        self.add(graph, ntriples)

    def add(self, graph: str, ntriples: bytes) -> None:
        # A line of N-Triples is a triple of INSERT DATA as it stands.
        self._update(b"INSERT DATA { GRAPH <%s> {\n%s} }" % (graph.encode(), ntriples))

    def drop(self, graph: str) -> None:
        self._update(b"DROP SILENT GRAPH <%s>" % graph.encode())

    def close(self) -> None:
        self._writer.close()

    def _update(self, text: bytes) -> None:
        self._writer.send(Call("POST", self._path, {"Content-Type": "application/sparql-update"}, text))


class _Writer:
    """Sends one request after another and says what went wrong. Logs in when the store asks for it."""

    def __init__(self, address: Address, harmless: str) -> None:
        """`harmless`: a path to GET that costs the store nothing."""
        self._address, self._harmless = address, harmless
        self._wire = Wire(address, _MOST_BYTES)
        self._wants_digest: bool | None = None

    def send(self, call: Call, missing_is_fine: bool = False) -> None:
        try:
            signed = replace(call, headers={**_AGENT, **call.headers, **self._login(call)})
            with self._wire.call(signed, monotonic() + _SECONDS) as response:
                text = response.body.read(faults.MOST_BYTES)
        except PressError:
            raise
        except ServiceError as error:
            raise PressError(f"{self._address}: {error.detail}") from error
        if not (200 <= response.status < 300 or (missing_is_fine and response.status == 404)):
            raise self._refused(response, text)

    def close(self) -> None:
        self._wire.close()

    def _login(self, call: Call) -> dict[str, str]:
        """The headers that say who we are."""
        if not self._address.user:
            return {}
        # Asked before each request: a store that refuses does not wait until it has read a body of megabytes.
        challenge = self._challenge() if self._wants_digest is not False else ""
        self._wants_digest = challenge.lower().startswith("digest")
        if not self._wants_digest:
            return {"Authorization": self._address.basic}
        user, password = self._address.user, self._address.password
        return {"Authorization": authorization(challenge, user, password, call.method, call.path)}

    def _challenge(self) -> str:
        with self._wire.call(Call("GET", self._harmless, _AGENT), monotonic() + _SECONDS) as response:
            response.body.read(_MOST_BYTES)
            return response.headers.get("WWW-Authenticate", "") if response.status == 401 else ""

    def _refused(self, response: Response, text: bytes) -> PressError:
        if response.status in (401, 403):
            return PressError(f"{self._address} does not let us write: give its --user, and LOAD_PASSWORD.")
        said = faults.message(response.media_type, text.decode("utf-8", "replace"))
        return PressError(f"{self._address} answered {response.status}{': ' + said if said else '.'}")
