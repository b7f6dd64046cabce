"""The index of names: which words of names fit a word that was typed, and which names have all of them.

The whole index is in memory: right for hundreds of thousands of names. A better index replaces this class and
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from service.kept import kept
from service.names.spelling import (
    ARTICLES,
    fold,
    heard,
    indexed,
    initials,
    is_arabic,
    may_sound,
    skeleton,
    words_of,
)

# What a fit costs, by how a word of a name fits the word that was typed. A word that is only like it costs more than
# any number that begin so, and than being found by a mere label.
SAME, BEGINS, INITIALS, HEARD, SOUNDS, TYPO, WITHIN = 0, 1, 3, 30, 32, 34, 36
# What it costs to be found by a label that is no name.
MERE = 5
_LEAST_ALIKE = 45.0
_MOST_WORDS = 8
# Shorter words are like too many others.
_LEAST_LETTERS = 5
# The last words that were looked up are kept, the fewer the more names there are: all of them may fit a word.
_LEAST_KEPT, _MOST_KEPT, _KEPT_COSTS = 16, 512, 300_000
Costs = dict[int, int]


@dataclass(frozen=True)
class Name:
    """One name of a thing. Rank 0 comes first; `kind` says what sort of name it is, in words."""

    iri: str
    text: str
    rank: int = 0
    kind: str = ""


@dataclass(frozen=True)
class Match:
    """A thing that has a name that fits, and which kind of name that is.

    `is_like`: a word of it only resembles one that was typed, or has it in the middle.
    """

    iri: str
    name: str
    kind: str = ""
    is_like: bool = False


class NameIndex:
    """All names of all things. Immutable, so threads may share it."""

    def __init__(self, names: Iterable[Name]) -> None:
        """The first name of a thing is what it is called."""
        self._names = list(names)
        self._folded = [fold(name.text) for name in self._names]
        self._bare = [" ".join(words_of(name.text)) for name in self._names]
        self.called: dict[str, str] = {}
        self._having: dict[str, list[int]] = {}
        self._sounding: dict[str, list[str]] = {}
        self._initials: dict[str, list[int]] = {}
        for place, name in enumerate(self._names):
            self.called.setdefault(name.iri, name.text)
            self._add(place)
        self._words = sorted(self._having)
        self._heard = [(heard(word), word) for word in self._words if word not in ARTICLES]
        words = min(_MOST_KEPT, max(_LEAST_KEPT, _KEPT_COSTS // (len(self._names) or 1)))
        self._costs = kept(words)(self._costs_of_word)

    def _add(self, place: int) -> None:
        for word in indexed(self._names[place].text):
            if word not in self._having and (bones := skeleton(word)):
                self._sounding.setdefault(bones, []).append(word)
            self._having.setdefault(word, []).append(place)
        if letters := initials(self._names[place].text):
            self._initials.setdefault(letters, []).append(place)

    def search(self, text: str, most: int = 200) -> list[Match]:
        """Things with a name that has every word of the text, however it is spelled; the closest first, each once."""
        wanted = words_of(text)[:_MOST_WORDS]
        if not wanted:
            return []
        whole = " ".join(wanted)
        ranked = sorted(self._ranked(place, cost, whole) for place, cost in self._fitting(wanted).items())
        found: dict[str, Match] = {}
        for cost, *_, place in ranked:
            name = self._names[place]
            found.setdefault(name.iri, Match(name.iri, name.text, name.kind, cost >= HEARD))
        return list(found.values())[:most]

    def _fitting(self, wanted: list[str]) -> Costs:
        """The names that have every word, with the sum of what each costs."""
        left: Costs | None = None
        for word in wanted:
            costs = self._costs(word)
            if left is None:
                left = dict(costs)
            else:
                left = {place: left[place] + cost for place, cost in costs.items() if place in left}
        return left or {}

    def _ranked(self, place: int, cost: int, whole: str) -> tuple[int, int, int, int, str, int]:
        """What to sort by: how well it fits, mere labels after names unless they are just that, the shorter name."""
        bare, rank = self._bare[place], self._names[place].rank
        shape = 0 if bare == whole else 1 if bare.startswith(whole) else 2
        return (cost + (MERE * rank if shape else 0), rank, shape, len(bare), self._folded[place], place)

    def _costs_of_word(self, word: str) -> Costs:
        """The names that have a word that fits, with what that costs."""
        costs: Costs = {}
        for known, cost in self._words_like(word).items():
            for place in self._having[known]:
                costs[place] = min(cost, costs.get(place, cost))
        for place in self._initials.get(word, ()):
            costs[place] = min(INITIALS, costs.get(place, INITIALS))
        return costs

    def _words_like(self, word: str) -> dict[str, int]:
        """Known words that fit one that was typed: the same, a beginning, a sound, a typing error, a part."""
        like = {known: BEGINS for known in self._words if known.startswith(word)}
        like |= {word: SAME} if word in self._having else {}
        begun = heard(word)
        like = {known: HEARD for sound, known in self._heard if len(begun) > 3 and sound.startswith(begun)} | like
        if is_arabic(word) or len(word) >= _LEAST_LETTERS:
            for known, cost in self._resembling(word):
                like.setdefault(known, cost)
        for known in self._words if len(word) >= _LEAST_LETTERS or (len(word) > 1 and not like) else ():
            if word in known:
                like.setdefault(known, WITHIN)
        return like

    def _resembling(self, word: str) -> Iterator[tuple[str, int]]:
        """Known words that sound like it, then those in which something is mistyped."""
        bones = skeleton(word)
        for known in self._sounding_like(word):
            yield known, SOUNDS if skeleton(known) == bones else SOUNDS + 1
        if len(word) > 3:
            for known in self._mistyped(word):
                yield known, TYPO

    def _sounding_like(self, word: str) -> list[str]:
        """Known words with the same skeleton or, while one types, a longer one; in one script they look alike too."""
        bones, has_arabic = skeleton(word), is_arabic(word)
        begun = [b for b in self._sounding if len(bones) > 2 and b.startswith(bones)] or [bones]
        alike = [known for b in begun for known in self._sounding.get(b, ()) if known not in ARTICLES]
        if has_arabic:
            return [known for known in alike if len(bones) > 2 or is_arabic(known) or may_sound(word, known)]
        return [known for known in alike if fuzz.ratio(word, known[: len(word)]) >= _LEAST_ALIKE]

    def _mistyped(self, word: str) -> list[str]:
        """One letter wrong in a short word, two in a long one; neighbours that changed places count as one."""
        if is_arabic(word):
            bones = skeleton(word)
            near = [b for b in self._sounding if len(bones) > 3 and OSA.distance(bones, b, score_cutoff=1) < 2]
            return [known for b in near for known in self._sounding[b]]
        most = 1 if len(word) < 7 else 2
        found = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=most, limit=20)
        return [known for known, _, _ in found]
