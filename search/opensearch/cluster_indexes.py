"""The indexes of a cluster that belong to one service, by their names.

PREFIX              the alias of the current snapshot
PREFIX-NAME         a snapshot, with its name in lower case; finished if it has a manifest of its own
PREFIX-files        side files (`search.opensearch.side_files`)
PREFIX-control      leases and kept names (`search.opensearch.build_lease`, `search.opensearch.cluster_retention`)
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from opensearchpy import OpenSearch

from search.errors import EngineUnavailable, IndexMissing, SnapshotDamaged, SnapshotError
from search.opensearch.cluster_manifest import ClusterManifest
from search.opensearch.connection import answered

_NAME: Final = r"\d{8}t\d{6}z-[0-9a-f]{4}"


class ClusterIndexes:
    """The snapshots of a cluster: finds, lists, removes them, and makes one current."""

    def __init__(self, client: OpenSearch, prefix: str) -> None:
        self.client = client
        self.prefix = prefix
        self._pattern = f"{prefix}-*"
        self._is_snapshot = re.compile(f"{re.escape(prefix)}-{_NAME}", re.ASCII).fullmatch

    def index_of(self, name: str) -> str:
        """The index of the snapshot with this name."""
        return f"{self.prefix}-{name.lower()}"

    def current(self) -> ClusterManifest:
        """The manifest of the current snapshot, of any analyzer.

        Raises `IndexMissing` if nothing is published, `SnapshotError` if its manifest cannot be used."""
        found = self._metas(self.prefix)
        for index, meta in found.items():
            if (manifest := ClusterManifest.of_meta(meta)) and self.index_of(manifest.snapshot) == index:
                return manifest
        raise SnapshotDamaged(
            f"Index {self.prefix} of the cluster has no manifest: article-search did not make it, or it is damaged. "
            "Remove it, or set ARTICLE_SEARCH_OPENSEARCH_INDEX to another name."
        )

    def current_index(self) -> str | None:
        """The index to which the alias points; None if there is no alias.

        Asks only about our indexes: the security plugin refuses a question about all, unless the user may see all."""
        try:
            found: dict[str, Any] = answered(self.client.indices.get_alias, index=self._pattern, name=self.prefix)
        except IndexMissing:
            return None
        return next(iter(found), None)

    def manifests(self) -> dict[str, ClusterManifest]:
        """The manifests of the finished snapshots of this format by name, oldest first."""
        found = {}
        for index, meta in self._metas(self._pattern).items():
            if self._is_snapshot(index):
                try:
                    manifest = ClusterManifest.of_meta(meta)
                except SnapshotError:
                    continue
                if manifest and self.index_of(manifest.snapshot) == index:
                    found[manifest.snapshot] = manifest
        return dict(sorted(found.items()))

    def finished(self) -> list[str]:
        """The names of the finished snapshots, also of those of other formats, oldest first."""
        return [self._name_of(index) for index, is_finished in self._states() if is_finished]

    def unfinished(self) -> list[str]:
        """The indexes that died builds left."""
        return [index for index, is_finished in self._states() if not is_finished]

    def _states(self) -> list[tuple[str, bool]]:
        metas = self._metas(self._pattern)
        return [(index, self._is_finished(index, metas.get(index, {}))) for index in self._all()]

    def _name_of(self, index: str) -> str:
        """The name of the snapshot in an index: all its letters are capital, but those of the random digits."""
        return index.removeprefix(f"{self.prefix}-").replace("t", "T").replace("z", "Z")

    def _is_finished(self, index: str, meta: dict[str, Any]) -> bool:
        """A clone has the manifest of another snapshot until it gets its own."""
        try:
            manifest = ClusterManifest.of_meta(meta)
        except SnapshotError:
            return True
        return manifest is not None and self.index_of(manifest.snapshot) == index

    def point_at(self, index: str) -> None:
        """Let the alias name this index instead of another one, in one step."""
        add = {"add": {"index": index, "alias": self.prefix}}
        before = self.current_index()
        remove = [{"remove": {"index": before, "alias": self.prefix}}] if before else []
        try:
            answered(self.client.indices.update_aliases, body={"actions": [*remove, add]})
        except EngineUnavailable:
            if self.current_index() != index:  # else the answer to it was lost
                raise

    def remove(self, index: str) -> None:
        answered(self.client.indices.delete, index=index, ignore_unavailable=True)

    def _all(self) -> list[str]:
        return sorted(filter(self._is_snapshot, answered(self.client.indices.get_alias, index=self._pattern)))

    def _metas(self, pattern: str) -> Mapping[str, dict[str, Any]]:
        """The `_meta` of each index that has one."""
        answer = answered(self.client.indices.get_mapping, index=pattern, filter_path="*.mappings._meta")
        return {index: found["mappings"]["_meta"] for index, found in answer.items()}


def make_index(client: OpenSearch, name: str, body: Mapping[str, Any]) -> None:
    """Create an index unless it exists."""
    if answered(client.indices.exists, index=name):
        return
    try:
        answered(client.indices.create, index=name, body=body)
    except EngineUnavailable:
        if not answered(client.indices.exists, index=name):  # else another process made it
            raise
