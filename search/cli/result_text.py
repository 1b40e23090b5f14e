"""Search results, facets, timelines, articles and figures as text for the terminal."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import click

from search.article import Article
from search.cli.output import plain
from search.cli.wrapping import wrapped
from search.descriptions import corrected, has_collapsed_stories, missing_words_text, reasons
from search.periods import period_name
from search.quantities import quantity
from search.results import Completion, Correction, Facet, Fragment, Hit, SearchResults, Statistics, Timeline

if TYPE_CHECKING:
    from search.request import SearchRequest

SHOWN_FIELDS: Final = ("title", "provider", "published_at", "topics", "excerpt", "url", "missing", "also")
"""The members of a hit that are shown unless others are asked for."""

_LABELLED: Final = ("id", "type", "category", "heat", "quality", "amp_url", "score")
_BAR: Final = 40
"""Columns of the longest bar of a timeline."""


def show_results(results: SearchResults, request: "SearchRequest", fields: Sequence[str] = SHOWN_FIELDS) -> None:
    """Print the correction, a heading if no article has every word, one page of hits, the counts and the totals."""
    if results.correction:
        _show_correction(results.correction, request.q)
    if results.prefix:
        word, q = plain(results.prefix.word), plain(request.q)
        click.echo(f"Showing results with words that start with {word}. Search instead for {q} without --typo.\n")
    if results.relaxed and not results.total:
        missing = missing_words_text(results.relaxed.missing_at_most)
        click.echo(f"No article found has every word. These lack {missing}:\n")
    for number, hit in enumerate(results.hits, start=request.offset + 1):
        _show_hit(f"{number}. ", hit, fields)
        click.echo()
    for facet in results.facets:
        show_facet(facet, facet.total_values - len(facet.values))
        click.echo()
    if results.timeline:
        show_timeline(results.timeline)
        click.echo()
    click.echo(_summary(results, request.page, request.per_page))


def show_article(hit: Hit) -> None:
    """Print an article, with the other articles of its story."""
    _show_hit("", hit, ("id", *SHOWN_FIELDS))


def show_facet(facet: Facet, more: int) -> None:
    """Print the values of a facet with their counts, and how many more there are."""
    click.echo(click.style(f"{facet.field}:", bold=True))
    width = max((len(f"{bucket.count:,}") for bucket in facet.values), default=1)
    for bucket in facet.values:
        click.echo(f"  {bucket.count:>{width},}  {plain(bucket.value)}")
    notes = [f"{more:,} more"] if more > 0 else []
    if facet.missing:
        notes.append(f"{quantity(facet.missing, 'article')} without a {facet.field}")
    if notes:
        click.echo(f"  ({', '.join(notes)})")


def show_timeline(timeline: Timeline) -> None:
    """Print the number of articles of each period, with a bar."""
    names = [period_name(bucket.start, timeline.interval) for bucket in timeline.buckets]
    most = max((bucket.count for bucket in timeline.buckets), default=0)
    for name, bucket in zip(names, timeline.buckets, strict=True):
        bar = "#" * -(-bucket.count * _BAR // most) if most else ""
        click.echo(f"{name:<{max(map(len, names))}}  {bucket.count:>{len(f'{most:,}')},}  {bar}".rstrip())
    if timeline.undated:
        click.echo(f"undated: {timeline.undated:,}")


def show_suggestions(completions: Sequence[Completion]) -> None:
    """Print a completion a line, with the number of its articles."""
    for each in completions:
        click.echo(plain(each.text) + click.style(f"  {each.kind}, {quantity(each.count, 'article')}", dim=True))


def show_statistics(statistics: Statistics) -> None:
    """Print the figures of an index."""
    first, last = (f"{moment:%Y-%m-%d}" if moment else "" for moment in (
        statistics.first_published_at, statistics.last_published_at
    ))  # fmt: skip
    index = statistics.index
    for label, value in (
        ("Articles", f"{index.articles:,}"),
        ("Topics", f"{statistics.topics:,}"),
        ("Providers", f"{statistics.providers:,}"),
        ("Terms", f"{statistics.terms:,}"),
        ("First article", first or "none with a date"),
        ("Last article", last or "none with a date"),
        ("Undated", f"{statistics.undated:,}"),
        ("Snapshot", index.snapshot),
        ("Built", f"{index.built_at:%Y-%m-%d %H:%M:%S} UTC"),
    ):
        click.echo(f"{label + ':':<15}{value}")


def _show_correction(correction: Correction, original: str) -> None:
    query = "".join(click.style(plain(each.text), bold=each.hit) for each in corrected(correction))
    if correction.applied:
        click.echo(f"Showing results for {query}. Search instead for {plain(original)} without --typo.\n")
    else:
        click.echo(f"Did you mean {query}?\n")


def _summary(results: SearchResults, page: int, per_page: int) -> str:
    """A summary such as `3 found, 42 more listed lack one of the words, in 40 stories, page 1 of 4`."""
    pages = -(-results.listed // per_page) if per_page else 0
    parts = [f"{results.total:,} found"]
    if results.relaxed:
        missing = missing_words_text(results.relaxed.missing_at_most)
        parts.append(f"{results.relaxed.total:,} more listed lack {missing}")
    if has_collapsed_stories(results):
        parts.append(f"in {results.stories:,} {'story' if results.stories == 1 else 'stories'}")
    if page > pages > 0:
        parts.append(f"the results end on page {pages:,}")
    elif pages > 1:
        parts.append(f"page {page} of {pages:,}")
    return ", ".join(parts)


def _show_hit(number: str, hit: Hit, fields: Sequence[str]) -> None:
    """Print the lines of a hit, indented below its number."""
    margin = " " * len(number)
    for index, line in enumerate(_lines(hit, fields, len(number))):
        click.echo((margin if index else number) + line)


def _lines(hit: Hit, fields: Sequence[str], indent: int) -> Iterator[str]:
    """The lines that show these members of a hit."""
    article, highlights = hit.article, hit.highlights or {}
    width = shutil.get_terminal_size().columns - indent if sys.stdout.isatty() else None
    if "title" in fields:
        yield from _styled(highlights.get("title"), article.title, width, bold=True)
    yield from (
        f"{name}: {plain(str(value))}"
        for name in _LABELLED
        if name in fields and (value := getattr(hit if name == "score" else article, name)) is not None
    )
    if details := " · ".join(filter(None, _details(article, fields))):
        yield from _styled(None, details, width, dim=True)
    if "excerpt" in fields and article.excerpt:
        yield from _styled(highlights.get("excerpt"), article.excerpt, width)
    if "url" in fields and article.url:
        yield click.style(plain(article.url), fg="blue")
    if "image" in fields and article.image:
        yield f"image: {plain(article.image.url)}"
    if "missing" in fields and hit.missing:
        yield "Missing: " + ", ".join(click.style(plain(word), strikethrough=True) for word in hit.missing)
    for other in hit.also if "also" in fields else ():
        source = filter(None, (other.provider.name if other.provider else "", other.url))
        yield f"Also at: {plain(' · '.join(source) or other.title)}"
    for reason in chain(*reasons(hit.explanation)) if hit.explanation else ():
        yield f"{reason.weight:>5}  {plain(f'{reason.word} {reason.text}'.strip())}"


def _details(article: Article, fields: Sequence[str]) -> Iterator[str]:
    if "provider" in fields and article.provider:
        yield article.provider.name
    if "published_at" in fields:
        yield f"{article.published_at:%Y-%m-%d}" if article.published_at else "undated"
    if "topics" in fields:
        yield ", ".join(article.topics)


def _styled(fragments: Sequence[Fragment] | None, text: str, width: int | None, **style: Any) -> Iterator[str]:
    """The lines of a text with matches in colour, wrapped if there is a width.

    `click.echo` removes colours if the output is not a terminal."""
    cleaned = [
        Fragment(plain(each.text).replace("\n", " "), each.hit) for each in fragments or (Fragment(text, hit=False),)
    ]
    for line in wrapped(cleaned, width) if width else [cleaned]:
        yield "".join(
            click.style(each.text, fg="yellow" if each.hit else None, **style) if each.hit or style else each.text
            for each in line
        )
