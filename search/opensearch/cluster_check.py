"""Verifies the current snapshot of a cluster: its documents, its side files, and the state of its shards."""

import hashlib
from collections.abc import Iterator
from typing import Final

from search.errors import IndexMissing, SnapshotError
from search.opensearch.cluster_indexes import ClusterIndexes
from search.opensearch.cluster_manifest import ClusterManifest
from search.opensearch.connection import answered
from search.opensearch.digests import all_hits, document_digest
from search.opensearch.side_files import SideFiles
from search.quantities import quantity
from search.snapshot.file_table import digest

_PAGE: Final = 1_000
_LISTED: Final = 20


class ClusterCheck:
    """Verifies what the alias names."""

    def __init__(self, indexes: ClusterIndexes, files: SideFiles) -> None:
        self._indexes = indexes
        self._client = indexes.client
        self._files = files

    def faults(self) -> list[str]:
        """The faults, as sentences.  Raises `IndexMissing` if nothing is published."""
        try:
            manifest = self._indexes.current()
            manifest.check_version()
        except IndexMissing:
            if not (names := list(self._indexes.manifests())):
                raise
            return [
                f"Alias {self._indexes.prefix} of the cluster is missing. Restore it with: "
                f"article-search rollback {names[-1]}"
            ]
        except SnapshotError as error:
            return [str(error)]
        health = list(self._health(manifest))
        if any("red" in fault for fault in health):
            return health  # the rest cannot be read
        faults = [*self._documents(manifest), *self._side_files(manifest)]
        return [*health, *(f"Snapshot {manifest.snapshot}: {fault}" for fault in faults)]

    def _health(self, manifest: ClusterManifest) -> Iterator[str]:
        indexes = [self._indexes.index_of(manifest.snapshot), f"{self._indexes.prefix}-files"]
        for index in indexes:
            if not answered(self._client.indices.exists, index=index):
                yield f"Index {index} of the cluster is missing. Make it with: article-search index ARCHIVE --full"
                continue
            health = answered(self._client.cluster.health, index=index)
            if health["status"] == "red":
                yield f"Index {index} is red: a shard is on no running node. Start the missing nodes."
            elif health["status"] == "yellow":
                missing = health["unassigned_shards"] + health["initializing_shards"]
                yield (
                    f"Index {index} is yellow: {quantity(missing, 'replica')} without a node. Start the missing nodes, "
                    "or set ARTICLE_SEARCH_OPENSEARCH_REPLICAS to fewer."
                )

    def _documents(self, manifest: ClusterManifest) -> Iterator[str]:
        """Reads all documents."""
        digests, wrong = answered(self._digests, self._indexes.index_of(manifest.snapshot))
        yield from (f"article {id} is another version than its digest says" for id in wrong[:_LISTED])
        content = hashlib.blake2b(digest_size=12)
        for id in sorted(digests, key=str.encode):
            content.update(digests[id])
        if len(digests) != manifest.articles:
            yield f"the manifest counts {manifest.articles:,} articles, the index has {len(digests):,}"
        elif content.hexdigest() != manifest.content:
            yield "the manifest names other articles than the index has"

    def _digests(self, index: str) -> tuple[dict[str, bytes], list[str]]:
        """The digest of each stored article by id, and the ids of those that differ from the digest of the document."""
        digests, wrong = {}, []
        fields = {"_source": ["article"], "docvalue_fields": ["id", "digest", "story"]}
        for hit in all_hits(self._client, index, fields, _PAGE):
            values = hit["fields"]
            id = values["id"][0]
            digests[id] = digest(hit["_source"]["article"].encode())
            if values.get("digest") != [document_digest(digests[id], values["story"][0])]:
                wrong.append(id)
        return digests, sorted(wrong)

    def _side_files(self, manifest: ClusterManifest) -> Iterator[str]:
        for name, checksum in manifest.files.items():
            try:
                self._files.read(checksum)
            except SnapshotError as error:
                yield f"{name}: {error}"
