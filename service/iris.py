"""Our IRIs and their shapes: base, thing, document, path. Knows nothing of HTTP or RDF."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from service.errors import PressError
from service.kept import kept

# What may stand in a path segment of ours unescaped (RFC 3987 ipchar without the reserved ones).
_SAFE = "/:@!$&'()*+,;=-._~"
# What no IRI has (RFC 3987 section 2.2), and the marks that begin a query or a fragment.
_NOT_IN_BASE = re.compile(r"[\x00-\x20\x7f-\x9f<>\"{}|\\^`?#\ud800-\udfff]|%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Base:
    """The IRI everything of ours starts with; ends with a slash."""

    iri: str

    def __post_init__(self) -> None:
        if not _is_base(self.iri):
            raise PressError(
                f"The base {self.iri!r} must be an http(s) IRI that ends with a slash, without a query or fragment, "
                "for example http://localhost:8000/."
            )

    @property
    def ontology(self) -> str:
        return f"{self.iri}ontology"

    @property
    def terms(self) -> str:
        return f"{self.iri}ontology#"

    def graph(self, name: str) -> str:
        """IRI of the named graph `name`, e.g. graph('links')."""
        return f"{self.iri}graph/{name}"

    def thing(self, local: str) -> str:
        """IRI of a thing: thing('actor/x') is {base}id/actor/x."""
        return f"{self.iri}id/{local}"

    def owns(self, iri: str) -> bool:
        return iri.startswith(self.iri)

    def path(self, iri: str) -> str:
        """URL path (with query and fragment) below this service's root for an IRI of ours: /id/actor/x.

        Links on pages use it, so that they work behind any host name. A foreign IRI is returned as it is.
        """
        return _path(self.iri, iri)

    def document_path(self, thing: str) -> str:
        """URL path of the document about a thing: {base}id/a/b -> /doc/a/b; other IRIs as `path`."""
        local = self.path(thing).partition("#")[0]
        return "/doc/" + local[len("/id/") :] if local.startswith("/id/") else local


def _is_base(iri: str) -> bool:
    if _NOT_IN_BASE.search(iri):
        return False
    try:
        parts = urlsplit(iri)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a host in brackets that is none, a port that is no number
        return False
    return parts.scheme in ("http", "https") and named and iri.endswith("/")


@kept(65536)
def _path(base: str, iri: str) -> str:
    """Quoting costs more than anything else of a page with a thousand links, and most links come again."""
    if not iri.startswith(base):
        return iri
    local, hash_, fragment = iri[len(base) :].partition("#")
    # The name of a thing has no query; its question mark can only be meant as a character.
    local, mark, query = (local, "", "") if local.startswith("id/") else local.partition("?")
    return "/" + quote(unquote(local), safe=_SAFE) + mark + query + hash_ + fragment
