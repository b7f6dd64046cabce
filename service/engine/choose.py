"""Opens the engine that the settings name. Loads nothing of the other one."""

from __future__ import annotations

from service.engine import Engine
from service.errors import PressError
from service.releases import Release
from service.settings import Settings

EMBEDDED = "pool"


def open_engine(settings: Settings, release: Release) -> Engine:
    """The embedded engine, or the endpoint whose URL is set. Raises PressError for anything else."""
    if settings.engine == EMBEDDED:
        from service.engine.pool import Pool

        return Pool(settings, release)
    if settings.engine.startswith(("http://", "https://")):
        from service.engine.remote import Remote

        return Remote(settings, release)
    raise PressError(
        f"ENGINE={settings.engine!r} is no engine: say {EMBEDDED}, or the URL of a SPARQL endpoint "
        "such as https://host/sparql."
    )
