"""`/search`: things by name, grouped by what they are; suggestions for whoever types; the OpenSearch description."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Blueprint, Response, request

from service.describe.terms import Thing
from service.media import DATA, HTML, OPENSEARCH, SUGGESTIONS, Format
from service.names import Match
from service.web import pages, respond
from service.web.browse import PER_PAGE, page_number, turn
from service.web.respond import Document
from service.web.site import Site, site
from service.web.wishes import wished

blueprint = Blueprint("search", __name__)
_MOST = 200
_SUGGESTED = 10
_LONGEST = 200
_MOST_WORDS = 8
# Things for each word when none has all of them.
_FEW = 25
_LIKE, _ASIDE = "Similar names", "Vocabulary, rules and records of the dataset"


@dataclass(frozen=True)
class Hit:
    """A thing that was found: what it is called, what sort of thing it is, the name that fits if it is another.

    `is_like`: its name only resembles what was typed. `is_aside`: it belongs to vocabulary, rules or records.
    """

    thing: Thing
    sort: str
    also: str
    kind: str
    remark: str
    is_like: bool
    is_aside: bool

    @property
    def heading(self) -> str:
        """Under which heading it stands."""
        return _ASIDE if self.is_aside else _LIKE if self.is_like else self.sort.capitalize()


@blueprint.get("/search")
def search() -> Response:
    """Things by name, a page at a time (HTML, JSON); an empty search shows the form."""
    format, wanted = wished((HTML, DATA)), _wanted()
    hits = _hits(site(), wanted, _MOST)
    partly = not hits and len(wanted.split()) > 1
    hits = _hits_of_any(site(), wanted) if partly else hits
    number, last = page_number(), max(1, -(-len(hits) // PER_PAGE))
    shown = hits[(number - 1) * PER_PAGE : number * PER_PAGE]
    if format is DATA:
        return _send(DATA, {"query": wanted, "total": len(hits), "partly": partly, "items": list(map(_item, shown))})
    paging = turn("/search", number, last, [("q", wanted)])
    groups: dict[str, list[Hit]] = {}
    for hit in shown:
        groups.setdefault(hit.heading, []).append(hit)
    return pages.page("search.html", wanted=wanted, groups=groups, total=len(hits), partly=partly, paging=paging)


@blueprint.get("/search/suggest")
def suggest() -> Response:
    """The first few things by name: for browsers (OpenSearch Suggestions 1.1), or with more about each (JSON)."""
    format, wanted = wished((SUGGESTIONS, DATA)), _wanted()
    hits = _hits(site(), wanted, _MOST)[:_SUGGESTED]
    if format is DATA:
        return _send(DATA, {"query": wanted, "items": [_item(hit) for hit in hits]})
    base = site().base.iri
    labels, remarks = [hit.thing.text for hit in hits], [_remark(hit) for hit in hits]
    return _send(SUGGESTIONS, [wanted, labels, remarks, [base + _href(hit).removeprefix("/") for hit in hits]])


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """How to search here, for browsers (OpenSearch 1.1)."""
    body = pages.rendered("opensearch.xml")
    return respond.send(Document(OPENSEARCH, body, varies=False))


def _wanted() -> str:
    return request.args.get("q", "").strip()[:_LONGEST]


def _hits(here: Site, wanted: str, most: int) -> list[Hit]:
    """The best first; what is only similar, and then what is no subject of the data, after all else."""
    found = [_hit(here, match) for match in here.names.search(wanted, most)] if wanted else []
    return sorted(found, key=lambda hit: (hit.is_aside, hit.is_like))


def _hits_of_any(here: Site, wanted: str) -> list[Hit]:
    """When no name has every word: the things with one of the words, best first for each."""
    found: dict[str, Hit] = {}
    for word in wanted.split()[:_MOST_WORDS]:
        for hit in _hits(here, word, _FEW):
            found.setdefault(hit.thing.iri, hit)
    return sorted(found.values(), key=lambda hit: (hit.is_aside, hit.is_like))


def _hit(here: Site, match: Match) -> Hit:
    naming = here.naming
    main, sort = here.names.called.get(match.iri, match.name), naming.sorts.get(match.iri, "")
    also, kind = (match.name, match.kind) if match.name != main else ("", "")
    thing, remark = Thing(main, match.iri), naming.remarks.get(match.iri, "")
    return Hit(thing, sort or pages.kind_of(match.iri, here), also, kind, remark, match.is_like, not sort)


def _href(hit: Hit) -> str:
    return pages.href(hit.thing.iri, site())


def _item(hit: Hit) -> dict[str, object]:
    return {
        "id": hit.thing.iri,
        "href": _href(hit) or None,
        "label": hit.thing.text,
        "kind": hit.sort,
        "remark": hit.remark or None,
        "matched": hit.also or None,
        "matchedKind": hit.kind or None,
    }


def _remark(hit: Hit) -> str:
    return f"{hit.sort}; {hit.kind or 'also'}: {hit.also}" if hit.also else hit.sort


def _send(format: Format, told: object) -> Response:
    return respond.send(Document(format, json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")))
