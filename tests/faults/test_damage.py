"""A sample of the random damages; `python -m tests.faults damage` tries 1,000 of each kind."""

from collections.abc import Iterator

import pytest

from tests.faults import random_damage
from tests.faults.random_damage import Site, before_start, while_serving

SAMPLE = range(50)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with random_damage.site() as site:
        yield site


def test_fault_32_damaged_index_answers_from_its_newest_sound_snapshot_and_a_build_mends_it(site: Site) -> None:
    assert {seed: wrong for seed in SAMPLE if (wrong := before_start(site, seed))} == {}


def test_fault_32_engine_whose_index_is_damaged_gives_no_wrong_answer(site: Site) -> None:
    assert {seed: wrong for seed in SAMPLE if (wrong := while_serving(site, seed))} == {}
