"""Test clients: of the sample archive, of a fake engine, and without an index."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search import Settings
from tests.fake_engine import FakeEngine
from web import create_app


@pytest.fixture(scope="session")
def client(sample_index: Path) -> FlaskClient:
    return create_app(Settings(index_dir=sample_index)).test_client()


@pytest.fixture
def engine() -> FakeEngine:
    """The engine behind the client `made`; it records its requests."""
    return FakeEngine()


@pytest.fixture
def made(engine: FakeEngine) -> FlaskClient:
    """A client of an application with a fake engine."""
    return create_app(Settings(), engine=engine).test_client()


@pytest.fixture
def bare(tmp_path: Path) -> FlaskClient:
    """A client of an application without an index."""
    return create_app(Settings(index_dir=tmp_path / "none")).test_client()
