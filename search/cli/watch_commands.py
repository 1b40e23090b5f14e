"""The command that runs saved searches: watch."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import click

from search.cli.options import checked_request, json_option, settings_option
from search.settings import Settings


def _networks(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> list[Any]:
    try:
        return [ip_network(text) for text in texts]
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(short_help="Report what saved searches newly find.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, readable=False))
@click.option(
    "--state", type=click.Path(path_type=Path, dir_okay=False), metavar="STATE",
    help="File that keeps what was reported.  [default: one for FILE in the folder of the index]",
)  # fmt: skip
@click.option("--since", metavar="DATE", help="Report also what a new search finds that was published since DATE.")
@click.option(
    "--allow-network", "allowed", multiple=True, metavar="NETWORK", callback=_networks,
    help="Let webhooks reach addresses of NETWORK that are not public, such as 10.0.0.0/8.",
)  # fmt: skip
@json_option
@settings_option
def watch(
    settings: Settings, *, file: Path, state: Path | None, since: str | None, allowed: list[Any], as_json: bool
) -> None:
    """Run the saved searches of FILE and report the articles that each finds for the first time.

    The first run of a search reports nothing.  Run it after each update.

    \b
    Example:
      article-search watch searches.yaml

    Exit status 1: a search or a webhook failed; the next run tries again.  2: FILE has a mistake.  74:
    FILE or STATE cannot be read or written.  75: another process runs the same searches.
    """
    from search.cli.watch_text import shown_as
    from search.engines import open_engine
    from search.watch.saved_searches import read_saved_searches
    from search.watch.watch_state import WatchState, default_path
    from search.watch.watcher import Watcher
    from search.watch.webhook import Sender

    searches = read_saved_searches(file)
    start = checked_request({"from": since}, {"from": "--since"}).since if since else None
    with open_engine(settings.index_dir, settings) as engine:
        engine.info()  # one error if there is no index, not one for each search
        with WatchState.locked(state or default_path(settings.index_dir, file)) as reported:
            sender = Sender(allowed)
            watcher = Watcher(engine, reported, shown_as(as_json), sender.check, sender.send, start)
            succeeded = watcher.run(searches)
    if not succeeded:
        raise SystemExit(1)
