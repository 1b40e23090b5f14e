"""Random requests and random article files, in brief: `python -m tests.faults hostile` sends 100,000."""

from ipaddress import ip_network
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Settings
from tests.faults.fuzzed_files import mutated
from tests.faults.fuzzed_requests import RequestFuzzer
from tests.faults.hostile import check_file, check_request, valid_files
from web import create_app

ARCHIVE = Path(__file__).parents[1] / "articles"
FILES = valid_files(ARCHIVE)
seeds = st.integers(0, 2**32).map(Random)


@pytest.fixture(scope="module")
def app(sample_index: Path) -> Flask:
    return create_app(Settings(index_dir=sample_index, metrics_for=(ip_network("127.0.0.1"),)))


@pytest.fixture(scope="module")
def fuzzer(app: Flask) -> RequestFuzzer:
    return RequestFuzzer(app)


@settings(max_examples=15 * settings().max_examples, deadline=None)
@given(seeds)
def test_no_request_fails_or_hangs(app: Flask, fuzzer: RequestFuzzer, random: Random) -> None:
    check_request(app, fuzzer.request(random))


@settings(max_examples=15 * settings().max_examples, deadline=None)
@given(seeds)
def test_every_file_is_read_or_rejected(random: Random) -> None:
    check_file(mutated(random, FILES))


def test_most_routes_answer_some_of_the_random_requests(app: Flask, fuzzer: RequestFuzzer) -> None:
    statuses = [check_request(app, fuzzer.request(Random(seed)))[0] for seed in range(400)]
    assert statuses.count(200) > 100
    assert {404, 405, 422} <= set(statuses)


def test_some_random_files_are_read_and_some_rejected() -> None:
    assert {check_file(mutated(Random(seed), FILES))[0] for seed in range(50)} == {True, False}
