"""Where each subject is written: scans Turtle text for the lines that open a block. Does not parse RDF.

Our layout puts a subject at column 0, so a line scan finds it; the parser gives no positions for triples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

_PREFIX = re.compile(r"@?prefix\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_BASE = re.compile(r"@?base\s+<([^<>\s]*)>", re.IGNORECASE)
_DIRECTIVE = re.compile(r"\s*@?(?:prefix|base)\b", re.IGNORECASE)
_SUBJECT = re.compile(r"<([^<>\"\s]*)>|([A-Za-z][\w.-]*|):((?:\\.|[^\s;,\"<>()\[\]\\])*)")
_ESCAPE = re.compile(r"\\(.)")
_LONG_QUOTE = re.compile(r'"""|\'\'\'')


@dataclass(frozen=True)
class Block:
    """One place that says something about a subject."""

    subject: str
    line: int


def prefixes(text: str) -> dict[str, str]:
    """The prefixes a Turtle text declares, prefix -> namespace IRI."""
    lines = (line for line in text.splitlines() if _DIRECTIVE.match(line))
    return {prefix: iri for line in lines for prefix, iri in _PREFIX.findall(line)}


def blocks(text: str) -> Iterator[Block]:
    """Every line whose first character begins a subject, with the subject's full IRI."""
    known: dict[str, str] = {}
    base = ""
    in_string = False
    for number, line in enumerate(text.splitlines(), 1):
        if not in_string and _DIRECTIVE.match(line):
            known.update(_PREFIX.findall(line))
            base = next(iter(_BASE.findall(line)), base)
        elif not in_string and (match := _SUBJECT.match(line)):
            subject = _iri(match, known, base)
            if subject is not None:
                yield Block(subject, number)
        in_string ^= len(_LONG_QUOTE.findall(line)) % 2 == 1


def _iri(match: re.Match[str], known: dict[str, str], base: str) -> str | None:
    """The IRI a subject token stands for, or None when its prefix is not declared."""
    relative, prefix, local = match.groups()
    if relative is not None:
        return urljoin(base, relative) if base else relative
    if prefix not in known:
        return None
    return known[prefix] + _ESCAPE.sub(r"\1", local.rstrip("."))
