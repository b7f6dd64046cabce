"""Commands over built releases: publish, rollback, releases."""

from __future__ import annotations

import click

from service import releases as shelf
from service.cli.options import with_settings
from service.errors import PressError
from service.settings import Settings


@click.command()
@with_settings("releases")
@click.argument("release_id", metavar="[ID]", required=False)
def publish(settings: Settings, release_id: str | None) -> None:
    """Publish a release, by default the newest: `current` points at it, and a running service follows."""
    release = shelf.publish(settings.releases, release_id or _newest(settings))
    click.echo(f"Published {release.id}.")


def _newest(settings: Settings) -> str:
    built = shelf.list_releases(settings.releases)
    if not built:
        raise PressError("There is no release yet. `conflict-actors build` makes one.")
    return built[-1].id


@click.command()
@with_settings("releases")
def rollback(settings: Settings) -> None:
    """Publish what was published before."""
    click.echo(f"Published {shelf.rollback(settings.releases).id} again.")


@click.command()
@with_settings("releases")
def releases(settings: Settings) -> None:
    """List the releases, oldest first; an asterisk marks the published one."""
    now = shelf.current_id(settings.releases)
    for release in shelf.list_releases(settings.releases):
        known = release.manifest
        statements = sum(known["graphs"].values())
        mark = "*" if release.id == now else " "
        click.echo(f"{mark} {release.id}  {known['built']}  {statements:>9,} triples  {known['base']}")
