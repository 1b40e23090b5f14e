"""Articles like an article, and an article with its story."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.article import Article, Provider, Related
from search.engine import Engine
from search.engines import open_engine
from search.request import SearchRequest
from search.results import Hit
from search.settings import Ranking, Settings
from tests import strategies
from tests.files import indexed
from tests.reference import Archive

rankings = st.just(Ranking()) | st.builds(
    Ranking,
    k1=st.sampled_from((0.0, 0.5, 2.0)),
    b=st.sampled_from((0.0, 0.3, 1.0)),
    title=st.sampled_from((0.5, 1.0, 7.3)),
    tie_breaker=st.sampled_from((0.0, 0.3, 1.0)),
)


def with_story(engine: Engine, id: str) -> Hit:
    found = engine.article_with_story(id)
    assert found is not None
    return found


def story_of(engine: Engine, id: str) -> frozenset[str]:
    return frozenset({id, *(other.id for other in with_story(engine, id).also)})


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.archives(), rankings, st.sampled_from((2, 4, 12)), st.sampled_from((1, 2, 50)))
def test_similar_articles_are_those_of_the_reference(
    articles: list[Article], ranking: Ranking, terms: int, limit: int
) -> None:
    archive = Archive(articles, ranking)
    with (
        indexed(articles) as index_dir,
        open_engine(index_dir, Settings(ranking=ranking)) as engine,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("search.searcher.more_like_this.MAX_QUERY_TERMS", terms)
        patch.setattr("tests.reference.MAX_QUERY_TERMS", terms)
        stories = {article.id: story_of(engine, article.id) for article in articles}
        for article in articles[:8]:
            own = {stories[hit.article.id] for hit in engine.coverage(article.id) or ()}
            similar = engine.similar(article.id, limit)
            assert similar is not None
            found = [(hit.article, hit.score) for hit in similar.hits]
            assert (similar.words, found) == archive.similar(article, limit, own, lambda other: stories[other.id])


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=max(1, settings().max_examples // 4))
@given(strategies.archives())
def test_story_of_an_article_is_that_of_collapsed_results(articles: list[Article]) -> None:
    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        hits = engine.search(SearchRequest(collapse="story", per_page=100)).hits
        expected = {hit.article.id: hit for hit in hits}
        assert {hit.article.id: engine.article_with_story(hit.article.id) for hit in hits} == {
            id: type(hit)(hit.article, also=hit.also, related_ids=hit.related_ids) for id, hit in expected.items()
        }


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Articles about ferries, taxis, trade and a bridge; two of them tell the same story."""
    ferry = "Electric ferry crosses the harbour without a captain"
    related = (Related(title="The ferry, again", url="https://quay.example/ferry"), Related(title="What it costs"))
    articles = [
        Article("ferry", ferry, "It hums.", ("Energy",), Provider("The Wheel"), related=related,
                published_at=datetime(2026, 5, 1, 8, tzinfo=UTC)),
        Article("ferry-too", ferry, "It hums in the rain.", ("Energy",), Provider("The Quay"),
                url="https://quay.example/ferry", published_at=datetime(2026, 5, 1, 11, tzinfo=UTC)),
        Article("harbour", "The harbour gets an electric crane", "", ("Energy",), Provider("Crane News")),
        Article("taxi", "A taxi that nobody drives", "", ("Autos",), Provider("The Wheel")),
        Article("taxi-2", "Taxi drivers wait for a fare", "A long day.", ("Autos",), Provider("Taxi Times"),
                related=(Related(title="Fares", url="https://taxi.example/fares"),)),
        Article("taxi-3", "What taxi fares cost", "", ("Autos",), url="https://taxi.example/fares"),
        Article("buyers", "Willing buyers"),
        Article("seller", "The willing seller"),
        Article("port", "A port for ships", "Cranes move all night."),
        Article("porting", "Porting software"),
        Article("bridge", "A bridge with a view", "", (), Provider("Harbour Times")),
    ]  # fmt: skip
    with indexed(articles) as index_dir, open_engine(index_dir) as opened:
        yield opened


def similar_ids(engine: Engine, id: str, limit: int = 10) -> list[str]:
    similar = engine.similar(id, limit)
    assert similar is not None
    return [hit.article.id for hit in similar.hits]


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        pytest.param("ferry", ["harbour"], id="own story left out"),
        pytest.param("harbour", ["ferry-too"], id="one article of another story"),
        pytest.param("taxi", ["taxi-3", "taxi-2"], id="provider not compared"),
        pytest.param("taxi-2", ["taxi"], id="related item left out"),
        pytest.param("buyers", ["seller"], id="words that share a stem with a function word compared"),
        pytest.param("port", [], id="one shared word not enough"),
        pytest.param("porting", ["port"], id="one shared word enough for a single one"),
        pytest.param("bridge", [], id="function words not compared"),
    ],
)
def test_similar_articles(engine: Engine, id: str, expected: list[str]) -> None:
    assert similar_ids(engine, id) == expected


def test_words_are_those_of_the_article_as_written(engine: Engine) -> None:
    similar = engine.similar("taxi-2", 1)
    assert similar is not None
    assert similar.words == ("fare", "Taxi", "Autos")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20])
def test_fewer_similar_articles_are_the_first_of_more(sample_index: Path, limit: int) -> None:
    with open_engine(sample_index) as engine:
        for hit in engine.search(SearchRequest(per_page=100)).hits:
            assert similar_ids(engine, hit.article.id, limit) == similar_ids(engine, hit.article.id, 50)[:limit]


def test_no_two_similar_articles_tell_the_same_story(sample_index: Path) -> None:
    with open_engine(sample_index) as engine:
        for hit in engine.search(SearchRequest(per_page=100)).hits:
            similar = engine.similar(hit.article.id, 50)
            assert similar is not None
            stories = [story_of(engine, each.article.id) for each in (hit, *similar.hits)]
            assert not any(a & b for a, b in combinations(stories, 2))


def test_unknown_article_has_no_story_and_no_similar_articles(engine: Engine) -> None:
    assert (engine.article_with_story("nothing"), engine.similar("nothing", 5)) == (None, None)


def test_article_with_story_has_the_ids_of_related_articles(engine: Engine) -> None:
    found = with_story(engine, "ferry")
    assert ([other.id for other in found.also], found.related_ids) == (["ferry-too"], ("ferry-too", None))
