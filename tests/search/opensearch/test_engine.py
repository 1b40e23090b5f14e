"""An engine over a cluster follows what is published, and answers about earlier snapshots."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search import (
    Article,
    Engine,
    EngineClosed,
    IndexMissing,
    SearchRequest,
    Settings,
    SnapshotGone,
    build_index,
    open_engine,
)
from search.opensearch.cluster_store import ClusterStore
from search.stores import update_index
from tests.cluster.cluster import Cluster
from tests.files import write
from tests.search.opensearch.equality import differences
from tests.search.opensearch.machines import settings_over
from tests.waiting import wait


@pytest.fixture
def settings(cluster: Cluster, store: ClusterStore, tmp_path: Path) -> Settings:
    return settings_over(cluster, store, tmp_path / "index")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    with open_engine(settings=settings) as engine:
        yield engine


def publish(settings: Settings, archive: Path, *titles: str) -> str:
    """Add articles with these titles and publish them; gives the snapshot's name."""
    for title in titles:
        write(Article(title, title), archive)
    return update_index(archive, settings).snapshot


def test_engine_follows_what_is_published(settings: Settings, engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        engine.search(SearchRequest())
    for number in range(1, 4):
        name = publish(settings, tmp_path / "archive", f"robot {number}")
        wait(lambda name=name: _snapshot(engine) == name)  # type: ignore[misc]
        assert engine.search(SearchRequest(q="robot")).total == number


def test_named_snapshot_answers_until_it_is_removed(
    settings: Settings, engine: Engine, store: ClusterStore, tmp_path: Path
) -> None:
    first = publish(settings, tmp_path / "archive", "robot 1")
    second = publish(settings, tmp_path / "archive", "robot 2")
    wait(lambda: _snapshot(engine) == second)
    assert engine.search(SearchRequest(q="robot", at=first)).total == 1
    assert engine.info(first).pinned
    store.rollback()
    wait(lambda: _snapshot(engine) == first)
    assert engine.search(SearchRequest(q="robot")).total == 1
    for number in range(3, 6):
        publish(settings, tmp_path / "archive", f"robot {number}")
    wait(lambda: second not in store.names())
    with pytest.raises(SnapshotGone):
        engine.search(SearchRequest(q="car", at="20200101T000000Z-0000"))


def test_leased_snapshot_of_an_export_stays(
    settings: Settings, engine: Engine, store: ClusterStore, tmp_path: Path
) -> None:
    first = publish(settings, tmp_path / "archive", "robot 1", "robot 2")
    wait(lambda: _snapshot(engine) == first)
    export = engine.export(SearchRequest(q="robot"), resumable=True)
    for number in range(3, 8):
        publish(settings, tmp_path / "archive", f"robot {number}")
    assert first in store.names()
    assert [article.title for article in export.articles] == ["robot 1", "robot 2"]


def test_changes_are_those_of_the_embedded_engine(settings: Settings, engine: Engine, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    first = publish(settings, archive, "robot 1", "robot 2")
    (archive / "robot 1.md").unlink()
    write(Article("robot 2", "robot two"), archive)
    build_index(archive, settings.index_dir, allow_shrink=True)
    second = publish(settings, archive, "robot 3")
    wait(lambda: _snapshot(engine) == second)
    with open_engine(settings.index_dir) as embedded:
        assert differences(embedded.changes(first), engine.changes(first)) == []
    assert [(each.since, each.until) for each in engine.latest_changes()] == [(first, second)]
    assert list(engine.rewritten_at(["robot 2", "robot 3"], second)) == ["robot 2"]


def test_closed_engine_says_so(settings: Settings, tmp_path: Path) -> None:
    publish(settings, tmp_path / "archive", "robot")
    engine = open_engine(settings=settings)
    engine.close()
    with pytest.raises(EngineClosed):
        engine.search(SearchRequest())


def _snapshot(engine: Engine) -> str | None:
    try:
        return engine.info().snapshot
    except IndexMissing:
        return None
