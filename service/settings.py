"""One frozen Settings; each field has a default and a help text and can come from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from service.errors import PressError


def _setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. The environment variable of a field is its name in upper case."""

    ontology: Path = _setting(Path("ontology"), "Folder of the ontology, rules, views and questions.")
    triples: Path = _setting(Path("triples"), "Folder of the datasets, one folder each.")
    shapes: Path = _setting(Path("shapes"), "Folder of the SHACL shapes and hygiene queries.")
    releases: Path = _setting(Path("releases"), "Folder of the built releases; `current` points at one.")
    base: str = _setting("", "IRI everything starts with; ends with /. Default: http://localhost:PORT/.")
    host: str = _setting("127.0.0.1", "Address the service listens on.")
    port: int = _setting(8000, "Port the service listens on.")
    engine: str = _setting("pool", "What answers queries: `pool` (embedded) or the URL of a SPARQL endpoint.")
    workers: int = _setting(4, "Worker processes ready for new queries.")
    slow_workers: int = _setting(4, "Queries that may run longer than a moment at the same time.")
    threads: int = _setting(96, "Threads that answer HTTP requests; more than queries may run and wait.")
    connections: int = _setting(4000, "Connections that may be open at the same time.")
    client_seconds: float = _setting(30.0, "Longest time a client may keep the service waiting, in seconds.")
    spool_mb: int = _setting(4096, "Most disk space for large results on their way to clients, in MiB.")
    proxies: int = _setting(0, "Reverse proxies in front; so many names at the end of X-Forwarded-For are believed.")
    query_seconds: float = _setting(10.0, "Longest time a query may run, in seconds.")
    query_memory_mb: int = _setting(1024, "Most memory a query may use, in MiB.")
    query_bytes: int = _setting(64_000, "Longest query accepted, in bytes.")
    result_mb: int = _setting(512, "Largest result of a query, in MiB.")
    queue_seconds: float = _setting(5.0, "Longest time a query may wait for a worker, in seconds.")
    queue_length: int = _setting(64, "Queries that may wait for a worker at the same time.")
    cache_mb: int = _setting(64, "Memory for finished answers, in MiB; 0 switches the cache off.")
    max_age: int = _setting(60, "How long caches may keep what the next release may change, in seconds.")
    client_queries: int = _setting(24, "Queries one client may have running at the same time.")
    query_log: bool = _setting(False, "Write a line of JSON when a query begins and when it ends.")
    query_log_text: bool = _setting(False, "With QUERY_LOG: have the text of the query in these lines too.")

    @property
    def base_iri(self) -> str:
        return self.base or f"http://localhost:{self.port}/"


def read_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from environment variables; `overrides` (None = not given) win. Raises PressError on nonsense."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for known in fields(Settings):
        if overrides.get(known.name) is not None:
            values[known.name] = overrides[known.name]
        elif known.name.upper() in environ and environ[known.name.upper()] != "":
            values[known.name] = _convert(known.name, environ[known.name.upper()], known.default)
    return Settings(**values)


def _convert(name: str, text: str, default: Any) -> Any:
    """The text as the type of the default."""
    if isinstance(default, bool):
        return text.strip().lower() in ("1", "true", "yes", "on")
    try:
        return type(default)(text) if not isinstance(default, Path) else Path(text)
    except ValueError as error:
        kind = type(default).__name__
        raise PressError(f"{name.upper()}={text!r} is not a value for {name}: give a {kind}.") from error
