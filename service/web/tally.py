"""How many rows or statements a finished reply holds, where counting is cheap. For the query log only."""

from __future__ import annotations

import json
import re

from service.media import CSV, JSON, NQUADS, NTRIPLES, TSV, XML
from service.web.replies import Reply

_QUOTED = re.compile(rb'"[^"]*+"')


def rows_in(reply: Reply) -> int | None:
    """Rows of a table, statements of a graph in lines; None for anything else, and for what went to a file.

    Raises nothing.
    """
    if reply.status != 200 or reply.large:
        return None
    body, kind = reply.body, reply.header("Content-Type")
    if kind == JSON.content_type:
        return _bindings(body)
    if kind == XML.content_type:
        return body.count(b"<result>")
    if kind == TSV.content_type:
        return max(0, body.count(b"\n") - 1)
    if kind == CSV.content_type:
        return max(0, _lines_outside_quotes(body) - 1)
    return body.count(b"\n") if kind in (NTRIPLES.content_type, NQUADS.content_type) else None


def _bindings(body: bytes) -> int | None:
    try:
        return len(json.loads(body)["results"]["bindings"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return None  # yes or no, or a document of another shape


def _lines_outside_quotes(body: bytes) -> int:
    """Records of CSV (RFC 4180): a quote within a cell is written twice, so what is between quotes falls out."""
    return _QUOTED.sub(b"", body).count(b"\n")
