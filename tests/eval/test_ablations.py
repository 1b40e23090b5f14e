"""Every ablation can be applied, and its patches are undone."""

import math
from collections.abc import Iterator

import pytest

from tests.eval.ablations import ABLATIONS, Ablation
from tests.eval.engines import Index
from tests.eval.thresholds import ARCHIVE


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    with Index(ARCHIVE) as index:
        yield index


@pytest.mark.parametrize("ablation", ABLATIONS, ids=lambda ablation: ablation.name)
def test_the_engine_answers_without_the_feature(index: Index, ablation: Ablation) -> None:
    with ablation.applied(index) as engine:
        assert engine.best("robot")


def test_a_patch_is_undone(index: Index) -> None:
    with Ablation("pi", patches={"math.pi": 3}).applied(index):
        assert math.pi == 3
    assert math.pi > 3
