"""The changes between any two snapshots are exact, whatever is edited, rebuilt, rolled back, killed or damaged."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from msgspec.structs import replace

from search.article import Article
from search.changes import change_log
from search.changes.change_log import Change, ChangeLog
from search.changes.net_changes import NetChanges, decode_article, net_changes
from search.errors import BuildFailed, ChangesGone, RequestInvalid
from search.index.builder import build_index
from search.snapshot.store import SnapshotStore
from tests import strategies
from tests.files import MEMORY, write

Articles = dict[str, Article]


def states(net: NetChanges) -> dict[str, tuple[Article | None, Article | None]]:
    """Each changed article before and after."""

    def article(stored: msgspec.Raw) -> Article | None:
        return None if stored == change_log.NOTHING else decode_article(stored)

    changes: list[Change] = [*net.added, *net.changed, *net.removed]
    return {change.id: (article(change.old), article(change.new)) for change in changes}


def differences(old: Articles, new: Articles) -> dict[str, tuple[Article | None, Article | None]]:
    """What `states` must be."""
    return {id: (old.get(id), new.get(id)) for id in sorted(old.keys() | new.keys()) if old.get(id) != new.get(id)}


class LoggedArchive(RuleBasedStateMachine):
    """An archive that is edited and indexed, with rollbacks in between."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(dir=MEMORY)
        self.archive, self.index_dir = Path(self.folder.name, "archive"), Path(self.folder.name, "index")
        self.store, self.log = SnapshotStore(self.index_dir), ChangeLog(self.index_dir)
        self.articles: Articles = {}
        self.snapshots: dict[str, Articles] = {}
        self.current = ""

    def teardown(self) -> None:
        self.folder.cleanup()

    @initialize(articles=strategies.archives(6))
    def begin(self, articles: list[Article]) -> None:
        for article in articles:
            self.write(article)
        self.build(full=False)

    @rule(article=strategies.articles)
    def write(self, article: Article) -> None:
        write(article, self.archive)
        self.articles[article.id] = article

    @precondition(lambda self: self.articles)
    @rule(data=st.data(), heat=st.integers(0, 1))
    def amend(self, data: st.DataObject, heat: int) -> None:
        """Two values only, so that articles often change back."""
        self.write(replace(self._any(data), heat=heat))

    @precondition(lambda self: len(self.articles) > 1)
    @rule(data=st.data(), unpublish=st.booleans())
    def remove(self, data: st.DataObject, unpublish: bool) -> None:
        article = self._any(data)
        if unpublish:
            write(article, self.archive, published=False)
        else:
            (self.archive / f"{article.id}.md").unlink(missing_ok=True)
        del self.articles[article.id]

    @rule(full=st.sampled_from((False, False, True)))
    def build(self, full: bool) -> None:
        report = build_index(self.archive, self.index_dir, full=full, allow_shrink=True)
        self.snapshots[report.snapshot], self.current = dict(self.articles), report.snapshot
        self._check()

    @precondition(lambda self: len(self.store.names()) > 1)
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        self.current = self.store.rollback(data.draw(st.sampled_from(self.store.names())))
        self._check()

    def _any(self, data: st.DataObject) -> Article:
        return self.articles[data.draw(st.sampled_from(sorted(self.articles)))]

    def _check(self) -> None:
        """Assert that the changes since every snapshot there ever was lead to the current articles."""
        first = min(self.snapshots)
        for since, articles in self.snapshots.items():
            net = net_changes(self.log, since, self.current, self.store.names())
            assert net.oldest == first
            assert states(net) == differences(articles, self.snapshots[self.current])
            assert all([c.id for c in part] == sorted(c.id for c in part) for part in net[1:])


LoggedArchive.TestCase.settings = settings(
    max_examples=max(1, settings().max_examples // 5),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestLoggedArchive = LoggedArchive.TestCase


class Index:
    """A small archive with its index; each build is a snapshot."""

    def __init__(self, folder: Path) -> None:
        self.archive, self.index_dir = folder / "archive", folder / "index"
        self.store, self.log = SnapshotStore(self.index_dir), ChangeLog(self.index_dir)

    def build(self, *titles: str, full: bool = False) -> str:
        """The snapshot of an archive that has an article of each title and is indexed."""
        for path in self.archive.glob("*.md"):
            if path.stem not in titles:
                path.unlink()
        for title in titles:
            write(Article(id=title, title=title), self.archive)
        return build_index(self.archive, self.index_dir, full=full, allow_shrink=True).snapshot

    def since(self, name: str, until: str = "") -> NetChanges:
        return net_changes(self.log, name, until or self.store.current_name(), self.store.names())


@pytest.fixture
def index() -> Iterator[Index]:
    with TemporaryDirectory(dir=MEMORY) as name:
        yield Index(Path(name))


def ids(net: NetChanges) -> tuple[list[str], list[str], list[str]]:
    added, changed, removed = ([change.id for change in part] for part in net[1:])
    return added, changed, removed


# What is logged


def test_first_snapshot_adds_nothing(index: Index) -> None:
    name = index.build("a", "b")
    assert index.since(name) == NetChanges(name, [], [], [])
    assert index.log.publishes() == []


def test_unchanged_articles_are_not_logged(index: Index) -> None:
    name = index.build("a", "b")
    assert index.build("a", "b", full=True) != name
    assert ids(index.since(name)) == ([], [], [])


def test_changes_between_two_earlier_snapshots(index: Index) -> None:
    first, second, _ = index.build("a"), index.build("a", "b"), index.build("a", "b", "c")
    assert ids(index.since(first, until=second)) == (["b"], [], [])
    assert ids(index.since(second, until=first)) == ([], [], ["b"])


def test_changes_are_known_after_their_snapshots_are_gone(index: Index) -> None:
    names = [index.build(*"abcdefgh"[: count + 1]) for count in range(8)]
    assert names[0] not in index.store.names()
    assert ids(index.since(names[0])) == (list("bcdefgh"), [], [])


def test_an_update_of_too_many_articles_begins_the_log_anew(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.index.article_changes.MAX_CHANGES", 2)
    first = index.build("a")
    second = index.build("a", "b", "c")
    third = index.build("a", "b", "c", "d", "e", "f")
    fourth = index.build("a", "b", "c", "d", "e")
    for gone in (first, second):
        with pytest.raises(ChangesGone) as caught:
            index.since(gone)
        assert caught.value.oldest == third
    assert ids(index.since(third, until=fourth)) == ([], [], ["f"])
    assert ids(index.since(first, until=second)) == (["b", "c"], [], [])


# What is kept


@pytest.mark.parametrize("limit", ["MAX_FILES", "MAX_BYTES"])
def test_oldest_files_are_dropped_beyond_a_limit(index: Index, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    names = [index.build("a"), index.build("a", "b")]
    size = index.log.publishes()[0].path.stat().st_size
    monkeypatch.setattr(change_log, limit, 2 if limit == "MAX_FILES" else size * 5 // 2)
    names += [index.build(*"abcdef"[: count + 3]) for count in range(3)]
    assert [(publish.parent, publish.name) for publish in index.log.publishes()] == list(pairwise(names[2:]))
    assert ids(index.since(names[2])) == (["d", "e"], [], [])
    with pytest.raises(ChangesGone, match=f"since snapshot {names[1]} are not kept. Those since {names[2]} are"):
        index.since(names[1])


def test_log_of_an_index_that_had_none_begins_with_its_current_snapshot(index: Index) -> None:
    earlier, later = index.build("a"), index.build("a", "b")
    for publish in index.log.publishes():
        publish.path.unlink()
    index.build("a", "b", "c")
    assert index.since(later).oldest == later
    with pytest.raises(ChangesGone):
        index.since(earlier)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "since: must be the name of a snapshot, such as"),
        ("../CURRENT", "since: must be the name of a snapshot, such as"),
        ("20991231T000000Z-0000", "since: is not the name of a snapshot; there was none named 20991231T000000Z-0000"),
    ],
)
def test_name_that_never_was_a_snapshot_is_a_mistake(index: Index, name: str, said: str) -> None:
    index.build("a")
    for until in ("", name):
        with pytest.raises(RequestInvalid, match=said):
            index.since(name, until=until)


def test_name_before_the_log_is_gone(index: Index) -> None:
    oldest, gone = index.build("a"), "20200101T000000Z-0000"
    with pytest.raises(ChangesGone) as caught:
        index.since(gone)
    assert caught.value.oldest == oldest
    with pytest.raises(ChangesGone):
        index.since(gone, until=gone)


# Faults


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, None])
def test_damaged_file_ends_the_log(index: Index, damage: bytes | None, caplog: pytest.LogCaptureFixture) -> None:
    first, second, third = index.build("a"), index.build("a", "b"), index.build("a", "b", "c")
    path = index.log.publishes()[0].path
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:] if damage is None else damage)
    assert ids(index.since(second)) == (["c"], [], [])
    with pytest.raises(ChangesGone) as caught:
        index.since(first)
    assert caught.value.oldest == second
    assert f"The change log of snapshot {second} cannot be read" in caplog.text
    assert third == index.store.current_name()


@contextmanager
def failing(method: str, refused: Callable[[Path], bool]) -> Iterator[None]:
    """Make a method of `Path` fail for some paths, as if the disk failed there."""
    real = getattr(Path, method)

    def failing_method(path: Path, *args: Any, **kwargs: Any) -> Any:
        if refused(path):
            raise OSError(5, "Input/output error")
        return real(path, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, method, failing_method)
        yield


@pytest.mark.parametrize(
    ("method", "refused"),
    [
        ("write_bytes", lambda path: path.parent.name == "changes"),
        ("rename", lambda path: path.parent.name == "changes"),
        ("rename", lambda path: path.parent.name == "snapshots"),
        ("replace", lambda path: path.name.startswith(".CURRENT-")),
    ],
    ids=["log unwritten", "log unnamed", "snapshot unnamed", "pointer not replaced"],
)
def test_changes_are_exact_after_a_build_that_stopped(
    index: Index, method: str, refused: Callable[[Path], bool]
) -> None:
    first = index.build("a")
    with failing(method, refused), pytest.raises(BuildFailed, match="Input/output error"):
        index.build("a", "b")
    assert ids(index.since(first)) == ([], [], [])
    third = index.build("a", "c")
    assert ids(index.since(first)) == (["c"], [], [])
    assert [publish.parent for publish in index.log.publishes() if publish.name == third] == [first]
    assert not [path for path in index.log.folder.iterdir() if path.name.startswith(".")]
    listed = index.store.names()
    assert {publish.name for publish in index.log.publishes()} <= set(listed)


def test_snapshot_that_was_never_current_has_a_log(index: Index) -> None:
    """A build that was killed before CURRENT was replaced leaves a snapshot that a rollback can make current."""
    first = index.build("a")
    with (
        failing("replace", lambda path: path.name.startswith(".CURRENT-")),
        patch("search.snapshot.store.remove_snapshot"),  # as a killed build does not remove it
        pytest.raises(BuildFailed),
    ):
        index.build("a", "b")
    index.store.rollback(index.store.names()[-1])
    assert ids(index.since(first)) == (["b"], [], [])


def test_log_is_synced_before_the_snapshot_can_be_found(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    index.build("a")
    synced: set[int] = set()
    sync, rename = os.fsync, Path.rename

    def renaming(path: Path, target: Path) -> Path:
        if target.parent.name == "snapshots":
            (publish,) = index.log.publishes()
            assert {publish.path.stat().st_ino, index.log.folder.stat().st_ino} <= synced
        return rename(path, target)

    def syncing(handle: int) -> None:
        sync(handle)
        synced.add(os.fstat(handle).st_ino)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "rename", renaming)
    index.build("a", "b")
    assert len(index.log.publishes()) == 1
