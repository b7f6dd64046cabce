"""Runs the hygiene queries: each says in its first line what must hold, and every row is a finding.

`# severity: warning` lets a build pass. The columns are ?subject and ?message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from service.errors import BadQuery
from service.press.findings import Finding, Place, Report, Severity, gate, violation, warning
from service.press.queries import QueryFile, Reader, value_of

CHECK = "hygiene"


def run_hygiene(queries: Iterable[QueryFile], reader: Reader, index: Mapping[str, Place]) -> Report:
    """Zero rows pass. A query that does not parse is a violation of its own."""
    known = list(queries)
    findings = [finding for query in known for finding in _run(query, reader, index)]
    return gate(CHECK, len(known), findings, "There are no queries in shapes/hygiene/.")


def _run(query: QueryFile, reader: Reader, index: Mapping[str, Place]) -> Iterator[Finding]:
    severity = query.fields.get("severity")
    if severity not in tuple(Severity) or not query.banner:
        message = "The head needs `# WHAT MUST HOLD` and `# severity: violation` or `warning`."
        yield violation(CHECK, message, None, Place(query.name, 1))
        return
    try:
        rows = reader.select(query.text)
    except BadQuery as error:
        yield violation(CHECK, error.detail, None, Place(query.name, error.members.get("line", 1)))
        return
    tell = violation if severity == Severity.VIOLATION else warning
    for row in rows:
        subject = value_of(row.get("subject")) or None
        message = value_of(row.get("message")) or query.banner
        yield tell(f"{CHECK}/{query.local}", message, subject, index.get(subject or ""))
