"""What a client wants only under a condition, and the part of it: decided here for every reply, kept or new.

RFC 9110 sections 13 and 14. A condition is of the representation that is sent, so it is looked at when the reply is
there, after it was packed. Flask never sees one: what it makes is kept for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.http import parse_date

from service.errors import PreconditionFailed, RangeNotSatisfiable
from service.web.replies import Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NAMES = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "range", "if-range")
_TAG = re.compile(r'(?:W/)?"[^"]*"')
_SUFFIX = re.compile(r'-(?:zstd|br|gzip)"')
# The three forms of an HTTP-date (section 5.6.7); what only resembles one is none, nor are two.
_DATE = re.compile(
    r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT|\w+, \d\d-\w{3}-\d\d [\d:]{8} GMT|\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}",
    re.ASCII,
)
# More digits than any file has bytes; int() refuses thousands.
_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,400})-(\d{0,400})", re.ASCII | re.IGNORECASE)
_OF_A_BODY = ("Content-Type", "Content-Length", "Content-Encoding", "Server-Timing")


class Conditions(NamedTuple):
    """The headers of a request that its answer depends on after it is made; empty where they were not sent."""

    if_match: str = ""
    if_none_match: str = ""
    if_modified_since: str = ""
    if_unmodified_since: str = ""
    range: str = ""
    if_range: str = ""

    @property
    def held(self) -> str:
        """The tags the client holds, when nothing else is to be looked at before them."""
        return "" if self.if_match or self.if_unmodified_since else self.if_none_match


NONE = Conditions()


def read(method: str, find: Callable[[str], str]) -> Conditions:
    """The conditions of a request; `find` gives a header by its name in lower case, lines of one name as one list.

    Only GET and HEAD have any here: a POST asks, and its answer is no representation of the address it is sent to
    (section 13.2.1). Only GET knows ranges (section 14.2).
    """
    if method not in ("GET", "HEAD"):
        return NONE
    found = Conditions(*map(find, NAMES))
    return found if method == "GET" else found._replace(range="", if_range="")


def take(environ: WSGIEnvironment) -> Conditions:
    """The same, taken out of the environment: what is behind the door answers for everybody."""
    names = {name: f"HTTP_{name.upper().replace('-', '_')}" for name in NAMES}
    given = {name: environ.pop(key, "") for name, key in names.items()}
    return read(environ["REQUEST_METHOD"], given.__getitem__)


def settle(reply: Reply, asked: Conditions) -> Reply:
    """The reply, 304, or the part that is asked for; in the order of section 13.2.2.

    Raises PreconditionFailed, RangeNotSatisfiable. Whatever is no 200 stays as it is (section 13.2.1).
    """
    if asked is NONE or reply.status != HTTPStatus.OK:
        return reply
    try:
        _require(reply, asked)
        told = _unchanged(reply, asked)
        return told if told is not reply else _part(reply, asked)
    except (PreconditionFailed, RangeNotSatisfiable):
        reply.close()
        raise


def named(if_none_match: str, etag: str) -> str:
    """The tag of a representation that the client names: this one, or the same without coding; empty when neither.

    Compared weakly (section 13.1.2). What is coded otherwise may be more than this client can read, so it does not
    count (section 8.8.3).
    """
    if not if_none_match or not etag:
        return ""
    known = {tag.removeprefix("W/") for tag in _TAG.findall(if_none_match)}
    candidates = (etag, _SUFFIX.sub('"', etag))
    return next((candidate for candidate in candidates if candidate.removeprefix("W/") in known), "")


def _require(reply: Reply, asked: Conditions) -> None:
    """Is it still what the client thinks it is? Tags are compared strongly (section 13.1.1), else dates (13.1.4)."""
    if asked.if_match:
        strong = {tag for tag in _TAG.findall(asked.if_match) if not tag.startswith("W/")}
        holds = asked.if_match.strip() == "*" or reply.etag in strong
    elif asked.if_unmodified_since:
        modified, since = _date(reply.header("Last-Modified")), _date(asked.if_unmodified_since)
        holds = modified is None or since is None or modified <= since
    else:
        return
    if not holds:
        raise PreconditionFailed(
            "It is not, or no longer, what If-Match or If-Unmodified-Since names. Ask without them."
        )


def _unchanged(reply: Reply, asked: Conditions) -> Reply:
    """The 304 for a client that has this reply already, else the reply itself.

    `*` is any representation, and here is one (section 13.1.2). A date only counts when the client names no tags.
    """
    found = ""
    if asked.if_none_match:
        found = reply.etag if asked.if_none_match.strip() == "*" else named(asked.if_none_match, reply.etag)
    elif asked.if_modified_since:
        modified, since = _date(reply.header("Last-Modified")), _date(asked.if_modified_since)
        found = reply.etag if modified is not None and since is not None and modified <= since else ""
    if not found:
        return reply
    reply.close()
    kept = tuple((n, v) for n, v in reply.headers if n not in _OF_A_BODY)
    return Reply(HTTPStatus.NOT_MODIFIED, tuple((n, found if n == "ETag" else v) for n, v in kept))


def _part(reply: Reply, asked: Conditions) -> Reply:
    """The one range that is asked for. Several, other units and nonsense get the whole (section 14.2)."""
    wanted = _ONE_RANGE.fullmatch(asked.range.strip())
    if not wanted or reply.header("Accept-Ranges") != "bytes" or not _is_of(reply, asked.if_range.strip()):
        return reply
    bounds = _bounds(wanted[1], wanted[2], reply.size)
    if bounds is None:
        return reply
    first, end = bounds
    if first >= end:
        raise RangeNotSatisfiable(
            f"The file has {reply.size:,} bytes.",
            headers={"Content-Range": f"bytes */{reply.size}", "Accept-Ranges": "bytes"},
        )
    headers = (*reply.headers, ("Content-Range", f"bytes {first}-{end - 1}/{reply.size}"))
    part = replace(reply, status=HTTPStatus.PARTIAL_CONTENT, headers=headers)
    if reply.large:
        return replace(part, first=first, length=end - first)
    return replace(part, body=reply.body[first:end])


def _is_of(reply: Reply, if_range: str) -> bool:
    """Is what the client has a part of just this? A tag has to be strong and the same, a date the same (13.1.5)."""
    if not if_range:
        return True
    if '"' in if_range:
        return if_range == reply.etag and not if_range.startswith("W/")
    modified = _date(reply.header("Last-Modified"))
    return modified is not None and modified == _date(if_range)


def _bounds(first: str, last: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last; None when that is no range (section 14.1.2)."""
    if not first:
        return (max(0, size - int(last)), size) if last else None
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last else size


def _date(text: str) -> datetime | None:
    """A date as HTTP has it. What is none does not count."""
    return parse_date(text) if _DATE.fullmatch(text.strip()) else None
