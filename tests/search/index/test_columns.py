"""Columns that search results do not show match the articles."""

import pytest
from hypothesis import HealthCheck, given, settings

from search.article import Article
from search.index import batch_reader
from search.snapshot.store import SnapshotStore
from tests import strategies
from tests.columns import expected_form_hashes, indexed_form_hashes
from tests.files import indexed


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a full build merge several segments, as with thousands of articles."""
    monkeypatch.setattr(batch_reader, "BATCH_FILES", 5)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.archives())
def test_every_position_has_the_hash_of_its_form(articles: list[Article]) -> None:
    with indexed(articles) as index_dir:
        assert indexed_form_hashes(SnapshotStore(index_dir).open_current()) == expected_form_hashes(articles)
