"""Choose what to send. Knows Accept headers and offers; knows nothing of Flask, RDF or stores."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from service.errors import NotAcceptable
from service.kept import kept
from service.media import Format


def choose(accept: str | None, offers: Sequence[Format]) -> Format:
    """The best of `offers` for an Accept header (RFC 9110 section 12.5.1).

    Each offer takes the quality of the most specific range that matches it. Ties go to the offer named
    more specifically, then to the earlier offer. No header, or an empty one, accepts everything.
    Raises NotAcceptable, with the list of offers, when nothing matches.
    """
    if not accept or not accept.strip():
        return offers[0]
    ranges = _ranges(accept)
    ranked = [(*_quality(offer, ranges), -index) for index, offer in enumerate(offers)]
    quality, _, place = max(ranked)
    if quality <= 0:
        types = [offer.media_type for offer in offers]
        raise NotAcceptable(
            f"None of the media types asked for can be sent. Ask for one of: {', '.join(types)}.",
            members={"available": types},
        )
    return offers[-place]


def acceptable(accept: str | None, offers: Sequence[Format]) -> Format | None:
    """Like `choose`, but None when nothing matches."""
    try:
        return choose(accept, offers)
    except NotAcceptable:
        return None


@kept(512)
def profiles(accept: str, media_type: str) -> tuple[str, ...]:
    """The profiles that the client wants of a media type, as its most wanted range says; none when it names none."""
    found = parse_accept_header(accept[:8000], MIMEAccept)
    wanted = [(quality, value) for value, quality in found if value.partition(";")[0].strip().lower() == media_type]
    _, best = max(wanted, key=lambda one: (one[0], "profile" in one[1]), default=(0, ""))
    return tuple(parse_options_header(best)[1].get("profile", "").split())


@kept(512)
def _ranges(accept: str) -> dict[str, float]:
    """Media range without parameters -> quality.

    Parameters narrow a range, but charset=utf-8 is what we send anyway and JSON-LD profiles are chosen
    elsewhere, so they are dropped: a range with parameters still matches its type.
    """
    found: dict[str, float] = {}
    for value, quality in parse_accept_header(accept[:8000], MIMEAccept):
        bare = value.split(";", 1)[0].strip().lower()
        bare = "*/*" if bare == "*" else bare
        found[bare] = max(quality, found.get(bare, 0.0))
    return found


def _quality(offer: Format, ranges: dict[str, float]) -> tuple[float, int]:
    """(quality, specificity 0-3) of the most specific range that matches the offer."""
    if offer.media_type in ranges:
        return ranges[offer.media_type], 3
    named = [ranges[alias] for alias in offer.aliases if alias in ranges]
    if named:
        return max(named), 2
    family = offer.media_type.split("/", 1)[0] + "/*"
    if family in ranges:
        return ranges[family], 1
    return ranges.get("*/*", 0.0), 0
