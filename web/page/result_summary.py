"""Writes the result summary: how many articles and stories match, fully or partially."""

from typing import NamedTuple

from search import SearchResults, missing_words_text, quantity
from web.links import SearchUrls


class ResultSummary(NamedTuple):
    """The texts and links above the results.  Texts may be empty."""

    result_count: str  # "14 results", on all pages
    heading: str  # "1,234 articles in 1,180 stories", "3 articles have every word"
    preposition: str  # "for", "of": between the heading and the query
    partial_matches: str  # "42 more lack one of the words."
    full_matches_link: str | None  # the search without partial matches
    story_count: str  # "45 articles in 40 stories.", unless the heading has it
    story_toggle: tuple[str, str] | None  # text and link: show each story once, or every article


def result_summary(urls: SearchUrls, results: SearchResults, filtered: bool) -> ResultSummary:
    """The summary of these results; `filtered` if the search has filters."""
    partial = results.relaxed.total if results.relaxed else 0
    in_stories = _in_stories(results, results.total + partial)
    corrected = results.correction is not None and results.correction.applied
    return ResultSummary(
        result_count=quantity(results.listed, "result"),
        heading=_heading(results, in_stories, filtered),
        preposition="" if corrected or not urls.request.q else "of" if partial else "for",
        partial_matches=_partial_matches(results) if partial else "",
        full_matches_link=urls.changed(match="all") if partial and results.total else None,
        story_count=f"{quantity(results.total + partial, 'article')}{in_stories}." if partial and in_stories else "",
        story_toggle=_story_toggle(urls, in_stories) if results.listed else None,
    )


def _heading(results: SearchResults, in_stories: str, filtered: bool) -> str:
    if not results.listed:
        return "No results"
    articles = quantity(results.total, "article")
    if results.relaxed is None:
        return f"{articles}{in_stories}"
    if not results.total:
        return f"No article {'within these filters ' if filtered else ''}has every word"
    return f"{articles} {'has' if results.total == 1 else 'have'} every word"


def _partial_matches(results: SearchResults) -> str:
    assert results.relaxed is not None  # noqa: S101  # there are partial matches
    number, missing = results.relaxed.total, results.relaxed.missing_at_most
    articles = f"{number:,} more" if results.total else quantity(number, "article")
    return f"{articles} {'lacks' if number == 1 else 'lack'} {missing_words_text(missing)}."


def _in_stories(results: SearchResults, articles: int) -> str:
    """` in 40 stories`, or nothing if every article is its own story."""
    return "" if results.stories in {None, articles} else f" in {quantity(results.stories or 0, 'story')}"


def _story_toggle(urls: SearchUrls, in_stories: str) -> tuple[str, str] | None:
    if urls.request.collapse == "none":
        return "Show each story once", urls.changed(collapse="story")
    return ("Show every article", urls.changed(collapse="none")) if in_stories else None
