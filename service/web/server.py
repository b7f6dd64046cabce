"""Run the reading room under granian, and say where it is."""

from __future__ import annotations

import os
from dataclasses import fields

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from service.errors import PressError
from service.releases import current_id
from service.settings import Settings, read_settings
from service.web import shortcut
from service.web.app import create_app
from service.web.door import Door
from service.web.gate import Gate

# Longest time a client may take to send the head of a request, in milliseconds.
_HEADER_MS = 10_000


def application() -> Gate:
    """The RSGI application, made in the server's process from the environment `run` left it."""
    gate = Gate(Door(create_app(read_settings())))
    shortcut.install(gate)
    return gate


def run(settings: Settings) -> None:
    """Serve the published release until interrupted. Raises PressError when nothing is published."""
    release = current_id(settings.releases)
    if release is None:
        raise PressError("Nothing is published. Run `conflict-actors build` and `conflict-actors publish` first.")
    os.environ.update({f.name.upper(): str(getattr(settings, f.name)) for f in fields(settings)} | _flags(settings))
    click.echo(f"Release {release}, built for {settings.base_iri}")
    click.echo(f"Serving at http://{settings.host}:{settings.port}/ - stop with Ctrl-C")
    Granian(
        "service.web.server:application", factory=True, interface=Interfaces.RSGI, http=HTTPModes.http1,
        address=settings.host, port=settings.port, workers=1, backpressure=settings.connections,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MS),
        websockets=False, log_level=LogLevels.warning,
    ).serve()  # fmt: skip


def _flags(settings: Settings) -> dict[str, str]:
    """Booleans as the environment writes them, and the base as it is even when it was left to the port."""
    flags = {f.name.upper(): "1" if getattr(settings, f.name) else "0" for f in fields(settings) if f.type == "bool"}
    return flags | {"BASE": settings.base_iri}
