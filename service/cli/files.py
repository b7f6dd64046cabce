"""Text that the user names: read whole, as UTF-8, or refused with where it is not."""

from __future__ import annotations

from pathlib import Path

from service.errors import PressError


def read_text(path: Path) -> str:
    """The text of a file. Raises PressError when it is not UTF-8."""
    return decode(path.read_bytes(), str(path))


def decode(raw: bytes, name: str) -> str:
    """These bytes as text; `name` says in the error whose they are. Raises PressError; bytes count from 0."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PressError(f"{name} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
