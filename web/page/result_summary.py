"""Writes the result summary: how many results there are, and which of them match fully."""

from collections.abc import Iterator
from typing import NamedTuple

from search import SearchResults, number_word, quantity
from web.links import SearchUrls
from web.page.formatting import long_time


class Note(NamedTuple):
    """A sentence about the results, and a link to other results if it has one."""

    text: str
    link: str = ""
    url: str = ""


class ResultSummary(NamedTuple):
    """The texts and links above the results.  The heading, the title and the live region have the same number."""

    result_count: str  # "104 results", on all pages
    heading: str  # "1–20 of 104", "14 results"
    q: str  # the query that the results are of: corrected, or with “…” after an unfinished word
    as_of: Note | None  # of which time they are, if not of now
    notes: list[Note]


def result_summary(urls: SearchUrls, results: SearchResults, filtered: bool) -> ResultSummary:
    """The summary of these results; `filtered` if the search has filters."""
    corrected = results.correction if results.correction and results.correction.applied else None
    q = (corrected.q if corrected else urls.request.q) + ("…" if results.prefix else "")
    return ResultSummary(
        result_count=quantity(results.listed, "result"),
        heading=_heading(urls, results, named=bool(q)),
        q=q,
        as_of=_snapshot_note(urls, results),
        notes=[*_match_notes(urls, results, filtered), *_story_notes(urls, results)],
    )


def _heading(urls: SearchUrls, results: SearchResults, named: bool) -> str:
    first, last = urls.request.offset + 1, urls.request.offset + len(results.hits)
    if not results.hits or len(results.hits) == results.listed:
        return quantity(results.listed, "result")
    shown = f"{first:,}" if first == last else f"{first:,}–{last:,}"
    return f"{shown} of {results.listed:,}" if named else f"{shown} of {quantity(results.listed, 'result')}"


def _snapshot_note(urls: SearchUrls, results: SearchResults) -> Note | None:
    """Of which time the results are, if the address names a snapshot."""
    if urls.request.at is None:
        return None
    text = f"Results as of {long_time(results.index.built_at)}."
    return Note(text, "Show current results", urls.changed(at=None, page=urls.request.page))


def _match_notes(urls: SearchUrls, results: SearchResults, filtered: bool) -> Iterator[Note]:
    """How many of the articles have every word of the query, if not all of them do."""
    if results.relaxed is None:
        return
    partial = results.relaxed.total
    lack = f"{'lacks' if partial == 1 else 'lack'} {number_word(results.relaxed.missing_at_most)}"
    if not results.total:
        yield Note(
            f"No article{' within these filters' if filtered else ''} has every word. "
            f"{quantity(partial, 'article')} {lack} of the words."
        )
        return
    have = f"{quantity(results.total, 'article')} {'has' if results.total == 1 else 'have'} every word"
    yield Note(f"{have}, {partial:,} more {lack}.", "Require every word", urls.changed(match="all"))


def _story_notes(urls: SearchUrls, results: SearchResults) -> Iterator[Note]:
    """How many articles the stories have, and the way to the other view of stories."""
    articles = results.total + (results.relaxed.total if results.relaxed else 0)
    if not articles:
        return
    if urls.request.collapse == "none":
        yield Note("", "Show each story once", urls.changed(collapse="story"))
    elif results.stories not in {None, articles}:
        counts = f"{quantity(articles, 'article')} in {quantity(results.stories or 0, 'story')}."
        yield Note(counts, "Show every article", urls.changed(collapse="none"))
