"""What distinguishes the documents of two snapshots: a digest of each, which its document has as a field."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from opensearchpy import OpenSearch, helpers

from search.opensearch.connection import answered
from search.snapshot.file_table import NO_DOCUMENT
from search.snapshot.snapshot import Snapshot, decode_article

_PAGE: Final = 10_000
_LINES: Final = 500
_LONGEST_KEY: Final = 512
"""Bytes."""
_TIMEOUT_SECONDS: Final = 60.0


class Difference(NamedTuple):
    """The ids of the articles whose documents must be written, and of those whose documents must be deleted."""

    written: list[str]
    deleted: list[str]


def document_key(id: str) -> str:
    """The `_id` of an article's document: its id, or a hash of it if OpenSearch allows none so long."""
    octets = id.encode()
    return id if len(octets) <= _LONGEST_KEY else hashlib.blake2b(octets, digest_size=32).hexdigest()


def document_digest(article: bytes, story: str) -> str:
    """Identifies one version of a document, by the digest of the article's stored line and the article's story."""
    return hashlib.blake2b(article + story.encode(), digest_size=16).hexdigest()


class SnapshotDocuments:
    """The documents of a local snapshot by the ids of their articles."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        segment = snapshot.segment
        files, documents = snapshot.files, snapshot.files.documents.tolist()
        self._ids = [""] * len(segment)
        self._digests = [b""] * len(segment)
        for file, document in enumerate(documents):
            if document != NO_DOCUMENT:
                self._ids[document] = files.ids[file]
                self._digests[document] = files.digests[file].tobytes()
        self._documents = {id: document for document, id in enumerate(self._ids)}

    def __len__(self) -> int:
        return len(self._ids)

    def ids(self) -> list[str]:
        return list(self._ids)

    def line(self, id: str) -> bytes:
        """The stored article."""
        return self._snapshot.line(self._documents[id])

    def story(self, id: str) -> str:
        """The id of the newest article of the same story."""
        return self._ids[int(self._snapshot.segment.story[self._documents[id]])]

    def digest(self, id: str) -> str:
        return document_digest(self._digests[self._documents[id]], self.story(id))

    def difference(self, published: Mapping[str, str]) -> Difference:
        """What differs from documents with these digests by id."""
        written = [id for id in self._ids if published.get(id) != self.digest(id)]
        return Difference(written, [id for id in published if id not in self._documents])


def published_digests(client: OpenSearch, index: str) -> dict[str, str]:
    """The digest of each document of an index, by the id of its article."""
    fields = {"_source": False, "docvalue_fields": ["id", "digest"]}
    found = (hit["fields"] for hit in all_hits(client, index, fields, _PAGE))
    return answered(lambda: {values["id"][0]: values.get("digest", [""])[0] for values in found})


def published_lines(client: OpenSearch, index: str, ids: Sequence[str]) -> dict[str, bytes]:
    """The stored articles with these ids."""
    lines: dict[str, bytes] = {}
    for some in batches([document_key(id) for id in ids], _LINES):
        answer = answered(client.mget, index=index, body={"ids": some}, _source=["article"])
        articles = (doc["_source"]["article"].encode() for doc in answer["docs"] if doc.get("found"))
        lines |= {decode_article(line).id: line for line in articles}
    return lines


def all_hits(client: OpenSearch, index: str, fields: dict[str, Any], page: int) -> Iterator[dict[str, Any]]:
    """All documents of an index, in no order, which takes less time than any.  Raises errors of the client."""
    yield from helpers.scan(client, fields, index=index, size=page, request_timeout=_TIMEOUT_SECONDS)


def batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The items, at most so many at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))
