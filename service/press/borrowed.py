"""No literal shares eight consecutive words with the cited text: its facts are ours to publish, its prose is not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Quad

from service.press.findings import Finding, Place, Report, gate, violation
from service.press.passages import Text
from service.press.queries import value_of

CHECK = "borrowed words"
RUN = 8
# Names are facts, however long.
_NAMES = frozenset(
    {
        NamedNode("http://www.w3.org/2008/05/skos-xl#literalForm"),
        NamedNode("http://purl.org/dc/terms/title"),
    }
)
_WORD = re.compile(r"[^\W_]+")
# All that is written for an apostrophe; the first of them comes apart under NFKD.
_APOSTROPHES = str.maketrans(dict.fromkeys("\u00b4'`\u02b9\u02bb\u02bc\u2018\u2019\u201b\u2032\uff07"))
# Marks on letters, and signs nobody sees: soft hyphens, zero-width spaces and joiners, directions.
_NO_LETTER = ("Mn", "Me", "Cf")


def check_borrowed(quads: Iterable[Quad], text: Text, index: Mapping[str, Place]) -> Report:
    """One violation for each literal that repeats the text."""
    taken = set(_runs(_words(text.whole)))
    findings = []
    ran = 0
    for quad in quads:
        if isinstance(quad.object, Literal) and quad.predicate not in _NAMES:
            ran += 1
            repeated = next((run for run in _runs(_words(quad.object.value)) if run in taken), None)
            if repeated:
                findings.append(_finding(quad, repeated, index))
    return gate(CHECK, ran, findings, "The data have no literals.")


def _finding(quad: Quad, repeated: tuple[str, ...], index: Mapping[str, Place]) -> Finding:
    subject = value_of(quad.subject)
    # The finding may end in a public log: it quotes too little to be a quotation.
    start = " ".join(repeated[:3])
    message = f"The literal of {quad.predicate} repeats {RUN} words of the text, from {start!r} on. Say it otherwise."
    return violation(CHECK, message, subject, index.get(subject))


def _words(text: str) -> list[str]:
    """The words of a text however it is printed: without apostrophes, accents, capitals and invisible signs."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).translate(_APOSTROPHES)
    seen = plain if plain.isascii() else "".join(ch for ch in plain if unicodedata.category(ch) not in _NO_LETTER)
    return _WORD.findall(seen.casefold())


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(RUN)), strict=False)
