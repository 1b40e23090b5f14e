"""The engine gives exactly the results of the reference: articles, order, scores and counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import chain, count, takewhile
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis.folding import fold, fold_words
from search.analysis.synonym_file import read_synonyms
from search.archive.reader import read_article
from search.article import Article, Provider
from search.engine import Engine
from search.engines import open_engine
from search.query.nodes import ParsedQuery
from search.request import FACETS, SearchRequest, Sort
from search.results import FacetResults
from search.settings import Ranking, Settings
from tests import strategies
from tests.files import indexed, markdown
from tests.reference import Archive, comparable

REQUESTS_EACH = 12
"""Requests per generated archive: more would leave less time for large archives."""

TODAY = date(2024, 1, 1)
"""Some generated articles are dated later than tomorrow."""

opened = partial(open_engine, today=lambda: TODAY)

each_archive = settings(deadline=None, suppress_health_check=list(HealthCheck))

rankings = st.just(Ranking()) | st.builds(
    Ranking,
    k1=st.sampled_from((0.0, 0.5, 2.0)),
    synonym=st.sampled_from((0.0, 0.8, 1.0)),
    b=st.sampled_from((0.0, 0.3, 1.0)),
    title=st.sampled_from((0.5, 1.0, 7.3)),
    tie_breaker=st.sampled_from((0.0, 0.3, 1.0)),
)


def assert_same_results(engine: Engine, archive: Archive, request: SearchRequest, count_partial: bool = False) -> None:
    """The reference splits no values, and corrects no spelling: it searches for what was read, and was corrected."""
    results = engine.search(request, count_partial)
    request = results.request
    if results.correction and results.correction.applied:
        assert archive.search(request).prefix is None
        request = request.model_copy(update={"q": results.correction.q, "typo": results.prefix is not None})
    assert comparable(results) == archive.search(request, count_partial)


@settings(deadline=None)
@given(strategies.articles)
def test_generated_file_reads_back_as_its_article(article: Article) -> None:
    assert read_article(markdown(article).encode(), article.id).article == article


@pytest.fixture(scope="module")
def synonyms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synonyms file of words that generated archives and queries have."""
    path = tmp_path_factory.mktemp("synonyms") / "synonyms.yaml"
    path.write_text(strategies.SYNONYMS, encoding="utf-8")
    return path


@contextmanager
def first_page(size: int) -> Iterator[None]:
    """A first page so small that not all partial matches of generated archives are on it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.searcher.minimum_match.FIRST_PAGE", size)
        patch.setattr("tests.reference.FIRST_PAGE", size)
        yield


@each_archive
@given(strategies.archives(), rankings, st.sampled_from((2, 4, 20)), st.data())
def test_any_request_gives_the_results_of_the_reference(
    synonyms: Path, articles: list[Article], ranking: Ranking, size: int, data: st.DataObject
) -> None:
    archive = Archive(articles, ranking, read_synonyms(synonyms), TODAY)
    engine_settings = Settings(ranking=ranking, synonyms=synonyms)
    with indexed(articles) as index_dir, opened(index_dir, engine_settings) as engine, first_page(size):
        for _ in range(REQUESTS_EACH):
            assert_same_results(engine, archive, data.draw(strategies.requests()), data.draw(st.booleans()))


@each_archive
@given(strategies.archives(), st.data())
def test_any_tree_gives_the_results_of_the_reference(articles: list[Article], data: st.DataObject) -> None:
    """Includes trees that no query text is parsed to."""
    archive = Archive(articles, today=TODAY)
    with indexed(articles) as index_dir, opened(index_dir) as engine, pytest.MonkeyPatch.context() as patch:
        for number in range(REQUESTS_EACH):
            tree = data.draw(strategies.trees)
            request = data.draw(strategies.requests(st.just(f"tree {number}")))
            patch.setattr("search.suggest.interpretation.parse", lambda _, tree=tree: ParsedQuery(tree))
            results = engine.search(request)
            assert comparable(results) == archive.search_tree(tree, results.request)


@settings(each_archive, max_examples=max(1, settings().max_examples // 4))
@given(strategies.archives(), strategies.requests())
def test_single_facets_and_articles_are_those_of_the_search(articles: list[Article], request: SearchRequest) -> None:
    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        results = engine.search(request)
        expected = [
            FacetResults(
                facet,
                results.index,
                facet.total_values + sum(not bucket.count for bucket in facet.values),
                results.relaxed,
                results.correction,
                results.order,
                results.default_order,
                results.prefix,
                results.total,
                results.request,
                results.warnings,
            )
            for facet in results.facets
        ]
        assert [engine.facet(field, request) for field in request.facets] == expected
        assert [engine.article(article.id) for article in articles] == articles
        assert engine.article("_news/nowhere") is None


@each_archive
@given(strategies.archives(), strategies.requests(), st.sampled_from(("", "e", "É", "o ", "ROBOT", "topic 1", "zz")))
def test_facet_lists_the_values_that_contain_a_text(articles: list[Article], request: SearchRequest, text: str) -> None:
    def contains(value: str) -> bool:
        return " ".join(map(fold, text.split())) in " ".join(map(fold, value.split()))

    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        for field in FACETS:
            every = engine.facet(field, request.model_copy(update={"facet_size": 1000})).facet
            wanted = [bucket for bucket in every.values if bucket.selected or contains(bucket.value)]
            size = max(request.facet_size, sum(bucket.selected for bucket in wanted))
            found = engine.facet(field, request, text).facet
            assert found.values == tuple(wanted[:size])
            assert found.total_values == sum(contains(bucket.value) for bucket in wanted if bucket.count)
            assert found.missing == every.missing


@each_archive
@given(strategies.archives(), strategies.requests(), st.sampled_from(("", "a", "É", "AUTOS", "in a", "c", "&", "zz")))
def test_pages_of_a_facet_have_every_value_with_a_prefix_once(
    articles: list[Article], request: SearchRequest, prefix: str
) -> None:
    def begins(value: str) -> bool:
        text = " ".join(map(fold, value.split()))
        return any(
            text.startswith(fold_words(prefix), at)
            for at in range(len(text) + 1)
            if not at or not text[at - 1].isalnum()
        )

    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        for field in FACETS:
            every = engine.facet(field, request.model_copy(update={"facet_size": 1000})).facet
            wanted = [bucket for bucket in every.values if begins(bucket.value)]
            pages = [
                engine.facet(field, request.model_copy(update={"facet_size": 2}), prefix=prefix, page=page)
                for page in range(1, len(wanted) // 2 + 3)
            ]
            assert [bucket for page in pages for bucket in page.facet.values] == wanted
            assert {page.listed for page in pages} == {len(wanted)}
            assert {page.facet.total_values for page in pages} == {sum(bucket.count > 0 for bucket in wanted)}


# Columns use the narrowest integer type: results must be correct on both sides of each limit.


def numbered_articles(number: int) -> list[Article]:
    """Articles that share some words, topics and providers."""
    return [
        Article(
            id=f"_news/{i:05}",
            title=f"robot {i} {'car' * (i % 3 == 0)}".strip(),
            topics=tuple(f"Topic {j}" for j in sorted({i % 7, i % 300}) if i % 5),
            provider=Provider(f"Provider {i % 257}") if i % 11 else None,
            heat=i % 190,
        )
        for i in range(number)
    ]


REQUESTS = tuple(
    SearchRequest(q=q, sort=sort, page=page, per_page=100, facet_size=1000, fields=("id",))
    for q in ("", "robot", "car", "robot car", "robot -car", "car OR 7", '"robot 7"', "ro*", "1* -car", '"200 car"')
    for sort in ("relevance", "heat", "oldest")
    for page in (1, 3)
)  # fmt: skip


@pytest.mark.parametrize("number", [1, 254, 255, 256, 257, 700])
def test_results_are_correct_for_any_number_of_articles(number: int) -> None:
    articles = numbered_articles(number)
    archive = Archive(articles)
    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        for request in REQUESTS:
            assert_same_results(engine, archive, request)


@pytest.mark.parametrize("words", [62, 63, 64, 65, 126, 128, 254, 256, 300])
def test_results_are_correct_for_any_length_of_text(words: int) -> None:
    """A position is stored as position * 4 + field, which needs two bytes after the 64th word."""
    filler = " ".join(f"w{i}" for i in range(words))
    articles = [
        Article(id="a", title="robot", excerpt=f"{filler} robot car"),
        Article(id="b", title="robot car", excerpt=f"{filler} car robot"),
        Article(id="c", title="other", excerpt="robot " * words + "car"),
        Article(id="d", title="other", excerpt=f"robot {filler} car", topics=tuple(f"robot {i}" for i in range(90))),
    ]
    archive = Archive(articles)
    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        for q in (
            "robot",
            '"robot car"',
            '"car robot"',
            f'"w{words - 1} robot"',
            '"robot 89"',
            "title:robot car",
            '"89 robot"',
        ):
            assert_same_results(engine, archive, SearchRequest(q=q, fields=("id",)))


def test_pages_continue_each_other() -> None:
    """With many ties, each page starts exactly after the previous one."""
    articles = [Article(id=f"{i:03}", title="robot car", heat=i % 3) for i in range(95)]
    with indexed(articles) as index_dir, open_engine(index_dir) as engine:
        for sort in get_args(Sort):
            whole = engine.search(SearchRequest(q="robot", sort=sort, per_page=100, fields=("id",))).hits
            requests = (SearchRequest(q="robot", sort=sort, page=page, per_page=7, fields=("id",)) for page in count(1))
            pages = takewhile(bool, (engine.search(request).hits for request in requests))
            assert tuple(chain.from_iterable(pages)) == whole
