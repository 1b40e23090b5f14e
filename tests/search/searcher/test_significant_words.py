"""Significant words and rising values are counted right, and only those that are surely more frequent are listed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from math import log

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from search.analysis.analyzer import tokens
from search.analysis.function_words import FUNCTION_WORDS
from search.article import Article
from search.engines import open_engine
from search.periods import INTERVALS, Interval, period_end, period_start
from search.request import SearchRequest
from search.searcher.log_likelihood import LIKELY, NEARLY_CERTAIN, log_likelihood
from tests import strategies
from tests.files import indexed

TODAY = date(2024, 1, 15)
opened = partial(open_engine, today=lambda: TODAY)


def g2(here: int, size: int, there: int, other_size: int) -> float:
    """Dunning's G² of a table of two rows and two columns, by its definition."""
    rows = ((here, size - here), (there, other_size - there))
    total = size + other_size
    sums = [here + there, total - here - there]
    value = 2 * sum(
        observed * log(observed * total / (sum(row) * column))
        for row in rows
        for observed, column in zip(row, sums, strict=True)
        if observed
    )
    return value if here * total >= size * (here + there) else -value


counts = st.integers(1, 60).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size)))


@given(counts, counts)
def test_log_likelihood_follows_its_definition(here: tuple[int, int], there: tuple[int, int]) -> None:
    value = log_likelihood(np.array([here[0]]), here[1], np.array([there[0]]), there[1])
    assert value[0] == pytest.approx(g2(*here, *there), abs=1e-9)


def terms_of(article: Article) -> set[str]:
    return {token.term for text in (article.title, article.excerpt) for token in tokens(text)}


def spread(articles: Sequence[Article]) -> list[Article]:
    """Each article thrice: hypothesis makes too few for a word to be significant."""
    return [
        Article(f"{article.id}-{i}", article.title, article.excerpt, article.topics, published_at=article.published_at)
        for article in articles
        for i in range(3)
    ]


@settings(max_examples=max(1, settings().max_examples // 2), suppress_health_check=list(HealthCheck))
@given(strategies.archives(), st.sampled_from(strategies.TOPICS))
def test_significant_words_are_those_of_the_definition(articles: list[Article], topic: str) -> None:
    archive = spread(articles)
    chosen = [article for article in archive if topic in article.topics]
    assume(chosen or "," not in topic)  # else it is read as a list of topics
    with indexed(archive) as index_dir, opened(index_dir) as engine:
        found = engine.significant_words(SearchRequest(topic=[topic]), 1000)
    scores: dict[str, tuple[int, int, float]] = {}
    for term in {term for article in chosen for term in terms_of(article)}:
        here, everywhere = (sum(term in terms_of(each) for each in group) for group in (chosen, archive))
        if len(chosen) < len(archive) and here >= 2:
            scores[term] = (here, everywhere, g2(here, len(chosen), everywhere - here, len(archive) - len(chosen)))
    significant = sorted(round(score, 6) for here, _, score in scores.values() if score > NEARLY_CERTAIN)
    function_words = len(significant) - len(found)
    assert function_words >= 0
    for word in found:
        forms = {token.term for token in tokens(word.word)}
        assert (word.count, word.total) in [scores[term][:2] for term in forms & scores.keys()]
        assert word.score > NEARLY_CERTAIN
    assert [word.score for word in found] == sorted((word.score for word in found), reverse=True)
    assert {round(word.score, 6) for word in found} <= set(significant)


def article(number: int, title: str, day: date, topic: str = "") -> Article:
    moment = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=number % 20)
    return Article(f"_news/{number:04}", title, topics=(topic,) if topic else (), published_at=moment)


def titles(title: str, count: int, day: date, start: int, topic: str = "") -> list[Article]:
    return [article(start + i, title, day, topic) for i in range(count)]


OCTOBER, NOVEMBER, DECEMBER = date(2023, 10, 31), date(2023, 11, 30), date(2023, 12, 31)

RISING = [
    *titles("Plain news of the day", 40, NOVEMBER, 0, "News"),
    *titles("Heat pump sales", 2, NOVEMBER, 100, "Energy"),
    *titles("Plain news of the day", 40, DECEMBER, 200, "News"),
    *titles("Heat pumps for the north", 14, DECEMBER, 300, "Energy"),
    *titles("A self-driving bus", 6, DECEMBER, 400),
]  # fmt: skip


def test_topics_and_phrases_rise_with_their_numbers() -> None:
    with indexed(RISING) as index_dir, opened(index_dir) as engine:
        rising = engine.rising("month", 10)
    assert rising is not None
    assert (rising.start, rising.articles, rising.articles_before) == (date(2023, 12, 1), 60, 42)
    assert [(t.value, t.before, t.after, round(t.growth or 0, 2)) for t in rising.topics] == [("Energy", 2, 14, 4.9)]
    phrases = [(phrase.value, phrase.before, phrase.after, phrase.growth) for phrase in rising.phrases]
    assert {("Heat pumps", 2, 14), ("self-driving", 0, 6), ("driving bus", 0, 6)} == {each[:3] for each in phrases}
    assert [each[3] for each in phrases if not each[1]] == [None, None]


def test_the_number_of_a_phrase_is_that_of_its_search() -> None:
    with indexed(RISING) as index_dir, opened(index_dir) as engine:
        rising = engine.rising("month", 10)
        assert rising is not None
        for phrase in rising.phrases:
            days = {"from": "2023-12", "to": "2023-12"}
            request = SearchRequest.checked({"q": f'title:"{phrase.value}"', "match": "all", **days})
            assert engine.search(request).total == phrase.after


@pytest.mark.parametrize(
    ("interval", "newest", "start"),
    [
        ("month", date(2023, 12, 31), date(2023, 12, 1)),
        ("month", date(2023, 12, 30), date(2023, 12, 1)),
        ("month", date(2024, 1, 14), date(2023, 12, 1)),
        ("week", date(2024, 1, 14), date(2024, 1, 8)),
        ("week", date(2024, 1, 13), date(2024, 1, 8)),
        ("day", date(2024, 1, 15), date(2024, 1, 14)),
        ("day", date(2024, 1, 16), date(2024, 1, 14)),
        ("day", date(2023, 5, 1), date(2023, 5, 1)),
        ("year", date(2024, 1, 1), date(2023, 1, 1)),
    ],
)
def test_the_last_complete_period_counts(interval: Interval, newest: date, start: date) -> None:
    """A period is complete if it is over, also in a timeline; tomorrow is no wrong date."""
    articles = [*titles("News", 1, newest, 0), *titles("Old news", 1, newest - timedelta(750), 1)]
    with indexed(articles) as index_dir, opened(index_dir) as engine:
        rising = engine.rising(interval, 5)
        timeline = engine.search(SearchRequest(timeline=interval)).timeline
    assert rising is not None
    assert timeline is not None
    if timeline.interval == interval:  # too many days are shown as weeks or months
        assert rising.start == [bucket.start for bucket in timeline.buckets if not bucket.partial][-1]
    assert rising.start == start


@pytest.mark.parametrize("articles", [[], [Article("a", "robot")]], ids=["empty", "undated"])
def test_an_archive_without_dates_has_no_rising_values(articles: list[Article]) -> None:
    with indexed([*articles, Article("b", "robot")]) as index_dir, opened(index_dir) as engine:
        assert engine.rising("month", 5) is None


def pairs(title: str) -> set[tuple[str, str]]:
    words = [token for token in tokens(title) if not token.joined]
    return {
        (first.term, second.term)
        for first in words
        for second in words
        if second.position == first.position + 1
        and first.form not in FUNCTION_WORDS
        and second.form not in FUNCTION_WORDS
    }


@settings(max_examples=max(1, settings().max_examples // 2), suppress_health_check=list(HealthCheck))
@given(strategies.archives(), st.sampled_from(INTERVALS))
def test_rising_values_are_those_of_the_definition(articles: list[Article], interval: Interval) -> None:
    archive = spread(articles)
    with indexed(archive) as index_dir, opened(index_dir) as engine:
        rising = engine.rising(interval, 1000)
    if rising is None:
        return
    before = period_start(rising.start - timedelta(1), interval)
    groups = [
        [a for a in archive if a.published_at and start <= a.published_at.date() <= period_end(start, interval)]
        for start in (rising.start, before)
    ]
    sizes = [len(group) for group in groups]
    assert sizes == [rising.articles, rising.articles_before]
    for listed, values_of in (
        (rising.topics, lambda article: set(article.topics)),
        (rising.phrases, lambda article: pairs(article.title)),
    ):
        expected = []
        for value in {value for article in groups[0] for value in values_of(article)}:
            after, earlier = (sum(value in values_of(article) for article in group) for group in groups)
            if all(sizes) and after >= 3 and g2(after, sizes[0], earlier, sizes[1]) > LIKELY:
                expected.append((earlier, after))
        assert sorted((each.before, each.after) for each in listed) == sorted(expected)
