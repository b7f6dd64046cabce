"""What a remote engine's refusal means to our client. Tells a query's fault; keeps the engine's insides in."""

from __future__ import annotations

import json
import re

from service.errors import BadQuery, EngineFailed, EngineTimeout, ServiceError, TooLarge, Unavailable

MOST_BYTES = 8192
_RETRY = {"Retry-After": "10"}
_LONGEST = 300
_TIME = re.compile(r"\bS1T00\b|time[d]?[ -]?(?:out|limit)", re.IGNORECASE)
# Java, Python and .NET stack frames, and everything below the first of them.
_TRACE = re.compile(r"^\s*(at [\w$.<]|File \"|Traceback|Caused by|\.\.\. \d+ more).*", re.MULTILINE | re.DOTALL)
_CLASSES = re.compile(r"\b(?:[a-z][\w-]*\.){2,}[A-Z][\w$.]*:?\s*")
_PATHS = re.compile(r"(?<![\w/:<])/(?:[\w.@+-]+/)+[\w.@+-]*")
_VIRTUOSO = re.compile(r"^Virtuoso \S+ Error \S+?:\s*(?:SPARQL compiler[,:]\s*)?")
_FIELDS = ("detailedMessage", "message", "exception", "detail", "error")


def refusal(status: int, media_type: str, body: bytes) -> ServiceError:
    """The error for a response that is no 200."""
    text = body.decode("utf-8", "replace")
    if status == 400:
        said = message(media_type, text)
        return BadQuery(f"The query engine does not accept the query{': ' + said if said else '.'}")
    if status in (408, 504) or (status >= 500 and _TIME.search(text)):
        return EngineTimeout("The query engine ran out of time.", members={"limit": "time"}, headers=_RETRY)
    if status in (413, 414):
        return TooLarge("The query is too long for the query engine.")
    if status == 429:
        return Unavailable("The query engine has too much to do. Try again shortly.", headers=_RETRY)
    if status >= 500:
        return EngineFailed("The query engine failed at this query.", headers=_RETRY)
    if status in (401, 403):
        return EngineFailed("The query engine does not let this service in: its login is missing or wrong.")
    return EngineFailed(f"What should be the query engine is no SPARQL endpoint: it answers {status}.")


def endless() -> EngineFailed:
    """The error for a graph that neither says how long it is nor where it ends: half of it would look whole."""
    return EngineFailed("The query engine did not say how long its answer is, so it may not be whole.")


def message(media_type: str, text: str) -> str:
    """The one sentence of an error text that helps who wrote the query; empty when there is none."""
    if media_type.endswith("html") or text.lstrip()[:1] == "<":
        return ""
    if media_type.endswith("json"):
        text = _from_json(text)
    text = _TRACE.sub("", _VIRTUOSO.sub("", text.strip()))
    text = _PATHS.sub("...", _CLASSES.sub("", text.split("\n\n", 1)[0]))
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + " ..."


def _from_json(text: str) -> str:
    try:
        document = json.loads(text)
    except ValueError:
        return ""
    found = (document.get(name) for name in _FIELDS) if isinstance(document, dict) else ()
    return next((value for value in found if isinstance(value, str)), "")
