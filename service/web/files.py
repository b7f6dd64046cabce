"""Files of a release as they lie on the disk: whole, one range of their bytes, or nothing when the client has them.

Every address that leads to such a file sends it from here, so that all keep RFC 9110 sections 13 and 14 alike.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from flask import Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import is_resource_modified

from service.errors import RangeNotSatisfiable

_ONE_RANGE = re.compile(r"bytes=(?:\d+-\d*|-\d+)", re.ASCII)


def send(path: Path, media_type: str, etag: str, modified: datetime | None = None, called: str = "") -> Response:
    """The file, the range asked for, or 304. `etag` is strong; with `called` it is to be saved under that name.

    Raises RangeNotSatisfiable.
    """
    response = send_file(
        path.absolute(), mimetype=media_type, as_attachment=bool(called), download_name=called or None, etag=etag,
        last_modified=modified, conditional=False,
    )  # fmt: skip
    _ignore_other_ranges(etag, response.last_modified)
    size = path.stat().st_size
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable as error:
        response.close()
        told = {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        raise RangeNotSatisfiable(f"The file has {size:,} bytes. Ask for some of them.", headers=told) from error
    return response


def _ignore_other_ranges(etag: str, modified: datetime | None) -> None:
    """Several ranges, other units and nonsense get the whole file (RFC 9110 section 14.2), one range is honoured.

    Not where the client has the file, nor where it has only something like it (sections 13.2.2 and 13.1.5).
    """
    asked = _ONE_RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    weak = request.headers.get("If-Range", "").startswith("W/")
    if not asked or weak or not is_resource_modified(request.environ, f'"{etag}"', last_modified=modified):
        request.environ.pop("HTTP_RANGE", None)
