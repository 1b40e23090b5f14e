"""Writes the result summary: how many results there are, and which of them match fully."""

from collections.abc import Sequence
from typing import NamedTuple

from search import SearchResults, has_collapsed_stories, number_word, quantity
from web.links import Link, SearchUrls
from web.page.formatting import long_time


class Note(NamedTuple):
    """A sentence about the results, and links to other results.

    `absent`: the words of the query that no article has which passes the filters; the page names them first."""

    text: str
    links: Sequence[Link]
    absent: Sequence[str] = ()


class ResultSummary(NamedTuple):
    """The texts and links above the results.  The heading, the title and the live region have the same number."""

    result_count: str  # "104 results", on all pages; "2,500 articles" on the home page
    heading: str  # "1–20 of 104", "14 results", "2,500 articles"
    q: str  # the query that the results are of: corrected, or with “…” after an unfinished word
    matches: Note | None  # how many articles match, if the heading does not say so
    as_of: Note | None  # of which time the results are, if not of now


def result_summary(
    urls: SearchUrls, results: SearchResults, home: bool = False, absent: Sequence[str] = ()
) -> ResultSummary:
    """The summary of these results; `absent` are the words that no article has which passes the filters.

    The home page, which is no search, counts the articles of the archive, as its filters and its footer do."""
    if home and results.listed:
        articles = quantity(results.total, "article")
        return ResultSummary(articles, articles, "", matches=None, as_of=None)
    corrected = results.correction if results.correction and results.correction.applied else None
    q = (corrected.q if corrected else urls.request.q) + ("…" if results.prefix else "")
    return ResultSummary(
        result_count=quantity(results.listed, "result"),
        heading=_heading(urls, results, named=bool(q)),
        q=q,
        matches=_match_note(urls, results, absent),
        as_of=_snapshot_note(urls, results),
    )


def _heading(urls: SearchUrls, results: SearchResults, named: bool) -> str:
    first, last = urls.request.offset + 1, urls.request.offset + len(results.hits)
    if not results.hits or len(results.hits) == results.listed:
        return quantity(results.listed, "result")
    shown = f"{first:,}" if first == last else f"{first:,}–{last:,}"
    return f"{shown} of {results.listed:,}" if named else f"{shown} of {quantity(results.listed, 'result')}"


def _match_note(urls: SearchUrls, results: SearchResults, absent: Sequence[str]) -> Note | None:
    """How many articles have every word and how many stories they tell, if the heading does not say so.

    One sentence has all numbers: those of several sentences would seem to contradict each other."""
    if not results:
        return None
    every = urls.request.collapse == "none"
    folded = not every and has_collapsed_stories(results)
    counts = [_match_counts(results, len(absent))] if results.relaxed or folded else []
    if folded:
        counts.append(f"in {quantity(results.stories or 0, 'story')}")
    links = []
    if results.relaxed and results.total:
        links.append(Link("Require every word", urls.changed(match="all")))
    if folded:
        links.append(Link("Show every article", urls.changed(collapse="none")))
    elif every:
        links.append(Link("Show each story once", urls.changed(collapse="story")))
    separator = ", " if results.relaxed else " "
    if not counts and not links:
        return None
    return Note(f"{separator.join(counts)}." if counts else "", links, absent)


def _match_counts(results: SearchResults, absent: int) -> str:
    """`2 articles have every word, 9 more listed lack one`, `11 articles`; after the names of absent words
    `The 9 listed have every other word`.

    More articles than those listed may lack a word."""
    if results.relaxed is None:
        return quantity(results.total, "article")
    partial = results.relaxed.total
    number = results.relaxed.missing_at_most
    if absent == number:
        return f"The {partial:,} listed {'has' if partial == 1 else 'have'} every other word"
    lack = f"listed {'lacks' if partial == 1 else 'lack'} {number_word(number)}"
    if absent:
        return f"The {partial:,} {lack} words"
    if not results.total:
        return f"No article has every word. The {partial:,} {lack}"
    have = f"{quantity(results.total, 'article')} {'has' if results.total == 1 else 'have'} every word"
    return f"{have}, {partial:,} more {lack}"


def _snapshot_note(urls: SearchUrls, results: SearchResults) -> Note | None:
    """Of which time the results are, if the address names a snapshot."""
    if urls.request.at is None:
        return None
    current = Link("Show current results", urls.changed(at=None, page=urls.request.page))
    return Note(f"As of {long_time(results.index.built_at)}.", [current])
