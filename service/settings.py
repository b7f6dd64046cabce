"""One frozen Settings; each field has a default, a help text, for a number its range, and can come from outside."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from service.errors import PressError

_SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
# What is larger is a slip of the keys, and the system takes times and sizes only so far.
_DAY = 86_400
_MOST_MB = 2**30


def _setting(default: Any, help_text: str, least: float | None = None, most: float | None = None) -> Any:
    """A field; a number may be from `least` to `most`, both included."""
    return field(default=default, metadata={"help": help_text, "least": least, "most": most})


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. The environment variable of a field is its name in upper case."""

    ontology: Path = _setting(Path("ontology"), "Folder of the ontology, rules, views and questions.")
    triples: Path = _setting(Path("triples"), "Folder of the datasets, one folder each.")
    shapes: Path = _setting(Path("shapes"), "Folder of the SHACL shapes and hygiene queries.")
    releases: Path = _setting(Path("releases"), "Folder of the built releases; `current` points at one.")
    base: str = _setting("", "IRI everything starts with; ends with /. Default: http://localhost:PORT/.")
    host: str = _setting("127.0.0.1", "Address the service listens on.")
    port: int = _setting(8000, "Port the service listens on.", 1, 65_535)
    engine: str = _setting("pool", "What answers queries: `pool` (embedded) or the URL of a SPARQL endpoint.")
    workers: int = _setting(4, "Worker processes ready for new queries.", 1, 1000)
    slow_workers: int = _setting(4, "Queries that may run longer than a moment at the same time.", 1, 1000)
    threads: int = _setting(96, "Threads that answer HTTP requests; more than queries may run and wait.", 1, 10_000)
    connections: int = _setting(4000, "Connections that may be open at the same time.", 1, 1_000_000)
    client_seconds: float = _setting(
        30.0, "Longest time a client may keep the service waiting, in seconds.", 0.01, _DAY
    )
    spool_mb: int = _setting(4096, "Most disk space for large results on their way to clients, in MiB.", 1, _MOST_MB)
    proxies: int = _setting(
        0, "Reverse proxies in front; so many names at the end of X-Forwarded-For are believed.", 0, 100
    )
    query_seconds: float = _setting(10.0, "Longest time a query may run, in seconds.", 0.01, _DAY)
    query_memory_mb: int = _setting(1024, "Most memory a query may use, in MiB.", 1, _MOST_MB)
    query_bytes: int = _setting(64_000, "Longest query accepted, in bytes.", 1, 1024**3)
    result_mb: int = _setting(512, "Largest result of a query, in MiB.", 1, _MOST_MB)
    queue_seconds: float = _setting(5.0, "Longest time a query may wait for a worker, in seconds.", 0, _DAY)
    queue_length: int = _setting(64, "Queries that may wait for a worker at the same time.", 0, 1_000_000)
    cache_mb: int = _setting(64, "Memory for finished answers, in MiB; 0 switches the cache off.", 0, _MOST_MB)
    max_age: int = _setting(
        60, "How long caches may keep what the next release may change, in seconds.", 0, 365 * _DAY
    )
    client_queries: int = _setting(24, "Queries one client may have running at the same time.", 1, 1_000_000)
    query_log: bool = _setting(False, "Write a line of JSON when a query begins and when it ends.")
    query_log_text: bool = _setting(False, "With QUERY_LOG: have the text of the query in these lines too.")

    @property
    def base_iri(self) -> str:
        return self.base or f"http://localhost:{self.port}/"


def read_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from environment variables; `overrides` (None = not given) win.

    Raises PressError for what is of another type or out of its range, from wherever it came.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for known in fields(Settings):
        if overrides.get(known.name) is not None:
            values[known.name] = overrides[known.name]
        elif environ.get(known.name.upper(), "") != "":
            values[known.name] = _convert(known, environ[known.name.upper()])
        if known.name in values and not _in_range(known, values[known.name]):
            raise _wrong(known, f"{values[known.name]}")
    return Settings(**values)


def _convert(known: Field[Any], text: str) -> Any:
    """The text as the type of the default."""
    try:
        if isinstance(known.default, bool):
            return _SWITCH[text.strip().lower()]
        kind: Any = Path if isinstance(known.default, Path) else type(known.default)
        return kind(text)
    except (KeyError, ValueError) as error:
        raise _wrong(known, repr(text)) from error


def _in_range(known: Field[Any], value: Any) -> bool:
    """NaN is in no range, and infinity is beyond all."""
    least, most = known.metadata["least"], known.metadata["most"]
    return least is None or bool(least <= value <= most)


def _wrong(known: Field[Any], value: str) -> PressError:
    if isinstance(known.default, bool):
        wanted = "say 1, true, yes or on, or else 0, false, no or off"
    else:
        kind = "a whole number" if isinstance(known.default, int) else "a number"
        wanted = f"give {kind} from {known.metadata['least']} to {known.metadata['most']}"
    return PressError(f"{known.name.upper()}={value}: {wanted}.")
