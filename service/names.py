"""Finds things by name: any order of words, without accents, case and punctuation. Knows no RDF and no files.

The whole index is in memory and every search reads it through: right for thousands of names. A better index
replaces this class and nothing else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Match:
    """A thing that has a name that fits."""

    iri: str
    name: str


# Marks, joiners and letters that modify (as in transliterations of Arabic) are not compared; nor is what
# stands within words and abbreviations.
_SILENT = ("Mn", "Cf", "Lm")
_WITHIN_WORDS = frozenset("'\u2018\u2019`\u00b4.")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The text as it is compared: no accents, no case, no punctuation, words one space apart."""
    plain = unicodedata.normalize("NFKD", text)
    kept = (ch for ch in plain if unicodedata.category(ch) not in _SILENT and ch not in _WITHIN_WORDS)
    return " ".join("".join(ch if ch.isalnum() else " " for ch in kept).casefold().split())


class NameIndex:
    """All names of all things. Immutable, so threads may share it."""

    def __init__(self, names: Iterable[tuple[str, str, int]]) -> None:
        """`names` are (IRI, name, rank); the first name of a thing is what it is called; rank 0 comes first."""
        self._names = [(fold(name), iri, name, rank) for iri, name, rank in names]
        self.called: dict[str, str] = {}
        for _, iri, name, _ in self._names:
            self.called.setdefault(iri, name)

    def search(self, text: str, most: int = 200) -> list[Match]:
        """Things with a name that holds every word of the text, the closest first, each once."""
        words = fold(text).split()
        if not words:
            return []
        joined = " ".join(words)
        hits = [
            (rank, _distance(folded, joined), folded, iri, name)
            for folded, iri, name, rank in self._names
            if all(word in folded for word in words)
        ]
        found: dict[str, Match] = {}
        for _, _, _, iri, name in sorted(hits):
            found.setdefault(iri, Match(iri, name))
        return list(found.values())[:most]


def _distance(name: str, wanted: str) -> tuple[int, int]:
    """How far a name is from the words: same, begins so, a word begins so, anywhere; then the longer."""
    if name == wanted:
        return 0, 0
    if name.startswith(wanted):
        return 1, len(name)
    return (2 if f" {wanted}" in name else 3), len(name)
