"""The reports of a story: order, delays, one for each URL, and the summary."""

from datetime import UTC, datetime, timedelta

import pytest

from search import Article, Hit, Provider, Related
from web.page.coverage import Report, coverage, coverage_summary

START = datetime(2026, 5, 1, 8, tzinfo=UTC)


def article(id: str, hours: float | None, url: str | None = None) -> Article:
    published = None if hours is None else START + timedelta(hours=hours)
    return Article(id, f"Title of {id}", provider=Provider(id.capitalize()), url=url, published_at=published)


def related(title: str, hours: float | None, url: str | None = None) -> Related:
    return Related(title, url=url, published_at=None if hours is None else START + timedelta(hours=hours))


def shown(current: Hit, *others: Article) -> list[Report]:
    return coverage("", current.article, [current, *map(Hit, others)]).reports


def test_reports_are_in_order_of_time_with_undated_ones_last() -> None:
    hit = Hit(
        Article("b", "B", published_at=START + timedelta(hours=3), related=(related("D", 100), related("C", None)))
    )
    reports = shown(hit, article("e", None), article("a", 0))
    assert [(report.title, report.when) for report in reports] == [
        ("Title of a", "First"),
        ("B", "3 hours later"),
        ("D", "4 days later"),
        ("Title of e", "No date"),
        ("C", "No date"),
    ]


@pytest.mark.parametrize(
    ("seconds", "delay"),
    [
        (0, "First"),
        (1, "1 second later"),
        (119, "119 seconds later"),
        (120, "2 minutes later"),
        (47 * 3600, "47 hours later"),
        (48 * 3600, "2 days later"),
        (7 * 86_400, "7 days later"),
    ],
)
def test_delay_counts_from_the_first_report(seconds: int, delay: str) -> None:
    reports = shown(Hit(article("b", seconds / 3600)), article("a", 0))
    assert [report.when for report in reports if report.current] == [delay]


@pytest.mark.parametrize(
    ("others", "items", "expected"),
    [
        pytest.param([], [], [], id="only article"),
        pytest.param([article("b", 1, "u:1")], [], [], id="another file of the article"),
        pytest.param([article("b", 2, "u:2"), article("c", 1, "u:2")], [], ["a", "c"], id="earliest of two files"),
        pytest.param([article("b", 2, "u:2")], [("b", related("B", 2, "u:2"))], ["a", "b"], id="related item in story"),
        pytest.param([article("b", 2, "u:2")], [(None, related("B", 1, "u:2"))], ["a", "B"], id="related item earlier"),
        pytest.param([], [("c", related("C", 1, "u:3"))], ["a", "C"], id="related item elsewhere in the archive"),
    ],
)
def test_each_url_has_one_report(
    others: list[Article], items: list[tuple[str | None, Related]], expected: list[str]
) -> None:
    stored = Article(
        "a", "a", url="u:1", published_at=START + timedelta(hours=0), related=tuple(item for _, item in items)
    )
    reports = shown(Hit(stored, related_ids=tuple(id for id, _ in items)), *others)
    assert [report.title.removeprefix("Title of ") for report in reports] == expected


def test_pages_of_one_story_list_the_same_reports() -> None:
    first = Hit(Article("a", "A", url="u:1", published_at=START, related=(related("E", -1, "u:5"),)))
    others = [Hit(article("a-too", 3, "u:1")), Hit(article("b", 2, "u:2"))]
    hits = [first, *others]
    pages = [coverage("", hit.article, hits).reports for hit in hits]
    listed = [[(report.title, report.when) for report in page] for page in pages]
    assert listed == [[("E", "First"), ("A", "1 hour later"), ("Title of b", "3 hours later")]] * 3
    current = [[report.title for report in page if report.current] for page in pages]
    assert current == [["A"], ["A"], ["Title of b"]]


@pytest.mark.parametrize(
    ("id", "story", "around"),
    [("a", "abcu", "de"), ("c", "abcu", "de"), ("u", "abcu", "de"), ("d", "de", "abcu"), ("e", "de", "abcu")],
)
def test_sequel_after_more_than_a_week_is_another_story(id: str, story: str, around: str) -> None:
    week = 7 * 24
    hours = {"a": 0, "b": week, "c": 2 * week, "d": 3 * week + 1, "e": 3 * week + 2, "u": None}
    articles = {name: article(name, delay) for name, delay in hours.items()}
    found = coverage("", articles[id], [*map(Hit, articles.values())])
    assert [report.title[-1] for report in found.reports] == [*story]
    assert [report.title[-1] for report in found.related] == [*around]


def test_sequel_without_other_reports_has_no_coverage_but_what_came_before() -> None:
    found = coverage("", article("b", 200), [Hit(article("a", 0)), Hit(article("b", 200))])
    assert (found.reports, [report.title for report in found.related]) == ([], ["Title of a"])


def test_reports_link_to_pages_of_the_archive_or_to_the_site() -> None:
    items = (related("In the archive", 1, "https://c.example/"), related("Elsewhere", 2, "https://d.example/"))
    hits = [
        Hit(Article("a", "A", published_at=START, related=items), related_ids=("é/1", None)),
        Hit(article("b/c", 3)),
    ]
    reports = coverage("/news", hits[0].article, hits).reports
    assert [(report.title, report.page, report.url, report.publisher) for report in reports] == [
        ("A", "/news/articles/a", None, ""),
        ("In the archive", "/news/articles/%C3%A9/1", "https://c.example/", "c.example"),
        ("Elsewhere", None, "https://d.example/", "d.example"),
        ("Title of b/c", "/news/articles/b/c", None, "B/c"),
    ]


def reports(*delays: tuple[str, str]) -> list[Report]:
    return [Report("", publisher, None, None, None, when=when) for publisher, when in delays]


@pytest.mark.parametrize(
    ("listed", "summary"),
    [
        ([], ""),
        ([("A", "First"), ("B", "No date")], ""),
        ([("A", "First"), ("B", "3 hours later")], "A was first. B followed 3 hours later."),
        ([("A", "First"), ("", "3 hours later")], "A was first. An unnamed provider followed 3 hours later."),
        (
            [("A", "First"), ("B", "3 hours later"), ("C", "2 days later"), ("D", "No date")],
            "A was first. 2 others followed, the last 2 days later.",
        ),
        ([("A", "First"), ("B", "First")], "2 came first, at the same time."),
        (
            [("A", "First"), ("B", "First"), ("C", "1 day later")],
            "2 came first, at the same time. C followed 1 day later.",
        ),
    ],
)
def test_summary_says_who_was_first_and_how_late_the_others_came(listed: list[tuple[str, str]], summary: str) -> None:
    assert coverage_summary(reports(*listed)) == summary
