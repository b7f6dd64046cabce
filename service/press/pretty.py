"""Turtle and TriG that people like to read: one block for each subject, types first, one property a line.

The same statements give the same bytes. The parser's own serialiser has no comments and no order of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from service.ntriples import RDF_TYPE, Said, is_iri, is_literal, unescape
from service.press.labels import LABELS

# A block and the prefixes it uses.
Block = tuple[str, frozenset[str]]
_WIDTH = 110
_MOST_REMARK = 120
_FIRST = {RDF_TYPE: -len(LABELS) - 1, **{name: rank - len(LABELS) for rank, name in enumerate(LABELS)}}
# A small part of what the grammar allows after the colon, and of what is a relative reference, but safe everywhere.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_RELATIVE = re.compile(r"[\w~][\w.~-]*(?:/[\w~][\w.~-]*)*(?:#[\w~][\w.~-]*)?")
_XSD = "http://www.w3.org/2001/XMLSchema#"
# Lexical forms that Turtle reads back as the same literal without quotes (sections 2.5.3 and 2.5.4).
# Only what every reader hands on as it stands: some turn 00 into 0, .5 into 0.5 and 1e3 into 1000.0.
_BARE = {
    f"<{_XSD}integer>": re.compile(r"0|-?[1-9][0-9]*"),
    f"<{_XSD}decimal>": re.compile(r"-?(?:0|[1-9][0-9]{0,8})\.[0-9]{1,6}"),
    f"<{_XSD}boolean>": re.compile(r"true|false"),
}
_LONG_ESCAPES = re.compile(r'\\|"(?="|$)|[^\n -\U0010ffff]|[\x7f\ufffe\uffff]', re.DOTALL)


class Names:
    """How IRIs are shortened: with a prefix, else relative to the base, else not at all."""

    def __init__(self, prefixes: Mapping[str, str], base: str) -> None:
        self.prefixes, self._base = dict(prefixes), base
        self._spaces = {namespace: prefix for prefix, namespace in sorted(prefixes.items(), reverse=True)}

    def split(self, iri: str) -> tuple[str, str] | None:
        """(prefix, local name), when the IRI can be written so."""
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._spaces.get(iri[:cut])
        return (prefix, iri[cut:]) if prefix is not None and _LOCAL.fullmatch(iri, cut) else None

    def short(self, iri: str) -> str:
        """prefix:name, else the IRI."""
        found = self.split(iri)
        return f"{found[0]}:{found[1]}" if found else iri

    def turtle(self, iri: str) -> tuple[str, str]:
        """(the IRI in Turtle, the prefix it uses)."""
        found = self.split(iri)
        if found:
            return f"{found[0]}:{found[1]}", found[0]
        below = iri.startswith(self._base) and _RELATIVE.fullmatch(iri, len(self._base))
        return f"<{iri[len(self._base) :] if below else iri}>", ""

    def head(self, used: Iterable[str]) -> str:
        """The @base and @prefix lines."""
        lines = [f"@prefix {prefix}: <{self.prefixes[prefix]}> .\n" for prefix in sorted(used)]
        return f"@base <{self._base}> .\n{''.join(lines)}"


class Pretty:
    """Writes blocks. Keeps what it shortened: a term comes again and again."""

    def __init__(self, names: Names, labels: Mapping[str, str]) -> None:
        self._names, self._labels = names, labels
        self._written: dict[str, tuple[str, str]] = {}

    def block(self, subject: str, said: Iterable[Said]) -> Block:
        """All that is said of a subject, below its label. `said` is sorted."""
        used: set[str] = set()
        ordered = sorted(said, key=lambda one: _FIRST.get(one[0], 0))
        lines = [
            self._line(name, [value for _, value in group], used)
            for name, group in groupby(ordered, key=lambda one: one[0])
        ]
        text = f"{remark(self._labels.get(subject, ''))}{self._term(subject, used)}\n  " + " ;\n  ".join(lines)
        return f"{text} .\n", frozenset(used - {""})

    def _line(self, name: str, values: list[str], used: set[str]) -> str:
        property_ = "a" if name == RDF_TYPE else self._term(name, used)
        written = [self._term(value, used) for value in values]
        line = f"{property_} {' , '.join(written)}"
        return line if len(line) <= _WIDTH or len(written) == 1 else f"{property_}\n    " + " ,\n    ".join(written)

    def _term(self, term: str, used: set[str]) -> str:
        found = self._written.get(term)
        if found is None:
            found = self._written[term] = self._write(term)
        used.add(found[1])
        return found[0]

    def _write(self, term: str) -> tuple[str, str]:
        if is_iri(term):
            return self._names.turtle(term[1:-1])
        return self._literal(term) if is_literal(term) else (term, "")

    def _literal(self, term: str) -> tuple[str, str]:
        end = term.rindex('"') + 1
        quoted, ending = term[:end], term[end:]
        if ending.startswith("^^"):
            bare = _BARE.get(ending[2:])
            if bare and bare.fullmatch(quoted, 1, end - 1):
                return quoted[1:-1], ""
            datatype, prefix = self._names.turtle(ending[3:-1])
            return f"{_long(quoted)}^^{datatype}", prefix
        return f"{_long(quoted)}{ending}", ""


def _long(quoted: str) -> str:
    """A text of several lines between three quotes, so that it stays several lines."""
    if "\\n" not in quoted:
        return quoted
    text = unescape(quoted[1:-1])
    return f'"""{_LONG_ESCAPES.sub(_escape, text)}"""' if "\n" in text else quoted


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return f"\\{character}" if character in '\\"' else f"\\u{ord(character):04X}"


def remark(*told: str) -> str:
    """Texts as comment lines, each of which ends nowhere but at its end."""
    lines = (" ".join("".join(c if c.isprintable() else " " for c in text).split()) for text in told)
    return "".join(f"# {line[:_MOST_REMARK]}\n" for line in lines if line)


def turtle(names: Names, told: str, blocks: Iterable[Block]) -> Iterator[str]:
    """The pieces of a Turtle document. `told` are comment lines for its head."""
    listed = list(blocks)
    yield f"{told}{names.head(frozenset().union(*(used for _, used in listed)))}"
    for text, _ in listed:
        yield f"\n{text}"


def trig(names: Names, told: str, graphs: Mapping[str, Iterable[Block]]) -> Iterator[str]:
    """The pieces of a TriG document: graph IRI -> its blocks."""
    listed = {iri: list(blocks) for iri, blocks in graphs.items()}
    used = frozenset().union(*(used for blocks in listed.values() for _, used in blocks))
    yield f"{told}{names.head(used | {names.turtle(iri)[1] for iri in listed} - {''})}"
    for iri, blocks in listed.items():
        # Without the keyword GRAPH, which is optional and which older readers do not know.
        yield f"\n{names.turtle(iri)[0]} {{\n"
        yield from (f"\n{text}" for text, _ in blocks)
        yield "\n}\n"
