"""A request as the server hands it over, told in the words of the rest: for the door, or as WSGI has it."""

from __future__ import annotations

import re
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

from service.errors import BadRequest
from service.protocol import HttpQuery
from service.web import encodings, preconditions
from service.web.answers import Wishes
from service.web.door import Asked
from service.web.preconditions import Conditions
from service.web.turnstile import client_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# host [":" port] of RFC 3986 section 3.2.2; a server that tolerates more reads what others read differently.
_HOST = re.compile(r"(?:\[[\w:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::\d*)?", re.ASCII)
_CONDITIONS = frozenset(preconditions.NAMES)


def asked(scope: Any, accept: str, coding: str, proxies: int) -> Asked:
    """A query in the URL, for the door."""
    headers = scope.headers
    http = HttpQuery(scope.method, scope.query_string.encode())
    client = client_of(address(scope), ", ".join(headers.get_all("x-forwarded-for")), proxies)
    return Asked(http, Wishes(accept, conditions(scope), encodings.choose(coding)), client)


def conditions(scope: Any) -> Conditions:
    """What the answer depends on after it is made. Lines of one name are one list (RFC 9110 section 5.3)."""
    headers = scope.headers
    sent = _CONDITIONS.intersection(headers.keys())
    if not sent:
        return preconditions.NONE
    return preconditions.read(scope.method, lambda name: ", ".join(headers.get_all(name)) if name in sent else "")


def check_host(scope: Any) -> None:
    """Raise BadRequest unless one Host is named (RFC 9112 section 3.2).

    With none, two, or what is none, those in front of us and we might mean different hosts. HTTP/1.0 needs none.
    """
    hosts = scope.headers.get_all("host")
    if len(hosts) != 1 and (hosts or scope.http_version == "1.1"):
        raise BadRequest("HTTP/1.1 wants one Host header, neither none nor two.")
    if hosts and not _HOST.fullmatch(hosts[0]):
        raise BadRequest("The Host header is no host name with an optional port.")


def path(scope: Any) -> str:
    """The path as WSGI has it: bytes in the shape of Latin-1 (PEP 3333)."""
    return _in_latin(scope.path)


def query_string(scope: Any) -> str:
    """The query string as WSGI has it."""
    return _in_latin(scope.query_string)


def _in_latin(text: str) -> str:
    """The server decodes UTF-8, and refuses a target that is none; each byte is one character again."""
    return text if text.isascii() else text.encode().decode("latin-1")


def headers(scope: Any) -> dict[str, str]:
    """Names in lower case. What comes more than once is one list; names that could pass for others are dropped.

    So are values beyond ASCII, by the server: they are as if they had not been sent.
    """
    found: dict[str, str] = {}
    for name, value in scope.headers.items():
        if "_" not in name:
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def address(scope: Any) -> str:
    """Who connected, without the port."""
    address: str = scope.client.rpartition(":")[0].strip("[]")
    return address


def environ(scope: Any, headers: dict[str, str], body: bytes) -> WSGIEnvironment:
    """The request as WSGI has it."""
    given = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    given.pop("HTTP_TRANSFER_ENCODING", None)
    server, _, port = scope.server.rpartition(":")
    return given | {
        "REQUEST_METHOD": scope.method, "SCRIPT_NAME": "", "PATH_INFO": path(scope),
        "QUERY_STRING": query_string(scope), "SERVER_NAME": server, "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}", "REMOTE_ADDR": address(scope),
        "CONTENT_TYPE": given.pop("HTTP_CONTENT_TYPE", ""), "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0), "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.input_terminated": True,
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
