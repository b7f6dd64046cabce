"""Files to take home: the download page, and each file of the release with ranges and its own checksum.

A .gz file is what it is: application/gzip, without Content-Encoding, so that what arrives is what was hashed.
Only names in the manifest lead to a file; no name from a URL ever becomes a path.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, request, send_file

from service import negotiate
from service.errors import NotFound
from service.media import FORMATS, HTML, Format
from service.releases import Dump, Release, list_releases
from service.web import graphs, pages
from service.web.respond import IMMUTABLE, REVALIDATE, Link
from service.web.room import reading

blueprint = Blueprint("dumps", __name__)
_PACKED = {"gzip": "application/gzip", "zstd": "application/zstd"}


@dataclass(frozen=True)
class Scope:
    """The files that hold the same statements: the whole, or one graph."""

    name: str
    statements: int
    files: tuple[Dump, ...]


@blueprint.get("/dumps")
def downloads() -> Response:
    """The download page; for machines the dataset description, which lists the same files."""
    format = negotiate.choose(request.headers.get("Accept"), (HTML, *graphs.RDF))
    if format is not HTML:
        return graphs.send_meta(format)
    release = reading().release
    return pages.page("dumps.html", scopes=scopes(release), release=release, links=pages.alternates("/dataset"))


@blueprint.get("/dumps/<name>")
def dump(name: str) -> Response:
    """A file of the published release."""
    return send_dump(reading().release, name)


@blueprint.get("/release/<release_id>/dumps/<name>")
def dump_of_release(release_id: str, name: str) -> Response:
    """The same file of a named release: it never changes."""
    for known in list_releases(current_app.config["SETTINGS"].releases):
        if known.id == release_id:
            return send_dump(known, name, cache=IMMUTABLE)
    raise NotFound(f"There is no release {release_id!r} here. /-/release says which one is published.")


def send_dump(release: Release, name: str, *, cache: str = REVALIDATE) -> Response:
    """The bytes of a dump, or the range asked for; 304 when the client has them."""
    path, known = release.dump_path(name), release.dumps[name]
    media_type = _PACKED.get(known.encoding) or _content_type(known.media_type)
    response = send_file(
        path.absolute(), mimetype=media_type, as_attachment=True, download_name=known.name, etag=known.sha256,
        conditional=True,
    )  # fmt: skip
    response.headers["Content-Type"] = media_type
    response.headers["Cache-Control"] = cache
    response.headers["Repr-Digest"] = digest(known)
    for link in (Link("/dumps", "collection"), *pages.licences()):
        response.headers.add("Link", str(link))
    return response


def digest(known: Dump) -> str:
    """The Repr-Digest header (RFC 9530): of the whole file, whatever range is sent."""
    return f"sha-256=:{b64encode(bytes.fromhex(known.sha256)).decode()}:"


def _content_type(media_type: str) -> str:
    found: Format | None = next((f for f in FORMATS if f.media_type == media_type), None)
    return found.content_type if found else media_type


def scopes(release: Release) -> list[Scope]:
    """The files by what they hold: the scope is the name up to the first dot, the whole comes first."""
    found: dict[str, list[Dump]] = {}
    for name, known in release.dumps.items():
        found.setdefault(name.partition(".")[0], []).append(known)
    ordered = sorted(found.items(), key=lambda item: (item[0] != "all", item[0]))
    return [Scope(name, max(f.statements for f in files), tuple(files)) for name, files in ordered]
