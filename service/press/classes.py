"""Names for classes that can stand in a file name: class-Person, class-foaf-Person. No two share one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from service.iris import Base

_LOCAL = re.compile(r"[A-Za-z0-9_-]{1,80}$")
# A prefix may have dots, but the name of a file ends at its first one; and letters of any script.
_ODD = re.compile(r"[^A-Za-z0-9_-]")


def name_classes(classes: Iterable[str], base: Base, prefixes: Mapping[str, str]) -> dict[str, str]:
    """IRI -> name of its scope.

    A term of our ontology has its local name, any other its prefix before it, so that no name depends on which
    other classes there are. Names that are still alike, in a file system that ignores case, get a hash.
    """
    spaces = {namespace: prefix for prefix, namespace in sorted(prefixes.items(), reverse=True)}
    named: dict[str, str] = {}
    taken: set[str] = set()
    for iri in sorted(classes, key=lambda iri: (not _own(iri, base), iri)):
        name = _plain(iri, base, spaces)
        named[iri] = f"{name}-{_key(iri)}" if name.casefold() in taken else name
        taken.add(named[iri].casefold())
    return named


def _plain(iri: str, base: Base, spaces: Mapping[str, str]) -> str:
    local = _LOCAL.search(iri)
    prefix = spaces.get(iri[: local.start()]) if local else None
    if local is None or prefix is None:
        return _own(iri, base) or f"class-{local[0] if local else 'x'}-{_key(iri)}"
    return _own(iri, base) or f"class-{_ODD.sub('-', prefix)}-{local[0]}"


def _own(iri: str, base: Base) -> str:
    local = iri.removeprefix(base.terms)
    return f"class-{local}" if iri.startswith(base.terms) and _LOCAL.fullmatch(local) else ""


def _key(iri: str) -> str:
    return hashlib.sha256(iri.encode()).hexdigest()[:6]
