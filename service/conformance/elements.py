"""Reads XML that is not RDF: the elements of a site map or a feed, in order, by namespace and name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from service.conformance.syntax import Malformed

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass
class Element:
    """One element: `name` is `namespace name`, `path` the names around it from the root on, `text` its own text."""

    name: str
    path: tuple[str, ...]
    attributes: Mapping[str, str]
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces).strip()


def read_elements(body: bytes) -> list[Element]:
    """Every element of a document, the root first. Raises Malformed."""
    found: list[Element] = []
    open_: list[Element] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        found.append(Element(name, tuple(one.name for one in open_), attributes))
        open_.append(found[-1])

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda name: open_.pop()
    parser.CharacterDataHandler = lambda text: open_[-1].pieces.append(text)
    try:
        parser.Parse(body, True)
    except ExpatError as error:
        raise Malformed(f"it is no XML: {error}") from error
    return found


def texts(elements: list[Element], namespace: str, name: str, *parents: str) -> list[str]:
    """What stands in the elements of a name, in order; `parents` are the names around them, from the root on."""
    around = tuple(f"{namespace} {one}" for one in parents)
    return [one.text for one in elements if one.name == f"{namespace} {name}" and one.path == around]
