"""Prints the Turtle of a citation for words of the text, so that nobody counts offsets. Writes no file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pyoxigraph import NamedNode

from service.errors import PressError
from service.press.passages import Passage, Text, hash_passage, normalise
from service.press.queries import value_of
from service.press.sources import Sources

SHORTEST = 20
_HAS_SOURCE = NamedNode("http://www.w3.org/ns/oa#hasSource")


@dataclass(frozen=True)
class Notation:
    """How the publication writes citations: the prefix of its ontology, and the local name of the text's IRI."""

    prefix: str
    source: str


def read_notation(sources: Sources) -> Notation:
    """The notation of the sources: their prefix for the ontology, and the text they cite most."""
    prefixes = [prefix for prefix, iri in sources.prefixes.items() if iri == sources.base.terms]
    if not prefixes:
        raise PressError(
            f"No source declares a prefix for <{sources.written_base}ontology#>. Declare one in the ontology."
        )
    cited = Counter(
        value_of(quad.object) for quads in sources.graphs.values() for quad in quads if quad.predicate == _HAS_SOURCE
    )
    most = max(sorted(cited), key=lambda iri: cited[iri], default=sources.base.thing("source/article"))
    return Notation(prefixes[0], most.removeprefix(sources.base.thing("")))


def find_passage(text: Text, words: str, paragraph: int | None = None) -> Passage:
    """The one place where the words stand. Raises PressError when they are absent, too short or ambiguous."""
    wanted = normalise(words)
    found = [p for p in text.find(wanted) if paragraph in (None, p.paragraph)] if wanted else []
    if not found:
        raise _absent(text, wanted)
    if len(found) > 1:
        places = ", ".join(str(passage) for passage in found[:5])
        raise PressError(f"The words stand {len(found)} times ({places}). Give more of them, or --paragraph.")
    if len(wanted) < min(SHORTEST, len(text.paragraphs[found[0].paragraph - 1])):
        raise PressError(f"{len(wanted)} characters are too few to cite. Give at least {SHORTEST}.")
    return found[0]


def _absent(text: Text, words: str) -> PressError:
    nearest = text.nearest(words)
    near = text.words_at(nearest)
    hint = f" Nearest is {nearest}: {near!r}." if near else ""
    return PressError(f"The text does not have these words.{hint} Copy them letter for letter.")


def citation_block(text: Text, passage: Passage, notation: Notation) -> str:
    """The Turtle of a citation, for a file whose @base is {base}id/."""
    words, prefix = text.words_at(passage), notation.prefix
    name = f"cite/P{passage.paragraph}-{passage.start}-{passage.end}"
    fragment = text.fragment(words)
    rows = [
        f"a {prefix}:Citation , oa:SpecificResource",
        f"oa:hasSource <{notation.source}>",
        f"oa:hasSelector <{name}#paragraph>",
        f'{prefix}:sha256 "{hash_passage(words)}"',
        *([f'{prefix}:textFragment "{fragment}"'] if fragment else []),
    ]
    return (
        f"<{name}> " + " ;\n  ".join(rows) + " .\n"
        f'<{name}#paragraph> a oa:FragmentSelector ; rdf:value "P{passage.paragraph}" ;'
        f" oa:refinedBy <{name}#position> .\n"
        f"<{name}#position> a oa:TextPositionSelector ; oa:start {passage.start} ; oa:end {passage.end} .\n"
    )
