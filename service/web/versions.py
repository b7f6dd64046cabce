"""Every published release, the patches between them, and the feed that tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, request

from service import negotiate
from service.changes import MEDIA_TYPE, Change, read_change
from service.errors import NotFound
from service.history import first_publications, patch_path
from service.media import DATA, HTML
from service.releases import Release, list_releases
from service.web import pages, respond
from service.web.downloads import FEED
from service.web.dumps import File, named, send_bytes
from service.web.respond import ASK, IMMUTABLE, Document
from service.web.room import reading
from service.web.site import site

blueprint = Blueprint("versions", __name__)
_MOST_ENTRIES = 100
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_ATOM = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True)
class Version:
    """A published release as the list and the feed show it. `change` is what the patch to it holds, if there is one.

    `release` is None when it is no longer kept here.
    """

    id: str
    published: datetime | None
    release: Release | None
    change: Change | None
    current: bool


@blueprint.get("/releases")
@blueprint.get("/releases.<any(html, json):extension>")
def releases(extension: str = "") -> Response:
    """Every published release, newest first: a page or JSON."""
    fixed = {"html": HTML, "json": DATA}.get(extension)
    format = fixed or negotiate.choose(request.headers.get("Accept"), (HTML, DATA))
    if format is HTML:
        location = "/releases.html"
        return pages.page("releases.html", versions=versions(), location=location, links=(FEED,), cache=ASK)
    told = {"base": site().base.iri, "releases": [_told(version) for version in versions()]}
    body = current_app.json.dumps(told, indent=1, ensure_ascii=False).encode()
    return respond.send(Document(DATA, body, "/releases.json", (FEED,), cache=ASK))


@blueprint.get("/release/<release_id>/patch")
def patch(release_id: str) -> Response:
    """The RDF Patch that leads to a release from the one published before."""
    release = named(release_id)
    path = patch_path(current_app.config["SETTINGS"].releases, release.id)
    change = read_change(path)
    if change is None:
        raise NotFound(f"There is no patch to {release.id}: nothing that is kept here was published before it.")
    called = f"{change.earlier}-{change.later}{path.suffix}"
    return send_bytes(File(path, MEDIA_TYPE, change.sha256, called), IMMUTABLE)


@blueprint.get("/feed.atom")
def feed() -> Response:
    """The published releases as an Atom feed, each with its patch (RFC 4287)."""
    found = [version for version in versions() if version.published][:_MOST_ENTRIES]
    updated = max((version.published for version in found if version.published), default=_NEVER)
    text = pages.rendered("feed.xml", versions=found, updated=updated, stamp=_stamp)
    response = Response(text, content_type=_ATOM)
    response.headers["Cache-Control"] = ASK
    response.add_etag()
    return response


def versions() -> list[Version]:
    """Newest first. A release that was published before times were noted has the time it was built."""
    root, here = current_app.config["SETTINGS"].releases, reading().release
    kept = {release.id: release for release in list_releases(root) if release.is_readable}
    published = {name: one.when for name, one in first_publications(root).items()}
    return [
        Version(
            name, when or _built(kept.get(name)), kept.get(name), read_change(patch_path(root, name)), name == here.id
        )
        for name, when in reversed((published if here.id in published else {**published, here.id: None}).items())
    ]


def _built(release: Release | None) -> datetime | None:
    return release.built.astimezone(UTC) if release and release.built else None


def _stamp(when: datetime) -> str:
    """A time as RFC 3339 writes it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(version: Version) -> dict[str, object]:
    """A version in JSON."""
    base, release, change = site().base.iri, version.release, version.change
    told: dict[str, object] = {
        "id": version.id,
        "current": version.current,
        "published": version.published.isoformat() if version.published else None,
        "kept": release is not None,
    }
    if release is not None:
        known = release.manifest
        told |= {
            "url": f"{base}release/{version.id}",
            "built": known.get("built"),
            "statements": sum(known.get("graphs", {}).values()),
            "graphs": known.get("graphs", {}),
            "checksums": f"{base}release/{version.id}/dumps/SHA256SUMS",
        }
    if change is not None:
        told["patch"] = {
            "url": f"{base}release/{version.id}/patch",
            "from": change.earlier,
            "added": change.added,
            "removed": change.removed,
        }
    return told
