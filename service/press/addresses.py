"""Every IRI of ours can be followed: in the data it is spelled as it comes back from a URL. Looks at no content.

What is percent-encoded is decoded on its way through servers and proxies, `..` is resolved by clients, an extension
asks for a format, and what cannot be seen lets one name pass for another: none of it can belong to a lasting name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import NamedNode, Quad

from service.iris import Base
from service.media import FORMATS, LINKSET, LINKSET_JSON
from service.press.findings import Finding, Place, Report, gate, violation

CHECK = "addresses"
_MOST_BYTES = 1000
_UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs")
_ENDINGS = tuple(f".{format.extension}" for format in (*FORMATS, LINKSET, LINKSET_JSON))


def check_addresses(quads: Iterable[Quad], base: Base, index: Mapping[str, Place]) -> Report:
    """One violation for each IRI of ours, wherever in a statement it stands, that no URL leads to."""
    ours = sorted({iri for quad in quads for iri in _iris(quad) if base.owns(iri)})
    findings = (_finding(iri, told, index) for iri in ours if (told := flaw(iri[len(base.iri) :])))
    return gate(CHECK, len(ours), findings, "No IRI of the data begins with the base.")


def flaw(local: str) -> str:
    """What is wrong with an IRI of ours, given what follows the base; empty when it can be followed."""
    path = local.partition("#")[0]
    unseen = next((ch for ch in path if unicodedata.category(ch) in _UNSEEN), "")
    if unseen:
        return f"has a character nobody sees (U+{ord(unseen):04X})"
    if "%" in path:
        return "has a percent-encoded character, which is decoded on the way"
    if unicodedata.normalize("NFC", path) != path:
        return "has letters and marks apart that make one letter (it is not in Normalization Form C)"
    if any(segment in (".", "..") for segment in path.split("/")):
        return "has a segment of dots, which clients resolve"
    if path.startswith("id/") and path.endswith(_ENDINGS):
        return "ends like a file, which asks for a format of what is named without the ending"
    return f"is longer than {_MOST_BYTES:,} bytes" if len(path.encode()) > _MOST_BYTES else ""


def _iris(quad: Quad) -> Iterator[str]:
    terms = (quad.subject, quad.predicate, quad.object)
    return (term.value for term in terms if isinstance(term, NamedNode))


def _finding(iri: str, told: str, index: Mapping[str, Place]) -> Finding:
    message = f"No URL leads here: the name {told}. Give it a name of letters, digits and -."
    return violation(CHECK, message, iri, index.get(iri))
