"""The manifest of a release, read from the disk: whole, or an error that says which release is broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from service.errors import PressError

# Without these nothing of a release can be served.
_NEEDED = {"base", "prefixes", "dumps"}


def read_manifest(path: Path) -> dict[str, Any]:
    """What the press noted of the release in whose folder the file lies. Raises PressError when it is broken."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _broken(path) from error
    if not isinstance(known, dict) or not _NEEDED.issubset(known):
        raise _broken(path)
    return known


def _broken(path: Path) -> PressError:
    return PressError(
        f"The {path.name} of release {path.parent.name} is broken. "
        "Move the folder of this release away, and build it again."
    )
