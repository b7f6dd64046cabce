"""Finds and scores the things that a name may mean. A score is 0 to 100; what makes it up is told as features."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import TIMEOUT_MAX, Lock

from rapidfuzz import fuzz, process

from service.engine.line import current
from service.engine.timely import over
from service.names import Match, NameIndex, fold, is_arabic, skeleton, words_of
from service.reconcile.ask import Asked, Condition
from service.reconcile.facts import Facts, Told

_SURE, _OTHER_NAME, _OTHER_SPELLING = 100.0, 97.0, 92.0
# Two spellings of one name share this much of their letters; with less, few consonants agree by chance.
_LEAST_ALIKE = 60.0
_MOST_FOUND = 40
_UNLIKELY = 30.0
# A condition moves the score by at most this; a type that does not fit takes as much away.
_WEIGHT = 25.0
# Letters of a text that are compared: more of them cost more than they tell.
_LONGEST = 100
Resolve = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class Candidate:
    """A thing a name may mean. `match`: it is this one as surely as a machine can tell."""

    iri: str
    name: str
    score: float
    match: bool
    features: tuple[tuple[str, float], ...]
    told: Told


class Candidates:
    """Answers queries over the names of one release. `resolve` finds our things for an identifier of others."""

    def __init__(self, names: NameIndex, facts: Facts, resolve: Resolve) -> None:
        self._names, self._facts, self._resolve = names, facts, resolve
        self._comparing = Lock()

    def find(self, asked: Asked) -> list[Candidate]:
        """The candidates for one query, the likeliest first. Raises QueryStopped."""
        if not asked.text:
            return []
        exact = [iri for iri in self._resolve(asked.text) if iri in self._names.called]
        found = [Match(iri, self._names.called[iri]) for iri in exact] or self._names.search(asked.text, _MOST_FOUND)
        ours = self._with_names([match for match in found if self._is_ours(match)])
        with self._alone():
            wanted = _Wanted(asked, is_identifier=bool(exact))
            scored = [self._score(match, wanted) for match in ours]
        likely = sorted((one for one in scored if one.score >= _UNLIKELY), key=lambda one: (-one.score, one.iri))
        return _with_match(likely)[: asked.most]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Comparing keeps the interpreter busy: of many queries one does at a time, so that others have half of it.

        Raises QueryStopped when the request has no time left to wait.
        """
        line = current()
        if not self._comparing.acquire(timeout=max(0.0, min(line.left(), TIMEOUT_MAX))):
            raise over(line)
        try:
            yield
        finally:
            self._comparing.release()

    def _is_ours(self, match: Match) -> bool:
        """Things of ours, not the terms they are told with."""
        return match.iri.startswith(self._facts.base.thing(""))

    def _with_names(self, found: list[Match]) -> list[Match]:
        """The things that have names; those that have a mere label (statements, links) only when none has."""
        named = [match for match in found if self._facts.of(match.iri).has_names]
        return named or found

    def _score(self, match: Match, wanted: _Wanted) -> Candidate:
        told = self._facts.of(match.iri)
        name, others = wanted.name(match.name), wanted.features(told)
        lost = sum(_WEIGHT * (_SURE - value) / _SURE for _, value in others)
        score, features = max(0.0, min(_SURE, name - lost)), (("name", name), *others)
        return Candidate(match.iri, self._names.called[match.iri], round(score, 1), False, features, told)


class _Wanted:
    """One query, prepared once for all candidates."""

    def __init__(self, asked: Asked, is_identifier: bool) -> None:
        self._name, self._is_identifier = _Alike((asked.text,)), is_identifier
        self._types = frozenset(asked.types)
        self._conditions = [_Held(one) for one in asked.conditions if one.values]

    def name(self, name: str) -> float:
        """How well a name fits, 0 to 100; an identifier is nobody else's."""
        return _SURE if self._is_identifier else self._name.to(name)

    def features(self, told: Told) -> list[tuple[str, float]]:
        """How well the rest of what is asked for fits."""
        fits = _SURE if self._types.intersection(told.types) else 0.0
        types = [("type", fits)] if self._types else []
        return types + [(f"property:{one.property}", one.by(told)) for one in self._conditions]


class _Held:
    """A condition. Values that many candidates have, such as their class, are compared once."""

    def __init__(self, condition: Condition) -> None:
        self.property = condition.property
        self._same = frozenset((*condition.values, *condition.iris))
        self._alike = _Alike(condition.values)
        self._compared: dict[str, float] = {}

    def by(self, told: Told) -> float:
        """How well the values of a thing fit, 0 to 100: by id, by label, by how alike they are."""
        known = told.values.get(self.property, [])
        texts = [text for value, label in known for text in (value.value, label) if text]
        if not self._same.isdisjoint(texts):
            return _SURE
        return max(map(self._compare, texts), default=0.0)

    def _compare(self, text: str) -> float:
        if text not in self._compared:
            self._compared[text] = self._alike.to(text)
        return self._compared[text]


class _Alike:
    """How alike a name is to any of some texts, each of which is folded once."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = dict.fromkeys(fold(text[:_LONGEST]) for text in texts)
        self._words = {tuple(sorted(words_of(text))) for text in self._texts}
        self._sounding: dict[tuple[str, ...], list[str]] = {}
        for text in self._texts:
            self._sounding.setdefault(_sound(text), []).append(text)

    def to(self, name: str) -> float:
        """100 for the same; less for the same words in another order, or spelled otherwise; else by letters."""
        one = fold(name[:_LONGEST])
        if one in self._texts:
            return _SURE
        if tuple(sorted(words_of(one))) in self._words:
            return _OTHER_NAME
        if any(
            is_arabic(text) or fuzz.ratio(one, text) >= _LEAST_ALIKE for text in self._sounding.get(_sound(one), ())
        ):
            return _OTHER_SPELLING
        closest = process.extractOne(one, list(self._texts), scorer=fuzz.WRatio, processor=None)
        return min(0.9 * closest[1], 0.9 * _SURE) if closest else 0.0


def _sound(name: str) -> tuple[str, ...]:
    """The words of a name as they sound, whichever way they were transliterated."""
    return tuple(sorted(skeleton(word) or word for word in words_of(name)))


def _with_match(ranked: list[Candidate]) -> list[Candidate]:
    """The first is a match when nothing it was asked for is missing and no other comes near."""
    if not ranked or ranked[0].score < _OTHER_NAME:
        return ranked
    if len(ranked) > 1 and ranked[1].score >= _OTHER_NAME:
        return ranked
    first = ranked[0]
    sure = Candidate(first.iri, first.name, first.score, True, first.features, first.told)
    return [sure, *ranked[1:]]
