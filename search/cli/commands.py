"""The commands of `article-search`.

Exit statuses are part of the public contract: 0 success; 1 failure, or no results; 2 wrong usage; 75 (EX_TEMPFAIL)
another build is running.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import click
import msgspec

from search.build_report import BuildRefused, BuildReport
from search.cli.output import CommandGroup, echo_json, fail, plain, progress_bar, show_problems, show_results
from search.descriptions import quantity
from search.errors import ArticleSearchError, SnapshotError
from search.schema import SCHEMA
from search.settings import Settings

# Each command imports numpy, Whoosh, pydantic and granian itself: that takes half a second, too long for `--help`.


def _settings(_context: click.Context, _option: click.Parameter, index_dir: Path | None) -> Settings:
    settings = Settings.from_environment(os.environ)
    return replace(settings, index_dir=index_dir) if index_dir else settings


settings_option = click.option(
    "--index-dir",
    "settings",
    callback=_settings,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the index.  [default: index_data]",
)


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options of every facet: --topic, --not-topic, --topic-op …"""
    for facet in reversed(SCHEMA.facets.values()):
        name, values = facet.name, facet.plural.lower()
        if facet.multiple:
            command = click.option(
                f"--{name}-op", type=click.Choice(["any", "all"]), default="any",
                help=f"all: require every --{name} given.",
            )(command)  # fmt: skip
        command = click.option(f"--not-{name}", multiple=True, help=f"Exclude these {values}.")(command)
        command = click.option(f"--{name}", multiple=True, help=f"Only articles with any of these {values}.")(command)
    return command


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="article-search")
def main() -> None:
    """Full-text search over an archive of news articles kept as Markdown files.

    Environment variables named ARTICLE_SEARCH_… change other settings.  The README lists them.
    """


@main.command()
@click.argument("archive", type=click.Path(path_type=Path, readable=False))  # the build reports an unreadable one
@click.option("--full", is_flag=True, help="Rebuild the whole index, not only the changes.")
@click.option("--quiet", is_flag=True, help="Print nothing unless the build fails.")
@click.option("--max-rejects", type=click.IntRange(min=0), metavar="N", help="Fail if more than N files are rejected.")
@click.option("--allow-shrink", is_flag=True, help="Publish even if over a fifth of the articles are missing.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write a full report to FILE, as text if its name ends in .txt, otherwise as JSON.",
)  # fmt: skip
@json_option
@settings_option
def index(
    settings: Settings, archive: Path, *, full: bool, quiet: bool, max_rejects: int | None, allow_shrink: bool,
    report: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Update the index from ARCHIVE and publish it.

    Shows progress on a terminal.  Elsewhere, such as under cron, prints only problems.

    Exit status 1: the build failed, and the previous index stays in use.  75: another build is running.
    """
    from search.index.builder import build_index

    try:
        with progress_bar("Reading") as progress:
            build_report = build_index(
                archive,
                settings.index_dir,
                full=full,
                max_rejects=max_rejects,
                allow_shrink=allow_shrink,
                progress=None if quiet else progress,
            )
    except BuildRefused as refused:
        if report:
            _write_report(refused.report, report, outcome=str(refused))
        raise
    if report:
        _write_report(build_report, report, outcome="the index is published")
    if as_json:
        echo_json(build_report)
    elif not quiet:
        _show_report(build_report)


def _write_report(report: BuildReport, path: Path, outcome: str) -> None:
    content = report.text().encode() if path.suffix == ".txt" else msgspec.json.format(msgspec.json.encode(report))
    try:
        path.write_bytes(content + b"\n")
    except OSError as error:
        raise ArticleSearchError(f"{outcome}; the report cannot be written to {path}: {error.strerror}") from error


def _show_report(report: BuildReport) -> None:
    if sys.stderr.isatty():
        click.echo(report.summary())
    # An unchanged archive has the same problems as in the last report, but for files that can no longer be read.
    problems = report.problems() if report.outcome == "published" else report.kept_problems()
    show_problems(problems, full_list="--report FILE writes them all")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all addresses.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes.  [default: the cores, at most 4]")
@settings_option
def serve(settings: Settings, host: str, port: int, workers: int | None) -> None:
    """Serve the search page and the JSON API."""
    from search.analysis.synonym_file import read_synonyms
    from search.cli.server import default_workers
    from search.cli.server import serve as serve_until_stopped
    from search.snapshot.store import SnapshotStore

    read_synonyms(settings.synonyms)  # reports mistakes once, not in every worker
    if not SnapshotStore(settings.index_dir).names():
        click.echo(f"Nothing is indexed in {settings.index_dir} yet. Searches return 503 until then.", err=True)
    serve_until_stopped(settings, host, port, workers or default_workers())


@main.command()
@click.argument("text", nargs=-1)
@filter_options
@click.option("--from", "from_", metavar="DATE", help="Published on or after this date.")
@click.option("--to", metavar="DATE", help="Published on or before this date.")
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest", "heat"]))
@click.option("--match", type=click.Choice(["most", "all"]), default="all", help="most: add partial matches.")
@click.option("--typo/--no-typo", help="Apply a correction of the spelling if no article has every word.")
@click.option("--collapse", type=click.Choice(["none", "story"]), default="none", help="story: show each story once.")
@click.option("--explain", is_flag=True, help="Explain the rank of each result.")
@click.option("--page", type=int, default=1, show_default=True)
@click.option("--per-page", type=int, default=10, show_default=True)
@json_option
@settings_option
def query(settings: Settings, *, from_: str | None, as_json: bool, **parameters: Any) -> None:
    """Search for TEXT; without TEXT, list all articles that pass the filters.

    Put -- before a TEXT that begins with a minus: query -- -tesla robots

    Exit status 1: no results.  2: wrong usage, or no index.
    """
    from search.engines import open_engine
    from search.request import SearchRequest

    parameters |= {"q": " ".join(parameters.pop("text")), "from": from_}
    request = SearchRequest.checked({name: value for name, value in parameters.items() if value is not None})
    try:
        with open_engine(settings.index_dir, settings) as engine:
            results = engine.search(request)
    except SnapshotError as error:
        fail(error, 2)  # 1 means no results
    if as_json:
        echo_json(results)
    else:
        for warning in results.warnings:
            click.echo(plain(warning), err=True)
        show_results(results, request)
    if not results.listed:
        raise SystemExit(1)


@main.command()
@click.option(
    "--expect", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Also check that searches find what FILE expects.",
)  # fmt: skip
@json_option
@settings_option
def check(settings: Settings, *, expect: Path | None, as_json: bool) -> None:
    """Verify the checksums and the consistency of the current index.

    With --expect, prints only what is wrong unless it runs on a terminal.

    Exit status 1: the index is damaged, or a search does not find what is expected.  2: FILE cannot be used.
    """
    from search.engines import open_engine
    from search.snapshot.store import SnapshotStore
    from search.watch.expectations import read_expectations, unmet

    expectations = read_expectations(expect) if expect else []
    faults = SnapshotStore(settings.index_dir).check()
    failed = []
    if expectations and not faults:
        with open_engine(settings.index_dir, settings) as engine:
            failed = list(unmet(engine, expectations))
    wrong = [*faults, *map(str, failed)]
    if as_json:
        expected = {"expectations": len(expectations), "unmet": failed} if expect else {}
        echo_json({"sound": not faults, "faults": faults, **expected})
    elif wrong:
        for each in wrong:
            click.echo(plain(each), err=True)
    elif not expect:
        click.echo("No faults found.")
    elif sys.stderr.isatty():
        click.echo(f"No faults found. All {quantity(len(expectations), 'expectation')} are met.")
    if wrong:
        raise SystemExit(1)


def _networks(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> list[Any]:
    try:
        return [ip_network(text) for text in texts]
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
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

    Exit status 1: a search or a webhook failed; the next run tries again.  2: FILE cannot be used.  75: another
    process runs the same searches.
    """
    from search.cli.watch_text import shown_as
    from search.engines import open_engine
    from search.request import SearchRequest
    from search.watch.saved_searches import read_saved_searches
    from search.watch.watch_state import WatchState, default_path
    from search.watch.watcher import Watcher
    from search.watch.webhook import Sender

    searches = read_saved_searches(file)
    start = SearchRequest.checked({"from": since}).since if since else None
    with open_engine(settings.index_dir, settings) as engine:
        engine.info()  # one error if there is no index, not one for each search
        with WatchState.locked(state or default_path(settings.index_dir, file)) as reported:
            watcher = Watcher(engine, reported, shown_as(as_json), Sender(allowed).send, start)
            succeeded = watcher.run(searches)
    if not succeeded:
        raise SystemExit(1)


@main.command()
@json_option
@settings_option
def snapshots(settings: Settings, *, as_json: bool) -> None:
    """List the snapshots, newest first.  A star marks the current one."""
    from search.snapshot.store import SnapshotStore

    listed = SnapshotStore(settings.index_dir).snapshots()
    if as_json:
        echo_json(listed)
        return
    for each in listed:
        star = "*" if each.current else " "
        click.echo(f"{star} {each.name}  {each.built_at:%Y-%m-%d %H:%M:%S} UTC  {each.articles:,} articles")


@main.command()
@click.argument("name", required=False)
@json_option
@settings_option
def rollback(settings: Settings, *, name: str | None, as_json: bool) -> None:
    """Make snapshot NAME current; by default, the one before the current one.  The next build updates it."""
    from search.snapshot.store import SnapshotStore

    current = SnapshotStore(settings.index_dir).rollback(name)
    if as_json:
        echo_json({"current": current})
    else:
        click.echo(f"Current snapshot: {current}")


@main.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--count", type=click.IntRange(min=1), default=1000, show_default=True, metavar="N", help="Articles.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Seed of the contents.")
def demo(directory: Path, count: int, seed: int) -> None:
    """Write a synthetic archive to DIR, for trials and benchmarks."""
    from search.demo import write_archive

    with progress_bar("Writing") as progress:
        try:
            write_archive(directory, count, seed, progress=progress)
        except OSError as error:
            raise ArticleSearchError(f"cannot write the archive: {error}") from error
