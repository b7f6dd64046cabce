"""The text that citations point into: normalised (N1), cut into paragraphs, searched. Knows no RDF.

N1: NFC; no-break space to space; curly quotes to straight; the ellipsis sign to three dots; each run of white
space to one space; trimmed; a leading bullet dropped. Paragraph n is the n-th line that N1 leaves non-empty.
Offsets count Unicode code points within a paragraph, half-open. A hash is SHA-256 of the passage in UTF-8.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

_SIGNS = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " ", "\u2026": "..."})
_SPACE = re.compile(r"\s+")
_BULLET = re.compile(r"[•*\-]\s+")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 -]")
_FRAGMENT_WORDS = (2, 3, 4)
_SHORTEST_FRAGMENT = 8


def normalise(line: str) -> str:
    """One line in form N1."""
    spaced = _SPACE.sub(" ", unicodedata.normalize("NFC", line).translate(_SIGNS)).strip()
    return _BULLET.sub("", spaced, count=1) if _BULLET.match(spaced) else spaced


def hash_passage(passage: str) -> str:
    """SHA-256 of a normalised passage, in hexadecimal."""
    return hashlib.sha256(passage.encode("utf-8")).hexdigest()


@dataclass(frozen=True, order=True)
class Passage:
    """A stretch of a paragraph: characters `start` up to, not including, `end`; paragraphs count from 1."""

    paragraph: int
    start: int
    end: int

    def __str__(self) -> str:
        return f"P{self.paragraph} {self.start}-{self.end}"


@dataclass(frozen=True)
class Text:
    """A text in paragraphs, normalised."""

    paragraphs: tuple[str, ...]

    @classmethod
    def of(cls, written: str) -> Text:
        """The paragraphs of a text as it was found."""
        return cls(tuple(line for line in map(normalise, written.splitlines()) if line))

    @cached_property
    def whole(self) -> str:
        return "\n".join(self.paragraphs)

    def words_at(self, passage: Passage) -> str:
        """The words of a passage; empty or short when it lies outside the text."""
        inside = 1 <= passage.paragraph <= len(self.paragraphs)
        return self.paragraphs[passage.paragraph - 1][passage.start : passage.end] if inside else ""

    def find(self, words: str) -> list[Passage]:
        """Every place where these normalised words stand, letter for letter."""
        return [
            Passage(number, match.start(), match.start() + len(words))
            for number, paragraph in enumerate(self.paragraphs, 1)
            for match in re.finditer(f"(?={re.escape(words)})", paragraph)
        ]

    def locate(self, wanted: Mapping[int, Iterable[str]]) -> dict[tuple[int, str], Passage]:
        """Where passages of known length and hash stand: length -> hashes, to (length, hash) -> first place.

        Slides a window of each length over the whole text, once for all hashes of that length.
        """
        found: dict[tuple[int, str], Passage] = {}
        for length, hashes in wanted.items():
            sought = set(hashes)
            for passage in self._windows(length):
                digest = hash_passage(self.words_at(passage))
                if digest in sought:
                    found.setdefault((length, digest), passage)
        return found

    def _windows(self, length: int) -> Iterator[Passage]:
        for number, paragraph in enumerate(self.paragraphs, 1):
            for start in range(len(paragraph) - length + 1):
                yield Passage(number, start, start + length)

    def nearest(self, words: str) -> Passage:
        """The stretch most like these words, found around the longest run they share with a paragraph."""
        best, passage = 0, Passage(1, 0, 0)
        for number, paragraph in enumerate(self.paragraphs, 1):
            matcher = difflib.SequenceMatcher(None, paragraph.lower(), words.lower(), autojunk=False)
            run = matcher.find_longest_match()
            if run.size > best:
                start = max(0, run.a - run.b)
                best, passage = run.size, Passage(number, start, min(len(paragraph), start + len(words)))
        return passage

    def fragment(self, words: str) -> str | None:
        """Two to four plain words of a passage that occur once in the text: a text fragment for a link."""
        spans = [match.span() for match in _WORD.finditer(words)]
        for count in _FRAGMENT_WORDS:
            for first, last in zip(spans, spans[count - 1 :], strict=False):
                candidate = words[first[0] : last[1]]
                if len(candidate) >= _SHORTEST_FRAGMENT and self._is_plain_and_unique(candidate):
                    return candidate
        return None

    def _is_plain_and_unique(self, words: str) -> bool:
        return not _NOT_PLAIN.search(words) and len(self.openings(words)) == 1

    def openings(self, fragment: str) -> list[Passage]:
        """Where a browser finds these words: whole ones, in upper or lower case, paragraph by paragraph in order.

        https://wicg.github.io/scroll-to-text-fragment/ section 3.5.2 (word bounded, compared without case).
        """
        bounded = re.compile(rf"(?<![A-Za-z0-9])(?<![A-Za-z0-9]['.]){re.escape(fragment)}(?!\w|'\w)", re.IGNORECASE)
        return [
            Passage(number, match.start(), match.end())
            for number, paragraph in enumerate(self.paragraphs, 1)
            for match in bounded.finditer(paragraph)
        ]
