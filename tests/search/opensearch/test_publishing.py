"""What is published to a cluster: the same documents as in the local snapshot, by as few writes as possible."""

from pathlib import Path
from typing import Any, Never

import msgspec
import pytest

from search.article import Article
from search.changes.change_log import ChangeLog
from search.errors import BuildFailed, BuildRunning, IndexMissing, SnapshotDamaged, SnapshotError, SnapshotIncompatible
from search.opensearch import cluster_writer
from search.opensearch.build_lease import BuildLease
from search.opensearch.cluster_store import ClusterStore
from search.opensearch.cluster_writer import ClusterWriter
from search.opensearch.documents import document
from search.opensearch.side_files import SideFiles
from search.settings import Ranking
from search.snapshot.snapshot import decode_article
from tests.search.opensearch.machines import Machine, articles, machine


def served(store: ClusterStore) -> dict[str, Article]:
    """The published articles by id."""
    hits = store.client.search(index=store.index_of(store.current().snapshot), body={"size": 100})["hits"]["hits"]
    return {hit["_id"]: decode_article(hit["_source"]["article"]) for hit in hits}


def unfinished(store: ClusterStore) -> list[str]:
    """The indexes of snapshots that are not finished."""
    finished = {store.index_of(name) for name in store.names()}
    mine = store.client.indices.get_alias(index=f"{store.index_of('2')}*")
    return sorted(set(mine) - finished)


def logged(store: ClusterStore, folder: Path) -> list[tuple[str, str, list[str]]]:
    """Each publish in the change log: its name, that of its parent, and the ids of the changed articles."""
    store.download(store.current(), folder)
    log = ChangeLog(folder)
    return [(p.name, p.parent, sorted(change.id for change in log.read(p))) for p in log.publishes()]


def test_published_snapshot_has_what_the_local_one_has(store: ClusterStore, here: Machine, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        store.current()
    first = here.publish()
    local = here.built()
    assert (first.name, first.written) == (local.name, 12)
    assert store.check() == []
    assert store.current().articles == 12
    assert store.current().terms == len(local.segment.terms)
    assert served(store) == {article.id: article for article in articles(12)}
    store.download(store.current(), tmp_path / "first")
    names = [name for name in local.manifest.files if name.startswith("dictionary.")]
    assert {name: (tmp_path / "first" / name).read_bytes() for name in names} == {
        name: (local.folder / name).read_bytes() for name in names
    }
    assert here.publish() == (first.name, False, 0, 0)

    here.write(msgspec.structs.replace(articles(12)[5], title="Changed"), articles(13)[12])
    here.remove("a7")
    second = here.publish()
    assert second == (here.built().name, True, 2, 1)
    assert store.check() == []
    assert served(store).keys() == {"a12", *(f"a{number}" for number in range(12))} - {"a7"}
    assert served(store)["a5"].title == "Changed"
    assert logged(store, tmp_path / "second") == [(second.name, first.name, ["a12", "a5", "a7"])]
    assert [(each.name, each.current) for each in store.snapshots()] == [(second.name, True), (first.name, False)]


def test_article_of_a_changed_story_is_written_but_not_logged(
    store: ClusterStore, here: Machine, tmp_path: Path
) -> None:  # fmt: skip
    first = here.publish()
    here.remove("a1")  # the newest article of the story of a0
    second = here.publish()
    assert (second.written, second.deleted) == (1, 1)
    assert store.check() == []
    assert logged(store, tmp_path) == [(second.name, first.name, ["a1"])]


def test_machine_without_an_index_writes_only_differences(store: ClusterStore, here: Machine, tmp_path: Path) -> None:
    first = here.publish()
    with machine(store, 13) as there:
        second = there.publish()
        assert (second.written, second.deleted) == (1, 0)
        assert second.name > first.name
    assert store.check() == []
    assert here.publish()[1:] == (True, 0, 1)  # this machine does not have the article of the other
    third = store.current().snapshot
    assert third > second.name
    assert store.check() == []
    assert [line[:2] for line in logged(store, tmp_path)] == [(second.name, first.name), (third, second.name)]


@pytest.mark.parametrize(
    ("options", "written"),
    [({"full": True}, 12), ({"ranking": Ranking(b=0.5)}, 12), ({"shards": 2}, 12), ({"ranking": Ranking(title=9)}, 0)],
    ids=["full", "similarity", "shards", "weights"],
)
def test_new_index_is_made_if_the_old_one_cannot_be_updated(
    options: dict[str, Any], written: int, store: ClusterStore, here: Machine
) -> None:
    first = here.publish()
    second = here.publish(**options)
    assert second.written == written
    assert (second.name > first.name) == bool(written)
    assert store.check() == []


def test_replicas_without_a_node_are_a_fault_until_fewer_are_wanted(store: ClusterStore, here: Machine) -> None:
    local = here.built()
    published = store.publish(local, Ranking(), shards=1, replicas=1)
    assert "is yellow: 1 replica without a node. Start the missing nodes" in store.check()[0]
    assert store.publish(local, Ranking(), shards=1, replicas=0) == (published.name, False, 0, 0)
    assert store.check() == []


def raising(*_: object, **__: object) -> Never:
    raise RuntimeError("the build dies")


@pytest.mark.parametrize(
    ("of", "step"),
    [
        (cluster_writer, "document"),
        (ClusterWriter, "_side_files"),
        (SideFiles, "upload"),
        (ClusterWriter, "_finish"),
        (BuildLease, "check"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_died_build_leaves_the_old_snapshot_and_is_swept(
    of: Any, step: str, store: ClusterStore, here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = here.publish()
    here.write(*articles(14)[12:])
    with monkeypatch.context() as patched:
        patched.setattr(of, step, raising)
        with pytest.raises(RuntimeError):
            here.publish()
    assert store.current().snapshot == first.name
    assert store.check() == []
    assert here.publish().written in {2, 14}
    assert unfinished(store) == []
    assert store.check() == []


def test_clone_is_unfinished_until_it_has_a_manifest(store: ClusterStore, here: Machine) -> None:
    first = here.publish()
    clone = store.index_of("20990101T000000Z-0000")
    store.client.indices.clone(index=store.index_of(first.name), target=clone, body={})
    assert store.names() == [first.name]
    assert unfinished(store) == [clone]
    here.publish()
    assert unfinished(store) == []


def test_snapshot_of_another_format_is_replaced_and_removed_as_any_other(
    store: ClusterStore, here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = here.publish()
    other = store.current().meta()
    other["manifest"]["format"] += 1
    store.client.indices.put_mapping(index=store.index_of(first.name), body={"_meta": other})
    with pytest.raises(SnapshotIncompatible, match="article-search index ARCHIVE"):
        store.current()
    assert store.names() == []
    second = here.publish()
    assert second.written == 12
    assert second.name > first.name
    assert unfinished(store) == [store.index_of(first.name)]  # by its manifest; no build sweeps it
    monkeypatch.setattr(cluster_writer, "KEPT", 1)
    here.write(articles(13)[12])
    here.publish()
    assert unfinished(store) == []
    assert store.check() == []


def test_second_build_stops_at_once(store: ClusterStore, here: Machine) -> None:
    first = here.publish()
    with BuildLease(store.client, f"{store.index_of('control')}"), machine(store, 13) as there:
        with pytest.raises(BuildRunning, match="Another build"):
            there.publish()
        with pytest.raises(BuildRunning):
            store.rollback(first.name)
    assert store.names() == [first.name]


def test_archive_that_lost_articles_is_refused(store: ClusterStore, here: Machine) -> None:
    here.publish()
    with machine(store, 9) as there:
        with pytest.raises(BuildFailed, match=r"9 files\. It had 12 .* --allow-shrink"):
            there.publish()
        assert there.publish(allow_shrink=True).deleted == 3
        assert store.current().archive.articles == 9


def test_rejected_document_is_named(store: ClusterStore, here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_a_wrong_one(line: bytes, story: str) -> dict[str, Any]:
        made = document(line, story)
        return made | ({"heat": "hot"} if made["id"] == "a3" else {})

    monkeypatch.setattr(cluster_writer, "document", with_a_wrong_one)
    with pytest.raises(BuildFailed, match="rejects article a3: mapper_parsing_exception"):
        here.publish()
    with pytest.raises(IndexMissing):
        store.current()


def test_rollback_makes_an_earlier_snapshot_current_until_the_next_build(store: ClusterStore, here: Machine) -> None:
    first = here.publish()
    here.write(articles(13)[12])
    second = here.publish()
    assert store.rollback() == first.name
    assert len(served(store)) == 12
    assert store.check() == []
    with pytest.raises(SnapshotError, match="No snapshot before"):
        store.rollback()
    with pytest.raises(SnapshotError, match="does not exist"):
        store.rollback("20200101T000000Z-0000")
    third = here.publish()
    assert (third.written, third.deleted) == (1, 0)
    assert third.name > second.name
    assert store.rollback(second.name) == second.name


def test_old_snapshots_are_removed_unless_they_are_kept_or_leased(
    store: ClusterStore, here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_writer, "KEPT", 1)
    names = [here.publish().name]
    store.keep(names[0])
    for number in range(12, 15):
        here.write(articles(number + 1)[number])
        names.append(here.publish().name)
        assert number > 12 or store.lease(names[1])
    assert store.names() == [names[0], names[1], names[3]]
    assert [each.name for each in store.snapshots() if each.kept] == [names[0]]
    assert not store.lease(names[2])
    store.release(names[0])
    with pytest.raises(SnapshotError, match="is not kept"):
        store.release(names[0])
    with pytest.raises(SnapshotError, match="does not exist"):
        store.keep(names[2])
    for name in store.names():
        store.download(store.manifest(name), here.index_dir / "files")  # none of their files is removed


def test_damaged_files_and_documents_are_found(store: ClusterStore, here: Machine) -> None:
    here.publish()
    current = store.current()
    file, checksum = next(iter(current.files.items()))
    damaged = {"sha256": checksum.sha256, "data": "AAAA"}
    store.client.index(index=store.index_of("files"), id=f"{checksum.sha256}-0", body=damaged)
    with pytest.raises(SnapshotDamaged, match="--full"):
        store.read_file(checksum)
    index = store.index_of(current.snapshot)
    store.client.indices.put_settings(index=index, body={"index.blocks.write": False})
    store.client.delete(index=index, id="a4", refresh=True)
    faults = store.check()
    assert "the manifest counts 12 articles, the index has 11" in faults[0]
    assert file in faults[1]
    assert len(faults) == 2
    assert here.publish(full=True).written == 12
    assert store.check() == []
    store.client.indices.delete_alias(index=store.index_of(store.current().snapshot), name=store.index_of("")[:-1])
    assert "Restore it with: article-search rollback" in store.check()[0]
    assert store.rollback(store.names()[-1])
    assert store.check() == []
