"""A client of the application over the bundled archive, and one before there is an index."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search import Settings
from tests.made import MadeEngine
from web import create_app


@pytest.fixture(scope="session")
def client(sample_index: Path) -> FlaskClient:
    return create_app(Settings(index_dir=sample_index)).test_client()


@pytest.fixture
def engine() -> MadeEngine:
    """What `made` asks."""
    return MadeEngine()


@pytest.fixture
def made(engine: MadeEngine) -> FlaskClient:
    """Of an application whose engine gives answers made by hand."""
    return create_app(Settings(), engine=engine).test_client()


@pytest.fixture
def bare(tmp_path: Path) -> FlaskClient:
    """Of an application that has no index yet."""
    return create_app(Settings(index_dir=tmp_path / "none")).test_client()
