"""Which snapshots of a cluster must not be removed: those that are kept on request, and those that an export reads.

They are documents of the control index, read and written by id, which needs no refresh:

    keep-NAME     written by `article-search keep`; lasts until it is released
    lease-NAME    written by each part of an export; lasts `LEASE_SECONDS` from then
                  or, with `removed`: a build removes the snapshot, so it can be leased no more
"""

import logging
import time
from collections.abc import Collection, Iterable
from typing import Any, Final

import msgspec
from opensearchpy import OpenSearch, exceptions

from search.errors import EngineUnavailable, IndexMissing, SnapshotError
from search.opensearch.connection import answered
from search.snapshot.retention import LEASE_SECONDS, MAX_LEASED

CONTROL_BODY: Final[dict[str, Any]] = {
    "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}},
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "owner": {"type": "keyword", "index": False},
            "until": {"type": "double", "index": False},
            "removed": {"type": "boolean", "index": False},
            "count": {"type": "integer", "index": False},
            "at": {"type": "double", "index": False},
        },
    },
}
"""Of the control index, which also has the lease of the build (`search.opensearch.build_lease`) and the outcomes of
builds and checks (`search.opensearch.cluster_outcomes`)."""

_ATTEMPTS: Final = 3
_log = logging.getLogger(__name__)


class _Lease(msgspec.Struct):
    until: float
    """seconds since 1970"""
    removed: bool = False


class _Found(msgspec.Struct):
    """The answer to a request for a document."""

    found: bool = False
    source: _Lease | None = msgspec.field(default=None, name="_source")
    seq_no: int = msgspec.field(default=0, name="_seq_no")
    primary_term: int = msgspec.field(default=0, name="_primary_term")

    @property
    def is_removed(self) -> bool:
        return self.source is not None and self.source.removed

    @property
    def until(self) -> float:
        return self.source.until if self.source else 0.0

    def condition(self) -> dict[str, Any]:
        """With which a write fails if the document was changed since."""
        if not self.found:
            return {"op_type": "create"}
        return {"if_seq_no": self.seq_no, "if_primary_term": self.primary_term}


class ClusterRetention:
    """The kept and leased snapshots of a cluster.  `index`: the control index."""

    def __init__(self, client: OpenSearch, index: str) -> None:
        self._client = client
        self._index = index

    def kept(self, names: Iterable[str]) -> set[str]:
        """Those of these snapshots that are kept on request."""
        ids = [f"keep-{name}" for name in names]
        if not ids:
            return set()
        answer = answered(self._client.mget, index=self._index, body={"ids": ids}, _source=False)
        return {doc["_id"].removeprefix("keep-") for doc in answer["docs"] if doc.get("found")}

    def keep(self, name: str) -> None:
        """Keep an existing snapshot until it is released.  Raises `SnapshotError` if a build is removing it."""
        answered(self._client.index, index=self._index, id=f"keep-{name}", body={})
        if self._lease_of(name).is_removed:  # read after the write: the build does it the other way round
            self._delete(f"keep-{name}")
            raise SnapshotError(f"Snapshot {name} does not exist. List them with: article-search snapshots")

    def release(self, name: str) -> None:
        """Keep a snapshot no longer: a later build removes it.  Raises `SnapshotError` if it is not kept."""
        if not self._delete(f"keep-{name}"):
            raise SnapshotError(f"Snapshot {name} is not kept. List them with: article-search snapshots")

    def lease(self, name: str) -> bool:
        """Keep an existing snapshot for `LEASE_SECONDS` from now on; False if that is impossible.

        It is impossible if a build is removing it, or if this user must not write to the cluster."""
        try:
            for _ in range(_ATTEMPTS):
                found = self._lease_of(name)
                if found.is_removed:
                    return False
                try:
                    self._write(name, _Lease(time.time() + LEASE_SECONDS), found)
                except exceptions.ConflictError:
                    continue  # another part of the export has just renewed it, or a build removes the snapshot
                return True
        except EngineUnavailable as error:
            _log.debug("Snapshot %s cannot be leased: %s", name, error)
        return False

    def claim(self, names: Collection[str]) -> list[str]:
        """Those of these snapshots that may be removed now.  They can be kept or leased no more."""
        now, leases = time.time(), {name: self._lease_of(name) for name in names}
        leased = sorted((name for name in names if leases[name].until > now), key=lambda name: -leases[name].until)
        claimed = []
        for name in names:
            if name not in leased[:MAX_LEASED]:
                try:
                    self._write(name, _Lease(0.0, removed=True), leases[name])
                except exceptions.ConflictError:
                    continue  # it was leased just now
                claimed.append(name)
        kept = self.kept(claimed)
        for name in kept:
            self.forget(name)
        return [name for name in claimed if name not in kept]

    def forget(self, name: str) -> None:
        """Remove the lease of a snapshot, or the mark that it is being removed."""
        self._delete(f"lease-{name}")

    def _lease_of(self, name: str) -> _Found:
        try:
            return msgspec.convert(answered(self._client.get, index=self._index, id=f"lease-{name}"), _Found)
        except IndexMissing:
            return _Found()

    def _write(self, name: str, lease: _Lease, expected: _Found) -> None:
        body = msgspec.to_builtins(lease)
        answered(self._client.index, index=self._index, id=f"lease-{name}", body=body, **expected.condition())

    def _delete(self, id: str) -> bool:
        """Delete a document; False if there is none."""
        try:
            answered(self._client.delete, index=self._index, id=id)
        except IndexMissing:
            return False
        return True
