"""The command line, `article-search`: the door for cron and for whoever sits at a terminal.

Exit statuses are part of the contract: 0 done; 1 it did not work, or nothing was found; 2 wrong usage; 75 (EX_TEMPFAIL)
another build is running.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from search.cli.output import Statuses, echo_json, fail, plain, progress_bar, show_problems, show_results
from search.errors import ArticleSearchError, BuildFailed, SnapshotError
from search.schema import SCHEMA
from search.settings import Settings

if TYPE_CHECKING:
    from search.index.reporting import BuildReport

# The commands import what they need themselves: numpy, Whoosh, pydantic and granian together take half a second, which
# `--help` and a mistyped option should not wait for.


def _settings(_context: click.Context, _option: click.Parameter, index_dir: Path | None) -> Settings:
    settings = Settings.from_environment(os.environ)
    return replace(settings, index_dir=index_dir) if index_dir else settings


configured = click.option(
    "--index-dir",
    "settings",
    callback=_settings,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the index is.  [default: index_data]",
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


as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


@click.group(cls=Statuses, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="article-search")
def main() -> None:
    """Full-text search over an archive of news articles kept as Markdown files.

    ARTICLE_SEARCH_… environment variables set what no option here does; the README lists them.
    """


@main.command()
@click.argument("archive", type=click.Path(path_type=Path, readable=False))  # one that is not fails the build
@click.option("--full", is_flag=True, help="Read and index everything anew instead of only what changed.")
@click.option("--quiet", is_flag=True, help="Say nothing unless it fails.")
@click.option("--max-rejects", type=click.IntRange(min=0), metavar="N", help="Fail when more files cannot be read.")
@click.option("--allow-shrink", is_flag=True, help="Publish even if more than a fifth of the articles are gone.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write the whole report there: as text where FILE ends in .txt, else as JSON.",
)  # fmt: skip
@as_json
@configured
def index(
    settings: Settings, archive: Path, *, full: bool, quiet: bool, max_rejects: int | None, allow_shrink: bool,
    report: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Bring the index up to date with ARCHIVE and publish it.

    Shows progress on a terminal; elsewhere, as under cron, it speaks only of what went wrong.  Status 1: it failed and
    the index that was there goes on serving.  Status 75: another build is at work.
    """
    from search.index.builder import build_index

    try:
        with progress_bar("Reading") as progress:
            built = build_index(
                archive,
                settings.index_dir,
                full=full,
                max_rejects=max_rejects,
                allow_shrink=allow_shrink,
                progress=None if quiet else progress,
            )
    except BuildFailed as failed:
        if report and failed.report:
            _write_report(failed.report, report, came_to=str(failed))
        raise
    if report:
        _write_report(built, report, came_to="the index is built")
    if as_json:
        echo_json(built)
    elif not quiet:
        _tell(built)


def _write_report(report: "BuildReport", path: Path, came_to: str) -> None:
    content = report.text().encode() if path.suffix == ".txt" else msgspec.json.format(msgspec.json.encode(report))
    try:
        path.write_bytes(content + b"\n")
    except OSError as error:
        raise ArticleSearchError(f"{came_to}; the report cannot be written to {path}: {error.strerror}") from error


def _tell(built: "BuildReport") -> None:
    if sys.stderr.isatty():
        click.echo(built.summary())
    if built.outcome == "published":  # else the same was said when these files were first met
        problems = [f"rejected {file.path}: {file.reason}: {file.detail}" for file in built.rejected]
        skipped = [file for file in built.skipped if file.reason != "drafts"]  # which nobody expects to find
        problems += [f"skipped {file.path}: {file.reason}: {file.detail}" for file in skipped]
        show_problems(problems, everything_in="--report FILE writes them all")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--workers", type=click.IntRange(1, 64), metavar="N", help="Processes.  [default: one a core, four at most]"
)
@configured
def serve(settings: Settings, host: str, port: int, workers: int | None) -> None:
    """Serve the search page and the JSON search."""
    from search.analysis.synonym_file import read_synonyms
    from search.cli.server import default_workers
    from search.cli.server import serve as serve_until_stopped
    from search.snapshot.store import SnapshotStore

    read_synonyms(settings.synonyms)  # what is wrong with them is said here, once, and not by every worker
    if not SnapshotStore(settings.index_dir).names():
        click.echo(f"Nothing is indexed in {settings.index_dir} yet: until it is, every search answers 503.", err=True)
    serve_until_stopped(settings, host, port, workers or default_workers())


@main.command()
@click.argument("text", nargs=-1)
@filter_options
@click.option("--from", "from_", metavar="DATE", help="Published on this day or later.")
@click.option("--to", metavar="DATE", help="Published on this day or earlier.")
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest", "heat"]))
@click.option("--match", type=click.Choice(["most", "all"]), default="most", help="all: nothing that lacks a word.")
@click.option("--no-typo", is_flag=True, help="Search for what is written, even where no article has it.")
@click.option("--collapse", type=click.Choice(["none", "story"]), default="none", help="story: each story once.")
@click.option("--explain", is_flag=True, help="Say of every result what matched and what it gave.")
@click.option("--page", type=int, default=1, show_default=True)
@click.option("--per-page", type=int, default=10, show_default=True)
@as_json
@configured
def query(settings: Settings, *, from_: str | None, no_typo: bool, as_json: bool, **parameters: Any) -> None:
    """Search for TEXT, or list everything that the options let through.

    A TEXT that begins with a minus comes after --, as in: query -- -tesla robots

    Status 1: nothing was found.  Status 2: the search cannot be run.
    """
    from search.engines import open_engine
    from search.request import SearchRequest

    parameters |= {"q": " ".join(parameters.pop("text")), "from": from_, "typo": not no_typo}
    request = SearchRequest.checked({name: value for name, value in parameters.items() if value is not None})
    try:
        with open_engine(settings.index_dir, settings) as engine:
            results = engine.search(request)
    except SnapshotError as error:
        fail(error, 2)  # 1 would say that the index was asked and had nothing
    if as_json:
        echo_json(results)
    else:
        for warning in results.warnings:
            click.echo(plain(warning), err=True)
        show_results(results, request)
    if not results.listed:
        raise SystemExit(1)


@main.command()
@as_json
@configured
def check(settings: Settings, *, as_json: bool) -> None:
    """Verify every hash of the index in use, and the index against itself.  Status 1: it is not sound."""
    from search.snapshot.store import SnapshotStore

    faults = SnapshotStore(settings.index_dir).check()
    if as_json:
        echo_json({"sound": not faults, "faults": faults})
    else:
        for fault in faults or ["The index is sound."]:
            click.echo(fault, err=bool(faults))
    if faults:
        raise SystemExit(1)


@main.command()
@as_json
@configured
def snapshots(settings: Settings, *, as_json: bool) -> None:
    """List the snapshots that there are, newest first; a star marks the one in use."""
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
@as_json
@configured
def rollback(settings: Settings, *, name: str | None, as_json: bool) -> None:
    """Go back to snapshot NAME, or to the one before the one in use.  The next build starts from there."""
    from search.snapshot.store import SnapshotStore

    current = SnapshotStore(settings.index_dir).rollback(name)
    if as_json:
        echo_json({"current": current})
    else:
        click.echo(f"Snapshot {current} is in use.")


@main.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--count", type=click.IntRange(min=1), default=1000, show_default=True, metavar="N", help="How many articles."
)
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="The same writes the same."
)
def demo(directory: Path, count: int, seed: int) -> None:
    """Write a synthetic archive of any size into DIR, to try things out."""
    from search.demo import write_archive

    with progress_bar("Writing") as progress:
        try:
            write_archive(directory, count, seed, progress=progress)
        except OSError as error:
            raise ArticleSearchError(f"cannot write the archive: {error}") from error
