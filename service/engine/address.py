"""Where an engine is: the parts of its URL. Never repeats a password."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from service.errors import PressError

_PATH = re.compile(r"[!-~]+")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """`path` is path and query. `user` and `password` are those of the URL."""

    host: str
    port: int
    path: str
    secure: bool
    user: str = ""
    password: str = ""

    @property
    def basic(self) -> str:
        """The Authorization header of the user, or empty (RFC 7617)."""
        pair = f"{self.user}:{self.password}".encode()
        return "Basic " + base64.b64encode(pair).decode("ascii") if self.user else ""

    def __str__(self) -> str:
        """The URL without user and password."""
        scheme = "https" if self.secure else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}{'' if self.port == _PORTS[scheme] else f':{self.port}'}{self.path}"


def read_address(url: str) -> Address:
    """The parts of an http(s) URL. Raises PressError."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise PressError("The URL of the engine does not parse.") from error
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme not in _PORTS or not host or not _PATH.fullmatch(path):
        raise PressError("The URL of an engine must look like https://host/sparql.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(host, port or _PORTS[parts.scheme], path, parts.scheme == "https", user, password)
