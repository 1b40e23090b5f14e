"""Prints the reports of saved searches: as text, or as lines of JSON."""

import sys
from collections.abc import Callable
from functools import partial

import click

from search.article import Article
from search.cli.output import echo_json, plain
from search.quantities import quantity
from search.watch.watcher import Report, json_articles


def shown_as(as_json: bool) -> Callable[[Report], None]:
    """A function that prints a report; as JSON also if the search asks for text."""
    return partial(_show, as_json)


def _show(as_json: bool, report: Report) -> None:
    """Prints a report and returns once it is written, so that it counts as reported only then."""
    if as_json or report.target == "json":
        echo_json(_members(report))
    elif report.failure:
        click.echo(plain(f"{report.search}: {report.failure}"), err=True)
    elif report.baseline:
        text = f"{report.search}: {report.baseline} search, {quantity(report.total, 'article')}; new ones are reported"
        click.echo(plain(text), err=True)
    else:
        click.echo(plain(f"{report.search}: {quantity(len(report.articles), 'new article')}"))
        for article in report.articles:
            _show_article(article)
        click.echo()
    sys.stdout.flush()


def _members(report: Report) -> dict[str, object]:
    if report.failure:
        return {"search": report.search, "failure": report.failure}
    return {
        "search": report.search,
        "baseline": report.baseline,
        "total": report.total,
        "articles": json_articles(report.articles),
    }


def _show_article(article: Article) -> None:
    date = f"{article.published_at:%Y-%m-%d}" if article.published_at else "undated   "
    source = f" · {article.provider.name}" if article.provider else ""
    click.echo(plain(f"  {date}  {article.title}{source}"))
    click.echo(plain(f"              {article.url or article.id}"))
