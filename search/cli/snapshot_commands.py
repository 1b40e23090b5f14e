"""The commands for snapshots: snapshots, keep, rollback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from search.cli.options import json_option, settings_option
from search.cli.output import NOTHING_FOUND, echo_json, fail
from search.errors import IndexMissing, SnapshotError
from search.settings import Settings


@click.command(short_help="List the snapshots.")
@json_option
@settings_option
def snapshots(settings: Settings, *, as_json: bool) -> None:
    """List the snapshots, newest first.  A star marks the current one; "kept" those that no build removes.

    \b
    Example:
      article-search snapshots
    """
    from search.stores import open_store

    listed = open_store(settings).snapshots()
    if as_json:
        echo_json(listed)
        return
    for each in listed:
        star = "*" if each.current else " "
        kept = "  kept" if each.kept else ""
        click.echo(f"{star} {each.name}  {each.built_at:%Y-%m-%d %H:%M:%S} UTC  {each.articles:,} articles{kept}")


@click.command(short_help="Keep a snapshot: no build removes it.")
@click.argument("name")
@click.option("--release", is_flag=True, help="Keep it no longer: a later build removes it.")
@json_option
@settings_option
def keep(settings: Settings, *, name: str, release: bool, as_json: bool) -> None:
    """Keep snapshot NAME, so that the results that name it (at=NAME) stay.  Builds remove all but the newest three.

    \b
    Examples:
      article-search keep 20261124T045001Z-a9d3
      article-search keep 20261124T045001Z-a9d3 --release

    Exit status 1: there is no such snapshot, or it is not kept.
    """
    from search.stores import open_store

    store = open_store(settings)
    with _named_snapshot():
        if release:
            store.release(name)
        else:
            store.keep(name)
    if as_json:
        echo_json({"snapshot": name, "kept": not release})
    else:
        click.echo(f"{'Released' if release else 'Kept'}: {name}")


@click.command(short_help="Make an earlier snapshot current.")
@click.argument("name", required=False)
@json_option
@settings_option
def rollback(settings: Settings, *, name: str | None, as_json: bool) -> None:
    """Make snapshot NAME current; by default, the one before the current one.  The next build updates it.

    \b
    Examples:
      article-search rollback
      article-search rollback 20261124T045001Z-a9d3

    Exit status 1: there is no such snapshot, or it cannot be used.
    """
    from search.stores import open_store

    with _named_snapshot():
        current = open_store(settings).rollback(name)
    if as_json:
        echo_json({"current": current})
    else:
        click.echo(f"Current snapshot: {current}")


@contextmanager
def _named_snapshot() -> Iterator[None]:
    """Exits with status 1 if there is no such snapshot: the index in use is sound."""
    try:
        yield
    except SnapshotError as error:
        if isinstance(error, IndexMissing) or isinstance(error.__cause__, OSError):
            raise
        fail(error, NOTHING_FOUND)


COMMANDS: Final = (snapshots, keep, rollback)
