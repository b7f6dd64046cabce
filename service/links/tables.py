"""A linkset as a table: plain CSV, and SSSOM, the standard for sharing mappings (https://mapping-commons.github.io/sssom/)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.links.linksets import Linkset
from service.links.schemes import Schemes
from service.links.spellings import encoded

COLUMNS = ("thing", "label", "relation", "target", "scheme", "identifier", "evidence", "license", "link")
SSSOM_COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification",
    "comment", "see_also",
)  # fmt: skip
_UNSPECIFIED = "https://w3id.org/semapv/vocab/UnspecifiedMatching"
_STANDARD = {
    "foaf": "http://xmlns.com/foaf/0.1/", "owl": "http://www.w3.org/2002/07/owl#", "schema": "https://schema.org/",
    "semapv": "https://w3id.org/semapv/vocab/", "skos": "http://www.w3.org/2004/02/skos/core#",
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_BREAKS = re.compile(r"[\t\r\n]+")


@dataclass(frozen=True)
class About:
    """What the head of a mapping set says besides the linkset: where it is, of which release, by whom, when."""

    document: str
    release: str
    provider: str
    makers: tuple[str, ...]
    date: str
    prefixes: Mapping[str, str]


def as_csv(one: Linkset, schemes: Schemes) -> bytes:
    """One line a link, RFC 4180."""
    lines = [
        (
            m.thing.iri, m.thing.text, m.relation, m.target, _label(m.scheme, schemes), m.identifier, m.evidence,
            m.licence, m.link,
        )
        for m in one.links
    ]  # fmt: skip
    return _written(COLUMNS, lines, "excel")


def as_sssom(one: Linkset, schemes: Schemes, about: About) -> bytes:
    """SSSOM/TSV with its metadata above the table; every IRI is a short URI, every prefix declared."""
    short = _Shortener(one, schemes, about.prefixes)
    lines = [
        (
            short(m.thing.iri), m.thing.text, short(m.relation), short(m.target),
            m.identifier.replace("_", " "), short(m.justification or _UNSPECIFIED), m.evidence, m.link,
        )
        for m in one.links
    ]  # fmt: skip
    cleaned = [tuple(_BREAKS.sub(" ", cell) for cell in line) for line in lines]
    return _head(one, about, short.used).encode() + _written(SSSOM_COLUMNS, cleaned, "excel-tab")


def _head(one: Linkset, about: About, prefixes: Mapping[str, str]) -> str:
    """The metadata as YAML behind #; a JSON string is a YAML string."""
    said: list[tuple[str, str | list[str]]] = [
        ("mapping_set_id", about.document),
        ("mapping_set_version", about.release),
        ("mapping_set_title", one.title),
        ("license", one.licences[0] if one.licences else "https://w3id.org/sssom/license/unspecified"),
        ("mapping_provider", about.provider),
        ("creator_label", list(about.makers)),
        ("mapping_date", about.date),
    ]
    lines = ["curie_map:", *(f"  {prefix}: {json.dumps(iri)}" for prefix, iri in sorted(prefixes.items()))]
    for name, value in said:
        if isinstance(value, list):
            lines += [f"{name}:", *(f"  - {json.dumps(item, ensure_ascii=False)}" for item in value)] if value else []
        elif value:
            lines.append(f"{name}: {json.dumps(value, ensure_ascii=False)}")
    return "".join(f"#{line}\n" for line in lines)


class _Shortener:
    """Makes CURIEs. `used` are the prefixes it took: the schemes' slugs, the release's, the standard ones, `here`."""

    def __init__(self, one: Linkset, schemes: Schemes, prefixes: Mapping[str, str]) -> None:
        held = {m.scheme for m in one.links}
        addresses = [
            (f"{scheme.slug}{number or ''}", template.partition("{id}")[0])
            for scheme in schemes if scheme.iri in held
            for number, template in enumerate(scheme.templates)
        ]  # fmt: skip
        self._spaces = [*((p, ns) for p, ns in addresses if ns.count("/") > 2), *_STANDARD.items(), *prefixes.items()]
        self.used: dict[str, str] = {}

    def __call__(self, iri: str) -> str:
        fitting = [(prefix, ns) for prefix, ns in self._spaces if ns and iri.startswith(ns) and iri != ns]
        prefix, ns = max(fitting, key=lambda pair: len(pair[1]), default=self._made(iri))
        if self.used.setdefault(prefix, ns) != ns:
            prefix, ns = self._made(iri)
            self.used[prefix] = ns
        return f"{prefix}:{encoded(iri[len(ns) :])}"

    def _made(self, iri: str) -> tuple[str, str]:
        """A prefix for an IRI that has none: everything up to its last / or #."""
        cut = max(iri.rstrip("/").rfind("/"), iri.rfind("#")) + 1
        known = {ns: prefix for prefix, ns in self.used.items()}
        name = iri[:cut].rstrip("/#").rpartition("/")[2]
        fresh = name if _NAME.fullmatch(name) and name not in self.used else f"ns{len(self.used)}"
        return known.get(iri[:cut], fresh), iri[:cut]


def _label(scheme: str, schemes: Schemes) -> str:
    known = schemes.get(scheme)
    return known.label if known else ""


def _written(columns: tuple[str, ...], lines: Iterable[tuple[str, ...]], dialect: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, dialect, lineterminator="\r\n" if dialect == "excel" else "\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return out.getvalue().encode("utf-8", "replace")
