"""One hostile query or request against one server: how it ended, and when. Says so in a few words for a table."""

from __future__ import annotations

import http.client
import json
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from tests import raw
from tests.hostile import Attack

_ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9, */*;q=0.1"
_FORM = "application/x-www-form-urlencoded"
_MOST_BYTES = 256 * 1024**2


@dataclass(frozen=True)
class Ending:
    """`what` happened after so many seconds; `runs_on` when the server is still busy with it."""

    what: str
    seconds: float
    runs_on: bool = False

    def __str__(self) -> str:
        return f"{self.what}, {self.seconds:.1f} s"


def query(port: int, endpoint: str, text: str, patience: float) -> Ending:
    """Send a query by POST and read the answer to its end, no longer than `patience`."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        headers = {"Accept": _ACCEPT, "Content-Type": _FORM}
        connection.request("POST", endpoint, urlencode({"query": text}), headers)
        response = connection.getresponse()
        body = _read(response, connection, begun + patience)
        what = _said(response.status, response.getheader("Content-Type", ""), body)
        return Ending(what, time.monotonic() - begun)
    except TimeoutError:
        return Ending("NO END", time.monotonic() - begun, runs_on=True)
    except (OSError, http.client.HTTPException) as error:
        return Ending(f"BROKEN OFF ({type(error).__name__})", time.monotonic() - begun)
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse, connection: http.client.HTTPConnection, until: float) -> bytes:
    body = bytearray()
    while part := response.read1(1 << 20):
        body += part
        if len(body) > _MOST_BYTES or time.monotonic() > until:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(max(0.01, until - time.monotonic()))
    return bytes(body)


def _said(status: int, content_type: str, body: bytes) -> str:
    """The answer in a few words; a 200 must hold a whole result."""
    if status != 200:
        limit = _limit(body) if "json" in content_type else ""
        return f"{status}{' ' + limit if limit else ''}"
    return "answered" if _is_whole(content_type, body) else "200 BUT HALF A RESULT"


def _limit(body: bytes) -> str:
    try:
        return str(json.loads(body).get("limit", ""))
    except ValueError:
        return ""


def _is_whole(content_type: str, body: bytes) -> bool:
    if "json" in content_type:
        try:
            json.loads(body)
        except ValueError:
            return False
        return True
    return not body or body.endswith(b"\n")


def request(port: int, endpoint: str, attack: Attack, patience: float) -> Ending:
    """Play an attack on the connection, for the endpoint of this server."""
    pieces = (piece.replace(b" /sparql", b" " + endpoint.encode()) for piece in attack.pieces)
    begun = time.monotonic()
    try:
        found = raw.attack(port, pieces, attack.pause, attack.half_closes, patience)
    except TimeoutError:
        return Ending("STILL OPEN", time.monotonic() - begun)
    except OSError as error:
        return Ending(f"BROKEN OFF ({type(error).__name__})", time.monotonic() - begun)
    return Ending(str(found.status) if found.status else "closed", found.seconds)


def service(port: int, endpoint: str, template: str, patience: float) -> Ending:
    """A query that names another server, which tells whether it was called."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        ending = query(port, endpoint, template.format(url=url), patience)
        try:
            listener.accept()[0].close()
        except TimeoutError:
            return ending
        return Ending(f"CALLED IT, {ending.what}", ending.seconds)
