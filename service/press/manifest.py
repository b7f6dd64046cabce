"""manifest.json and SHA256SUMS of a release: what it holds, made from what, checked how. Reads no RDF."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from service.press.edition import Edition
from service.press.records import main_record
from service.press.scopes import Kind
from service.releases import CONTEXT, THINGS, Coverage, Dump

CHECKSUMS = "SHA256SUMS"
# What stands beside the dumps, whose sums are known.
_SUMMED = ("queries", "figures")
_TOOLS = ("conflict-actors", "pyoxigraph", "pyshacl", "rdflib", "zstandard")


def write_manifest(path: Path, edition: Edition, dumps: Iterable[Dump], things: int) -> None:
    """Write manifest.json. The time of the build is here and nowhere else in a release."""
    sources, report = edition.checked.sources, edition.checked.report
    record = main_record(sources)
    manifest: dict[str, Any] = {
        "id": edition.id,
        "base": sources.base.iri,
        "title": record.title,
        "license": record.license,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "prefixes": sources.prefixes,
        "graphs": {
            scope.name.removeprefix("graph-"): len(scope.lines)
            for scope in edition.scopes
            if scope.kind is Kind.GRAPH
        },
        "classes": _classes(edition),
        "things": things,
        "checks": dict(report.ran),
        "warnings": len(report.findings),
        "dumps": [asdict(dump) for dump in dumps],
        "coverage": [asdict(covered) for covered in _coverage(edition)],
        "sources": {parsed.file.name: parsed.sha256 for parsed in sources.files},
        "tools": {"python": platform.python_version(), **{tool: _version(tool) for tool in _TOOLS}},
    }
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _classes(edition: Edition) -> dict[str, int]:
    """How many things each class has, the most numerous first."""
    return {
        table.about: len(table.members) for table in sorted(edition.classes, key=lambda t: (-len(t.members), t.about))
    }


def _version(tool: str) -> str:
    try:
        return version(tool)
    except PackageNotFoundError:
        return "not installed"


def _coverage(edition: Edition) -> Iterator[Coverage]:
    """What the files of each scope cover."""
    for scope in edition.scopes:
        yield Coverage(scope.name, scope.kind, scope.about)
    for table in edition.classes:
        yield Coverage(table.name, table.kind, table.about, things=len(table.members))


def write_checksums(folder: Path, dumps: Iterable[Dump]) -> None:
    """SHA256SUMS for `sha256sum -c`: all but the store and the manifest, which differ from build to build."""
    sums = {f"dumps/{dump.name}": dump.sha256 for dump in dumps}
    beside = [folder / CONTEXT, folder / THINGS, *(path for part in _SUMMED for path in (folder / part).rglob("*"))]
    for path in sorted(path for path in beside if path.is_file()):
        sums[path.relative_to(folder).as_posix()] = sha256(path.read_bytes()).hexdigest()
    lines = "".join(f"{checksum}  {name}\n" for name, checksum in sums.items())
    (folder / CHECKSUMS).write_text(lines, encoding="utf-8")
