"""Terminal output: progress, hits, problems, JSON, errors and their exit statuses."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click
import msgspec

from search.descriptions import corrected, missing_words_text, reasons
from search.errors import (
    ArticleSearchError,
    BuildRunning,
    RequestInvalid,
    SearchFileInvalid,
    SettingsError,
    WatchRunning,
)
from search.results import Correction, Fragment, Hit, SearchResults

if TYPE_CHECKING:
    from search.request import SearchRequest

SHOWN_PROBLEMS: Final = 20

# A terminal executes control characters, so those of an article must not reach it.  Line feeds are allowed.
_CONTROLS: Final = dict.fromkeys([*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0)], " ")

# The first class that fits an error decides.
STATUSES: Final = {
    BuildRunning: 75, WatchRunning: 75, RequestInvalid: 2, SearchFileInvalid: 2, SettingsError: 2, ArticleSearchError: 1
}  # fmt: skip


class CommandGroup(click.Group):
    """A command group that turns the project's errors into a message and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ArticleSearchError as error:
            fail(error, next(status for kind, status in STATUSES.items() if isinstance(error, kind)))


def fail(error: Exception, status: int) -> NoReturn:
    """Print the error on standard error and exit with this status."""
    click.echo(f"article-search: {plain(str(error))}", err=True)
    raise SystemExit(status)


def echo_json(value: object) -> None:
    """Print a value as one line of JSON."""
    click.echo(msgspec.json.encode(value))


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """A function to call with (done, total) that draws on standard error; None if that is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as stack:
        bar = None

        def advance(done: int, total: int) -> None:
            nonlocal bar
            if bar is None:  # the total is known only now
                bar = stack.enter_context(click.progressbar(length=total, label=label, file=sys.stderr))
            bar.update(done - bar.pos)

        yield advance


def show_problems(problems: Sequence[str], full_list: str) -> None:
    """Print the first problems on standard error, and `full_list` if there are more."""
    for problem in problems[:SHOWN_PROBLEMS]:
        click.echo(plain(problem), err=True)
    if len(problems) > SHOWN_PROBLEMS:
        click.echo(f"… and {len(problems) - SHOWN_PROBLEMS:,} more: {full_list}", err=True)


def show_results(results: SearchResults, request: "SearchRequest") -> None:
    """Print the correction, a heading if no article has every word, one page of hits, and the totals."""
    if results.correction:
        _show_correction(results.correction, request.q)
    if results.relaxed and not results.total:
        missing = missing_words_text(results.relaxed.missing_at_most)
        click.echo(f"No article found has every word. These lack {missing}:\n")
    for number, hit in enumerate(results.hits, start=request.offset + 1):
        _show_hit(number, hit)
    click.echo(_summary(results, request.page, request.per_page))


def _show_correction(correction: Correction, original: str) -> None:
    query = "".join(click.style(plain(each.text), bold=each.hit) for each in corrected(correction))
    if correction.applied:
        click.echo(f"Showing results for {query}. Search instead for {plain(original)} without --typo.\n")
    else:
        click.echo(f"Did you mean {query}?\n")


def _summary(results: SearchResults, page: int, per_page: int) -> str:
    """A summary such as `3 found, 42 more lack one of the words, in 40 stories, page 1 of 4`."""
    pages = -(-results.listed // per_page) if per_page else 0
    parts = [f"{results.total:,} found"]
    if results.relaxed:
        parts.append(f"{results.relaxed.total:,} more lack {missing_words_text(results.relaxed.missing_at_most)}")
    articles = results.total + (results.relaxed.total if results.relaxed else 0)
    if results.stories not in {None, articles}:
        parts.append(f"in {results.stories:,} {'story' if results.stories == 1 else 'stories'}")
    if page > pages > 0:
        parts.append(f"the results end on page {pages:,}")
    elif pages > 1:
        parts.append(f"page {page} of {pages:,}")
    return ", ".join(parts)


def plain(text: str) -> str:
    """The text without control characters."""
    return text.translate(_CONTROLS)


def _show_hit(number: int, hit: Hit) -> None:
    article, highlights = hit.article, hit.highlights or {}
    margin = " " * (len(f"{number}") + 2)
    click.echo(f"{number}. " + _highlighted(highlights.get("title"), article.title, bold=True))
    details = [
        article.provider.name if article.provider else "",
        f"{article.published_at:%Y-%m-%d}" if article.published_at else "undated",
        ", ".join(article.topics),
    ]
    click.echo(margin + click.style(plain(" · ".join(filter(None, details))), dim=True))
    if article.excerpt:
        click.echo(margin + _highlighted(highlights.get("excerpt"), article.excerpt))
    if article.url:
        click.echo(margin + click.style(plain(article.url), fg="blue"))
    if hit.missing:
        missing = (click.style(plain(word), strikethrough=True) for word in hit.missing)
        click.echo(f"{margin}Missing: {', '.join(missing)}")
    for other in hit.also:
        source = filter(None, (other.provider.name if other.provider else "", other.url))
        click.echo(f"{margin}Also at: {plain(' · '.join(source) or other.title)}")
    for reason in chain(*reasons(hit.explanation)) if hit.explanation else ():
        click.echo(f"{margin}{reason.weight:>5}  {plain(f'{reason.word} {reason.text}'.strip())}")
    click.echo()


def _highlighted(fragments: Sequence[Fragment] | None, text: str, bold: bool = False) -> str:
    """The text with matches in colour; `click.echo` removes colours if the output is not a terminal."""
    return "".join(
        click.style(plain(each.text), bold=bold, fg="yellow" if each.hit else None)
        for each in fragments or (Fragment(text, hit=False),)
    )
