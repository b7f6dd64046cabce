"""How many rows or statements a finished reply holds, where counting is cheap. For the query log only."""

from __future__ import annotations

import csv
import io
import json

from service.media import CSV, JSON, NQUADS, NTRIPLES, TSV, XML
from service.web.replies import Reply


def rows_in(reply: Reply) -> int | None:
    """Rows of a table, statements of a graph in lines; None for anything else, and for what went to a file."""
    if reply.status != 200 or reply.large:
        return None
    body, kind = reply.body, reply.header("Content-Type")
    if kind == JSON.content_type:
        results = json.loads(body).get("results")
        return len(results["bindings"]) if results else None
    if kind == XML.content_type:
        return body.count(b"<result>")
    if kind == TSV.content_type:
        return max(0, body.count(b"\n") - 1)
    if kind == CSV.content_type:
        return sum(1 for _ in csv.reader(io.StringIO(body.decode("utf-8"), newline=""))) - 1
    return body.count(b"\n") if kind in (NTRIPLES.content_type, NQUADS.content_type) else None
