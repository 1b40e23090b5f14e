"""How much a search found, in the page's words, and the other ways of counting that it offers."""

from typing import NamedTuple

from search import SearchRequest, SearchResults, lacked
from web import links
from web.page.formatting import counted


class ResultSummary(NamedTuple):
    """What stands above the results.  Texts may be empty."""

    results: str  # "14 results": how many there are on all pages
    heading: str  # "1,234 articles in 1,180 stories", "3 articles have every word"
    joint: str  # "for", "of": with what the heading goes on to the query, unless that was said already
    lacking: str  # "42 more have all but one."
    only_complete: str | None  # where the search without those is
    divider: str  # what stands between
    stories: str  # "45 articles in 40 stories.", unless the heading says it
    other_way: tuple[str, str] | None  # whether stories are shown once: the other choice, and where it is


def result_summary(request: SearchRequest, results: SearchResults, filtered: bool) -> ResultSummary:
    """How much these results are; `filtered` where that is not all there is for the query."""
    more = results.relaxed.total if results.relaxed else 0
    in_stories = _in_stories(results, results.total + more)
    corrected = results.correction is not None and results.correction.applied
    return ResultSummary(
        results=counted(results.listed, "result"),
        heading=_heading(results, in_stories, filtered),
        joint="" if corrected or not request.q else "of" if more else "for",
        lacking=_lacking(results) if more else "",
        only_complete=links.page(links.changed(request, match="all")) if more and results.total else None,
        divider=f"These lack {lacked(results.relaxed.missing_at_most)}" if results.relaxed and results.total else "",
        stories=f"{counted(results.total + more, 'article')}{in_stories}." if more and in_stories else "",
        other_way=_other_way(request, in_stories) if results.listed else None,
    )


def _heading(results: SearchResults, in_stories: str, filtered: bool) -> str:
    if not results.listed:
        return "Nothing found"
    found = counted(results.total, "article")
    if results.relaxed is None:
        return f"{found}{in_stories}"
    if not results.total:
        return f"No article {'within these filters ' if filtered else ''}has every word"
    return f"{found} {'has' if results.total == 1 else 'have'} every word"


def _lacking(results: SearchResults) -> str:
    assert results.relaxed is not None  # noqa: S101  # there are some
    number, most = results.relaxed.total, results.relaxed.missing_at_most
    found = f"{number:,} more" if results.total else counted(number, "article")
    what = {1: "all but one", 2: "all but one or two"}.get(most, "some of them")
    return f"{found} {'has' if number == 1 else 'have'} {what}."


def _in_stories(results: SearchResults, articles: int) -> str:
    """Nothing where every article is a story of its own."""
    return "" if results.stories in {None, articles} else f" in {counted(results.stories or 0, 'story')}"


def _other_way(request: SearchRequest, in_stories: str) -> tuple[str, str] | None:
    if request.collapse == "none":
        return "Show each story once", links.page(links.changed(request, collapse="story"))
    return ("Show every article", links.page(links.changed(request, collapse="none"))) if in_stories else None
