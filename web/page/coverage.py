"""Lists who reported the story of an article, in order of time: who was first, and how late the others came."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from search import Article, Hit, Related, quantity
from web.links import article_url
from web.page.article_parts import publisher
from web.page.formatting import later

FIRST: Final = "First"
NO_DATE: Final = "No date"
_UNNAMED: Final = "An unnamed provider"
_LATEST: Final = datetime.max.replace(tzinfo=UTC)

LONGEST_GAP: Final = timedelta(days=7)
"""A report that comes later than this after the one before it begins another story: it is a sequel."""


class Report(NamedTuple):
    """An article about the story.

    `publisher` is the provider's name or the site.  `page` is the article's page if it is in the archive, `url` where
    to read it.  `when` is "First", how long after the first it came, or "No date"."""

    title: str
    publisher: str
    published_at: datetime | None
    page: str | None
    url: str | None
    current: bool = False
    when: str = NO_DATE


class Coverage(NamedTuple):
    """The reports of a story, empty if there is only one, and the reports of what came before and after.

    Both are oldest first, undated reports last."""

    reports: list[Report]
    related: list[Report]


def coverage(root: str, article: Article, hits: Sequence[Hit]) -> Coverage:
    """The coverage of the article: `hits`, which are connected with it, and their related items, one for each URL.

    The report at the article's URL is the current one, so the pages of one story list the same reports."""
    known = {hit.article.id for hit in hits}
    reports = [_report(hit.article, article_url(root, hit.article.id)) for hit in hits] + [
        _report(item, article_url(root, id) if id else None)
        for hit in hits
        for item, id in hit.coverage
        if id not in known
    ]
    by_address: dict[str, Report] = {}  # an article may have several files: the earliest counts
    for report in _by_time(reports):
        by_address.setdefault(_address(report), report)
    address = _address(_report(article, article_url(root, article.id)))
    by_address[address] = by_address[address]._replace(current=True)
    stories = list(_stories(_by_time(by_address.values())))
    own = next(reports for reports in stories if any(report.current for report in reports))
    related = [report for reports in stories if reports is not own for report in reports]
    return Coverage(_compared_with_first(own) if len(own) > 1 else [], related)


def coverage_summary(reports: Sequence[Report]) -> str:
    """`The Wheel was first. 5 others followed, the last 1 day later.`  Empty if fewer than two reports are dated."""
    firsts = [report for report in reports if report.when == FIRST]
    others = [report for report in reports if report.when not in {FIRST, NO_DATE}]
    if len(firsts) + len(others) < 2:
        return ""
    who = (
        f"{firsts[0].publisher or _UNNAMED} was first."
        if len(firsts) == 1
        else f"{len(firsts)} came first, at the same time."
    )
    if len(others) == 1:
        return f"{who} {others[0].publisher or _UNNAMED} followed {others[0].when}."
    return f"{who} {quantity(len(others), 'other')} followed, the last {others[-1].when}." if others else who


def _report(article: Article | Related, page: str | None) -> Report:
    return Report(article.title, publisher(article), article.published_at, page, article.url)


def _address(report: Report) -> str:
    return report.url or report.page or report.title


def _by_time(reports: Iterable[Report]) -> list[Report]:
    return sorted(reports, key=lambda report: report.published_at or _LATEST)


def _stories(reports: Sequence[Report]) -> Iterator[list[Report]]:
    """The reports in order of time, split at long gaps; undated ones belong to the first story."""
    dated = [report for report in reports if report.published_at]
    undated = [report for report in reports if not report.published_at]
    starts = [0] + [
        number
        for number, (before, after) in enumerate(pairwise(dated), 1)
        if before.published_at and after.published_at and after.published_at - before.published_at > LONGEST_GAP
    ]
    for start, end in zip(starts, [*starts[1:], len(dated)], strict=True):
        yield dated[start:end] + ([] if start else undated)


def _compared_with_first(reports: Sequence[Report]) -> list[Report]:
    first = reports[0].published_at

    def when(moment: datetime | None) -> str:
        if moment is None or first is None:
            return NO_DATE
        return FIRST if moment == first else later(moment, first)

    return [report._replace(when=when(report.published_at)) for report in reports]
