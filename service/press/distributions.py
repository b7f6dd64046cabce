"""Files as DCAT distributions and VoID dumps, and the IRIs of partitions. Knows no bytes: those come later.

https://www.w3.org/TR/vocab-dcat-3/#Class:Distribution
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from service.iris import Base
from service.media import FOLLOWTHEMONEY, Format
from service.press.dumps import dump_names
from service.press.vocabulary import DCAT, DCT, VOID, say, types

_IANA = "https://www.iana.org/assignments/media-types/"
_MODEL = "https://followthemoney.tech/"
_LOCAL_NAME = re.compile(r"[\w-]+$")


def partition(subject: NamedNode, kind: str, name: NamedNode) -> NamedNode:
    """IRI of a partition, in the document that describes its dataset: readable, one for each class or property."""
    local, home = _LOCAL_NAME.search(name.value), _home(subject)
    key = hashlib.sha256(name.value.encode()).hexdigest()[:6]
    joint = "." if "#" in home else "#"
    return NamedNode(f"{home}{joint}{kind}-{local[0] if local else ''}-{key}")


def distribution(subject: NamedNode, name: str) -> NamedNode:
    """IRI of the distribution of a dataset that is a file."""
    return NamedNode(f"{_home(subject).partition('#')[0]}#{name}")


def _home(subject: NamedNode) -> str:
    """What the names of the parts of a dataset begin with: of a graph too in the document that describes them.

    The document of a graph holds its statements and nothing about it.
    """
    root, is_graph, name = subject.value.rpartition("/graph/")
    return f"{root}/dataset#graph-{name}" if is_graph else subject.value


def offer(subject: NamedNode, scope: str, formats: Iterable[Format], base: Base) -> Iterator[Triple]:
    """One distribution for each file of a scope, which `subject` is the dataset of."""
    for name, format, coding in dump_names(scope, formats):
        yield from describe_file(subject, name, format, coding, base)


def describe_file(subject: NamedNode, name: str, format: Format, coding: str, base: Base) -> Iterator[Triple]:
    """Where a file is, of what format and packing."""
    node, url = distribution(subject, name), NamedNode(f"{base.iri}dumps/{name}")
    yield from say(subject, DCAT("distribution"), node)
    yield from say(subject, VOID("dataDump"), url)
    yield from types(node, DCAT("Distribution"))
    yield from say(node, DCT("title"), name)
    yield from say(node, DCAT("accessURL"), NamedNode(f"{base.iri}dumps"))
    yield from say(node, DCAT("downloadURL"), url)
    if format is FOLLOWTHEMONEY:  # no media type of IANA's
        yield from say(node, DCT("conformsTo"), NamedNode(_MODEL))
    else:
        yield from say(node, DCAT("mediaType"), NamedNode(_IANA + format.media_type))
    if coding:
        yield from say(node, DCAT("compressFormat"), NamedNode(f"{_IANA}application/{coding}"))
