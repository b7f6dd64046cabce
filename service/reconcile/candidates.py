"""Finds and scores the things that a name may mean. A score is 0 to 100; what makes it up is told as features."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

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

    def find(self, asked: Asked) -> list[Candidate]:
        """The candidates for one query, the likeliest first."""
        if not asked.text:
            return []
        exact = [iri for iri in self._resolve(asked.text) if iri in self._names.called]
        found = [Match(iri, self._names.called[iri]) for iri in exact] or self._names.search(asked.text, _MOST_FOUND)
        ours = self._with_names([match for match in found if self._is_ours(match)])
        scored = [self._score(match, asked, is_identifier=bool(exact)) for match in ours]
        likely = sorted((one for one in scored if one.score >= _UNLIKELY), key=lambda one: (-one.score, one.iri))
        return _with_match(likely)[: asked.most]

    def _is_ours(self, match: Match) -> bool:
        """Things of ours, not the terms they are told with."""
        return match.iri.startswith(self._facts.base.thing(""))

    def _with_names(self, found: list[Match]) -> list[Match]:
        """The things that have names; those that have a mere label (statements, links) only when none has."""
        named = [match for match in found if self._facts.of(match.iri).has_names]
        return named or found

    def _score(self, match: Match, asked: Asked, is_identifier: bool) -> Candidate:
        told = self._facts.of(match.iri)
        name = _SURE if is_identifier else _alike(match.name, asked.text)
        features = [("name", name)]
        if asked.types:
            fits = bool(set(told.types) & set(asked.types))
            features.append(("type", _SURE if fits else 0.0))
        features += [(f"property:{one.property}", _holds(told, one)) for one in asked.conditions if one.values]
        others = [value for _, value in features[1:]]
        lost = sum(_WEIGHT * (_SURE - value) / _SURE for value in others)
        score = max(0.0, min(_SURE, name - lost))
        return Candidate(match.iri, self._names.called[match.iri], round(score, 1), False, tuple(features), told)


def _alike(name: str, wanted: str) -> float:
    """How alike two names are: the same; the same words in another order, or spelled otherwise; else by letters."""
    one, other = fold(name), fold(wanted)
    if one == other:
        return _SURE
    if sorted(words_of(one)) == sorted(words_of(other)):
        return _OTHER_NAME
    if _sound(one) == _sound(other) and (is_arabic(other) or fuzz.ratio(one, other) >= _LEAST_ALIKE):
        return _OTHER_SPELLING
    return min(0.9 * fuzz.WRatio(one, other), 0.9 * _SURE)


def _sound(name: str) -> list[str]:
    """The words of a name as they sound, whichever way they were transliterated."""
    return sorted(skeleton(word) or word for word in words_of(name))


def _holds(told: Told, condition: Condition) -> float:
    """How well the values of a thing fit a condition, 0 to 100: by id, by label, by how alike they are."""
    known = told.values.get(condition.property, [])
    texts = [text for value, label in known for text in (value.value, label) if text]
    if any(value in texts for value in condition.values):
        return _SURE
    return max((_alike(text, value) for text in texts for value in condition.values), default=0.0)


def _with_match(ranked: list[Candidate]) -> list[Candidate]:
    """The first is a match when nothing it was asked for is missing and no other comes near."""
    if not ranked or ranked[0].score < _OTHER_NAME:
        return ranked
    if len(ranked) > 1 and ranked[1].score >= _OTHER_NAME:
        return ranked
    first = ranked[0]
    sure = Candidate(first.iri, first.name, first.score, True, first.features, first.told)
    return [sure, *ranked[1:]]
