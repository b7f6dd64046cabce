"""What a page is about in the words of schema.org, inside the page, for search engines.

Only identity: type, names, address, and the same thing elsewhere. Nothing that anybody claims.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from service.describe import Entity
from service.web.site import Site

_SCHEMA = ("https://schema.org/", "http://schema.org/")
_ALT = "http://www.w3.org/2004/02/skos/core#altLabel"
_SAME = frozenset(
    {
        "http://www.w3.org/2004/02/skos/core#exactMatch",
        "http://www.w3.org/2002/07/owl#sameAs",
        "https://schema.org/sameAs",
    }
)
# Ends no element and no string: the text of a script element is not decoded (HTML section 13.1.2.6).
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def of_thing(about: Entity, here: Site, path: str) -> str:
    """A thing that has a type of schema.org, as JSON for a script element; nothing for any other."""
    types = [one.iri.removeprefix(space) for one in about.types for space in _SCHEMA if one.iri.startswith(space)]
    if not types or not about.label.text:
        return ""
    page = here.base.iri + path.removeprefix("/")
    return written(
        {
            "@context": "https://schema.org",
            "@type": sorted(types) if len(types) > 1 else types[0],
            "@id": about.iri,
            "name": about.label.text,
            "alternateName": _values(about, {_ALT}, texts=True),
            "url": page,
            "mainEntityOfPage": {"@type": "WebPage", "@id": page, "isPartOf": {"@id": here.base.iri + "dataset"}},
            "sameAs": [one for one in _values(about, _SAME) if one.startswith(("http://", "https://"))],
        }
    )


def of_dataset(here: Site) -> str:
    """The dataset itself, for the front page: what its record says, and where to download it."""
    base, release = here.base.iri, here.reading.release
    makers = [{"@type": "Organization", "@id": one.iri, "name": one.text} for one in here.said("creator") if one.iri]
    return written(
        {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "@id": base + "dataset",
            "name": here.title,
            "description": " ".join(one.text for one in here.said("description")),
            "url": base,
            "license": [one.iri for one in here.said("license") if one.iri],
            "creator": makers,
            "keywords": [one.text for one in here.said("keyword")],
            "dateModified": next((one.text for one in here.said("modified", "issued")), ""),
            "version": release.id,
            "isAccessibleForFree": True,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": dump.media_type,
                    "contentUrl": f"{base}dumps/{dump.name}",
                    "contentSize": f"{dump.size} B",
                }
                for dump in release.dumps.values()
                if dump.name.partition(".")[0] == "all" and not dump.encoding
            ],
        }
    )


def written(value: dict[str, Any]) -> str:
    """The JSON of an object without its empty members, in which no character can end a script element."""
    kept = {name: member for name, member in value.items() if member not in ("", [], None)}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return "".join(_ESCAPES.get(ch, ch) for ch in text)


def _values(about: Entity, wanted: Iterable[str], texts: bool = False) -> list[str]:
    found = [one for p in about.properties if p.predicate.iri in wanted for one in p.values]
    return list(dict.fromkeys(one.text if texts else one.iri for one in found if one.text or one.iri))
