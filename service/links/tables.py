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

COLUMNS = ("thing", "label", "relation", "target", "scheme", "identifier", "evidence", "license", "link")
SSSOM_COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification", "comment", "see_also",
)  # fmt: skip
_UNSPECIFIED = "https://w3id.org/semapv/vocab/UnspecifiedMatching"
_STANDARD = {
    "foaf": "http://xmlns.com/foaf/0.1/", "owl": "http://www.w3.org/2002/07/owl#", "schema": "https://schema.org/",
    "semapv": "https://w3id.org/semapv/vocab/", "skos": "http://www.w3.org/2004/02/skos/core#",
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9.-]*")
# What the readers of SSSOM do not take after the colon, and then leave the whole row out.
_ODD = re.compile(r"[^!-~]")
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
    """SSSOM/TSV with its metadata above the table; every IRI is short, every prefix declared.

    There is no object_label: what things are called in the other dataset is not known here, only their identifiers.
    """
    short = _Shortener(one, schemes, about.prefixes)
    lines = [
        (
            short(m.thing.iri), m.thing.text, short(m.relation), short(m.target),
            short(m.justification or _UNSPECIFIED), m.evidence, m.link,
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
    """Makes CURIEs (https://www.w3.org/TR/curie/) in ASCII, which expand to just the IRI they were made of.

    What is no ASCII stands in the namespace: encoded it would make another IRI. `used` are the prefixes it took: the
    schemes' slugs, the release's, the standard ones, or one it made up.
    """

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
        fitting = [(p, ns) for p, ns in self._spaces if _NAME.fullmatch(p) and _follows(ns, iri)]
        free = [(p, ns) for p, ns in fitting if self.used.get(p, ns) == ns]
        prefix, ns = max(free, key=lambda pair: len(pair[1])) if free else self._made(iri)
        self.used[prefix] = ns
        return f"{prefix}:{iri[len(ns) :]}"

    def _made(self, iri: str) -> tuple[str, str]:
        """A prefix for an IRI that has none: everything up to its last /, # or odd sign, else its scheme."""
        odd = max((found.start() for found in _ODD.finditer(iri)), default=-1)
        cut = max(iri.rstrip("/").rfind("/"), iri.rfind("#"), odd) + 1 or iri.find(":") + 1
        known = {ns: prefix for prefix, ns in self.used.items()}
        if iri[:cut] in known:
            return known[iri[:cut]], iri[:cut]
        name = iri[:cut].rstrip("/#:").rpartition("/")[2]
        names = (name if _NAME.fullmatch(name) else "ns0", *(f"ns{number}" for number in range(1, len(known) + 2)))
        return next(one for one in names if one not in self.used), iri[:cut]


def _follows(namespace: str, iri: str) -> bool:
    """Can the IRI be written as the namespace and something after it?"""
    return bool(namespace) and iri.startswith(namespace) and iri != namespace and not _ODD.search(iri, len(namespace))


def _label(scheme: str, schemes: Schemes) -> str:
    known = schemes.get(scheme)
    return known.label if known else ""


def _written(columns: tuple[str, ...], lines: Iterable[tuple[str, ...]], dialect: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, dialect, lineterminator="\r\n" if dialect == "excel" else "\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return out.getvalue().encode("utf-8", "replace")
