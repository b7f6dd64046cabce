"""Files of a release as they lie on the disk. Which part of one a client gets, `preconditions` says."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask import Response, send_file


def send(path: Path, media_type: str, etag: str, modified: datetime | None = None, called: str = "") -> Response:
    """The whole file. `etag` is strong; with `called` it is to be saved under that name."""
    response = send_file(
        path.absolute(), mimetype=media_type, as_attachment=bool(called), download_name=called or None, etag=etag,
        last_modified=modified, conditional=False,
    )  # fmt: skip
    response.accept_ranges = "bytes"
    return response
