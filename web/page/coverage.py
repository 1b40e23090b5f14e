"""Lists who reported the story of an article, in order of time: who was first, and how late the others came."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from search import Article, Hit, Related, quantity
from web.links import article_url
from web.page.article_parts import publisher
from web.page.formatting import later

FIRST: Final = "First"
NO_DATE: Final = "No date"
_UNNAMED: Final = "An unnamed provider"
_LATEST: Final = datetime.max.replace(tzinfo=UTC)


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


def coverage(root: str, hit: Hit) -> list[Report]:
    """The reports of a story, oldest first, undated ones last, one for each URL; empty if the article is the only one.

    They are the articles of its story, and its related items."""
    known = {article.id for article in (hit.article, *hit.also)}
    others = [_report(article, article_url(root, article.id)) for article in hit.also] + [
        _report(item, article_url(root, id) if id else None) for item, id in hit.coverage if id not in known
    ]
    current = _report(hit.article, article_url(root, hit.article.id))._replace(current=True)
    # An article may have several files: the earliest counts, except that this page's article stays.
    by_address = {_address(current): current}
    for report in _by_time(others):
        by_address.setdefault(_address(report), report)
    return _compared_with_first(_by_time(by_address.values())) if len(by_address) > 1 else []


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


def _compared_with_first(reports: Sequence[Report]) -> list[Report]:
    first = reports[0].published_at

    def when(moment: datetime | None) -> str:
        if moment is None or first is None:
            return NO_DATE
        return FIRST if moment == first else later(moment, first)

    return [report._replace(when=when(report.published_at)) for report in reports]
