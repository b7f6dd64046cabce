"""Commands over built releases: publish, rollback, releases, diff."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from service import changes
from service import releases as shelf
from service.cli.options import with_settings
from service.errors import PressError
from service.releases import Release
from service.settings import Settings


@click.command()
@with_settings("releases")
@click.option("--new-base", is_flag=True, help="Publish it even when its base is not that of the published release.")
@click.argument("release_id", metavar="[ID]", required=False)
def publish(settings: Settings, new_base: bool, release_id: str | None) -> None:
    """Publish a release, by default the newest: `current` points at it, and a running service follows.

    One whose URIs begin with another base than those of the published release is refused without --new-base.
    """
    wanted = _newest(settings) if release_id is None else shelf.open_release(settings.releases, release_id)
    before = _published_base(settings)
    if before and before != wanted.base and not new_base:
        raise PressError(
            f"The published release is for {before}, this one for {wanted.base}: links to the old base would no"
            f" longer lead here. Build with --base {before}, or say --new-base if this is meant."
        )
    click.echo(f"Published {shelf.publish(settings.releases, wanted.id).id}.")
    _tell_move(before, wanted.base)


def _newest(settings: Settings) -> Release:
    built = [release for release in shelf.list_releases(settings.releases) if release.is_readable]
    if not built:
        raise PressError("There is no release yet. `conflict-actors build` makes one.")
    return built[-1]


def _published_base(settings: Settings) -> str:
    """The base of the published release; empty when there is none that can be read: publishing repairs that."""
    now = shelf.current_id(settings.releases)
    found = (one for one in shelf.list_releases(settings.releases) if one.id == now and one.is_readable)
    return next((one.base for one in found), "")


def _tell_move(before: str, after: str) -> None:
    """A warning on standard error when URIs now begin otherwise."""
    if before and before != after:
        click.echo(f"The base was {before}, now it is {after}: links to the old one no longer lead here.", err=True)


@click.command()
@with_settings("releases")
def rollback(settings: Settings) -> None:
    """Publish what was published before."""
    before = _published_base(settings)
    release = shelf.rollback(settings.releases)
    click.echo(f"Published {release.id} again.")
    _tell_move(before, release.base)


@click.command()
@with_settings("releases")
def releases(settings: Settings) -> None:
    """List the releases, oldest first; an asterisk marks the published one."""
    now = shelf.current_id(settings.releases)
    found = shelf.list_releases(settings.releases)
    for release in found:
        click.echo(f"{'*' if release.id == now else ' '} {release.id}  {_told(release)}")
    if not found:
        click.echo(f"No releases in {settings.releases}.", err=True)


def _told(release: Release) -> str:
    """What the manifest says: when it was built, how large it is, for which base."""
    if not release.is_readable:
        return f"unreadable: its {shelf.MANIFEST} is broken"
    known = release.manifest
    return f"{known.get('built', '')}  {sum(known.get('graphs', {}).values()):>9,} triples  {release.base}"


@click.command()
@with_settings("releases")
@click.option(
    "--show",
    type=click.Choice(["patch", "added", "removed", "counts"]),
    default="patch",
    help="An RDF Patch, the added or the removed statements as N-Quads, or only the counts.  [default patch]",
)
@click.argument("earlier", metavar="A")
@click.argument("later", metavar="B")
def diff(settings: Settings, show: str, earlier: str, later: str) -> None:
    """Say what release B has that A has not, and the other way round; counts for each graph on standard error.

    A patch leads from A to B: the statements of A without the D lines and with the A lines are those of B.
    """
    old, new = (shelf.open_release(settings.releases, release_id) for release_id in (earlier, later))
    files = old.dump_path(changes.COMPARED.name), new.dump_path(changes.COMPARED.name)
    output = sys.stdout.buffer
    if show == "patch":
        output.writelines(changes.patch(*files, (f"{new.base}release/{old.id}", f"{new.base}release/{new.id}")))
    elif show != "counts":
        output.writelines(_changed(*files, changes.ADD if show == "added" else changes.DELETE))
    _show_counts(changes.count(*files, (old.id, new.id)))


def _changed(earlier: Path, later: Path, wanted: bytes) -> Iterator[bytes]:
    with earlier.open("rb") as old, later.open("rb") as new:
        yield from (line for mark, line in changes.differ(old, new) if mark == wanted)


def _show_counts(change: changes.Change) -> None:
    """One line for each graph that differs, and the sum."""
    for graph in sorted({*change.added, *change.removed}):
        click.echo(f"+{change.added.get(graph, 0):,} -{change.removed.get(graph, 0):,}  {graph}", err=True)
    added, removed = change.total
    click.echo(f"+{added:,} -{removed:,}  {change.earlier} to {change.later}", err=True)
