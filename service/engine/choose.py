"""Opens the engine that the settings name. Loads nothing of the other one."""

from __future__ import annotations

from service.engine import Engine
from service.engine.address import read_address
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
    raise _no_engine(settings)


def check_engine(settings: Settings) -> None:
    """Raises PressError when the settings name no engine, or a URL that is none. Opens nothing, asks nobody."""
    if settings.engine.startswith(("http://", "https://")):
        read_address(settings.engine)
    elif settings.engine != EMBEDDED:
        raise _no_engine(settings)


def _no_engine(settings: Settings) -> PressError:
    return PressError(
        f"ENGINE={settings.engine!r} is no engine: say {EMBEDDED}, or the URL of a SPARQL endpoint "
        "such as https://host/sparql."
    )
