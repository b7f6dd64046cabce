"""Files to take home: each file of a release, with ranges, its checksum and a name that says where it is from.

A .gz file is what it is: application/gzip, without Content-Encoding, so that what arrives is what was hashed.
Only names in the manifest lead to a file; no name from a URL ever becomes a path.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, current_app

from service.media import FOLLOWTHEMONEY, FORMATS, TEXT
from service.releases import Dump, Release, open_published
from service.web import files, respond, signposts
from service.web.respond import IMMUTABLE, Document, Link
from service.web.room import reading

blueprint = Blueprint("dumps", __name__)
SUMS = "SHA256SUMS"
_PACKED = {"gzip": "application/gzip", "zstd": "application/zstd"}
_TYPES = {format.media_type: format.content_type for format in (*FORMATS, FOLLOWTHEMONEY)}
# The checksum is that of the bytes on the way: nobody may pack them again (RFC 9111 section 5.2.2.6).
_UNCHANGED = "no-transform"


@dataclass(frozen=True)
class File:
    """A file to send: its bytes, what they are, and what a browser calls what it saves."""

    path: Path
    media_type: str
    sha256: str
    called: str
    modified: datetime | None = None


@blueprint.get("/dumps/<name>", strict_slashes=True)
def dump(name: str) -> Response:
    """A file of the published release; another one when the next is published."""
    return send_dump(reading().release, name)


@blueprint.get(f"/dumps/{SUMS}")
def checksums() -> Response:
    """The SHA-256 of each file, for `sha256sum -c`."""
    return _send_sums(reading().release)


@blueprint.get("/release/<release_id>/dumps/<name>", strict_slashes=True)
def dump_of_release(release_id: str, name: str) -> Response:
    """The same file of a named release: it never changes."""
    return send_dump(named(release_id), name, cache=IMMUTABLE)


@blueprint.get(f"/release/<release_id>/dumps/{SUMS}")
def checksums_of_release(release_id: str) -> Response:
    """The SHA-256 of each file of a named release."""
    return _send_sums(named(release_id), IMMUTABLE)


def named(release_id: str) -> Release:
    """The release with this id, published now or earlier. Raises NotFound, Gone."""
    here = reading().release
    return here if here.id == release_id else open_published(current_app.config["SETTINGS"].releases, release_id)


def send_dump(release: Release, name: str, *, cache: str = "") -> Response:
    """The bytes of a dump. Raises NotFound."""
    path, known = release.dump_path(name), release.dumps[name]
    media_type = _PACKED.get(known.encoding) or _TYPES.get(known.media_type, known.media_type)
    modified = release.built if cache == IMMUTABLE else respond.published(release)
    response = send_bytes(File(path, media_type, known.sha256, _called(known, release), modified), cache)
    permanent = Link(f"/release/{release.id}/dumps/{name}", "canonical")
    for link in (permanent, *signposts.of_item()):
        response.headers.add("Link", str(link))
    return response


def send_bytes(file: File, cache: str) -> Response:
    """A file that never changes, with its checksum."""
    response = files.send(file.path, file.media_type, file.sha256, file.modified, file.called)
    response.headers["Content-Type"] = file.media_type
    response.headers["Cache-Control"] = f"{cache or respond.until_published()}, {_UNCHANGED}"
    response.headers["Repr-Digest"] = _digest(file.sha256)
    return response


def _called(known: Dump, release: Release) -> str:
    """What a browser calls the file it saves: all-r0123.ttl.gz, so that two releases do not get mixed up."""
    scope, dot, rest = known.name.partition(".")
    return f"{scope}-{release.id}{dot}{rest}"


def _digest(sha256: str) -> str:
    """The Repr-Digest header (RFC 9530): of the whole file, whatever range is sent."""
    return f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode()}:"


def _send_sums(release: Release, cache: str = "") -> Response:
    sums = "".join(f"{known.sha256}  {name}\n" for name, known in sorted(release.dumps.items()))
    return respond.send(Document(TEXT, sums.encode(), varies=False, cache=cache))
