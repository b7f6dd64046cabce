"""Run the reading room under granian, and say where it is."""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import fields
from functools import partial
from pathlib import Path

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from service.engine.choose import check_engine
from service.errors import PressError
from service.iris import Base
from service.releases import open_release
from service.settings import Settings, read_settings
from service.web import memory, shortcut
from service.web.app import create_app
from service.web.door import Door
from service.web.gate import Gate
from service.web.trial import Trial

_OTHER_FILES = 1000
_PR_SET_PDEATHSIG = 1  # prctl(2)


def application() -> Gate:
    """The RSGI application, made in the server's process from the environment `run` left it."""
    memory.use_few_heaps()
    _end_with_parent()
    settings = read_settings()
    if settings.query_log:
        _write_query_log()
    app = create_app(settings)
    app.extensions["trial"] = Trial(settings)
    gate = Gate(Door(app), partial(_cut_off_stalled_readers, settings))
    shortcut.install(gate)
    return gate


def run(settings: Settings) -> None:
    """Serve the published release until interrupted.

    Raises PressError when nothing is published, and for a base, an engine or a port that cannot be.
    """
    release, base = open_release(settings.releases), Base(settings.base_iri)
    check_engine(settings)
    _ask_for_port(settings)
    _raise_file_limit(settings.connections)
    os.environ.update({f.name.upper(): str(getattr(settings, f.name)) for f in fields(settings)} | _flags(settings))
    click.echo(f"Release {release.id}, built for {release.base}")
    if release.base != base.iri:
        click.echo(_warning(release.base, base.iri), err=True)
    click.echo(f"Serving at http://{settings.host}:{settings.port}/ - stop with Ctrl-C")
    Granian(
        "service.web.server:application", factory=True, interface=Interfaces.RSGI, http=HTTPModes.http1,
        address=settings.host, port=settings.port, workers=1, backpressure=settings.connections,
        http1_settings=HTTP1Settings(header_read_timeout=_milliseconds(settings)), respawn_failed_workers=True,
        websockets=False, log_level=LogLevels.warning,
    ).serve()  # fmt: skip


def _warning(built_for: str, base: str) -> str:
    return (
        f"Warning: the IRIs of this release begin with {built_for}, not with {base}. "
        f"For a release of this base: conflict-actors build --base {base}"
    )


def _end_with_parent() -> None:
    """When the process that started this one is killed nobody would stop it any more: it would keep the port."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _ask_for_port(settings: Settings) -> None:
    """Raises PressError when another process listens there: the server would share the port with it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            option = "--host" if _blames_host(error) else "--port"
            raise PressError(
                f"{settings.host}:{settings.port} cannot be had: {error.strerror}. Choose another with {option}."
            ) from error


def _blames_host(error: OSError) -> bool:
    """Whether the address is the trouble: a name that leads nowhere, or no address of this machine."""
    return isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL


def _raise_file_limit(connections: int) -> None:
    """Each connection is an open file; so are the pipes of workers and the files being sent."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * connections + _OTHER_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def _flags(settings: Settings) -> dict[str, str]:
    """Booleans as the environment writes them, and the base as it is even when it was left to the port."""
    flags = {f.name.upper(): "1" if getattr(settings, f.name) else "0" for f in fields(settings) if f.type == "bool"}
    return flags | {"BASE": settings.base_iri}


def _milliseconds(settings: Settings) -> int:
    """The patience with clients: for the head of a request, for the next one, and for taking what is sent."""
    return round(settings.client_seconds * 1000)


def _write_query_log() -> None:
    """One line of JSON to standard output for each beginning and end of a query."""
    logger = logging.getLogger("service.queries")
    logger.addHandler(logging.StreamHandler(sys.stdout))
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _cut_off_stalled_readers(settings: Settings) -> None:
    """Connections inherit this from the socket that listens: without any progress for so long they are reset.

    The server has no limit of its own for a client that has stopped reading (tcp(7), TCP_USER_TIMEOUT).
    """
    for number in Path("/proc/self/fd").iterdir():
        # A connection may end, and its number be another's, while we look.
        if not number.is_socket():
            continue
        with suppress(OSError), socket.socket(fileno=os.dup(int(number.name))) as found:
            if found.family in (socket.AF_INET, socket.AF_INET6) and found.getsockname()[1] == settings.port:
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _milliseconds(settings))
