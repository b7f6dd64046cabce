"""The JSON documents that pictures are drawn from, in the shape of service/browser/src/pictures/kinds.ts.

What is only ever attributed carries `voice`, and no document has it without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from service.describe.statements import Claim, Statement
from service.describe.terms import Bounds, Thing
from service.pictures.presence import known
from service.pictures.story import Place, Story, Told
from service.web import pages, words
from service.web.site import Site

Json = dict[str, Any]
_BEFORE = {"affirms": "according to ", "denies": "denied by ", "withholds": "left open by "}


def network(told: Iterable[Told], story: Story, here: Site) -> Json:
    """Nodes and ties. A statement without two ends is no tie."""
    ties = [one for one in told if one.statement.subject and one.statement.other]
    nodes = {end.iri: end for one in ties for end in one.ends}
    return {
        "nodes": [_node(end, story.kinds.get(iri, ("", "")), here) for iri, end in nodes.items()],
        "ties": [_tie(one, here) for one in ties],
    }


def timeline(told: Iterable[Told], story: Story, here: Site) -> Json:
    """Spans with the rows they may stand in: by kind, by place, by actor."""
    return {
        "spans": [
            _told(one, here)
            | _given(
                label=sentence(one.statement, here),
                rows={"type": [one.sort or one.group], "place": _texts(one.places), "actor": _texts(actors(one))},
            )
            for one in told
        ],
        "groupings": [["group", "group"], ["type", "kind"], ["place", "place"], ["actor", "actor"]],
    }


def atlas(told: Iterable[Told], story: Story, here: Site) -> Json:
    """Places with what is said of them, each where it lies or where the nearest place around it does."""
    sightings = [(one, place) for one in told for place in one.places]
    used = {place.iri: place for _, place in sightings}
    return {
        "places": [_place(iri, thing, story, here) for iri, thing in used.items()],
        "sightings": [_sighting(one, place, here) for one, place in sightings],
    }


def actors(one: Told) -> tuple[Thing, ...]:
    """Who had to do with it: as the view says, else both ends of the statement that are no place of it."""
    places = {place.iri for place in one.places}
    return one.actors or tuple(end for end in one.ends if end.iri not in places)


def sentence(statement: Statement, here: Site) -> str:
    """The statement in words. Whose words they are stands in `voice`."""
    ends = [pages.called(end, here) if end else "" for end in (statement.subject, statement.other)]
    qualifier = f"({statement.qualifier})" if statement.qualifier else ""
    return " ".join(part for part in (ends[0], statement.phrase, ends[1], qualifier) if part)


def voice(statement: Statement) -> str:
    """Who says so, for what we do not say ourselves: "according to A, P3; denied by B, P4". Else nothing."""
    if not statement.attributed:
        return ""
    return _speakers(statement, _BEFORE, _speaker) or "according to somebody who is not named"


def says(statement: Statement) -> str:
    """Who says so, for all else: "A, P3; denied by B, P4"."""
    return "" if statement.attributed else _speakers(statement, _BEFORE | {"affirms": ""}, _speaker)


def speakers(statement: Statement) -> str:
    """The same in few words, for what only somebody says: the names alone."""
    return _speakers(statement, _BEFORE, _name) if statement.attributed else ""


def _speakers(statement: Statement, said: dict[str, str], tell: Callable[[Claim], str]) -> str:
    voices = {mark: list(dict.fromkeys(tell(one) for one in statement.voices if one.mark == mark)) for mark in said}
    return "; ".join(before + " and ".join(voices[mark]) for mark, before in said.items() if voices[mark])


def _name(claim: Claim) -> str:
    return claim.holder.text if claim.holder else "somebody unnamed"


def _speaker(claim: Claim) -> str:
    firmly = ", ".join(part for part in (claim.hedge, claim.certainty) if part)
    passages = ", ".join(dict.fromkeys(place.label for place in claim.passages if place.label))
    way = f"by way of {claim.via.text}" if claim.via else ""
    return ", ".join(part for part in (_name(claim) + (f" ({firmly})" if firmly else ""), way, passages) if part)


def _told(one: Told, here: Site) -> Json:
    said = one.statement
    return _given(
        id=said.iri,
        href=pages.href(said.iri, here),
        group=one.group,
        mark=said.mark,
        standing=said.standing,
        voice=voice(said),
        speakers=speakers(said),
        says=says(said),
        when=_when(said.when),
    )


def _tie(one: Told, here: Site) -> Json:
    said = one.statement
    assert said.subject is not None, "a tie has two ends"
    assert said.other is not None, "a tie has two ends"
    label = " ".join(part for part in (said.phrase, f"({said.qualifier})" if said.qualifier else "") if part)
    ends = _given(**{"from": said.subject.iri}, to=said.other.iri, label=label, side=one.side)
    return _told(one, here) | ends | ({"mutual": True} if one.mutual else {})


def _node(end: Thing, kind: tuple[str, str], here: Site) -> Json:
    return _given(
        id=end.iri, label=pages.called(end, here), href=pages.href(end.iri, here), kind=kind[0], shape=kind[1]
    )


def _sighting(one: Told, place: Thing, here: Site) -> Json:
    subject = one.statement.subject
    actor = subject.iri if subject and subject.iri != one.statement.iri else ""
    return _told(one, here) | _given(
        place=place.iri, label=sentence(one.statement, here), shape=one.shape, side=one.side, actor=actor
    )


def _place(iri: str, shown: Thing, story: Story, here: Site) -> Json:
    own = story.places.get(iri)
    found, stands_in = located(iri, story.places)
    name = pages.called(shown, here)
    made = _given(id=iri, label=name, href=pages.href(iri, here), kind=own.kind if own else "")
    if found is None:
        return made
    where = {"country": found.country} if found.longitude is None else {}
    if found.longitude is not None and found.latitude is not None:
        where = {"longitude": found.longitude, "latitude": found.latitude}  # type: ignore[dict-item]
    return made | where | (_given(inside=pages.called(found.thing, here)) if stands_in else {})


def located(iri: str, places: dict[str, Place]) -> tuple[Place | None, bool]:
    """The place itself when it has a position, else the nearest around it that has; and whether it is another."""
    seen, ring = {iri}, [iri]
    while ring:
        found = [places[one] for one in ring if one in places]
        for place in found:
            if (place.longitude is not None and place.latitude is not None) or place.country:
                return place, place.thing.iri != iri
        ring = list(dict.fromkeys(wider for place in found for wider in place.around if wider not in seen))
        seen.update(ring)
    return None, False


def _when(bounds: Bounds) -> Json | None:
    if not bounds:
        return None
    begin = [known(bounds.begin_earliest) or None, known(bounds.begin_latest) or None]
    end = [known(bounds.end_earliest) or None, known(bounds.end_latest) or None]
    return {"begin": begin, "end": end, "words": words.when(bounds)}


def _texts(things: Iterable[Thing]) -> list[str]:
    return sorted({one.text for one in things if one.text})


def _given(**members: Any) -> Json:
    """The members that say something."""
    return {name: value for name, value in members.items() if value}
