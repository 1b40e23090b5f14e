"""The snapshots in a cluster: publish, find, list, keep, roll back, check.  `cluster_indexes` says what there is."""

from collections import Counter
from pathlib import Path
from typing import Self

from opensearchpy import OpenSearch

from search.errors import EngineUnavailable, IndexMissing, SnapshotError, SnapshotGone
from search.opensearch.build_lease import BuildLease
from search.opensearch.cluster_check import ClusterCheck
from search.opensearch.cluster_indexes import ClusterIndexes, make_index
from search.opensearch.cluster_manifest import ClusterManifest
from search.opensearch.cluster_outcomes import ClusterOutcomes
from search.opensearch.cluster_retention import CONTROL_BODY, ClusterRetention
from search.opensearch.cluster_writer import ClusterWriter, Published
from search.opensearch.connection import Address, answered, connect
from search.opensearch.side_files import SideFiles
from search.quantities import quantity
from search.settings import Ranking, Settings
from search.snapshot.manifest import FileChecksum
from search.snapshot.snapshot import Snapshot
from search.snapshot.store import SnapshotInfo


class ClusterStore:
    """The snapshots whose indexes begin with one prefix."""

    def __init__(self, client: OpenSearch, prefix: str) -> None:
        self.client = client
        self.prefix = prefix
        self._indexes = ClusterIndexes(client, prefix)
        self._control = f"{prefix}-control"
        self._files_index = f"{prefix}-files"
        self._files = SideFiles(client, self._files_index)
        self._retention = ClusterRetention(client, self._control)
        self.outcomes = ClusterOutcomes(client, self._control)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The store that the settings name.  Sends nothing yet."""
        return cls(connect(Address.of(settings)), settings.opensearch_index)

    # Reading

    def index_of(self, name: str) -> str:
        """The index of the snapshot with this name."""
        return self._indexes.index_of(name)

    def current(self) -> ClusterManifest:
        """The manifest of the current snapshot.

        Raises `IndexMissing` if nothing is published, `SnapshotIncompatible` if another version made it, or another
        `EngineUnavailable`."""
        manifest = self._indexes.current()
        manifest.check_version()
        return manifest

    def current_index(self) -> str | None:
        """The index of the current snapshot; None if nothing is published.  A small answer, for those that poll."""
        return self._indexes.current_index()

    def manifest(self, name: str) -> ClusterManifest:
        """The manifest of one snapshot.  Raises `SnapshotGone` if there is none, `SnapshotIncompatible`."""
        manifests = self._indexes.manifests()
        if name not in manifests:
            raise SnapshotGone(name, list(reversed(manifests)))
        manifests[name].check_version()
        return manifests[name]

    def names(self) -> list[str]:
        """The names of the finished snapshots, oldest first."""
        return list(self._indexes.manifests())

    def snapshots(self) -> list[SnapshotInfo]:
        """The finished snapshots, newest first.  Raises `IndexMissing` if there is none."""
        manifests, current = self._indexes.manifests(), self._indexes.current_index()
        if not manifests:
            raise IndexMissing("Index not found in the cluster. Build it with: article-search index ARCHIVE")
        kept = self._retention.kept(manifests)
        return [
            SnapshotInfo(name, each.built_at, each.articles, self.index_of(name) == current, name in kept)
            for name, each in reversed(manifests.items())
        ]

    def read_file(self, checksum: FileChecksum) -> bytes:
        """The content of a side file.  Raises `SnapshotDamaged` if it is missing or differs from its checksum."""
        return self._files.read(checksum)

    def download(self, manifest: ClusterManifest, folder: Path, *beginnings: str) -> None:
        """Write the side files of a snapshot into a folder, unless they are there: those whose names begin so, or all.

        Raises as `read_file` does."""
        files = {name: checksum for name, checksum in manifest.files.items() if name.startswith(beginnings or "")}
        self._files.download({name: each for name, each in files.items() if not (folder / name).exists()}, folder)

    def check(self) -> list[str]:
        """Faults of the current snapshot.  Raises `IndexMissing`, and `EngineUnavailable` if no node answers."""
        return ClusterCheck(self._indexes, self._files).faults()

    def single_copies(self) -> int:
        """The number of shards of the current snapshot that are on one node only."""
        index = self.index_of(self._indexes.current().snapshot)
        shards = answered(self.client.cat.shards, index=index, format="json", h="shard,state")
        copies = Counter(each["shard"] for each in shards if each["state"] in ("STARTED", "RELOCATING"))
        return sum(count == 1 for count in copies.values())

    def outlook(self) -> str:
        """What happens if a node fails later."""
        if count := self.single_copies():
            return f"If the node with {quantity(count, 'shard')} fails, searches fail until it is back."
        return "If a node fails, others have copies of its shards."

    # Retention

    def lease(self, name: str) -> bool:
        """Keep a snapshot for a quarter of an hour from now on, for an export; False if that is impossible."""
        return self._exists(name) and self._retention.lease(name) and self._exists(name)

    def _exists(self, name: str) -> bool:
        try:
            return bool(answered(self.client.indices.exists, index=self.index_of(name)))
        except EngineUnavailable:
            return False

    def keep(self, name: str) -> None:
        """Keep a snapshot until it is released.  Raises `SnapshotError` if there is none."""
        self._named(name)
        self._retention.keep(name)

    def release(self, name: str) -> None:
        """Keep a snapshot no longer: a later build removes it.  Raises `SnapshotError` if it is not kept."""
        self._indexes.current()  # raises IndexMissing
        self._retention.release(name)

    # Writing

    def publish(
        self, snapshot: Snapshot, ranking: Ranking, shards: int, replicas: int, *, full: bool = False,
        allow_shrink: bool = False,
    ) -> Published:  # fmt: skip
        """Make the current snapshot have the articles of a local one; see `ClusterWriter.publish`."""
        writer = ClusterWriter(self._indexes, self._control, self._files_index, ranking)
        return writer.publish(snapshot, shards, replicas, full=full, allow_shrink=allow_shrink)

    def rollback(self, name: str | None = None) -> str:
        """Make another snapshot current: `name`, or the newest before the current.  Returns its name.

        Raises `SnapshotError` if there is no such snapshot or it cannot be used, `BuildRunning`."""
        make_index(self.client, self._control, CONTROL_BODY)
        with BuildLease(self.client, self._control) as lease:
            target = self._named(name) if name else self._before_current()
            target.check_version()
            self._retention.forget(target.snapshot)
            lease.check()
            self._indexes.point_at(self.index_of(target.snapshot))
        return target.snapshot

    def _named(self, name: str) -> ClusterManifest:
        if manifest := self._indexes.manifests().get(name):
            return manifest
        self._indexes.current()  # raises IndexMissing
        raise SnapshotError(f"Snapshot {name} does not exist. List them with: article-search snapshots")

    def _before_current(self) -> ClusterManifest:
        current = self._indexes.current().snapshot
        for name, manifest in reversed(self._indexes.manifests().items()):
            if name < current:
                try:
                    manifest.check_version()
                except SnapshotError:
                    continue
                return manifest
        raise SnapshotError(f"No snapshot before {current} can be used. List them with: article-search snapshots")
