"""What people paste to link to a thing or to cite it: one text for each habit, each escaped as its syntax wants.

Knows no store and no Flask: everything comes in a `Work`. Nothing in it depends on the day it is read.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

_SAME = "http://www.w3.org/2004/02/skos/core#exactMatch"
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_SPACES = re.compile(r"\s+")
# What TeX reads as a command, and how it is told not to.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")
_WIKI = {
    "|": "{{!}}",
    "[": "&#91;",
    "]": "&#93;",
    "{": "&#123;",
    "}": "&#125;",
    "<": "&lt;",
    ">": "&gt;",
    "=": "{{=}}",
}


@dataclass(frozen=True)
class Work:
    """A thing as something to cite: a part of a dataset, or the dataset itself when both have one title."""

    iri: str
    title: str
    dataset: str
    makers: tuple[str, ...]
    date: str
    release: str
    licence: str = ""

    @property
    def year(self) -> str:
        return self.date[:4] if _DATE.match(self.date) else ""

    @property
    def is_part(self) -> bool:
        return self.title != self.dataset


@dataclass(frozen=True)
class Snippet:
    """One text to copy, and what it is."""

    name: str
    text: str


def link_kit(work: Work, prefixes: Mapping[str, str]) -> list[Snippet]:
    """The ways to link to the thing."""
    short = curie(work.iri, prefixes)
    made = [
        Snippet("URI", work.iri),
        Snippet(
            "CURIE", f"{short}   ({short.partition(':')[0]}: = {prefixes[short.partition(':')[0]]})" if short else ""
        ),
        Snippet("Turtle", as_turtle(work)),
        Snippet("HTML", as_html(work)),
        Snippet("Markdown", as_markdown(work)),
        Snippet("Wiki", as_wiki(work)),
    ]
    return [one for one in made if one.text]


def curie(iri: str, prefixes: Mapping[str, str]) -> str:
    """The IRI with the longest prefix that leaves a plain name; empty when there is none."""
    fitting = [
        (ns, p) for p, ns in prefixes.items() if ns and p and iri.startswith(ns) and _LOCAL.fullmatch(iri[len(ns) :])
    ]
    ns, prefix = max(fitting, key=lambda pair: len(pair[0]), default=("", ""))
    return f"{prefix}:{iri[len(ns) :]}" if prefix else ""


def as_turtle(work: Work) -> str:
    """A triple that says a thing of the reader's is the same."""
    return f"<#yours> <{_SAME}> <{work.iri}> ."


def as_html(work: Work) -> str:
    return f'<a href="{html.escape(work.iri)}">{html.escape(_line(work.title), quote=False)}</a>'


def as_markdown(work: Work) -> str:
    text = _MARKDOWN.sub(r"\\\1", _line(work.title))
    return f"[{text}](<{work.iri}>)"


def as_wiki(work: Work) -> str:
    """The template that most MediaWiki sites have for a page on the web."""
    said = {
        "title": _wiki(work.title),
        "url": work.iri.replace("|", "%7C"),
        "website": _wiki(work.dataset) if work.is_part else "",
        "publisher": _wiki(", ".join(work.makers)),
        "date": work.date,
    }
    return "{{Cite web " + " ".join(f"|{name}={value}" for name, value in said.items() if value) + "}}"


def as_text(work: Work) -> str:
    """A reference as people write it."""
    parts = (
        ", ".join(work.makers),
        work.year,
        _line(work.title),
        f"In: {_line(work.dataset)}" if work.is_part else "",
        f"Release {work.release}",
    )
    return "".join(f"{part.rstrip('.')}. " for part in parts if part) + work.iri


def as_bibtex(work: Work) -> str:
    """A BibTeX entry in UTF-8. Braces keep capitals; an address has only what a URI may have."""
    key = re.sub(r"[^A-Za-z0-9]+", "-", work.iri.partition("://")[2]).strip("-").lower()
    said = {
        "title": "{" + _tex(work.title) + "}",
        "author": " and ".join("{" + _tex(maker) + "}" for maker in work.makers),
        "year": work.year,
        "howpublished": f"In: {_tex(work.dataset)}" if work.is_part else "",
        "note": f"Release {_tex(work.release)}",
        "url": _address(work.iri),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in said.items() if value)
    return f"@misc{{{key},\n{lines}\n}}\n"


def as_csl(work: Work) -> str:
    """A list with one item of CSL-JSON (https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html)."""
    found = _DATE.match(work.date)
    parts = [int(part) for part in found.groups() if part] if found else []
    item = {
        "id": work.iri,
        "type": "entry" if work.is_part else "dataset",
        "title": html.escape(_line(work.title), quote=False),
        "container-title": html.escape(_line(work.dataset), quote=False) if work.is_part else "",
        "author": [{"literal": maker} for maker in work.makers],
        "issued": {"date-parts": [parts]} if parts else {},
        "version": work.release,
        "URL": _address(work.iri),
        "note": f"Licence: {work.licence}" if work.licence else "",
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1) + "\n"


def _line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in _line(text))


def _wiki(text: str) -> str:
    return "".join(_WIKI.get(character, character) for character in _line(text))


def _address(iri: str) -> str:
    """What neither TeX nor a browser trips over."""
    return "".join(f"%{ord(ch):02X}" if ch in '{}\\"^`|<> ' else ch for ch in iri)
