"""Columns that answers do not show one by one hold what the articles say."""

import pytest
from hypothesis import HealthCheck, given, settings

from search.article import Article
from search.index import batch_reader
from search.snapshot.store import SnapshotStore
from tests import strategies
from tests.columns import forms_due, forms_held
from tests.files import indexed


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full build then merges several segments, as it does where there are thousands of articles."""
    monkeypatch.setattr(batch_reader, "BATCH_FILES", 5)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.archives())
def test_every_place_knows_the_form_that_stands_there(articles: list[Article]) -> None:
    with indexed(articles) as index_dir:
        assert forms_held(SnapshotStore(index_dir).open_current()) == forms_due(articles)
