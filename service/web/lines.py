"""The table of a picture as CSV, a statement a line. What begins like a formula stays as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from service.describe.terms import Thing
from service.pictures.story import Told
from service.web import drawings, pages
from service.web.site import Site

_HEAD = (
    "statement", "group", "subject", "subjectLabel", "phrase", "qualifier", "object", "objectLabel", "places",
    "standing", "according", "saidBy", "beginEarliest", "beginLatest", "endEarliest", "endLatest",
)  # fmt: skip


def as_csv(told: Iterable[Told], here: Site) -> bytes:
    """RFC 4180, UTF-8. `according` is filled where the statement may only be told with whose words it is."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(_HEAD)
    lines.writerows(_line(one, here) for one in told)
    return out.getvalue().encode("utf-8", "replace")


def _line(one: Told, here: Site) -> tuple[str, ...]:
    said, when = one.statement, one.statement.when
    return (
        said.iri, one.group, *_both(said.subject, here), said.phrase, said.qualifier, *_both(said.other, here),
        " | ".join(pages.called(place, here) for place in one.places),
        said.standing, drawings.voice(said), drawings.says(said),
        when.begin_earliest, when.begin_latest, when.end_earliest, when.end_latest,
    )  # fmt: skip


def _both(thing: Thing | None, here: Site) -> tuple[str, str]:
    return (thing.iri, pages.called(thing, here)) if thing else ("", "")
