"""Publishes a local snapshot to a cluster.

A published snapshot is an index that never changes.  An update starts from a clone of the current one, which shares its
files, and writes only the documents that differ.  The alias is replaced last, in one step: readers have the old
snapshot or the new one.  What a died build leaves has no manifest, and the next build removes it.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from opensearchpy import OpenSearch

from search.analysis.analyzer import FINGERPRINT
from search.errors import BuildFailed, EngineUnavailable, SnapshotError
from search.index.limits import Limits
from search.opensearch.build_lease import BuildLease
from search.opensearch.bulk import TIMEOUT_SECONDS, Action, patiently, send
from search.opensearch.cluster_changes import changes_of, logged_files, write_changes
from search.opensearch.cluster_indexes import ClusterIndexes, make_index
from search.opensearch.cluster_manifest import FORMAT, ClusterManifest
from search.opensearch.cluster_retention import CONTROL_BODY, ClusterRetention
from search.opensearch.connection import check_version
from search.opensearch.digests import (
    Difference,
    SnapshotDocuments,
    document_key,
    published_digests,
)
from search.opensearch.documents import document
from search.opensearch.fingerprint import documents_fingerprint
from search.opensearch.mapping import index_body
from search.opensearch.side_files import FILES_BODY, SideFiles
from search.opensearch.term_statistics import STATISTICS, TermStatistics
from search.settings import Ranking
from search.snapshot.manifest import ArchiveSize, FileChecksum
from search.snapshot.removal import KEPT
from search.snapshot.snapshot import Snapshot
from search.snapshot.snapshot_name import new_name, time_in_name
from search.snapshot.word_dictionary import DICTIONARY

_REPLICAS_SECONDS: Final = 60
"""Readers need not wait for all replicas."""
_MERGE_SECONDS: Final = 3600.0

_log = logging.getLogger(__name__)


class Published(NamedTuple):
    """What a publish did.  `name`: the current snapshot; `written`, `deleted`: documents that were sent."""

    name: str
    is_new: bool
    written: int = 0
    deleted: int = 0


class _Base(NamedTuple):
    """The current snapshot of the cluster.  `digests`: of its documents by id."""

    manifest: ClusterManifest
    physical: str
    digests: Mapping[str, str]


class ClusterWriter:
    """Publishes to the indexes of a service."""

    def __init__(self, indexes: ClusterIndexes, control: str, side_files: str, ranking: Ranking) -> None:
        self._indexes = indexes
        self._client: OpenSearch = indexes.client
        self._control = control
        self._files_index = side_files
        self._files = SideFiles(indexes.client, side_files)
        self._retention = ClusterRetention(indexes.client, control)
        self._ranking = ranking

    def publish(
        self, snapshot: Snapshot, shards: int, replicas: int, *, full: bool, allow_shrink: bool
    ) -> Published:  # fmt: skip
        """Make the cluster's current snapshot have the articles of a local one.

        `full`: in a new index with all documents, even if it has them.  Raises `BuildRunning`, `BuildFailed` or
        `EngineUnavailable`; the cluster then still serves the old snapshot."""
        check_version(self._client)
        make_index(self._client, self._control, CONTROL_BODY)
        make_index(self._client, self._files_index, FILES_BODY)
        with BuildLease(self._client, self._control) as lease:
            for index in self._indexes.unfinished():
                self._indexes.remove(index)
            current = self._current()
            indexing = documents_fingerprint(snapshot.manifest.indexing)
            if current and not full and self._is_up_to_date(current, snapshot, indexing, shards):
                self._set_replicas(self._indexes.index_of(current.snapshot), replicas)
                return Published(current.snapshot, is_new=False)
            manifests = self._indexes.manifests()
            previous = current or next(reversed(manifests.values()), None)  # an alias can be lost
            archive = _archive_size(snapshot, previous, Limits(allow_shrink=allow_shrink), deliberate=full)
            name, built_at = _name(snapshot, max(self._indexes.finished(), default=""))
            index = self._indexes.index_of(name)
            documents = SnapshotDocuments(snapshot)
            base = self._base(current)
            from_base = documents.difference(base.digests if base else {})
            is_clone = (
                base is not None and not full and base.manifest.indexing == indexing
                and base.manifest.has_similarity_of(self._ranking) and self._shards(base.physical) == shards
                and self._clone(base.physical, index, replicas)
            )  # fmt: skip
            if not is_clone:
                make_index(self._client, index, index_body(self._ranking, shards, replicas))
            difference = from_base if is_clone else Difference(documents.ids(), [])
            self._write(index, documents, difference)
            with TemporaryDirectory() as folder:
                files = self._side_files(snapshot, name, Path(folder), base, documents, from_base)
                self._files.upload(dict(files.values()), again=full)
            log = logged_files(manifests.values())
            manifest = ClusterManifest(
                format=FORMAT, snapshot=name, analyzer=FINGERPRINT, indexing=indexing, built_at=built_at,
                articles=len(documents), content=snapshot.manifest.content, archive=archive,
                terms=len(snapshot.segment.terms), k1=self._ranking.k1, b=self._ranking.b,
                files=log | {file: checksum for file, (_, checksum) in files.items()},
            )  # fmt: skip
            self._finish(index, manifest, replicas)
            lease.check()
            self._indexes.point_at(index)
            self.remove_old(manifest)
        return Published(name, is_new=True, written=len(difference.written), deleted=len(difference.deleted))

    def _current(self) -> ClusterManifest | None:
        """The manifest of the current snapshot; None if there is none that can be used."""
        try:
            return self._indexes.current()
        except SnapshotError as error:
            _log.info("Publishing all documents: %s", error)
            return None

    def _is_up_to_date(self, current: ClusterManifest, snapshot: Snapshot, indexing: str, shards: int) -> bool:
        return (
            (current.content, current.indexing, current.analyzer) == (snapshot.manifest.content, indexing, FINGERPRINT)
            and current.has_similarity_of(self._ranking)
            and self._shards(self._indexes.index_of(current.snapshot)) == shards
        )

    def _base(self, current: ClusterManifest | None) -> _Base | None:
        """The current snapshot with its digests; None if they cannot be read: everything is written then."""
        if current is None:
            return None
        index = self._indexes.index_of(current.snapshot)
        try:
            return _Base(current, index, published_digests(self._client, index))
        except EngineUnavailable as error:
            _log.warning("Publishing all documents, because the current ones cannot be read: %s", error)
            return None

    def _shards(self, index: str) -> int:
        return self._number(index, "shards")

    def _set_replicas(self, index: str, replicas: int) -> None:
        if self._number(index, "replicas") != replicas:
            body = {"index.number_of_replicas": replicas}
            patiently(self._client.indices.put_settings, index=index, body=body)

    def _number(self, index: str, of: str) -> int:
        answer = patiently(self._client.indices.get_settings, index=index, name=f"index.number_of_{of}")
        return int(answer[index]["settings"]["index"][f"number_of_{of}"])

    def _clone(self, source: str, target: str, replicas: int) -> bool:
        """Clone an index to a new one that can be written to; False if the cluster does not do it."""
        settings = {"index.blocks.write": None, "index.number_of_replicas": replicas}
        try:
            patiently(
                self._client.indices.clone, index=source, target=target, body={"settings": settings},
                request_timeout=TIMEOUT_SECONDS,
            )  # fmt: skip
            self._wait_for("yellow", target)
            # Until it has its own manifest, it is unfinished.
            patiently(self._client.indices.put_mapping, index=target, body={"_meta": {}})
        except EngineUnavailable as error:
            _log.warning("Publishing all documents, because the current index cannot be cloned: %s", error)
            self._indexes.remove(target)
            return False
        return True

    def _write(self, index: str, documents: SnapshotDocuments, difference: Difference) -> None:
        """Send the documents that are to be written, then delete others."""

        def written(id: str) -> Action:
            source = document(documents.line(id), documents.story(id))
            return {"_index": index, "_id": document_key(id), "_source": source | {"digest": documents.digest(id)}}

        def deleted(id: str) -> Action:
            return {"_op_type": "delete", "_index": index, "_id": document_key(id)}

        send(self._client, difference.written, written)
        send(self._client, difference.deleted, deleted)

    def _side_files(
        self, snapshot: Snapshot, name: str, folder: Path, base: _Base | None, documents: SnapshotDocuments,
        difference: Difference,
    ) -> dict[str, tuple[Path, FileChecksum]]:  # fmt: skip
        """The files to upload, by name: the word dictionary, how many articles have each term, and what changed since
        the current snapshot."""
        files = {
            file: (snapshot.folder / file, checksum)
            for file, checksum in snapshot.manifest.files.items()
            if file.startswith(f"{DICTIONARY}.")
        }
        statistics = TermStatistics.of(snapshot.segment).save(folder / STATISTICS)
        files |= {file: (folder / STATISTICS / file, checksum) for file, checksum in statistics.items()}
        if base and (changes := changes_of(self._client, base.physical, documents, difference)) is not None:
            written = write_changes(folder, name, base.manifest.snapshot, changes)
            files |= {file: (path, FileChecksum.of(path)) for file, path in written.items()}
        return files

    def _finish(self, index: str, manifest: ClusterManifest, replicas: int) -> None:
        """Make the index complete and immutable, then give it its manifest.  Raises `BuildFailed` if it lacks any."""
        indices = self._client.indices
        patiently(indices.refresh, index=index, request_timeout=TIMEOUT_SECONDS)
        self._wait_for("yellow", index)
        stats = patiently(indices.stats, index=index, metric="docs", request_timeout=TIMEOUT_SECONDS)
        if stats["_all"]["total"]["docs"]["deleted"]:
            # They count in the statistics of terms until their segments are merged.
            patiently(indices.forcemerge, index=index, only_expunge_deletes=True, request_timeout=_MERGE_SECONDS)
            patiently(indices.refresh, index=index, request_timeout=TIMEOUT_SECONDS)
        count = patiently(self._client.count, index=index, request_timeout=TIMEOUT_SECONDS)["count"]
        if count != manifest.articles:
            raise BuildFailed(
                f"The new index of the cluster has {count:,} documents instead of {manifest.articles:,}. Nothing is "
                "published. Run the build again with --full."
            )
        health = patiently(self._client.cluster.health, index=index)
        if health["number_of_data_nodes"] > replicas:
            with suppress(EngineUnavailable, BuildFailed):
                self._wait_for("green", index)
        patiently(indices.put_settings, index=index, body={"index.blocks.write": True})
        patiently(indices.put_mapping, index=index, body={"_meta": manifest.meta()})

    def _wait_for(self, status: str, index: str) -> None:
        health: dict[str, Any] = patiently(
            self._client.cluster.health, index=index, wait_for_status=status, ignore=408,
            params={"timeout": f"{_REPLICAS_SECONDS}s"}, request_timeout=_REPLICAS_SECONDS + 10,
        )  # fmt: skip
        if health.get("timed_out"):
            raise BuildFailed(
                f"The new index of the cluster has not become {status} in {_REPLICAS_SECONDS} seconds. Check the nodes "
                "and their disks, and run the build again."
            )

    def remove_old(self, current: ClusterManifest) -> None:
        """Remove old snapshots and the files that no other needs.  Errors are logged: a later build does the rest."""
        try:
            old = [name for name in self._indexes.finished()[:-KEPT] if name != current.snapshot]
            for name in self._retention.claim(old):
                self._indexes.remove(self._indexes.index_of(name))
                self._retention.forget(name)
            manifests = self._indexes.manifests()
            if manifests.keys() == set(self._indexes.finished()):  # else some has files that this version cannot know
                named = {file.sha256 for each in manifests.values() for file in each.files.values()}
                self._files.remove_others(named)
        except (EngineUnavailable, BuildFailed) as error:
            _log.warning("Old snapshots of the cluster were not removed: %s", error)


def _archive_size(
    snapshot: Snapshot, previous: ClusterManifest | None, limits: Limits, *, deliberate: bool
) -> ArchiveSize:  # fmt: skip
    """The size with which the next builds compare.  Raises `BuildFailed` if the archive has lost too much."""
    if previous is None:
        return snapshot.manifest.archive
    now = ArchiveSize(len(snapshot.files.ids), snapshot.manifest.articles)
    if message := limits.lost_since(previous.archive, now):
        raise BuildFailed(f"{message} This compares with what the cluster serves.")
    is_smaller = deliberate or limits.allow_shrink
    return snapshot.manifest.archive if is_smaller else snapshot.manifest.archive.at_least(previous.archive)


def _name(snapshot: Snapshot, newest: str) -> tuple[str, datetime]:
    """The name of the published snapshot and its time: those of the local one, unless a newer one is published.

    Other machines may have published since, or the same articles are published anew for another ranking."""
    if snapshot.name > newest and time_in_name(snapshot.name):
        return snapshot.name, snapshot.manifest.built_at
    now = datetime.now(UTC).replace(microsecond=0)
    return new_name(now, newest), now
