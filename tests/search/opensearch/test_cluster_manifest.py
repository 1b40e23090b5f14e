"""The manifest in a mapping, and the names of indexes and side files."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from search.errors import SnapshotDamaged, SnapshotError, SnapshotIncompatible
from search.opensearch import fingerprint
from search.opensearch.cluster_changes import MAX_FILES, logged_files
from search.opensearch.cluster_indexes import ClusterIndexes
from search.opensearch.cluster_manifest import FORMAT, ClusterManifest
from search.opensearch.connection import Address, connect
from search.opensearch.digests import document_digest, document_key
from search.opensearch.fingerprint import documents_fingerprint
from search.opensearch.side_files import SideFiles
from search.settings import Ranking
from search.snapshot.manifest import ArchiveSize, FileChecksum

NOW = datetime(2024, 5, 1, tzinfo=UTC)
NOBODY = connect(Address(("http://127.0.0.1:9",)))


def manifest(**others: Any) -> ClusterManifest:
    values: dict[str, Any] = {
        "format": FORMAT, "snapshot": "20240501T000000Z-0a1b", "analyzer": "a", "indexing": "i", "built_at": NOW,
        "articles": 5, "content": "c", "archive": ArchiveSize(6, 5), "terms": 7, "k1": 1.2, "b": 0.75,
        "files": {"dictionary.words.octets.npy": FileChecksum(3, "ab")},
    }  # fmt: skip
    return ClusterManifest(**{**values, **others})


def test_manifest_is_read_as_it_was_written() -> None:
    meta = json.loads(json.dumps(manifest().meta()))
    assert ClusterManifest.of_meta(meta) == manifest()
    assert ClusterManifest.of_meta({}) is None


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        (lambda meta: meta["manifest"].update(format=FORMAT + 1), SnapshotIncompatible),
        (lambda meta: meta["manifest"].pop("format"), SnapshotDamaged),
        (lambda meta: meta["manifest"].pop("files"), SnapshotDamaged),
        (lambda meta: meta["manifest"].update(articles="many"), SnapshotDamaged),
        (lambda meta: meta.update(manifest="?"), SnapshotDamaged),
    ],
    ids=["another format", "no format", "no files", "no number", "text"],
)
def test_unusable_manifest_is_an_error(
    changed: Callable[[dict[str, Any]], None], error: type[SnapshotError]
) -> None:  # fmt: skip
    meta = manifest().meta()
    changed(meta)
    with pytest.raises(error, match="article-search index ARCHIVE"):
        ClusterManifest.of_meta(meta)


def test_snapshot_of_another_analyzer_is_incompatible() -> None:
    with pytest.raises(SnapshotIncompatible):
        manifest().check_version()


def test_index_has_the_name_of_its_snapshot() -> None:
    assert ClusterIndexes(NOBODY, "news").index_of("20240501T000000Z-0A1B") == "news-20240501t000000z-0a1b"


def test_fingerprint_depends_on_whatever_decides_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    before = documents_fingerprint("rules")
    assert documents_fingerprint("rules") == before
    assert documents_fingerprint("other rules") != before
    with monkeypatch.context() as patched:
        patched.setattr(fingerprint, "document", lambda *_: {})
        assert documents_fingerprint("rules") != before
    monkeypatch.setattr(fingerprint, "index_body", lambda *_, **__: {})
    assert documents_fingerprint("rules") != before


def test_ranking_that_an_index_is_made_for() -> None:
    assert manifest().has_similarity_of(Ranking(title=9))
    assert not manifest().has_similarity_of(Ranking(k1=2))
    assert not manifest().has_similarity_of(Ranking(b=1))


def test_digest_depends_on_article_and_story() -> None:
    assert len({document_digest(b"a", "s"), document_digest(b"b", "s"), document_digest(b"a", "t")}) == 3


@pytest.mark.parametrize(("id", "is_key"), [("a/b", True), ("ä" * 256, True), ("ä" * 257, False)])
def test_id_that_is_too_long_for_a_key_is_hashed(id: str, is_key: bool) -> None:
    assert (document_key(id) == id) is is_key
    assert len(document_key(id).encode()) <= 512


@pytest.mark.parametrize("name", ["../evil", "/evil", "changes/../evil", ".hidden", "other/file", "", "changes/"])
def test_name_of_a_side_file_stays_in_its_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(SnapshotDamaged, match="cannot be right"):
        SideFiles(NOBODY, "files").download({name: FileChecksum(0, "")}, tmp_path)


def test_log_has_the_newest_files_of_all_snapshots() -> None:
    names = [f"changes/{number:05}.gz" for number in range(MAX_FILES + 5)]
    files = {name: FileChecksum(1, name) for name in names}
    halves = [manifest(files=dict(list(files.items())[start::2])) for start in (0, 1)]
    assert sorted(logged_files([manifest(), *halves])) == names[5:]


def test_log_has_a_limited_size() -> None:
    large = {f"changes/{number}.gz": FileChecksum(6 * 2**20, str(number)) for number in range(5)}
    assert sorted(logged_files([manifest(files=large)])) == ["changes/3.gz", "changes/4.gz"]
