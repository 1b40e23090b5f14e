"""Prints the reports of saved searches: as text, or as lines of JSON."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from stat import S_ISREG
from typing import Final

import click

from search.article import Article
from search.cli.output import echo_json, plain
from search.quantities import quantity
from search.watch.watcher import Report, json_articles

_REPEATED: Final = ", perhaps reported before: the last run was interrupted"


def shown_as(as_json: bool) -> Callable[[Report], None]:
    """A function that prints a report; as JSON also if the search asks for text."""
    return partial(_show, as_json)


def _show(as_json: bool, report: Report) -> None:
    """Prints a report and returns once it is written, so that it counts as reported only then.

    In a file it is on the disk, and on a line of its own, whatever a crash has left there."""
    file = _file_of_stdout()
    if file is not None and _ends_within_line(file):
        click.echo()
    if as_json or report.target == "json":
        echo_json(_members(report))
    elif report.failure:
        click.echo(plain(f"{report.search}: {report.failure}"), err=True)
    elif report.baseline:
        text = f"{report.search}: {report.baseline} search, {quantity(report.total, 'article')}; new ones are reported"
        click.echo(plain(text), err=True)
        for warning in report.warnings:
            click.echo(plain(f"{report.search}: {warning}"), err=True)
    else:
        heading = f"{report.search}: {quantity(len(report.articles), 'new article')}"
        lines = [line for article in report.articles for line in _lines(article)]
        click.echo("\n".join([plain(heading + _REPEATED * report.repeated), *lines, ""]))
    sys.stdout.flush()
    if file is not None:
        os.fsync(file)


def _file_of_stdout() -> int | None:
    """The descriptor of standard output if that is a regular file."""
    with suppress(OSError):  # a stream in memory has no descriptor
        descriptor = sys.stdout.fileno()
        return descriptor if S_ISREG(os.fstat(descriptor).st_mode) else None
    return None


def _ends_within_line(file: int) -> bool:
    """Whether the last line of a file has no end.  It is opened again, because output cannot be read."""
    with suppress(OSError), Path(f"/proc/self/fd/{file}").open("rb") as content:
        content.seek(-1, os.SEEK_END)
        return content.read(1) != b"\n"
    return False


def _members(report: Report) -> dict[str, object]:
    if report.failure:
        return {"search": report.search, "failure": report.failure}
    return {
        "id": report.id,
        "search": report.search,
        "baseline": report.baseline,
        "total": report.total,
        "articles": json_articles(report.articles),
        "warnings": report.warnings,
    }


def _lines(article: Article) -> tuple[str, str]:
    date = f"{article.published_at:%Y-%m-%d}" if article.published_at else "undated   "
    source = f" · {article.provider.name}" if article.provider else ""
    return plain(f"  {date}  {article.title}{source}"), plain(f"              {article.url or article.id}")
