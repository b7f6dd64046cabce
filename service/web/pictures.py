"""Network, timeline and map: each a page with a table, and the document its picture is drawn from.

Pages and documents take the same parameters. A document leaves to the reader's script what that can choose by itself.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, request

from service.describe.terms import Thing
from service.media import DATA, HTML, TABLE
from service.pictures.choose import Chosen, Wanted, choose, groups, has_group
from service.pictures.presence import presence, turning_days
from service.pictures.story import Place, Story, Told, read
from service.web import drawings, lines, pages, respond
from service.web.respond import Document
from service.web.room import Reading, reading
from service.web.site import Mark, Site, site
from service.web.wanted import wanted
from service.web.wishes import wished

blueprint = Blueprint("pictures", __name__)
# A page that a phone can still show; the picture and the document have all.
_MOST_LINES = 600
_NOTHING = Story((), {}, {}, True)
Draw = Callable[[Iterable[Told], Story, Site], dict[str, Any]]
_DRAW: dict[str, Draw] = {"network": drawings.network, "timeline": drawings.timeline, "map": drawings.atlas}


@dataclass(frozen=True)
class Show:
    """All that the page of a picture needs."""

    name: str
    has_view: bool
    wanted: Wanted
    shown: Chosen
    lines: tuple[Told, ...]
    groups: dict[str, bool]
    marks: tuple[Mark, ...]
    around: Thing | None
    whole: int
    unplaced: tuple[Thing, ...]
    credits: tuple[tuple[Thing, tuple[str, ...]], ...]

    def chosen_group(self, name: str) -> bool:
        """Is the box of this group ticked?"""
        return has_group(name, self.groups[name], self.wanted)

    def address(self, format: str) -> str:
        """The same in another format."""
        fields = [
            (name, value) for name, value in request.args.items(multi=True) if name not in ("format", "by") and value
        ]
        return f"/{self.name}?{urlencode([*fields, ('format', format)])}"

    def held(self, one: Told) -> str:
        """Whether it held on the day that is shown: surely or possibly; nothing when no day is."""
        return presence(one.statement.when, self.wanted.asof) if self.wanted.asof else ""


@blueprint.get("/network")
def network() -> Response:
    """Who is with and against whom: a picture, a table, and the document behind them (HTML, JSON, CSV)."""
    return _send("network")


@blueprint.get("/timeline")
def timeline() -> Response:
    """What happened and what held, in time: a picture, a table, and the document behind them (HTML, JSON, CSV)."""
    return _send("timeline")


@blueprint.get("/map")
def atlas() -> Response:
    """What is said of places: a picture, a table, and the document behind them (HTML, JSON, CSV)."""
    return _send("map")


@blueprint.get("/drawn")
def drawn() -> Response:
    """How many statements each picture has around one thing, for a page that may show some of them (JSON)."""
    here, asked = site(), wanted(site().base)
    counts = {name: len(choose(_story(reading(), name) or _NOTHING, asked).told) for name in _DRAW}
    return _json(counts if asked.around else {}, here)


def _send(name: str) -> Response:
    format, here = wished((HTML, DATA, TABLE)), site()
    asked, story = wanted(here.base), _story(reading(), name)
    shown = choose(story or _NOTHING, asked)
    if format is HTML:
        return pages.page(f"{name}.html", about=Thing(""), show=_show(name, asked, story, shown))
    if format is TABLE:
        return respond.send(Document(TABLE, lines.as_csv(shown.told, here), links=pages.licences()))
    return _json(_document(name, story or _NOTHING, shown, here), here)


def _document(name: str, story: Story, shown: Chosen, here: Site) -> dict[str, Any]:
    marks = {one.statement.mark for one in shown.told}
    return {
        **_DRAW[name](shown.told, story, here),
        "groups": [{"name": one, "quiet": quiet} for one, quiet in groups(story.told).items()],
        "marks": [{"mark": one.name, "label": one.label} for one in here.marks if one.name in marks],
        "days": turning_days(one.statement.when for one in shown.told),
        "leftOut": shown.left_out,
        "isWhole": story.is_whole,
    }


def _json(document: dict[str, Any], here: Site) -> Response:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return respond.send(Document(DATA, body, links=pages.licences()))


def _show(name: str, asked: Wanted, story: Story | None, shown: Chosen) -> Show:
    has, told = story is not None, (story or _NOTHING).told
    marks = Counter(one.statement.mark for one in told)
    places = (story or _NOTHING).places
    return Show(
        name,
        has,
        asked,
        shown,
        shown.told[:_MOST_LINES],
        groups(told),
        tuple(one for one in site().marks if marks[one.name]),
        _named(asked.around, told) if asked.around else None,
        len(told),
        _unplaced(shown.told, places),
        _credits(places.values()),
    )


def _unplaced(told: Iterable[Told], places: dict[str, Place]) -> tuple[Thing, ...]:
    """The places, of those that something is said of, that are nowhere on the map."""
    used = {place.iri: place for one in told for place in one.places}
    lost = [place for iri, place in used.items() if drawings.located(iri, places)[0] is None]
    return tuple(sorted(lost, key=lambda place: place.text.casefold()))


def _credits(places: Iterable[Place]) -> tuple[tuple[Thing, tuple[str, ...]], ...]:
    """The licences of the positions, each with the hosts they come from."""
    hosts: dict[Thing, set[str]] = {}
    for place in places:
        for licence in place.licences:
            hosts.setdefault(licence, set()).update(urlsplit(source.iri).netloc for source in place.sources)
    return tuple(
        (licence, tuple(sorted(hosts[licence] - {""}))) for licence in sorted(hosts, key=lambda one: one.iri)
    )


def _named(iri: str, told: Iterable[Told]) -> Thing:
    """The thing in the middle, by the name that the statements give it."""
    ends = (end for one in told for end in (*one.ends, *one.actors, *one.places, one.statement.subject))
    return next((end for end in ends if end is not None and end.iri == iri), Thing("", iri))


@lru_cache(maxsize=8)
def _story(of: Reading, name: str) -> Story | None:
    return read(of.engine, of.release, name)
