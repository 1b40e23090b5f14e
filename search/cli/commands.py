"""The group of all commands, and those that write an index, check it or watch it.

Exit statuses are part of the public contract: `search.cli.output` has them.
"""

import os
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from search.build_report import BuildRefused, BuildReport
from search.cli import search_commands, serve_commands, snapshot_commands, watch_commands
from search.cli.options import json_option, settings_option
from search.cli.output import CommandGroup, echo_json, only_warning, plain, progress_bar, show_problems
from search.errors import FileUnusable
from search.quantities import quantity
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


for command in (
    *search_commands.COMMANDS,
    *serve_commands.COMMANDS,
    *snapshot_commands.COMMANDS,
    watch_commands.watch,
):
    main.add_command(command)


@main.command(short_help="Update the index from ARCHIVE and publish it.")
@click.argument("archive", type=click.Path(path_type=Path, readable=False))  # the build reports an unreadable one
@click.option("--full", is_flag=True, help="Rebuild the whole index, not only the changes.")
@click.option("--quiet", is_flag=True, help="Print nothing unless the build fails.")
@click.option("--max-rejects", type=click.IntRange(min=0), metavar="N", help="Fail if more than N files are rejected.")
@click.option(
    "--max-unreadable", type=click.IntRange(min=0), metavar="N",
    help="Fail if more than N files or folders cannot be read.  [default: 1% of the files]",
)  # fmt: skip
@click.option("--allow-shrink", is_flag=True, help="Publish even if over a fifth of the files or articles are missing.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write a full report to FILE, as text if its name ends in .txt, otherwise as JSON.",
)  # fmt: skip
@json_option
@settings_option
def index(
    settings: Settings, archive: Path, *, quiet: bool, report: Path | None, as_json: bool, **options: Any
) -> None:  # fmt: skip
    """Update the index from ARCHIVE and publish it.

    Shows progress on a terminal.  Elsewhere, such as under cron, prints only problems.  With --engine opensearch,
    publishes to a cluster what differs there.

    \b
    Examples:
      article-search index path/to/archive
      article-search index path/to/archive --full --report report.txt

    Exit status 0: the index is up to date, also if the output cannot be written.  1: the build failed, or another has
    been running for too long; the previous index stays in use.  74: the archive, the index or the report cannot be read
    or written.  75: another build is running.
    """
    from search.stores import update_index

    if report:
        _check_writable(report)
    try:
        with progress_bar("Reading") as progress:
            build_report = update_index(archive, settings, **options, progress=None if quiet else progress)
    except BuildRefused as refused:
        if report:
            with only_warning("nothing is published"):
                _write_report(refused.report, report)
        raise
    if report:
        with only_warning("the index is up to date"):
            _write_report(build_report, report)
    with only_warning("the index is up to date"):
        if as_json:
            echo_json(build_report)
        elif not quiet:
            _show_report(build_report)


def _check_writable(report: Path) -> None:
    """Raise `FileUnusable` if the report cannot be written, before a build that would leave none."""
    if not os.access(report if report.exists() else report.parent, os.W_OK):
        raise FileUnusable(f"nothing is built: the report cannot be written to {report}")


def _write_report(report: BuildReport, path: Path) -> None:
    content = report.text().encode() if path.suffix == ".txt" else msgspec.json.format(msgspec.json.encode(report))
    try:
        path.write_bytes(content + b"\n")
    except OSError as error:
        raise FileUnusable(f"the report cannot be written to {path}: {error.strerror}") from error


def _show_report(report: BuildReport) -> None:
    if sys.stderr.isatty():
        click.echo(report.summary())
    # An unchanged archive has the same problems as in the last report, but for files that can no longer be read.
    problems = report.problems() if report.outcome == "published" else report.kept_problems()
    show_problems(problems, full_list="--report FILE writes them all")


@main.command(short_help="Verify the index.")
@click.option(
    "--expect", type=click.Path(path_type=Path, dir_okay=False, readable=False), metavar="FILE",
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

    Also says whether an earlier snapshot can take over if a file is damaged later.  It can from the second one on.
    With --expect, prints only what is wrong unless it runs on a terminal.

    Exit status 1: the index is damaged, or a search does not find what is expected.  2: FILE has a mistake.
    74: FILE cannot be read.
    """
    from search.engines import open_engine
    from search.stores import open_store
    from search.watch.expectations import read_expectations, unmet

    expectations = read_expectations(expect) if expect else []
    store = open_store(settings)
    faults = store.check()
    failed = []
    if expectations and not faults:
        with open_engine(settings.index_dir, settings) as engine:
            failed = list(unmet(engine, expectations))
        store.outcomes.mark_unmet(len(failed))
    wrong = [*faults, *map(str, failed)]
    if as_json:
        expected = {"expectations": len(expectations), "unmet": failed} if expect else {}
        echo_json({"sound": not faults, "faults": faults, "single_copies": store.single_copies(), **expected})
    elif wrong:
        for each in wrong:
            click.echo(plain(each), err=True)
    elif not expect:
        click.echo(f"No faults found. {store.outlook()}")
    elif sys.stderr.isatty():
        click.echo(f"No faults found. All {quantity(len(expectations), 'expectation')} are met.")
    if wrong:
        raise SystemExit(1)


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
