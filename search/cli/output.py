"""What the command line says and how: progress, hits, problems, JSON, and the exit status that stands for an error."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click
import msgspec

from search.descriptions import corrected, lacked, reasons
from search.errors import ArticleSearchError, BuildRunning, RequestInvalid, SettingsError
from search.results import Correction, Fragment, Hit, SearchResults

if TYPE_CHECKING:
    from search.request import SearchRequest

SHOWN_REJECTS: Final = 20

# Control characters of an article must not reach the terminal, which would obey them.  Line ends may.
_CONTROLS: Final = dict.fromkeys([*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0)], " ")

STATUSES: Final[tuple[tuple[type[ArticleSearchError], int], ...]] = (
    (BuildRunning, 75),
    (RequestInvalid, 2),
    (SettingsError, 2),
    (ArticleSearchError, 1),
)


class Statuses(click.Group):
    """Commands whose errors, where they are the project's own, become a message and the status that stands for them."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ArticleSearchError as error:
            fail(error, next(status for kind, status in STATUSES if isinstance(error, kind)))


def fail(error: Exception, status: int) -> NoReturn:
    """Say what went wrong on standard error and leave with this status."""
    click.echo(f"article-search: {plain(str(error))}", err=True)
    raise SystemExit(status)


def echo_json(value: object) -> None:
    """Print any of our values as one line of JSON."""
    click.echo(msgspec.json.encode(value))


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """A function to call with (done, total), drawing on standard error; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as drawn:
        bar = None

        def advance(done: int, total: int) -> None:
            nonlocal bar
            if bar is None:  # only now is the total known
                bar = drawn.enter_context(click.progressbar(length=total, label=label, file=sys.stderr))
            bar.update(done - bar.pos)

        yield advance


def show_problems(problems: Sequence[str], everything_in: str) -> None:
    """Print the first problems on standard error, and where the others are."""
    for problem in problems[:SHOWN_REJECTS]:
        click.echo(plain(problem), err=True)
    if len(problems) > SHOWN_REJECTS:
        click.echo(f"… and {len(problems) - SHOWN_REJECTS:,} more: {everything_in}", err=True)


def show_results(results: SearchResults, request: "SearchRequest") -> None:
    """Print one page of hits, best first, and how many there are; before them, what was corrected; before the first
    that lacks a word, that these do."""
    if results.correction:
        _show_correction(results.correction, request.q)
    relaxed = results.relaxed
    for number, hit in enumerate(results.hits, start=request.offset + 1):
        if hit.missing and relaxed:
            none = "" if results.total else "No article found has every word. "
            click.echo(f"{none}These lack {lacked(relaxed.missing_at_most)}:\n")
            relaxed = None
        _show_hit(number, hit)
    click.echo(_tally(results, request.page, request.per_page))


def _show_correction(correction: Correction, typed: str) -> None:
    query = "".join(click.style(plain(each.text), bold=each.hit) for each in corrected(correction))
    if correction.applied:
        click.echo(f"Showing results for {query}. Search instead for {plain(typed)} with --no-typo.\n")
    else:
        click.echo(f"Did you mean {query}?\n")


def _tally(results: SearchResults, page: int, per_page: int) -> str:
    """How much was found: `3 found, 42 more lack one of the words, in 40 stories, page 1 of 4`."""
    pages = -(-results.listed // per_page) if per_page else 0
    parts = [f"{results.total:,} found"]
    if results.relaxed:
        parts.append(f"{results.relaxed.total:,} more lack {lacked(results.relaxed.missing_at_most)}")
    articles = results.total + (results.relaxed.total if results.relaxed else 0)
    if results.stories not in {None, articles}:
        parts.append(f"in {results.stories:,} {'story' if results.stories == 1 else 'stories'}")
    if page > pages > 0:
        parts.append(f"the results end on page {pages:,}")
    elif pages > 1:
        parts.append(f"page {page} of {pages:,}")
    return ", ".join(parts)


def plain(text: str) -> str:
    """The text without anything that a terminal would obey."""
    return text.translate(_CONTROLS)


def _show_hit(number: int, hit: Hit) -> None:
    article, highlights = hit.article, hit.highlights or {}
    margin = " " * (len(f"{number}") + 2)
    click.echo(f"{number}. " + _marked(highlights.get("title"), article.title, bold=True))
    about = [
        article.provider.name if article.provider else "",
        f"{article.published_at:%Y-%m-%d}" if article.published_at else "undated",
        ", ".join(article.topics),
    ]
    click.echo(margin + click.style(plain(" · ".join(filter(None, about))), dim=True))
    if article.excerpt:
        click.echo(margin + _marked(highlights.get("excerpt"), article.excerpt))
    if article.url:
        click.echo(margin + click.style(plain(article.url), fg="blue"))
    if hit.missing:
        missing = (click.style(plain(word), strikethrough=True) for word in hit.missing)
        click.echo(f"{margin}Missing: {', '.join(missing)}")
    for other in hit.also:
        where = filter(None, (other.provider.name if other.provider else "", other.url))
        click.echo(f"{margin}Also at: {plain(' · '.join(where) or other.title)}")
    for reason in reasons(hit.explanation) if hit.explanation else ():
        click.echo(f"{margin}{reason.weight:>5}  {plain(f'{reason.word} {reason.text}'.strip())}")
    click.echo()


def _marked(fragments: Sequence[Fragment] | None, text: str, bold: bool = False) -> str:
    """The text with what matched in colour, which `click.echo` leaves out where there is no terminal."""
    return "".join(
        click.style(plain(each.text), bold=bold, fg="yellow" if each.hit else None)
        for each in fragments or (Fragment(text, hit=False),)
    )
