"""The side files of snapshots: the word dictionary and the change log.

A file is stored in chunks, each a document, by its SHA-256: snapshots share the files that are equal.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from opensearchpy import OpenSearch

from search.errors import SnapshotDamaged
from search.opensearch.bulk import TIMEOUT_SECONDS, Action, send
from search.opensearch.connection import answered
from search.opensearch.digests import batches
from search.snapshot.manifest import FileChecksum

CHUNK_BYTES: Final = 3 * 2**20
"""Of the file; a third more in base64."""

_READ_BYTES: Final = 16 * 2**20
"""Of the files that are read in one request."""
_ASKED: Final = 500
"""Chunks in one question whether they exist."""

FILES_BODY: Final[dict[str, Any]] = {
    "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": -1}},
    "mappings": {
        "dynamic": "strict",
        "properties": {"sha256": {"type": "keyword"}, "data": {"type": "binary"}},
    },
}


class _Chunk(NamedTuple):
    path: Path
    sha256: str
    number: int

    @property
    def id(self) -> str:
        return f"{self.sha256}-{self.number}"

    def read(self) -> bytes:
        with self.path.open("rb") as file:
            file.seek(self.number * CHUNK_BYTES)
            return file.read(CHUNK_BYTES)


class SideFiles:
    """The side files in one index of a cluster."""

    def __init__(self, client: OpenSearch, index: str) -> None:
        self._client = client
        self._index = index

    def upload(self, files: Mapping[Path, FileChecksum], *, again: bool) -> None:
        """Store the files that are not stored yet; or all, which repairs damaged ones (`again`)."""
        chunks = {}
        for path, checksum in files.items():
            for number in range(_chunk_count(checksum)):
                chunk = _Chunk(path, checksum.sha256, number)
                chunks[chunk.id] = chunk
        missing = list(chunks) if again else self._missing(list(chunks))
        send(self._client, [chunks[id] for id in missing], self._action)

    def read(self, checksum: FileChecksum) -> bytes:
        """The content of a file.  Raises `SnapshotDamaged` if it is missing or differs from its checksum."""
        return next(self.contents([checksum]))

    def contents(self, checksums: Sequence[FileChecksum]) -> Iterator[bytes]:
        """The content of each file.  Small files are read together.  Raises as `read` does."""
        group: list[FileChecksum] = []
        for checksum in checksums:
            if group and sum(each.size for each in group) + checksum.size > _READ_BYTES:
                yield from self._group(group)
                group = []
            group.append(checksum)
        if group:
            yield from self._group(group)

    def download(self, files: Mapping[str, FileChecksum], folder: Path) -> None:
        """Write the files into a folder under their names.  Raises as `read` does."""
        for name in files:
            if not re.fullmatch(r"(?:changes/)?\w[\w.-]*", name, re.ASCII):
                raise SnapshotDamaged(f"A side file of the cluster has the name {name!r}, which cannot be right.")
        for name, content in zip(files, self.contents(list(files.values())), strict=True):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def remove_others(self, named: set[str]) -> None:
        """Remove the files whose SHA-256 is not one of these."""
        answered(self._client.indices.refresh, index=self._index)
        query = {"bool": {"must_not": [{"terms": {"sha256": sorted(named)}}]}}
        answered(
            self._client.delete_by_query, index=self._index, body={"query": query}, conflicts="proceed",
            request_timeout=TIMEOUT_SECONDS,
        )  # fmt: skip

    def _group(self, group: Sequence[FileChecksum]) -> Iterator[bytes]:
        ids = [f"{checksum.sha256}-{number}" for checksum in group for number in range(_chunk_count(checksum))]
        found: dict[str, str] = {}
        at_once = _ASKED if len(group) > 1 else _READ_BYTES // CHUNK_BYTES
        for some in batches(list(dict.fromkeys(ids)), at_once):
            answer = answered(self._client.mget, index=self._index, body={"ids": some}, request_timeout=TIMEOUT_SECONDS)
            found |= {doc["_id"]: doc["_source"]["data"] for doc in answer["docs"] if doc.get("found")}
        for checksum in group:
            yield _joined(checksum, found)

    def _missing(self, ids: Sequence[str]) -> list[str]:
        missing: list[str] = []
        for some in batches(ids, _ASKED):
            answer = answered(self._client.mget, index=self._index, body={"ids": some}, _source=False)
            missing += [doc["_id"] for doc in answer["docs"] if not doc.get("found")]
        return missing

    def _action(self, chunk: _Chunk) -> Action:
        source = {"sha256": chunk.sha256, "data": b64encode(chunk.read()).decode()}
        return {"_index": self._index, "_id": chunk.id, "_source": source}


def _chunk_count(checksum: FileChecksum) -> int:
    return -(-checksum.size // CHUNK_BYTES)


def _joined(checksum: FileChecksum, chunks: Mapping[str, str]) -> bytes:
    try:
        content = b"".join(b64decode(chunks[f"{checksum.sha256}-{n}"]) for n in range(_chunk_count(checksum)))
    except KeyError:
        raise _damaged(checksum, "is missing") from None
    except Error:
        raise _damaged(checksum, "is damaged") from None
    if len(content) != checksum.size or hashlib.sha256(content).hexdigest() != checksum.sha256:
        raise _damaged(checksum, "is damaged")
    return content


def _damaged(checksum: FileChecksum, what: str) -> SnapshotDamaged:
    return SnapshotDamaged(
        f"Side file {checksum.sha256[:12]} of the cluster {what}. Repair it with: article-search index ARCHIVE --full"
    )
