"""A statement as a line of canonical N-Triples, and its terms as the text they have there.

Dumps are made of these lines: they sort, they compare, and text is far cheaper than terms. Knows no graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# A property and an object, each in N-Triples.
Said = tuple[str, str]
# What is said of each subject.
Described = Mapping[str, list[Said]]
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def terms(line: bytes) -> tuple[str, str, str]:
    """Subject, property and object of a line. Neither of the first two has a space in it."""
    subject, predicate, rest = line.decode().split(" ", 2)
    return subject, predicate, rest[:-3]


def by_subject(lines: Iterable[bytes]) -> dict[str, list[Said]]:
    """What is said of each subject, subjects and statements in the order of the lines."""
    found: dict[str, list[Said]] = {}
    for line in lines:
        subject, predicate, object_ = terms(line)
        found.setdefault(subject, []).append((predicate, object_))
    return found


def joined(graphs: Iterable[Described]) -> dict[str, list[Said]]:
    """What several graphs say together, each statement once."""
    found: dict[str, list[Said]] = {}
    for graph in graphs:
        for subject, said in graph.items():
            known = found.get(subject)
            found[subject] = said if known is None else sorted({*known, *said})
    return found


def is_iri(term: str) -> bool:
    return term.startswith("<") and not term.startswith("<<")


def is_literal(term: str) -> bool:
    return term.startswith('"')


def value_of(term: str) -> str:
    """The IRI, or the text of a literal without its language or datatype; any other term as it is written."""
    if is_literal(term):
        return unescape(term[1 : term.rindex('"')])
    return term[1:-1] if is_iri(term) else term


def language_of(term: str) -> str:
    """The language tag of a literal, with its direction if it has one; empty when there is none."""
    ending = term[term.rindex('"') + 1 :] if is_literal(term) else ""
    return ending[1:] if ending.startswith("@") else ""


def unescape(text: str) -> str:
    """What stands between the quotes of a literal, without the escapes."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])
