"""manifest.json and SHA256SUMS of a release: what it holds, made from what, checked how. Reads no RDF."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from service.press.dumps import hash_file
from service.press.edition import Edition
from service.press.records import main_record
from service.releases import Dump

CHECKSUMS = "SHA256SUMS"
_TOOLS = ("conflict-actors", "pyoxigraph", "pyshacl", "rdflib")


def write_manifest(path: Path, edition: Edition, dumps: Iterable[Dump]) -> None:
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
        "graphs": {scope.name.removeprefix("graph-"): len(scope.triples) for scope in edition.scopes[1:]},
        "classes": {name.value: number for name, number in edition.counts.classes.items()},
        "checks": dict(report.ran),
        "warnings": len(report.findings),
        "dumps": [asdict(dump) for dump in dumps],
        "sources": {parsed.file.name: parsed.sha256 for parsed in sources.files},
        "tools": {"python": platform.python_version(), **{tool: _version(tool) for tool in _TOOLS}},
    }
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _version(tool: str) -> str:
    try:
        return version(tool)
    except PackageNotFoundError:
        return "not installed"


def write_checksums(folder: Path) -> None:
    """SHA256SUMS for `sha256sum -c`: all but the store and the manifest, which differ from build to build."""
    files = [path for part in ("dumps", "queries") for path in sorted((folder / part).rglob("*")) if path.is_file()]
    with (folder / CHECKSUMS).open("w", encoding="utf-8") as sums:
        for path in files:
            sums.write(f"{hash_file(path)}  {path.relative_to(folder).as_posix()}\n")
