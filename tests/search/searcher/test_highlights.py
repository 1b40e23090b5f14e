"""Highlights of hits."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import Article, Engine, Fragment, SearchRequest, Settings, open_engine
from search.analysis.highlighter import LONGEST_PASSAGE
from search.arrays import Array
from search.snapshot.segment import FIELD_COUNT
from tests import strategies
from tests.files import indexed

LONG = f"{'Nothing of note. ' * 30}The robots left Tesla. {'More of the same. ' * 30}Robots stayed.".strip()
ARTICLES = (
    Article(id="waymo", title="Waymo beside Tesla"),
    Article(id="both", title="Tesla robot and Waymo"),
    Article(id="ai", title="AI, an intelligence"),
    Article(id="long", title="Long", excerpt=LONG),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with indexed(ARTICLES) as index_dir, open_engine(index_dir) as opened:
        yield opened


def highlights(engine: Engine, q: str, id: str) -> dict[str, tuple[Fragment, ...]]:
    hit = next(hit for hit in engine.search(SearchRequest(q=q, match="most")).hits if hit.article.id == id)
    assert hit.highlights is not None
    return hit.highlights


@pytest.mark.parametrize(
    ("q", "id", "highlighted"),
    [
        ("(tesla robots) OR waymo", "waymo", ["Waymo"]),
        ("(tesla robots) OR waymo", "both", ["Tesla", "robot", "Waymo"]),
        ("waymo OR (tesla -beside)", "waymo", ["Waymo"]),
        ("waymo OR (tesla -beside)", "both", ["Tesla", "Waymo"]),
        ("artificial intelligence", "ai", ["AI"]),
        ("tesla bridges", "waymo", ["Tesla"]),
        ("intelligence tesla", "both", ["Tesla"]),
    ],
)
def test_only_matching_alternatives_are_highlighted(engine: Engine, q: str, id: str, highlighted: list[str]) -> None:
    assert [part.text for part in highlights(engine, q, id)["title"] if part.hit] == highlighted


def test_long_excerpt_is_cut_to_its_best_passage(engine: Engine) -> None:
    parts = highlights(engine, "tesla robots", "long")["excerpt"]
    assert [part.text for part in parts if part.hit] == ["robots", "Tesla"]
    assert (parts[0].text, parts[-1].text) == ("…", "…")
    assert len("".join(part.text for part in parts)) <= LONGEST_PASSAGE


def test_article_keeps_its_whole_excerpt(engine: Engine) -> None:
    assert [hit.article.excerpt for hit in engine.search(SearchRequest(q="tesla robots excerpt:note")).hits] == [LONG]


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.archives(), st.lists(strategies.query_texts, min_size=12, max_size=12))
def test_highlights_do_not_depend_on_what_the_index_counts(articles: list[Article], queries: list[str]) -> None:
    with indexed(articles) as index_dir, open_engine(index_dir, Settings(cache_mb=0)) as opened:
        for request in (SearchRequest(q=q) for q in queries):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("search.searcher.hits.occurrences", _unknown)
                plain = opened.search(request).hits
            assert opened.search(request).hits == plain


def _unknown(_evaluator: object, _terms: object, _prefixes: object, doc_ids: list[int]) -> Array:
    return np.full((len(doc_ids), FIELD_COUNT), None)
