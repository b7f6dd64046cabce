"""SPARQL terms and prefixes for the queries that lists are written as.

What a reader chose gets into a text as a term only: an IRI that is one, or a literal with every special character
escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from service.engine.bind import is_absolute_iri
from service.iris import Base
from service.listings.columns import Column
from service.listings.table import Value

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_IRI = re.compile(r"<([^<>\"{}|^`\\\x00-\x20]+)>")
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_PREFIX = re.compile(r"PREFIX\s+(\S*):\s*<([^>]*)>", re.IGNORECASE)


def term(value: Value) -> str:
    """A value as a term of SPARQL."""
    if value.thing.iri:
        return f"<{value.thing.iri}>"
    text = quoted(value.thing.text)
    if value.thing.language:
        return f"{text}@{value.thing.language}"
    return f"{text}^^<{value.thing.datatype}>" if value.thing.datatype else text


def unknown(key: str, base: Base) -> str:
    """What a key stands for that no value has: an IRI of others, one of ours, or a text."""
    for iri in (key, base.iri + key):
        if is_absolute_iri(iri):
            return f"<{iri}>"
    return quoted(key)


def quoted(text: str) -> str:
    """A text as a literal, whatever is in it."""
    return '"' + "".join(_ESCAPES.get(ch, ch if ch.isprintable() else f"\\U{ord(ch):08X}") for ch in text) + '"'


def namespaces(columns: Iterable[Column], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Prefix -> namespace: those of the release, and those that the views use."""
    found = {name: space for name, space in prefixes.items() if name and space}
    for column in columns:
        for line in column.prologue:
            if match := _PREFIX.search(line):
                found[match[1]] = match[2]
    return found


def shortened(query: str, spaces: Mapping[str, str]) -> str:
    """IRIs with prefixes where they have one, and a PREFIX line for each that is used."""

    def short(found: re.Match[str]) -> str:
        fits = [(space, name) for name, space in spaces.items() if found[1].startswith(space)]
        space, name = max(fits, default=("", ""), key=lambda one: len(one[0]))
        return f"{name}:{found[1][len(space) :]}" if fits and _LOCAL.fullmatch(found[1][len(space) :]) else found[0]

    # What stands in quotes is a reader's text, not ours to shorten.
    parts = re.split(r'("(?:[^"\\]|\\.)*")', query)
    text = "".join(part if part.startswith('"') else _IRI.sub(short, part) for part in parts)
    used = [name for name in sorted(spaces) if re.search(rf"(?<![\w:]){re.escape(name)}:", text)]
    return "".join(f"PREFIX {name}: <{spaces[name]}>\n" for name in used) + text
