"""Where each subject is written: scans Turtle text for the lines that open a block. Does not parse RDF.

Our layout puts a subject at column 0, so a line scan finds it; the parser gives no positions for triples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

# Both spellings of a directive; a prefix may itself be called base or prefix.
_DIRECTIVE = re.compile(r"\s*(?:@(?:prefix|base)\b|prefix\s|base\s*<)", re.IGNORECASE)
_DECLARED = re.compile(r"(?:prefix\s+([\w.-]*):|base)\s*<([^<>\s]*)>", re.IGNORECASE)
_COMMENT = re.compile(r"(<[^<>\s]*>)|#.*")
_SUBJECT = re.compile(r"<([^<>\"\s]*)>|([^\W\d_][\w.-]*|):((?:\\.|[^\s;,\"<>()\[\]\\])*)")
_ESCAPE = re.compile(r"\\(.)")
# What may hold a quotation mark that opens no long string, and the marks that open one.
_TOKEN = re.compile(r""""{3}|'{3}|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>\s]*>|#.*|\\.""")
_TO_END = {mark: re.compile(rf"(?:[^\\]|\\.)*?{mark}") for mark in ('"""', "'''")}


@dataclass(frozen=True)
class Block:
    """One place that says something about a subject."""

    subject: str
    line: int


def blocks(text: str, declared: Mapping[str, str] | None = None) -> Iterator[Block]:
    """Every line whose first character begins a subject, with the subject's full IRI.

    `declared` are the prefixes that the parser found, for declarations that run over several lines.
    """
    known = dict(declared or {})
    base = within = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not within and _DIRECTIVE.match(line):
            base = _declare(line, known, base)
        elif not within and (match := _SUBJECT.match(line)):
            subject = _iri(match, known, base)
            if subject is not None:
                yield Block(subject, number)
        within = _left_open(line, within)


def _left_open(line: str, within: str) -> str:
    """The marks of the long string that a line leaves open, empty when it leaves none; it begins `within` one."""
    if not within and not any(mark in line for mark in _TO_END):
        return ""
    at = 0
    while True:
        if within:
            end = _TO_END[within].match(line, at)
            if end is None:
                return within
            at = end.end()
        opened = next((one for one in _TOKEN.finditer(line, at) if one[0] in _TO_END), None)
        if opened is None:
            return ""
        within, at = opened[0], opened.end()


def _declare(line: str, known: dict[str, str], base: str) -> str:
    """Take the prefixes of a line into `known`; the base after it. Both may be relative to the base before."""
    for match in _DECLARED.finditer(_COMMENT.sub(r"\1", line)):
        if match[1] is None:
            base = _resolved(base, match[2])
        else:
            known[match[1]] = _resolved(base, match[2])
    return base


def _resolved(base: str, iri: str) -> str:
    if not base:
        return iri
    joined = urljoin(base, iri)
    # The library drops a fragment that is empty, as namespaces end.
    return f"{joined}#" if iri.endswith("#") and not joined.endswith("#") else joined


def _iri(match: re.Match[str], known: dict[str, str], base: str) -> str | None:
    """The IRI a subject token stands for, or None when its prefix is not declared."""
    relative, prefix, local = match.groups()
    if relative is not None:
        return _resolved(base, relative)
    if prefix not in known:
        return None
    return known[prefix] + _ESCAPE.sub(r"\1", local.rstrip("."))
