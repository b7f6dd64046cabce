"""Flask's answer as a finished reply. A file is not read: the reply says where it is, and whoever sends it opens it.

What Flask would send from a file it wraps in `wsgi.file_wrapper` (PEP 3333): the server's chance to send it itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from flask import Flask
from werkzeug.wsgi import FileWrapper

from service.web.replies import Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Where the environment carries the error that a request was refused with before Flask saw it.
REFUSED = "service.refused"
_LENGTH = "content-length"


def ask(app: Flask, environ: WSGIEnvironment) -> Reply:
    """The whole reply of the application."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    files: list[IO[bytes]] = []

    def begin(status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], object]:
        begun.append((status, headers))
        return lambda _data: None

    def wrap(file: IO[bytes], size: int = 8192) -> FileWrapper:
        files.append(file)
        return FileWrapper(file, size)

    body = app(environ | {"wsgi.file_wrapper": wrap}, begin)
    status, headers = begun[-1]
    try:
        return _reply(int(status.partition(" ")[0]), headers, body, files)
    finally:
        for one in (body, *files):
            if hasattr(one, "close"):
                one.close()


def _reply(status: int, headers: list[tuple[str, str]], body: Iterable[bytes], files: list[IO[bytes]]) -> Reply:
    named = {name.lower(): value for name, value in headers}
    sent = tuple((name, value) for name, value in headers if name.lower() != _LENGTH)
    if not files or status != HTTPStatus.OK:
        return Reply(status, sent, b"".join(body))
    return Reply(status, sent, path=Path(files[0].name), length=int(named[_LENGTH]))
