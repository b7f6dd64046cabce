"""Citations of the data, read from its Web Annotation structure, verified against the text, and their coverage.

Knows three terms of the publication's ontology ({base}ontology#...): sha256, the hash of a passage or text;
textFragment, words a browser finds the passage by; paragraphCount, how many paragraphs a text has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pyoxigraph import NamedNode

from service.errors import PressError
from service.iris import Base
from service.press.findings import Finding, Place, Report, gate, violation, warning
from service.press.passages import Passage, Text, hash_passage
from service.press.queries import Reader, value_of

CHECK = "citations"
_PARAGRAPH = re.compile(r"P([1-9][0-9]*)")


@dataclass(frozen=True)
class Citation:
    """One citation. `uses` counts the things that cite it; `passage` is None when the data do not say where.

    `fragment` are words a browser opens the passage with; empty when there are none.
    """

    iri: str
    source: str
    passage: Passage | None
    hash: str
    uses: int
    fragment: str = ""


@dataclass(frozen=True)
class CitedText:
    """What the data say of a text that citations point into; empty and None where they say nothing."""

    iri: str
    hash: str
    count: int | None


@cache
def _query(name: str) -> str:
    return (files("service.press") / name).read_text(encoding="utf-8")


def _rows(reader: Reader, base: Base, query: str, *terms: str) -> Iterator[dict[str, str]]:
    for row in reader.select(_query(query), {term: NamedNode(base.terms + term) for term in terms}):
        yield {name: value_of(term) for name, term in row.items()}


def read_citations(reader: Reader, base: Base) -> list[Citation]:
    """Every citation of the data, by IRI."""
    return [_citation(row) for row in _rows(reader, base, "citations.rq", "sha256", "textFragment")]


def read_cited_texts(reader: Reader, base: Base) -> list[CitedText]:
    """Every text that citations point into, by IRI."""
    return [
        CitedText(row["source"], row.get("hash", ""), int(row["count"]) if "count" in row else None)
        for row in _rows(reader, base, "source-texts.rq", "sha256", "paragraphCount")
    ]


def _citation(row: Mapping[str, str]) -> Citation:
    uses, passage = int(row.get("uses", "0")), _passage(row)
    return Citation(row["citation"], row["source"], passage, row.get("hash", ""), uses, row.get("fragment", ""))


def _passage(row: Mapping[str, str]) -> Passage | None:
    """Where the row points, when it says so in whole numbers that make sense."""
    number = _PARAGRAPH.fullmatch(row.get("paragraph", ""))
    start, end = row.get("start", ""), row.get("end", "")
    if not number or not start.isdecimal() or not end.isdecimal() or int(start) >= int(end):
        return None
    return Passage(int(number[1]), int(start), int(end))


def verify(
    citations: Iterable[Citation], text: Text, index: Mapping[str, Place], cited: Iterable[CitedText] = ()
) -> Report:
    """Each citation must stand where it says. One found elsewhere is a warning, one not found a violation.

    So is a text fragment that a browser finds elsewhere or not at all, and a text of another hash or length.
    When nothing that is cited is anywhere in the text, it is another one, and that is the only finding.
    """
    known, texts = list(citations), list(cited)
    amiss = [citation for citation in known if not _stands(citation, text)]
    moved = _moved(amiss, text)
    if len(known) == len(amiss) > 1 and not moved and not _has_hash(text, texts):
        return gate(CHECK, len(known), [violation(CHECK, _foreign(len(known)))], "")
    findings = [_explain(citation, moved, index.get(citation.iri)) for citation in amiss]
    findings += [_misled(one, index.get(one.iri)) for one in known if one not in amiss and not _opens(one, text)]
    findings += [_other(one, text, index.get(one.iri)) for one in texts if not _is_of(one, text)]
    return gate(CHECK, len(known), findings, "No oa:hasSource with an oa:hasSelector is in the data.")


def refuse_foreign(citations: Sequence[Citation], text: Text) -> None:
    """Raises PressError when there are citations and nothing that they cite is anywhere in the text."""
    if citations and not any(_stands(citation, text) for citation in citations) and not _moved(citations, text):
        raise PressError(_foreign(len(citations)))


def _stands(citation: Citation, text: Text) -> bool:
    return citation.passage is not None and hash_passage(text.words_at(citation.passage)) == citation.hash


def _moved(citations: Iterable[Citation], text: Text) -> Mapping[tuple[int, str], Passage]:
    """Where else passages of these lengths and hashes stand."""
    lengths: dict[int, set[str]] = {}
    for citation in citations:
        if citation.passage is not None:
            lengths.setdefault(citation.passage.end - citation.passage.start, set()).add(citation.hash)
    return text.locate(lengths)


def _has_hash(text: Text, cited: Iterable[CitedText]) -> bool:
    return hash_passage(text.whole) in {one.hash for one in cited}


def _foreign(count: int) -> str:
    return (
        f"None of the {count:,} citations stands in this file: it is not the text that is cited. "
        "Name the right one with --source."
    )


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


def _opens(citation: Citation, text: Text) -> bool:
    """Does a browser that looks for the fragment come to the passage?"""
    found, passage = text.openings(citation.fragment)[:1] if citation.fragment else [], citation.passage
    if not citation.fragment or passage is None:
        return True
    return bool(found) and found[0].paragraph == passage.paragraph and passage.start <= found[0].start < passage.end


def _misled(citation: Citation, place: Place | None) -> Finding:
    message = (
        f"A browser does not find {citation.fragment!r} at {citation.passage} first. "
        "`conflict-actors cite` prints words that it does find; leave them out when there are none."
    )
    return violation(CHECK, message, citation.iri, place)


def _is_of(cited: CitedText, text: Text) -> bool:
    same = cited.hash in ("", hash_passage(text.whole))
    return same and cited.count in (None, len(text.paragraphs))


def _other(cited: CitedText, text: Text, place: Place | None) -> Finding:
    message = (
        f"This copy has {len(text.paragraphs)} paragraphs and the hash {hash_passage(text.whole)}; the data say "
        f"{cited.count} and {cited.hash or 'nothing of a hash'}. The copy differs, or the data are to be corrected."
    )
    return warning(CHECK, message, cited.iri, place)


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
