"""Minimum should match: partial matches follow if there are few full matches."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from search.article import Article, Provider
from search.engine import Engine
from search.engines import open_engine
from search.request import SearchRequest
from search.searcher.minimum_match import MIN_MATCHES
from tests.files import indexed

AT = [datetime(2026, 1, 2, tzinfo=UTC), *[datetime(2025, 1, 1, tzinfo=UTC)] * (MIN_MATCHES - 1)]

ARTICLES = [
    Article("portal-forms", "New forms for the portal", topics=("Portals",)),
    Article("portal", "The portal opens", topics=("Portals",)),
    Article("forms", "Paper forms are gone", topics=("Paper",)),
    Article("robots", "Robots paint a bridge", provider=Provider("Portal News")),
    *(Article(f"train-{n:02}", f"Night train number {n}", published_at=AT[n]) for n in range(MIN_MATCHES)),
    Article("night", "The night is young", published_at=AT[0]),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with indexed(ARTICLES) as index_dir, open_engine(index_dir) as engine:
        yield engine


def listed(engine: Engine, **asked: object) -> list[tuple[str, tuple[str, ...]]]:
    hits = engine.search(SearchRequest.model_validate(asked)).hits
    return [(hit.article.id, hit.missing) for hit in hits]


def test_partial_matches_follow_full_matches(engine: Engine) -> None:
    assert listed(engine, q="portal forms") == [
        ("portal-forms", ()), ("portal", ("forms",)), ("forms", ("portal",)), ("robots", ("forms",)),
    ]  # fmt: skip


def test_unknown_word_is_missing(engine: Engine) -> None:
    assert listed(engine, q="portal forms yesterday", typo=False)[0] == ("portal-forms", ("yesterday",))


def test_matches_that_lack_fewer_words_come_first(engine: Engine) -> None:
    lacking = [len(missing) for _, missing in listed(engine, q="portal forms bridge yesterday", typo=False)]
    assert lacking == sorted(lacking)


@pytest.mark.parametrize(
    ("q", "total", "relaxed"),
    [
        ("portal forms", 1, 3),
        ("night train", MIN_MATCHES, None),
        ("portal", 3, None),
        ("zeppelin", 0, None),
        ("zeppelin airship", 0, None),
        ('"portal forms"', 0, None),
        ('"night train" portal', 0, MIN_MATCHES),
        ("title:portal bridge", 0, 2),
        ("portal forms -paper", 1, 2),
    ],
)
def test_counts_of_full_and_partial_matches(engine: Engine, q: str, total: int, relaxed: int | None) -> None:
    results = engine.search(SearchRequest(q=q, typo=False))
    assert results.total == total
    assert (results.relaxed.total if results.relaxed else None) == relaxed
    assert results.listed == total + (relaxed or 0)


@pytest.mark.parametrize("required", ['"night train"', "title:train", "(train OR forms)"])
def test_required_nodes_score_partial_matches(engine: Engine, required: str) -> None:
    asked = SearchRequest(q=f"{required} zeppelin", typo=False, explain=True)
    for hit in engine.search(asked).hits:
        assert hit.score
        assert hit.explanation
        matched = sum(occurrence.score for match in hit.explanation.words for occurrence in match.occurrences)
        assert matched == pytest.approx(hit.explanation.text_score)


def test_content_words_outweigh_function_words(engine: Engine) -> None:
    """The article “New forms for the portal” has more words of the query, but no content word."""
    assert listed(engine, q="is it for the bridge")[0] == ("robots", ("is", "it", "for", "the"))


def test_match_all_lists_no_partial_matches(engine: Engine) -> None:
    assert listed(engine, q="portal forms", match="all") == [("portal-forms", ())]


def test_facets_count_full_and_partial_matches(engine: Engine) -> None:
    topics, _ = engine.search(SearchRequest(q="portal forms")).facets
    assert {bucket.value: bucket.count for bucket in topics.values} == {"Portals": 2, "Paper": 1}


def test_filter_keeps_as_many_articles_as_its_facet_counts(engine: Engine) -> None:
    """Whether partial matches are added depends on the query, not on filters."""
    results = engine.search(SearchRequest(q="portal forms", topic=("Portals",)))
    assert results.listed == 2


def test_date_filter_adds_no_partial_matches(engine: Engine) -> None:
    """The query has many full matches; only one is within the dates."""
    results = engine.search(SearchRequest.model_validate({"q": "night train", "from": "2026-01-02"}))
    assert [hit.article.id for hit in results.hits] == ["train-00"]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "heat"])
def test_pages_continue_each_other(engine: Engine, sort: str) -> None:
    whole = listed(engine, q="portal forms", sort=sort)
    pages = [listed(engine, q="portal forms", sort=sort, page=page, per_page=1) for page in range(1, 6)]
    assert [hit for page in pages for hit in page] == whole
