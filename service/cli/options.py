"""Command-line options made from the fields of Settings: one table for names, types, defaults and help."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import click

from service.settings import Settings, read_settings

Command = Callable[..., Any]
SOURCES = ("ontology", "triples", "shapes")
PRESS = (*SOURCES, "releases", "base", "port")
READING_ROOM = tuple(field.name for field in fields(Settings) if field.name not in SOURCES)


def with_settings(*names: str) -> Callable[[Command], Command]:
    """Give a command the options of these fields, and the Settings they make as its first argument."""
    known = {field.name: field for field in fields(Settings)}

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def read(**given: Any) -> Any:
            chosen = {name: given.pop(name) for name in names}
            return command(read_settings(**chosen), **given)

        with_options: Command = read
        for name in reversed(names):
            with_options = _option(known[name])(with_options)
        return with_options

    return decorate


def source_option(required: bool) -> Callable[[Command], Command]:
    """The option --source. It is no setting: the service never sees the cited text, only the press does."""
    return click.option(
        "--source",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        envvar="SOURCE",
        required=required,
        help="Your copy of the cited text: compared, never published.  [env SOURCE]",
    )


def _option(field: Field[Any]) -> Callable[[Command], Command]:
    """The option of one field. Its default stays None, so that the environment can speak before Settings does."""
    flag = f"--{field.name.replace('_', '-')}"
    default = "" if field.default == "" else f"; default {field.default}"
    most = field.metadata["most"]
    ends = "" if most is None else f"; from {field.metadata['least']} to {most}"
    text = f"{field.metadata['help']}  [env {field.name.upper()}{default}{ends}]"
    if isinstance(field.default, bool):
        return click.option(f"{flag}/--no-{flag[2:]}", field.name, default=None, help=text)
    kind: Any = click.Path(path_type=Path) if isinstance(field.default, Path) else type(field.default)
    return click.option(flag, field.name, type=kind, default=None, help=text)
