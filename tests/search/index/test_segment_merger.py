"""Merging postings by splicing, as in updates, equals merging by sorting."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.arrays import Strings, npy
from search.article import Article
from search.index import postings_splicer, segment_merger
from search.index.inverter import invert, stored
from search.index.merge_inputs import REMOVED, MergeInput
from search.index.segment_merger import merge_segments
from search.index.token_batch import tokens_of
from search.snapshot.segment import Segment

WORDS = st.sampled_from(["robot", "robots", "tesla", "car", "self-driving", "AI", "is", "the"])
TEXTS = st.lists(WORDS, max_size=6).map(" ".join)
ARTICLES = st.builds(
    Article, id=st.just("x"), title=TEXTS, excerpt=TEXTS, topics=st.lists(TEXTS, max_size=2, unique=True).map(tuple)
)


def written(inputs: list[MergeInput]) -> dict[str, list[str] | bytes]:
    """The written columns of the merged segment."""
    columns, _ = merge_segments(inputs)
    return {name: list(c) if isinstance(c, Strings) else b"".join(npy(c)) for name, c in columns.items()}


def segment(articles: list[Article], folder: Path, name: str) -> Segment:
    with (folder / name).open("w+b") as stored_file:
        return invert(articles, tokens_of(articles), [stored(a) for a in articles], stored_file, name)


@given(
    large=st.lists(st.tuples(ARTICLES, st.booleans()), min_size=1, max_size=8),
    small=st.lists(ARTICLES, min_size=1, max_size=3),
    order=st.randoms(use_true_random=False),
)
def test_splicing_equals_sorting(
    large: list[tuple[Article, bool]],
    small: list[Article],
    order: random.Random,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("stored")
    ranks = np.array(sorted(order.sample(range(100), len(large) + len(small))))
    is_small = np.zeros(len(ranks), bool)
    is_small[order.sample(range(len(ranks)), len(small))] = True
    large_ranks = np.where([kept for _, kept in large], ranks[~is_small], REMOVED)
    inputs = [
        MergeInput(segment([article for article, _ in large], folder, "large"), large_ranks),
        MergeInput(segment(small, folder, "small"), ranks[is_small]),
    ]
    merged = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings_splicer, "_SPAN", 5)
        for is_update in (False, True):
            patch.setattr(segment_merger, "_is_update", lambda _, answer=is_update: answer)
            merged.append(written(inputs))
    assert merged[0] == merged[1]
