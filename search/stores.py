"""Chooses where snapshots are by the settings: in an index directory, or in a cluster."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from search.build_report import BuildReport
from search.errors import ArticleSearchError, BuildFailed, BuildRunning
from search.extras import importing_extra
from search.index.builder import Progress, build_index
from search.settings import Settings
from search.snapshot.store import SnapshotInfo, SnapshotStore

if TYPE_CHECKING:
    from search.opensearch.cluster_store import ClusterStore


class RecordsOutcomes(Protocol):
    """Keeps what checks find, for statistics."""

    def mark_unmet(self, count: int) -> None:
        """Record how many expectations are not met."""


class Store(Protocol):
    """What the commands for snapshots need of a store."""

    @property
    def outcomes(self) -> RecordsOutcomes: ...

    def snapshots(self) -> list[SnapshotInfo]:
        """The finished snapshots, newest first.  Raises `IndexMissing` if there is none."""

    def keep(self, name: str) -> None:
        """Keep a snapshot until it is released.  Raises `IndexMissing`, or `SnapshotError` if it does not exist."""

    def release(self, name: str) -> None:
        """Keep a snapshot no longer.  Raises `IndexMissing`, or `SnapshotError` if it is not kept."""

    def rollback(self, name: str | None = None) -> str:
        """Make another snapshot current: `name`, or the newest that can be used before the current.  Returns its name.

        Raises `SnapshotError` if there is no such snapshot or it cannot be used."""

    def check(self) -> list[str]:
        """Faults of the current snapshot.  Raises `IndexMissing`."""

    def single_copies(self) -> int:
        """How many parts of the current snapshot exist only once."""

    def outlook(self) -> str:
        """What happens if one of its parts fails later."""


def open_store(settings: Settings) -> Store:
    """The store of the chosen engine.  Reads and sends nothing yet."""
    return SnapshotStore(settings.index_dir) if settings.engine == "embedded" else _cluster_store(settings)


def update_index(
    archive: Path,
    settings: Settings,
    *,
    full: bool = False,
    max_rejects: int | None = None,
    max_unreadable: int | None = None,
    allow_shrink: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Update the local index as `build_index` does; if the engine is a cluster, then make the cluster equal to it.

    Raises as `build_index` does, and `BuildFailed` or `BuildRunning` if the cluster still serves the old index."""
    cluster = None if settings.engine == "embedded" else _cluster_store(settings)
    started = time.perf_counter()
    report = build_index(
        archive, settings.index_dir, full=full, max_rejects=max_rejects, max_unreadable=max_unreadable,
        allow_shrink=allow_shrink, max_hours=settings.max_build_hours, progress=progress,
    )  # fmt: skip
    if cluster is None:
        return report
    try:
        published = cluster.publish(
            SnapshotStore(settings.index_dir).open(report.snapshot), settings.ranking, settings.opensearch_shards,
            settings.opensearch_replicas, full=full, allow_shrink=allow_shrink,
        )  # fmt: skip
    except BuildRunning:
        raise
    except ArticleSearchError as error:
        raise BuildFailed(
            f"{error}\nThe index in {settings.index_dir} is up to date. The cluster still serves the old one; the next "
            "run tries again."
        ) from error
    cluster.outcomes.mark_checked(len(report.rejected))
    outcome = "published" if published.is_new else "unchanged"
    seconds = time.perf_counter() - started
    return msgspec.structs.replace(report, snapshot=published.name, outcome=outcome, seconds=seconds)


def _cluster_store(settings: Settings) -> "ClusterStore":
    with importing_extra("opensearch"):
        from search.opensearch.cluster_store import ClusterStore
    return ClusterStore.of(settings)
