"""What the library's writers leave undone, so that what is written reads back as the same values.

XML gets no raw carriage return, which a reader would turn into a line feed, and no character that it cannot carry.
CSV gets quotes around an IRI with a comma. Each class here stands between a writer and where its bytes go.
"""

from __future__ import annotations

import io
import re
from typing import Any, Protocol

# XML 1.0 section 2.2; the bytes of UTF-8.
_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
# What the library writes for a property whose IRI ends with no name: no element is called so.
_NO_NAME = re.compile(rb"<oxprefix:[ >]")
_CUT = (b"\xef", b"\xef\xbf")
_LITERAL = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(rb"\\(.)")
_ESCAPED = {b"t": b"\t", b"n": b"\n", b"r": b"\r"}
_QUOTED = re.compile(rb'[",\r\n]')


class Takes(Protocol):
    """Where bytes go."""

    def write(self, data: Any, /) -> int: ...


class NotInXml(ValueError):
    """A text has a character, or a property a name, that no XML can carry; says which, and what to do."""


def xml(body: bytes) -> bytes:
    """A part of an XML document as every reader takes it. Raises NotInXml."""
    if _NO_NAME.search(body):
        raise NotInXml("A property here ends with no name, so that RDF/XML cannot hold it. Ask for another format.")
    if wrong := _NO_XML.search(body):
        character = wrong[0].decode()
        raise NotInXml(
            f"A text here has the character U+{ord(character):04X}, which no XML can carry. Ask for another format."
        )
    return body.replace(b"\r", b"&#xD;")


class Xml(io.RawIOBase):
    """Takes XML from a writer. Raises NotInXml."""

    def __init__(self, to: Takes) -> None:
        super().__init__()
        self._to, self._cut = to, b""

    def write(self, data: Any) -> int:
        whole = self._cut + bytes(data)
        # A character may come in two pieces; a document ends with >, so nothing is held back at its end.
        self._cut = next((cut for cut in reversed(_CUT) if whole.endswith(cut)), b"")
        self._to.write(xml(whole[: len(whole) - len(self._cut)]))
        return len(data)


class Commas(io.RawIOBase):
    """Takes CSV from a writer that quotes literals but not IRIs, and counts whether a comma stands too much."""

    def __init__(self, to: Takes, columns: int) -> None:
        super().__init__()
        self._to, self._columns = to, columns
        self._inside, self._commas, self._lines = 0, 0, 0

    def write(self, data: Any) -> int:
        parts = bytes(data).split(b'"')
        outside = parts[self._inside :: 2]
        self._commas += sum(part.count(b",") for part in outside)
        self._lines += sum(part.count(b"\n") for part in outside)
        self._inside = (self._inside + len(parts) - 1) % 2
        self._to.write(data)
        return len(data)

    @property
    def exact(self) -> bool:
        """Has each line as many cells as there are columns?"""
        return self._commas == self._lines * max(0, self._columns - 1)


class FromTsv(io.RawIOBase):
    """Takes SPARQL results in TSV, where every kind of term is told, and writes them as CSV."""

    def __init__(self, to: Takes) -> None:
        super().__init__()
        self._to, self._rest, self._is_head = to, b"", True

    def write(self, data: Any) -> int:
        *lines, self._rest = (self._rest + bytes(data)).split(b"\n")
        for line in lines:
            cells = line.split(b"\t")
            told = [cell.removeprefix(b"?") for cell in cells] if self._is_head else [_value(cell) for cell in cells]
            self._is_head = False
            self._to.write(b",".join(map(_quoted, told)) + b"\r\n")
        return len(data)


def _value(cell: bytes) -> bytes:
    """The text of a term: of an IRI without its brackets, of a literal without quotes, type and language."""
    if cell.startswith(b"<") and not cell.startswith(b"<<"):
        return cell[1:-1]
    literal = _LITERAL.match(cell)
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), literal[1]) if literal else cell


def _quoted(text: bytes) -> bytes:
    return b'"' + text.replace(b'"', b'""') + b'"' if _QUOTED.search(text) else text
