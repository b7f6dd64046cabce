"""FAIR Signposting (https://signposting.org/FAIR/): where a machine finds name, metadata and files of a document.

The most useful links are in the headers of every document; all of them are in its link set (RFC 9264), which the
headers lead to. Targets in headers are paths, in link sets URLs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response

from service.media import LINKSET, LINKSET_JSON, Format, Kind, carrying
from service.releases import Dump
from service.web import pages, respond
from service.web.respond import Document, Link
from service.web.room import reading
from service.web.site import site

_DATASET = "/dataset"
_SCHEMA_ORG = "https://schema.org/"
_PACKED = {"gzip": "application/gzip", "zstd": "application/zstd"}


@dataclass(frozen=True)
class Signposts:
    """The links of the document at a path without extension; `items` are the files of what it is about."""

    path: str
    own: tuple[Link, ...]
    items: tuple[Dump, ...] = ()

    @property
    def links(self) -> tuple[Link, ...]:
        """What stands in the headers: files of the whole and as they are, and where to find the others."""
        whole = [dump for dump in self.items if dump.name.startswith("all.") and not dump.encoding]
        return (*pages.alternates(self.path), *self.own, *map(_item, whole), *_linksets(self.path))

    def anchored(self) -> list[tuple[str, Link]]:
        """(anchor, link) of the link set: the document, its metadata, its files."""
        found = [(self.path, link) for link in (*self.own, *map(_item, self.items))]
        for one in _metadata(self.path):
            found += [(one.target, Link(self.path, "describes")), *((one.target, link) for link in pages.licences())]
        return found + [(_item(one).target, link) for one in self.items for link in (Link(self.path, "collection"),)]


def of(path: str, iri: str = "", types: Iterable[str] = ()) -> Signposts:
    """The signposts of the document at a path; about a thing of ours, or about itself."""
    here = site()
    named = iri or here.base.iri + path.lstrip("/")
    whole = path == _DATASET
    types = [one.iri for one in here.said("type") if one.iri] if whole else types
    own = [*_metadata(path), Link(named, "cite-as"), *pages.licences()]
    kind = _SCHEMA_ORG + ("Dataset" if whole else "AboutPage")
    own += [Link(one, "type") for one in dict.fromkeys((*sorted(types), kind))]
    own += [Link(one.iri, "author") for one in here.said("creator") if one.iri]
    own += [] if whole else [Link(_DATASET, "collection", "text/html")]
    return Signposts(path, tuple(own), tuple(reading().release.dumps.values()) if whole else ())


def of_item() -> tuple[Link, ...]:
    """The links of a file of the dataset."""
    return (Link(_DATASET, "collection", "text/html"), *pages.licences(), *_linksets(_DATASET))


def send(format: Format, posts: Signposts, location: str, status: int = 200) -> Response:
    """The link set of a document, in one of its two formats."""
    told = [(_url(anchor), _url(link.target), link) for anchor, link in posts.anchored()]
    body = _as_json(told) if format is LINKSET_JSON else _as_text(told)
    return respond.send(Document(format, body, location, (Link(posts.path, "describes"),), status=status))


def _as_json(told: Iterable[tuple[str, str, Link]]) -> bytes:
    """One object for each anchor, with its targets by relation (RFC 9264 section 4.2)."""
    contexts: dict[str, dict[str, list[dict[str, str]]]] = {}
    for anchor, target, link in told:
        kind = {"type": link.media_type} if link.media_type else {}
        contexts.setdefault(anchor, {}).setdefault(link.rel, []).append({"href": target, **kind})
    made = [{"anchor": anchor, **relations} for anchor, relations in contexts.items()]
    return json.dumps({"linkset": made}, indent=1).encode()


def _as_text(told: Iterable[tuple[str, str, Link]]) -> bytes:
    """The links as in a Link header, each with its anchor (RFC 9264 section 4.1)."""
    lines = (f'{Link(target, link.rel, link.media_type)}; anchor="{anchor}"' for anchor, target, link in told)
    return (",\n".join(lines) + "\n").encode()


def _url(target: str) -> str:
    """A path of ours as a URL; any other target as it is. Both percent-encoded."""
    url = site().base.iri + target.lstrip("/") if target.startswith("/") else target
    return respond.as_ascii(url)


def _metadata(path: str) -> tuple[Link, ...]:
    return tuple(Link(f"{path}.{f.extension}", "describedby", f.media_type) for f in carrying(Kind.GRAPH))


def _linksets(path: str) -> tuple[Link, ...]:
    return tuple(Link(f"{path}.{f.extension}", "linkset", f.media_type) for f in (LINKSET_JSON, LINKSET))


def _item(dump: Dump) -> Link:
    return Link(f"/dumps/{dump.name}", "item", _PACKED.get(dump.encoding) or dump.media_type)
