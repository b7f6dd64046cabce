"""A request as the server hands it over, told in the words of the rest: for the door, or as WSGI has it."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

from service.protocol import HttpQuery
from service.web import encodings
from service.web.answers import Wishes
from service.web.door import Asked
from service.web.turnstile import client_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def asked(scope: Any, accept: str, coding: str, proxies: int) -> Asked:
    """A query in the URL, for the door."""
    headers = scope.headers
    http = HttpQuery(scope.method, scope.query_string.encode())
    held, forwarded = (", ".join(headers.get_all(name)) for name in ("if-none-match", "x-forwarded-for"))
    client = client_of(address(scope), forwarded, proxies)
    return Asked(http, Wishes(accept, held, encodings.choose(coding)), client)


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
