"""Citations of the data, read from its Web Annotation structure, verified against the text, and their coverage.

Knows one term of the publication's ontology: {base}ontology#sha256, the hash of the passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pyoxigraph import NamedNode

from service.iris import Base
from service.press.findings import Finding, Place, Report, gate, violation, warning
from service.press.passages import Passage, Text, hash_passage
from service.press.queries import Reader, value_of

CHECK = "citations"
_PARAGRAPH = re.compile(r"P([1-9][0-9]*)")


@dataclass(frozen=True)
class Citation:
    """One citation. `uses` counts the things that cite it; `passage` is None when the data do not say where."""

    iri: str
    source: str
    passage: Passage | None
    hash: str
    uses: int


@cache
def _query() -> str:
    return (files("service.press") / "citations.rq").read_text(encoding="utf-8")


def read_citations(reader: Reader, base: Base) -> list[Citation]:
    """Every citation of the data, by IRI."""
    rows = reader.select(_query(), {"sha256": NamedNode(f"{base.terms}sha256")})
    return [_citation({name: value_of(term) for name, term in row.items()}) for row in rows]


def _citation(row: Mapping[str, str]) -> Citation:
    return Citation(row["citation"], row["source"], _passage(row), row.get("hash", ""), int(row.get("uses", "0")))


def _passage(row: Mapping[str, str]) -> Passage | None:
    """Where the row points, when it says so in whole numbers that make sense."""
    number = _PARAGRAPH.fullmatch(row.get("paragraph", ""))
    start, end = row.get("start", ""), row.get("end", "")
    if not number or not start.isdecimal() or not end.isdecimal() or int(start) >= int(end):
        return None
    return Passage(int(number[1]), int(start), int(end))


def verify(citations: Iterable[Citation], text: Text, index: Mapping[str, Place]) -> Report:
    """Each citation must stand where it says. One found elsewhere is a warning, one not found a violation."""
    known = list(citations)
    amiss = [c for c in known if c.passage is None or hash_passage(text.words_at(c.passage)) != c.hash]
    lengths: dict[int, set[str]] = {}
    for citation in amiss:
        if citation.passage is not None:
            lengths.setdefault(citation.passage.end - citation.passage.start, set()).add(citation.hash)
    moved = text.locate(lengths)
    findings = [_explain(citation, moved, index.get(citation.iri)) for citation in amiss]
    return gate(CHECK, len(known), findings, "No oa:hasSource with an oa:hasSelector is in the data.")


def _explain(citation: Citation, moved: Mapping[tuple[int, str], Passage], place: Place | None) -> Finding:
    """What is wrong with a citation that does not stand where it says."""
    passage = citation.passage
    if passage is None:
        message = (
            "Does not say where: it needs a paragraph (P7), a start and an end. `conflict-actors cite` prints it."
        )
        return violation(CHECK, message, citation.iri, place)
    found = moved.get((passage.end - passage.start, citation.hash))
    if found is not None:
        message = f"The passage stands at {found}, not at {passage}. Correct the position, or this copy differs."
        return warning(CHECK, message, citation.iri, place)
    message = (
        f"No passage of the text has this hash and length; {passage} reads otherwise. Cite it again with `cite`."
    )
    return violation(CHECK, message, citation.iri, place)


@dataclass(frozen=True)
class Coverage:
    """What is cited of one paragraph: how many things cite it, and the stretches nothing cites."""

    paragraph: int
    length: int
    covered: int
    uses: int
    gaps: tuple[Passage, ...]


def coverage(citations: Iterable[Citation], text: Text) -> Iterator[Coverage]:
    """For each paragraph of the text, in order."""
    placed = [(c.passage, c.uses) for c in citations if c.passage is not None]
    for number, paragraph in enumerate(text.paragraphs, 1):
        here = [(passage, uses) for passage, uses in placed if passage.paragraph == number]
        gaps = tuple(_gaps(sorted(p for p, _ in here), number, len(paragraph)))
        open_ = sum(gap.end - gap.start for gap in gaps)
        yield Coverage(number, len(paragraph), len(paragraph) - open_, sum(u for _, u in here), gaps)


def _gaps(cited: Iterable[Passage], paragraph: int, length: int) -> Iterator[Passage]:
    """The stretches between sorted passages of one paragraph."""
    reached = 0
    for passage in cited:
        if passage.start > reached:
            yield Passage(paragraph, reached, min(passage.start, length))
        reached = max(reached, passage.end)
    if reached < length:
        yield Passage(paragraph, reached, length)
