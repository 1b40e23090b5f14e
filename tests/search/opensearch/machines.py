"""Machines that publish to the cluster of the tests, each with an archive and an index of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from opensearchpy import OpenSearch

from search.article import Article
from search.index.builder import build_index
from search.opensearch.cluster_store import ClusterStore
from search.opensearch.cluster_writer import Published
from search.settings import Ranking, Settings
from search.snapshot.snapshot import Snapshot
from search.snapshot.store import SnapshotStore
from tests.cluster.cluster import Cluster
from tests.files import MEMORY, write


def articles(count: int) -> list[Article]:
    """Different articles, `a0` the oldest; `a1` and `a0` tell the same story."""
    start = datetime(2024, 1, 1, tzinfo=UTC)
    words = ("Night", "trains", "cross", "the", "Alps", "again", "after", "years")
    made = [
        Article(
            f"a{number}", f"{' '.join(words[number % 8 :])} {number}", f"Excerpt {number}", ("News",),
            published_at=start + timedelta(days=5 * number),
        )
        for number in range(count)
    ]  # fmt: skip
    same = Article("a1", made[0].title, made[0].excerpt, ("News",), published_at=start + timedelta(hours=3))
    return [made[0], same, *made[2:]]


class Machine:
    """A machine: its archive, and its index directory."""

    def __init__(self, folder: Path, store: ClusterStore) -> None:
        self.archive = folder / "archive"
        self.index_dir = folder / "index"
        self.store = store

    def write(self, *articles: Article) -> None:
        for article in articles:
            write(article, self.archive)

    def remove(self, *ids: str) -> None:
        for id in ids:
            (self.archive / f"{id}.md").unlink()

    def built(self, *, full: bool = False) -> Snapshot:
        build_index(self.archive, self.index_dir, full=full, allow_shrink=True)
        return SnapshotStore(self.index_dir).open_current()

    def publish(self, ranking: Ranking | None = None, shards: int = 1, **options: Any) -> Published:
        """Build, then publish."""
        return self.store.publish(self.built(), ranking or Ranking(), shards, 0, **options)


@contextmanager
def cluster_store(client: OpenSearch) -> Iterator[ClusterStore]:
    """A store without snapshots; its indexes are removed afterwards."""
    prefix = f"pub-{uuid4().hex[:12]}"
    try:
        yield ClusterStore(client, prefix)
    finally:
        for index in client.indices.get_alias(index=f"{prefix}*"):
            client.indices.delete(index=index)


def settings_over(cluster: Cluster, store: ClusterStore, index_dir: Path, shards: int = 1) -> Settings:
    """The settings of a machine whose snapshots are in the store."""
    return Settings(
        index_dir=index_dir, engine="opensearch", opensearch_url=tuple(cluster.urls), opensearch_index=store.prefix,
        opensearch_shards=shards, opensearch_replicas=0,
    )  # fmt: skip


@contextmanager
def machine(store: ClusterStore, count: int = 0) -> Iterator[Machine]:
    """A machine with an archive of so many articles."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        made = Machine(Path(folder), store)
        made.write(*(articles(count) if count else ()))
        yield made
