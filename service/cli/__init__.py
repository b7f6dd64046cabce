"""The command `conflict-actors`: one group. Each command is imported when it is asked for."""

from __future__ import annotations

import sys
from errno import EPIPE
from importlib import import_module

import click

from service.cli.terminal import show_report
from service.errors import ServiceError
from service.press.findings import Refused

# Command -> module beside this one. The press takes half a second to import, which `publish` need not wait for.
COMMANDS = {
    "check": "press",
    "build": "press",
    "publish": "shelf",
    "rollback": "shelf",
    "releases": "shelf",
    "diff": "shelf",
    "load": "load",
    "serve": "room",
    "query": "room",
    "conformance": "conformance",
    "cite": "citing",
    "verify": "citing",
    "coverage": "citing",
}


class _Commands(click.Group):
    """Finds commands by COMMANDS; ends a ServiceError with its detail on standard error and exit code 1.

    So with a file or folder that the system refuses.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"service.cli.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            show_report(refused.report)
            click.echo(f"{refused.title}. {refused.detail}", err=True)
        except ServiceError as error:
            click.echo(f"{error.title}. {error.detail}", err=True)
        except OSError as error:
            # A pipe whose reader left is no mistake: click ends the command then.
            if error.errno == EPIPE or error.filename is None:
                raise
            click.echo(f"{error.filename} cannot be used: {error.strerror}.", err=True)
        sys.exit(1)


@click.group(cls=_Commands)
def main() -> None:
    """Check, build, publish and serve a linked-data publication.

    Options that name an environment variable can be set there too.
    """
