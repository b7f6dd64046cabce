"""Validators and conditional requests (RFC 9110 sections 8.8 and 13), and content codings (8.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from service.conformance.checks import Failed, Inapplicable, check, expect, expect_status
from service.conformance.dates import read_date
from service.conformance.packing import CODINGS, Corrupt, decode
from service.conformance.site import Site
from service.conformance.wire import Exchange
from service.media import HTML, TURTLE

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_KEPT = ("Cache-Control", "Content-Location", "ETag", "Vary")
_OTHER = '"conformance-no-such-tag"'


def _samples(site: Site) -> Iterator[tuple[str, str]]:
    """(path, accept) of documents to try conditions on."""
    for one in site.documents:
        for kind in (HTML.media_type, TURTLE.media_type):
            if kind in one.fixed or kind == HTML.media_type:
                yield one.path, kind


def _tagged(site: Site, path: str, accept: str) -> Exchange:
    reply = expect_status(site.get(path, accept), 200)
    expect(_TAG.fullmatch(reply.header("ETag")), f"ETag is {reply.header('ETag') or 'not there'}", reply)
    return reply


@check("conditions.strong-tags", "Documents carry a strong ETag", "RFC 9110", "8.8.3")
def strong_tags(site: Site) -> None:
    for path, accept in _samples(site):
        reply = _tagged(site, path, accept)
        expect(not reply.header("ETag").startswith("W/"), "the ETag is weak", reply)


@check("conditions.tag-of-each-format", "Each format has an ETag of its own", "RFC 9110", "8.8.3.3")
def tag_of_each_format(site: Site) -> None:
    for one in site.documents:
        tags = [_tagged(site, one.path, kind).header("ETag") for kind in (HTML.media_type, *one.rdf)]
        expect(len(set(tags)) == len(tags), f"formats of {one.path} share an ETag")


@check("conditions.stable", "Asked again, the same ETag means the same bytes", "RFC 9110", "8.8.1")
def stable(site: Site) -> None:
    for path, accept in _samples(site):
        first, again = _tagged(site, path, accept), site.get(path, accept, fresh=True)
        expect(first.header("ETag") == again.header("ETag"), "the ETag changes from request to request", again)
        expect(first.body == again.body, "the ETag is the same, the bytes are not", again)


@check("conditions.not-modified", "A client that has the representation gets 304", "RFC 9110", "13.1.2")
def not_modified(site: Site) -> None:
    for path, accept in _samples(site):
        tag = _tagged(site, path, accept).header("ETag")
        expect_status(site.get(path, accept, if_none_match=tag), 304)


@check(
    "conditions.headers-of-304",
    "A 304 carries what the 200 would: Cache-Control, Content-Location, ETag, Vary",
    "RFC 9110",
    "15.4.5",
)
def headers_of_304(site: Site) -> None:
    for path, accept in _samples(site):
        reply = _tagged(site, path, accept)
        same = expect_status(site.get(path, accept, if_none_match=reply.header("ETag")), 304)
        for name in _KEPT:
            exactly = name in ("Content-Location", "ETag")
            expect(
                same.header(name) == reply.header(name) if exactly else same.listed(name) == reply.listed(name),
                f"{name} is {same.header(name)!r}, not {reply.header(name)!r}",
                same,
            )


@check("conditions.list", "One tag of a list is enough, and is compared weakly", "RFC 9110", "13.1.2")
def tags_in_a_list(site: Site) -> None:
    for path, accept in _samples(site):
        tag = _tagged(site, path, accept).header("ETag")
        for value in (f"{_OTHER}, {tag}", f'W/"x" , W/{tag.removeprefix("W/")},"y"', "*"):
            reply = site.get(path, accept, if_none_match=value)
            expect(reply.status == 304, f"{reply.status} for If-None-Match: {value[:80]}", reply)


@check("conditions.other-tag", "A client that has something else gets all of it", "RFC 9110", "13.1.2")
def other_tag(site: Site) -> None:
    for one in site.documents:
        page = _tagged(site, one.path, HTML.media_type).header("ETag")
        for value in (_OTHER, page):
            reply = expect_status(site.get(one.path, one.rdf[0], if_none_match=value), 200)
            expect(reply.body, "it is 200 without a body", reply)


@check("conditions.head", "HEAD is conditional as GET is", "RFC 9110", "13.2.1")
def conditional_head(site: Site) -> None:
    path, accept = site.thing_document, TURTLE.media_type
    tag = _tagged(site, path, accept).header("ETag")
    expect_status(site.head(path, accept, if_none_match=tag), 304)
    expect_status(site.head(path, accept, if_none_match=_OTHER), 200)


@check(
    "conditions.if-match",
    "If-Match with another tag is 412, with the right one or * the document, asked again too",
    "RFC 9110",
    "13.1.1",
)
def if_match(site: Site) -> None:
    path = site.thing_document
    tag = _tagged(site, path, TURTLE.media_type).header("ETag")
    for _ in ("new", "perhaps kept"):
        expect_status(site.get(path, TURTLE.media_type, if_match='"another"'), 412)
        expect_status(site.get(path, TURTLE.media_type, if_match=tag), 200)
        expect_status(site.get(path, TURTLE.media_type, if_match="*"), 200)


def _files(site: Site) -> list[tuple[str, str]]:
    """The dump of everything, if there is one."""
    try:
        return [(site.dump(), "")]
    except Inapplicable:
        return []


def _dated(site: Site) -> Iterator[tuple[str, str, Exchange, datetime]]:
    """Replies that say when they were modified."""
    some = False
    for path, accept in (*_samples(site), *_files(site)):
        reply = expect_status(site.get(path, accept), 200)
        if reply.header("Last-Modified"):
            some = True
            yield path, accept, reply, read_date(reply, "Last-Modified")
    if not some:
        raise Inapplicable("nothing says Last-Modified")


@check("conditions.last-modified", "Last-Modified is a date, and not in the future", "RFC 9110", "8.8.2")
def last_modified(site: Site) -> None:
    for _, _, reply, when in _dated(site):
        expect(when <= datetime.now(UTC) + timedelta(seconds=60), f"it is {reply.header('Last-Modified')}", reply)


@check(
    "conditions.if-modified-since",
    "If-Modified-Since gets 304 when nothing has changed since, else 200",
    "RFC 9110",
    "13.1.3",
)
def if_modified_since(site: Site) -> None:
    for path, accept, reply, when in _dated(site):
        expect_status(site.get(path, accept, if_modified_since=reply.header("Last-Modified")), 304)
        before = format_datetime(when - timedelta(days=1), usegmt=True)
        expect_status(site.get(path, accept, if_modified_since=before), 200)


@check(
    "conditions.tag-before-date", "If-None-Match decides where If-Modified-Since is there too", "RFC 9110", "13.1.3"
)
def tag_before_date(site: Site) -> None:
    for path, accept, reply, _ in _dated(site):
        both = site.get(path, accept, if_none_match=_OTHER, if_modified_since=reply.header("Last-Modified"))
        expect_status(both, 200)


@check("conditions.no-date", "An If-Modified-Since that is no date is ignored", "RFC 9110", "13.1.3")
def no_date(site: Site) -> None:
    for path, accept, _, _ in _dated(site):
        expect_status(site.get(path, accept, if_modified_since="yesterday"), 200)


def _packed(site: Site) -> tuple[str, str]:
    """(path, accept) of something that is worth packing."""
    for path, accept in _samples(site):
        if len(site.get(path, accept).body) > 2000:
            return path, accept
    raise Inapplicable("every document is too short to be packed")


@check("conditions.codings", "A packed body unpacks to the same bytes, and says how it was packed", "RFC 9110", "8.4")
def codings(site: Site) -> str:
    path, accept = _packed(site)
    plain, used = _tagged(site, path, accept), []
    for coding in CODINGS:
        reply = expect_status(site.get(path, accept, accept_encoding=coding), 200)
        told = reply.header("Content-Encoding").lower()
        expect(told in ("", coding), f"it is packed as {told}, which was not asked for", reply)
        expect(_unpacked(reply, told, len(plain.body)) == plain.body, "unpacked it is not the same", reply)
        used += [told] if told else []
    if not used:
        raise Inapplicable("nothing is packed")
    return f"packed with {', '.join(used)}"


def _unpacked(reply: Exchange, coding: str, most: int) -> bytes:
    try:
        return decode(reply.body, coding, most) if coding else reply.body
    except Corrupt as error:
        raise Failed(f"it cannot be unpacked: {error}", reply) from error


@check("conditions.coding-not-wanted", "Nothing is packed for who did not ask, or said no", "RFC 9110", "12.5.3")
def coding_not_wanted(site: Site) -> None:
    path, accept = _packed(site)
    for value in ("", "identity", "gzip;q=0, br;q=0, zstd;q=0", "x-unknown"):
        reply = site.get(path, accept, accept_encoding=value) if value else site.get(path, accept)
        expect(not expect_status(reply, 200).header("Content-Encoding"), f"it is packed for {value!r}", reply)


@check(
    "conditions.tag-of-each-coding",
    "A packed representation has an ETag of its own and says Vary: Accept-Encoding",
    "RFC 9110",
    "8.8.3.3",
)
def tag_of_each_coding(site: Site) -> None:
    path, accept = _packed(site)
    plain = _tagged(site, path, accept)
    asked = {coding: expect_status(site.get(path, accept, accept_encoding=coding), 200) for coding in CODINGS}
    packed = {coding: reply for coding, reply in asked.items() if reply.header("Content-Encoding")}
    if not packed:
        raise Inapplicable("nothing is packed")
    strong = {plain.header("ETag")}
    for coding, reply in packed.items():
        tag = reply.header("ETag")
        expect(reply.listed("Vary") & {"accept-encoding", "*"}, "Vary does not name Accept-Encoding", reply)
        expect(tag not in strong, "it shares a strong ETag with another coding", reply)
        strong |= {tag} if not tag.startswith("W/") else set()
        expect_status(site.get(path, accept, accept_encoding=coding, if_none_match=tag), 304)
    expect(plain.listed("Vary") & {"accept-encoding", "*"}, "Vary does not name Accept-Encoding", plain)
