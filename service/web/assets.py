"""Style and scripts: the files of `static/`, read once, at addresses that change with their content.

Scripts are bundled at set-up from `service/browser` into `static/built`, with a table of names. Without them
(a checkout that was not set up) pages ask for no script and work as for a reader who has none.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, request

from service.errors import NotFound
from service.web.respond import IMMUTABLE, until_published

blueprint = Blueprint("assets", __name__)
_FOLDER = Path(__file__).parent / "static"
_BUILT = "built/"
_NAMES = _BUILT + "names.json"
_BYTES = "application/octet-stream"
_TYPES = {".js": "text/javascript", ".topojson": "application/json"}


@dataclass(frozen=True)
class Asset:
    """A file and the first digits of the SHA-256 of its bytes."""

    name: str
    body: bytes
    digest: str

    @property
    def content_type(self) -> str:
        """By the extension; text is UTF-8."""
        guessed = _TYPES.get(Path(self.name).suffix) or mimetypes.guess_type(self.name)[0] or _BYTES
        return f"{guessed}; charset=utf-8" if guessed.startswith("text/") else guessed

    @property
    def address(self) -> str:
        """Where to load it from: for ever the same bytes."""
        return f"/static/{self.name}" if self.name.startswith(_BUILT) else f"/static/{self.name}?v={self.digest}"


@cache
def assets() -> dict[str, Asset]:
    """Every file that may be sent, by its path below `static/`. Nothing else is reachable."""
    files = {path.relative_to(_FOLDER).as_posix(): path for path in sorted(_FOLDER.rglob("*")) if path.is_file()}
    return {name: _read(name, path) for name, path in files.items()}


def _read(name: str, path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(name, body, hashlib.sha256(body).hexdigest()[:12])


def asset(name: str) -> str:
    """The address of a file. Raises KeyError when there is none: a template named it wrongly."""
    return assets()[name].address


def scripts(*pages: str) -> list[str]:
    """The addresses of the scripts of these pages with all they import at once; none when nothing was bundled."""
    table = assets().get(_NAMES)
    names = json.loads(table.body) if table else {}
    wanted = dict.fromkeys(file for page in pages for file in names.get(page, ()))
    return [asset(_BUILT + file) for file in wanted]


@blueprint.get("/static/<path:name>")
def send(name: str) -> Response:
    """The file; for ever when the address says which bytes are meant. Raises NotFound."""
    found = assets().get(name)
    if found is None:
        raise NotFound(f"There is no file {name} among the style and scripts of this service.")
    response = Response(found.body, content_type=found.content_type)
    is_fixed = name.startswith(_BUILT) or request.args.get("v") == found.digest
    response.headers["Cache-Control"] = IMMUTABLE if is_fixed else until_published()
    response.set_etag(found.digest)
    return response
