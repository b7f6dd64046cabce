"""Which format a client gets that may say so in the URL: `?format=` by name or extension, else by Accept."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request

from service import negotiate
from service.errors import BadRequest
from service.media import Format


def wished(offers: Sequence[Format]) -> Format:
    """One of the offers. Raises BadRequest for another `format`, NotAcceptable."""
    name = request.args.get("format", "").strip().lower()
    if not name:
        return negotiate.choose(request.headers.get("Accept"), offers)
    for one in offers:
        if name in (one.name, one.extension, one.label.lower(), one.media_type):
            return one
    raise BadRequest(f"There is no format {name[:40]!r} here. There are: {', '.join(f.extension for f in offers)}.")
