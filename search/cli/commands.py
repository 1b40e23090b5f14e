"""The commands of `article-search`.

Exit statuses are part of the public contract: `search.cli.output` has them.
"""

import sys
from contextlib import suppress
from pathlib import Path

import click
import msgspec

from search.build_report import BuildRefused, BuildReport
from search.cli import search_commands, watch_commands
from search.cli.options import json_option, settings_option
from search.cli.output import CommandGroup, FileUnusable, echo_json, fail, plain, progress_bar, show_problems
from search.descriptions import quantity
from search.errors import ArticleSearchError, IndexMissing, SnapshotError
from search.settings import Settings

# Each command imports numpy, Whoosh, pydantic and granian itself: that takes half a second, too long for `--help`.


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="article-search")
def main() -> None:
    """Full-text search over an archive of news articles kept as Markdown files.

    Environment variables named ARTICLE_SEARCH_… change other settings.  The README lists them.

    \b
    Examples:
      article-search index path/to/archive
      article-search query electric trucks
      article-search query --help

    \b
    Exit statuses:
      0   success
      1   nothing found, a build failed, or a check found faults
      2   wrong usage
      3   no index, or none that can be used
      74  a file cannot be read or written (EX_IOERR)
      75  another build is running (EX_TEMPFAIL)
    """


for command in (*search_commands.COMMANDS, watch_commands.watch):
    main.add_command(command)


@main.command(short_help="Update the index from ARCHIVE and publish it.")
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

    \b
    Examples:
      article-search index path/to/archive
      article-search index path/to/archive --full --report report.txt

    Exit status 1: the build failed, and the previous index stays in use.  74: the archive or the index cannot be read
    or written.  75: another build is running.
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
        raise FileUnusable(f"{outcome}; the report cannot be written to {path}: {error.strerror}") from error


def _show_report(report: BuildReport) -> None:
    if sys.stderr.isatty():
        click.echo(report.summary())
    # An unchanged archive has the same problems as in the last report, but for files that can no longer be read.
    problems = report.problems() if report.outcome == "published" else report.kept_problems()
    show_problems(problems, full_list="--report FILE writes them all")


@main.command(short_help="Serve the search page and the JSON API.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all addresses.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes.  [default: the cores, at most 4]")
@settings_option
def serve(settings: Settings, host: str, port: int, workers: int | None) -> None:
    """Serve the search page and the JSON API.

    \b
    Example:
      article-search serve --port 8080
    """
    from search.analysis.synonym_file import read_synonyms
    from search.cli.server import default_workers
    from search.cli.server import serve as serve_until_stopped
    from search.snapshot.store import SnapshotStore

    read_synonyms(settings.synonyms)  # reports mistakes once, not in every worker
    if not SnapshotStore(settings.index_dir).names():
        click.echo(f"Nothing is indexed in {settings.index_dir} yet. Searches return 503 until then.", err=True)
    serve_until_stopped(settings, host, port, workers or default_workers())


@main.command(short_help="Serve the search to language models (MCP).")
@click.option("--http", is_flag=True, help="Serve over HTTP, at /mcp; without it, over standard input and output.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on with --http.")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Port with --http.")
@click.option(
    "--allowed-host", "allowed_hosts", multiple=True, metavar="NAME",
    help="Also accept requests for this host name, such as that of a proxy.",
)  # fmt: skip
@settings_option
def mcp(settings: Settings, host: str, port: int, *, http: bool, allowed_hosts: tuple[str, ...]) -> None:
    """Serve the search to language models by the Model Context Protocol.

    \b
    Examples:
      article-search mcp
      article-search mcp --http --port 8001
    """
    from search.engines import open_engine

    try:
        from search.mcp.server import PATH, serve_http, serve_stdio
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("search"):
            raise
        advice = "Install it with: pip install 'article-search[mcp]'"
        raise ArticleSearchError(f"the package {error.name} is not installed. {advice}") from error
    with open_engine(settings.index_dir, settings) as engine, suppress(KeyboardInterrupt):  # Ctrl-C stops it
        if not http:
            serve_stdio(engine, settings.site_name)
            return
        from search.cli.server import free_address, shown_address

        address = free_address(host, port)
        click.echo(
            f"{settings.site_name} is running at http://{shown_address(host, port)}{PATH}. Press Ctrl-C to stop."
        )
        serve_http(engine, settings.site_name, address, port, allowed_hosts)


@main.command(short_help="Verify the index.")
@click.option(
    "--expect", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Also check that searches find what FILE expects.",
)  # fmt: skip
@json_option
@settings_option
def check(settings: Settings, *, expect: Path | None, as_json: bool) -> None:
    """Verify the checksums and the consistency of the current index.

    \b
    Examples:
      article-search check
      article-search check --expect expectations.yaml

    With --expect, prints only what is wrong unless it runs on a terminal.

    Exit status 1: the index is damaged, or a search does not find what is expected.  2: FILE has a mistake.
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


@main.command(short_help="List the snapshots.")
@json_option
@settings_option
def snapshots(settings: Settings, *, as_json: bool) -> None:
    """List the snapshots, newest first.  A star marks the current one; "kept" those that no build removes.

    \b
    Example:
      article-search snapshots
    """
    from search.snapshot.store import SnapshotStore

    listed = SnapshotStore(settings.index_dir).snapshots()
    if as_json:
        echo_json(listed)
        return
    for each in listed:
        star = "*" if each.current else " "
        kept = "  kept" if each.kept else ""
        click.echo(f"{star} {each.name}  {each.built_at:%Y-%m-%d %H:%M:%S} UTC  {each.articles:,} articles{kept}")


@main.command(short_help="Keep a snapshot: no build removes it.")
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
    from search.snapshot.retention import Retention

    retention = Retention(settings.index_dir)
    if release:
        retention.release(name)
    else:
        retention.keep(name)
    if as_json:
        echo_json({"snapshot": name, "kept": not release})
    else:
        click.echo(f"{'Released' if release else 'Kept'}: {name}")


@main.command(short_help="Make an earlier snapshot current.")
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
    from search.snapshot.store import SnapshotStore

    try:
        current = SnapshotStore(settings.index_dir).rollback(name)
    except IndexMissing:
        raise
    except SnapshotError as error:
        fail(error, 1)  # the index in use is sound
    if as_json:
        echo_json({"current": current})
    else:
        click.echo(f"Current snapshot: {current}")


@main.command(short_help="Write a synthetic archive.")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--count", type=click.IntRange(min=1), default=1000, show_default=True, metavar="N", help="Articles.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Seed of the contents.")
def demo(directory: Path, count: int, seed: int) -> None:
    """Write a synthetic archive to DIR, for trials and benchmarks.

    \b
    Example:
      article-search demo trial --count 500
    """
    from search.demo import write_archive

    with progress_bar("Writing") as progress:
        try:
            write_archive(directory, count, seed, progress=progress)
        except OSError as error:
            raise FileUnusable(f"cannot write the archive: {error}") from error
