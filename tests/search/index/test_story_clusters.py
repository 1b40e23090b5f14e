"""Story clusters, and how searches collapse them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis.story_keys import title_key, url_key
from search.article import Article, Related
from search.engine import Engine
from search.engines import open_engine
from search.index.story_clusters import DAYS_APART
from search.request import SearchRequest
from search.snapshot.store import SnapshotStore
from tests.files import indexed

START = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Robots paint a bridge", "ROBOTS paint a bridge!", True),
        ("Robots paint a bridge", "Robots “paint” a bridge", True),
        ("Café robots paint", "Cafe robots paint", True),
        ("Robots paint a bridge", "Robot paints a bridge", False),
        ("Robots paint a bridge", "A bridge robots paint", False),
    ],
)
def test_title_key_ignores_case_accents_and_punctuation(a: str, b: str, same: bool) -> None:
    assert (title_key(a) == title_key(b)) == same


@pytest.mark.parametrize("title", ["News", "Weekly news", "GPT-4", "…"])
def test_title_of_few_words_has_no_key(title: str) -> None:
    assert title_key(title) == 0


TITLES = st.sampled_from(["Robots paint a bridge", "Robots Paint A Bridge", "Night train to Port Selby", "Weekly news"])
URLS = st.sampled_from(["https://a.example/1", "http://www.a.example/1/", "https://a.example/2", None])
TIMES = st.none() | st.integers(0, 40).map(lambda days: START + timedelta(days=days / 2))
ARCHIVES = st.lists(st.builds(Article, id=st.text("abcdef", min_size=1, max_size=3), title=TITLES, url=URLS,
                              published_at=TIMES), min_size=1, max_size=9, unique_by=lambda a: a.id)  # fmt: skip


def one_story(a: Article, b: Article) -> bool:
    """Whether two articles are connected directly."""
    if a.url and b.url and url_key(a.url) == url_key(b.url):
        return True
    if not a.published_at or not b.published_at or not title_key(a.title) or title_key(a.title) != title_key(b.title):
        return False
    return abs(a.published_at - b.published_at) <= timedelta(days=DAYS_APART)


def expected_stories(articles: list[Article]) -> set[frozenset[str]]:
    """The stories, by comparing every pair of articles."""
    found = {frozenset({article.id}) for article in articles}
    pairs = [frozenset({a.id, b.id}) for a, b in combinations(articles, 2) if one_story(a, b)]
    for pair in pairs:
        touching = {story for story in found if story & pair}
        found = (found - touching) | {frozenset().union(*touching)}
    return found


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(ARCHIVES)
def test_stories_are_connected_by_url_or_title_within_days(articles: list[Article]) -> None:
    with indexed(articles) as index_dir:
        snapshot = SnapshotStore(index_dir).open_current()
        story = snapshot.segment.story.tolist()
        ids = [snapshot.article(document).id for document in range(len(articles))]
    found = [frozenset(id for id, other in zip(ids, story, strict=True) if other == number) for number in set(story)]
    assert set(found) == expected_stories(articles)
    assert all(number <= document for document, number in enumerate(story))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    ARCHIVES, st.sampled_from(["", "robots", "robots train", "night bridge"]), st.sampled_from([None, "oldest", "heat"])
)
def test_collapse_shows_the_first_hit_of_each_story(articles: list[Article], q: str, sort: str | None) -> None:
    stories = {id: story for story in expected_stories(articles) for id in story}
    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        asked = {"q": q, "sort": sort, "per_page": 100}
        every = [hit.article.id for hit in engine.search(SearchRequest.model_validate(asked)).hits]
        results = engine.search(SearchRequest.model_validate({**asked, "collapse": "story"}))
    firsts = list({stories[id]: id for id in reversed(every)}.values())[::-1]
    assert sorted(hit.article.id for hit in results.hits) == sorted(firsts)
    assert [hit.article.id for hit in results.hits] == [id for id in every if id in firsts]
    assert results.stories == results.listed == len(firsts)
    assert all({other.id for other in hit.also} == stories[hit.article.id] - {hit.article.id} for hit in results.hits)


RELATED = Article(
    "a", "Robots paint a bridge",
    related=(
        Related("Painted", url="http://www.b.example/x/?utm_source=a"), Related("Gone", url="https://c.example/"),
        Related("No link"),
    ),
)  # fmt: skip


@pytest.fixture
def engine() -> Iterator[Engine]:
    twins = [
        Article(id, "B", url="https://b.example/x", published_at=START + timedelta(days=n)) for n, id in enumerate("bc")
    ]
    with indexed([RELATED, *twins]) as index_dir, open_engine(index_dir) as engine:
        yield engine


def test_related_item_has_the_id_of_the_newest_article_with_its_url(engine: Engine) -> None:
    assert engine.search(SearchRequest(q="paint")).hits[0].related_ids == ("c", None, None)


def test_related_ids_are_empty_unless_requested(engine: Engine) -> None:
    assert engine.search(SearchRequest(q="paint", fields=("id",))).hits[0].related_ids == ()
