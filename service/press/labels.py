"""What to call things in a dump: one label for each IRI that has any. Knows the properties everybody labels with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.ntriples import Said, is_literal, language_of, value_of

# The first of them that a thing has gives its label.
LABELS = tuple(
    f"<{name}>"
    for name in (
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "http://purl.org/dc/terms/title",
        "http://xmlns.com/foaf/0.1/name",
        "https://schema.org/name",
    )
)
_RANKS = {name: rank for rank, name in enumerate(LABELS)}


def read_labels(described: Mapping[str, Iterable[Said]]) -> dict[str, str]:
    """Term -> label, for every subject that has one."""
    best = {subject: min(map(_ranked, _labelling(said)), default=None) for subject, said in described.items()}
    return {subject: found[-1] for subject, found in best.items() if found is not None}


def _labelling(said: Iterable[Said]) -> list[Said]:
    return [(name, value) for name, value in said if name in _RANKS and is_literal(value)]


def _ranked(one: Said) -> tuple[int, int, str, str]:
    """English before no language before any other; then by the alphabet, so that the choice is always the same."""
    name, value = one
    language = language_of(value)
    english = 0 if language == "en" or language.startswith("en-") else 1 if not language else 2
    return _RANKS[name], english, language, value_of(value)
