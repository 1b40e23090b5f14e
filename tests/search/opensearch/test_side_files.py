"""Side files: stored in chunks, shared by content, verified when read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from opensearchpy import OpenSearch

from search.errors import SnapshotDamaged
from search.opensearch import side_files
from search.opensearch.cluster_indexes import make_index
from search.opensearch.side_files import FILES_BODY, SideFiles
from search.snapshot.manifest import FileChecksum
from tests.search.opensearch.machines import cluster_store

CHUNK = 8
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 33 * CHUNK + 3)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_files, "CHUNK_BYTES", CHUNK)
    monkeypatch.setattr(side_files, "_READ_BYTES", 6 * CHUNK)


def test_files_are_read_as_they_were_stored(client: OpenSearch, index: str, tmp_path: Path) -> None:
    files, contents = SideFiles(client, index), [bytes(range(256))[:size] * 2 + b"x" * size for size in SIZES]
    paths = {tmp_path / str(number): content for number, content in enumerate(contents)}
    for path, content in paths.items():
        path.write_bytes(content)
    checksums = {path: FileChecksum.of(path) for path in paths}
    files.upload(checksums, again=False)
    assert list(files.contents(list(checksums.values()))) == contents
    assert [files.read(checksum) for checksum in checksums.values()] == contents
    named = {f"changes/{number}": checksum for number, checksum in enumerate(checksums.values())}
    files.download(named, tmp_path / "folder")
    assert [(tmp_path / "folder" / name).read_bytes() for name in named] == contents

    count = count_of(client, index)
    files.upload(checksums, again=False)
    assert count_of(client, index) == count
    kept, *others = [each for each in checksums.values() if each.size]
    files.remove_others({kept.sha256})
    assert files.read(kept) == contents[1]
    for checksum in others:
        with pytest.raises(SnapshotDamaged, match="is missing"):
            files.read(checksum)


def test_damaged_file_is_an_error_until_it_is_stored_again(client: OpenSearch, index: str, tmp_path: Path) -> None:
    files, path = SideFiles(client, index), tmp_path / "file"
    path.write_bytes(b"0123456789")
    checksum = FileChecksum.of(path)
    files.upload({path: checksum}, again=False)
    client.index(index=index, id=f"{checksum.sha256}-1", body={"sha256": checksum.sha256, "data": "MDE="})
    with pytest.raises(SnapshotDamaged, match=r"is damaged\. Repair it with: article-search index ARCHIVE --full"):
        files.read(checksum)
    files.upload({path: checksum}, again=False)
    with pytest.raises(SnapshotDamaged):
        files.read(checksum)
    files.upload({path: checksum}, again=True)
    assert files.read(checksum) == b"0123456789"


@pytest.fixture
def index(client: OpenSearch) -> Iterator[str]:
    with cluster_store(client) as store:
        index = store.index_of("files")
        make_index(client, index, FILES_BODY)
        yield index


def count_of(client: OpenSearch, index: str) -> int:
    client.indices.refresh(index=index)
    return int(client.count(index=index)["count"])
