"""The download page: which scope comes in which format and packing, how large, with what checksum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from flask import Blueprint, Response, current_app, request

from service import negotiate
from service.changes import read_change
from service.history import patch_path
from service.media import FOLLOWTHEMONEY, FORMATS, HTML
from service.releases import Coverage, Dump, Release
from service.web import graphs, pages
from service.web.dumps import named
from service.web.respond import Link
from service.web.room import reading
from service.web.site import site

blueprint = Blueprint("downloads", __name__)
FEED = Link("/feed.atom", "alternate", "application/atom+xml")
_LABELS = {format.media_type: format.label for format in (*FORMATS, FOLLOWTHEMONEY)}


@dataclass
class Row:
    """One format of a scope: coding -> file. `label` is that of the format."""

    label: str
    files: dict[str, Dump] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Statements, rows or entities."""
        return max(dump.statements for dump in self.files.values())


@dataclass(frozen=True)
class Scope:
    """The files that hold the same: rows by format, in the order of the manifest."""

    covered: Coverage
    rows: tuple[Row, ...]
    label: str = ""
    path: str = ""

    @cached_property
    def statements(self) -> int:
        return max(row.count for row in self.rows)


@blueprint.get("/dumps")
def downloads() -> Response:
    """The download page; for machines the dataset description, which lists the same files."""
    format = negotiate.choose(request.headers.get("Accept"), (HTML, *graphs.RDF))
    return graphs.send_meta(format) if format is not HTML else _page(reading().release, "/dumps")


@blueprint.get("/release/<release_id>")
@blueprint.get("/release/<release_id>/dumps")
def release(release_id: str) -> Response:
    """The download page of a named release; for machines its description."""
    found = named(release_id)
    format = negotiate.choose(request.headers.get("Accept"), (HTML, *graphs.RDF))
    if format is not HTML:
        return graphs.send_description(found, format)
    return _page(found, f"/release/{found.id}/dumps")


def _page(of: Release, folder: str) -> Response:
    root = current_app.config["SETTINGS"].releases
    links = (*pages.alternates("/dataset"), FEED, Link("/releases", "version-history"))
    return pages.page(
        "dumps.html",
        release=of,
        folder=folder,
        scopes=scopes(of),
        change=read_change(patch_path(root, of.id)),
        links=links,
    )


def scopes(of: Release) -> dict[str, list[Scope]]:
    """Kind -> its scopes, in the order of the manifest; the kinds that have none too."""
    found: dict[str, dict[str, Row]] = {}
    for name, known in of.dumps.items():
        rows = found.setdefault(name.partition(".")[0], {})
        row = rows.setdefault(known.media_type, Row(_LABELS.get(known.media_type, known.media_type)))
        row.files[known.encoding] = known
    made: dict[str, list[Scope]] = {kind: [] for kind in ("all", "links", "graph", "class", "description")}
    for name, rows in found.items():
        scope = _scope(of.coverage.get(name) or _guess(name), rows.values())
        made.setdefault(scope.covered.kind, []).append(scope)
    return made


def _scope(covered: Coverage, rows: Iterable[Row]) -> Scope:
    """With the name and the page of a class, as the site knows them."""
    if covered.kind != "class":
        return Scope(covered, tuple(rows))
    known = {one.iri: one for one in site().collections}.get(covered.iri)
    label = known.label if known else site().short(covered.iri)
    return Scope(covered, tuple(rows), label, f"/browse/{known.name}" if known else "")


def _guess(name: str) -> Coverage:
    """For a release of an older press, which says nothing of its scopes."""
    kind = name.partition("-")[0]
    return Coverage(name, kind if kind in ("all", "links", "graph", "class") else "description")
