"""Ranges of a file (RFC 9110 section 14): a download that broke off is gone on with, and ends right."""

from __future__ import annotations

import hashlib
import re

from service.conformance.checks import Inapplicable, check, expect, expect_status
from service.conformance.site import Site
from service.conformance.wire import Exchange
from service.media import NTRIPLES

_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)
_CONTENT_RANGE = re.compile(rb"(?im)^content-range:[ \t]*([^\r]*?)[ \t]*\r$")
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def _file(site: Site) -> tuple[str, Exchange]:
    """The path of a file, and its whole: that of the dataset's own description, or the smallest there is."""
    names = sorted(name for name in site.dumps if name.endswith(f".{NTRIPLES.extension}"))
    if not names:
        raise Inapplicable("there is no dump in N-Triples")
    path = f"/dumps/{next((name for name in names if name.startswith('dataset')), names[0])}"
    return path, expect_status(site.get(path), 200)


def _part(site: Site, wanted: str, first: int, last: int) -> None:
    """One range, which must be bytes `first` to `last`."""
    path, whole = _file(site)
    reply = expect_status(site.get(path, range=f"bytes={wanted}"), 206)
    size = len(whole.body)
    told = _RANGE.fullmatch(reply.header("Content-Range"))
    expect(
        told and told.groups() == (str(first), str(last), str(size)),
        f"Content-Range is {reply.header('Content-Range')!r}",
        reply,
    )
    expect(reply.body == whole.body[first : last + 1], "the bytes are others", reply)


@check("ranges.announced", "A file says that ranges of bytes may be asked for", "RFC 9110", "14.3")
def announced(site: Site) -> None:
    path, whole = _file(site)
    for reply in (whole, site.head(path)):
        expect("bytes" in reply.listed("Accept-Ranges"), "Accept-Ranges does not say bytes", reply)


@check("ranges.first-bytes", "The first bytes", "RFC 9110", "14.1.2")
def first_bytes(site: Site) -> None:
    _part(site, "0-9", 0, 9)


@check("ranges.middle", "Bytes from the middle", "RFC 9110", "14.1.2")
def middle(site: Site) -> None:
    half = len(_file(site)[1].body) // 2
    _part(site, f"{half}-{half}", half, half)


@check("ranges.open-end", "From a byte to the end", "RFC 9110", "14.1.2")
def open_end(site: Site) -> None:
    size = len(_file(site)[1].body)
    _part(site, f"{size - 11}-", size - 11, size - 1)


@check("ranges.suffix", "The last bytes", "RFC 9110", "14.1.2")
def suffix(site: Site) -> None:
    size = len(_file(site)[1].body)
    _part(site, "-7", size - 7, size - 1)


@check("ranges.beyond-the-end", "A range that ends after the file is cut to it", "RFC 9110", "14.1.2")
def beyond_the_end(site: Site) -> None:
    size = len(_file(site)[1].body)
    _part(site, f"{size - 5}-{size + 1000}", size - 5, size - 1)


@check(
    "ranges.not-satisfiable",
    "A range that begins after the end is 416, which says how long the file is",
    "RFC 9110",
    "15.5.17",
)
def not_satisfiable(site: Site) -> None:
    path, whole = _file(site)
    reply = expect_status(site.get(path, range=f"bytes={len(whole.body)}-"), 416)
    expect(
        reply.header("Content-Range") == f"bytes */{len(whole.body)}",
        f"Content-Range is {reply.header('Content-Range')!r}",
        reply,
    )


@check("ranges.other-units", "A range in units that nobody knows is ignored", "RFC 9110", "14.2")
def other_units(site: Site) -> None:
    path, whole = _file(site)
    reply = site.get(path, range="lines=1-2")
    expect(reply.status == 200 and reply.body == whole.body, f"{reply.status}", reply)


@check("ranges.nonsense", "A range that makes no sense is ignored or refused, never answered", "RFC 9110", "14.2")
def nonsense(site: Site) -> None:
    path, whole = _file(site)
    for value in ("bytes=", "bytes=9-3", "bytes=a-b"):
        reply = expect_status(site.get(path, range=value), 200, 400, 416)
        expect(reply.status != 200 or reply.body == whole.body, "it is 200 and not the whole", reply)


@check("ranges.several", "Several ranges come as parts, or the whole file comes", "RFC 9110", "14.2")
def several(site: Site) -> None:
    path, whole = _file(site)
    reply = expect_status(site.get(path, range="bytes=0-4, 10-14"), 200, 206)
    if reply.status == 200:
        expect(reply.body == whole.body, "it is 200 and not the whole", reply)
        return
    covered: set[int] = set()
    for told, content in _parts(reply):
        place = _RANGE.fullmatch(told)
        expect(place, f"Content-Range of a part is {told!r}", reply)
        first, last, size = map(int, place.groups() if place else (0, 0, 0))
        expect(size == len(whole.body) and content == whole.body[first : last + 1], f"{told} has other bytes", reply)
        covered |= set(range(first, last + 1))
    expect(
        {*range(5), *range(10, 15)} <= covered < set(range(len(whole.body))), "parts are missing, or all comes", reply
    )


def _parts(reply: Exchange) -> list[tuple[str, bytes]]:
    """(Content-Range, bytes) of each part; parts that lie close may come as one (RFC 9110 section 15.3.7.2)."""
    if reply.type != "multipart/byteranges":
        return [(reply.header("Content-Range"), reply.body)]
    named = _BOUNDARY.search(reply.header("Content-Type"))
    expect(named, "no boundary is named", reply)
    boundary = (named[1] or named[2]).encode("latin-1") if named else b""
    pieces = (b"\r\n" + reply.body).split(b"\r\n--" + boundary)
    expect(len(pieces) > 2 and pieces[-1].startswith(b"--"), "the parts do not end", reply)
    heads = (piece.partition(b"\r\n\r\n") for piece in pieces[1:-1])
    return [(_CONTENT_RANGE.search(head + b"\r\n")[1].decode("latin-1"), content) for head, _, content in heads]  # type: ignore[index]


@check(
    "ranges.if-range",
    "If-Range with the tag of the file gets the range; with any other, a weak one or another date, the whole",
    "RFC 9110",
    "13.1.5",
)
def if_range(site: Site) -> None:
    path, whole = _file(site)
    tag = whole.header("ETag")
    expect(tag.startswith('"'), f"the ETag of a file is {tag or 'not there'}, not a strong one", whole)
    expect_status(site.get(path, range="bytes=0-9", if_range=tag), 206)
    for value in ('"another"', f"W/{tag}", "Tue, 01 Jan 2030 00:00:00 GMT"):
        reply = site.get(path, range="bytes=0-9", if_range=value)
        expect(reply.status == 200 and reply.body == whole.body, f"{reply.status} for If-Range: {value}", reply)


@check(
    "ranges.not-modified", "A client that has the file gets 304, also when it asks for a range", "RFC 9110", "13.2.2"
)
def not_modified(site: Site) -> None:
    path, whole = _file(site)
    tag = whole.header("ETag")
    expect_status(site.get(path, if_none_match=tag), 304)
    expect_status(site.get(path, if_none_match=tag, range="bytes=0-9"), 304)


@check("ranges.digest-of-the-whole", "A part carries the validator and the checksum of the whole", "RFC 9530", "3")
def digest_of_the_whole(site: Site) -> None:
    path, whole = _file(site)
    part = expect_status(site.get(path, range="bytes=0-9"), 206)
    for name in ("ETag", "Repr-Digest", "Last-Modified"):
        expect(
            part.header(name) == whole.header(name),
            f"{name} is {part.header(name)!r}, of the whole {whole.header(name)!r}",
            part,
        )


@check("ranges.head", "HEAD with a range is told of the whole file, and nothing is sent", "RFC 9110", "14.2")
def head(site: Site) -> None:
    path, whole = _file(site)
    reply = expect_status(site.head(path, range="bytes=0-9"), 200)
    told = reply.header("Content-Length")
    expect(told in ("", str(len(whole.body))), f"Content-Length is {told}, of the whole {len(whole.body)}", reply)


@check(
    "ranges.resume",
    "A download that broke off and was gone on with has the checksum of SHA256SUMS",
    "RFC 9110",
    "14.4",
)
def resume(site: Site) -> str:
    path, whole = _file(site)
    third = len(whole.body) // 3
    first = expect_status(site.get(path, range=f"bytes=0-{third - 1}"), 206)
    rest = expect_status(site.get(path, range=f"bytes={third}-", if_range=first.header("ETag")), 206)
    found = hashlib.sha256(first.body + rest.body).hexdigest()
    expect(found == site.dumps[path.rpartition("/")[2]], f"put together it has {found}", rest)
    return f"{len(whole.body):,} bytes in two parts"
