"""Dates in headers: one form alone is sent (RFC 9110 section 5.6.7), the others are for recipients to bear."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

from service.conformance.checks import expect
from service.conformance.wire import Exchange

_FIXED = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


def read_date(reply: Exchange, name: str) -> datetime:
    """The date in a header. Raises Failed when it is not there or not of the form that is sent."""
    told = reply.header(name)
    expect(told, f"there is no {name}", reply)
    expect(_FIXED.fullmatch(told), f"{name} is {told!r}, which is no date of HTTP", reply)
    return parsedate_to_datetime(told)
