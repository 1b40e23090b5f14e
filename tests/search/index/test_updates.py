"""After any edits of an archive, an updated index answers like a rebuilt one and like the reference."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from msgspec.structs import replace

from search.article import Article
from search.engine import Engine
from search.engines import open_engine
from search.errors import BuildFailed
from search.index.builder import build_index
from search.request import SearchRequest
from search.snapshot.store import SnapshotStore
from tests import strategies
from tests.columns import contents, expected_form_hashes, indexed_form_hashes
from tests.files import MEMORY, indexed, write
from tests.reference import Archive, comparable

REQUESTS = tuple(
    SearchRequest.model_validate({"per_page": 100, "facet_size": 1000, "fields": ("id",), **asked})
    for asked in (
        {},
        {"sort": "oldest"},
        {"sort": "heat"},
        {"q": "robot"},
        {"q": "car OR battery -the"},
        {"q": '"the car" OR "robot car"'},
        {"q": "ro* title:car"},
        {"q": "provider:car OR topic:ai", "topic": ("AI", "car")},
        {"q": "the", "provider": ("Electric Car",), "from": "2024-01-01", "to": "2024-01-01"},
    )
)

some_file: st.SearchStrategy[str] = st.runner().flatmap(lambda machine: st.sampled_from(sorted(machine.files)))
amendments = st.fixed_dictionaries(
    {},
    optional={
        "title": strategies.texts(min_words=1, max_words=3),
        "topics": st.sampled_from(((), ("AI",), ("car", "AI"))),
        "provider": st.none() | st.sampled_from(strategies.PROVIDERS),
        "published_at": st.none() | st.sampled_from(strategies.MOMENTS),
        "heat": st.none() | st.integers(0, 9),
    },
)


class EditedArchive(RuleBasedStateMachine):
    """An archive that is edited, and an index that is updated now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(dir=MEMORY)
        self.archive, self.index_dir = Path(self.folder.name, "archive"), Path(self.folder.name, "index")
        self.store = SnapshotStore(self.index_dir)
        self.files: dict[str, Article] = {}
        """by id, the article of every file; for unpublished and unreadable files, the last one"""
        self.left_out: set[str] = set()
        self.snapshots: dict[str, dict[str, Article]] = {}
        self.current = ""
        self.edited = True

    def teardown(self) -> None:
        self.folder.cleanup()

    @initialize(articles=strategies.archives(12))
    def begin(self, articles: list[Article]) -> None:
        for article in articles:
            self._write(article)
        self.build(full=False)

    # Edits

    @rule(article=strategies.articles)
    def write(self, article: Article) -> None:
        self._write(article)

    @precondition(lambda self: self.files)
    @rule(id=some_file, amendment=amendments)
    def amend(self, id: str, amendment: dict[str, Any]) -> None:
        self._write(replace(self.files[id], **amendment))

    @precondition(lambda self: self.files)
    @rule(id=some_file, heat=st.integers(0, 9))
    def amend_and_turn_back_the_clock(self, id: str, heat: int) -> None:
        """Mostly with the same size and modification time, as after a careless restore."""
        before = self._path(id).stat()
        self._write(replace(self.files[id], heat=heat))
        os.utime(self._path(id), ns=(before.st_atime_ns, before.st_mtime_ns))

    @precondition(lambda self: self.files)
    @rule(id=some_file)
    def write_the_same_again(self, id: str) -> None:
        self._write(self.files[id])

    @precondition(lambda self: self.files)
    @rule(id=some_file, secured=st.none() | st.text("abc", min_size=1))
    def change_what_is_secured(self, id: str, secured: str | None) -> None:
        self._write(self.files[id], secured=secured)

    @precondition(lambda self: self.files)
    @rule(id=some_file)
    def unpublish(self, id: str) -> None:
        self._write(self.files[id], published=False)
        self.left_out.add(id)

    @precondition(lambda self: self.files)
    @rule(id=some_file, content=st.sampled_from((b"", b"---\ntitle: [\n---\n", b"\xff\xfe", b"no front matter")))
    def spoil(self, id: str, content: bytes) -> None:
        self._path(id).write_bytes(content)
        self.left_out.add(id)
        self.edited = True

    @precondition(lambda self: self.files)
    @rule(id=some_file, to=strategies.ids)
    def move(self, id: str, to: str) -> None:
        """Rename a file, perhaps over another: the same inode and time under another name."""
        self._path(to).parent.mkdir(parents=True, exist_ok=True)
        self._path(id).replace(self._path(to))
        hidden = id in self.left_out
        self.left_out -= {id, to}
        self.left_out |= {to} if hidden else set()
        self.files[to] = replace(self.files.pop(id), id=to)
        self.edited = True

    @precondition(lambda self: self.files)
    @rule(id=some_file)
    def delete(self, id: str) -> None:
        self._path(id).unlink()
        del self.files[id]
        self.left_out.discard(id)
        self.edited = True

    # The index

    @rule(full=st.sampled_from((False, False, False, True)))
    def build(self, full: bool) -> None:
        published = {id: article for id, article in self.files.items() if id not in self.left_out}
        if not published:
            with pytest.raises(BuildFailed):
                build_index(self.archive, self.index_dir, full=full, allow_shrink=True)
            return
        before = {} if full else self.snapshots.get(self.current, {})
        report = build_index(self.archive, self.index_dir, full=full, allow_shrink=True)
        assert report.articles == len(published)
        assert report.files == len(self.files)
        assert report.added == len(published.keys() - before.keys())
        assert report.changed == sum(before[id] != article for id, article in published.items() if id in before)
        assert report.removed == len(before.keys() - published.keys())
        assert report.unpublished + len(report.rejected) == len(self.left_out)
        assert self.edited or full or report.outcome == "unchanged"
        self.snapshots[report.snapshot] = published
        self.current, self.edited = report.snapshot, False
        self._check()

    @precondition(lambda self: len(self.store.names()) > 1)
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        self.current = self.store.rollback(data.draw(st.sampled_from(self.store.names())))
        self.edited = True
        self._check()

    def _check(self) -> None:
        """Assert that the current index is sound, and answers like a rebuilt one and like the reference."""
        assert self.store.check() == []
        assert len(self.store.names()) <= 4  # the newest three, and the one in use after a rollback
        articles = list(self.snapshots[self.current].values())
        reference = Archive(articles)
        with open_engine(self.index_dir) as engine, indexed(articles) as anew, open_engine(anew) as engine_anew:
            assert engine.info().snapshot == self.current
            current, as_new = self.store.open_current(), SnapshotStore(anew).open_current()
            assert contents(current.segment) == contents(as_new.segment)
            assert indexed_form_hashes(current) == expected_form_hashes(articles)
            assert all_answers(engine, articles) == all_answers(engine_anew, articles)
            for request in REQUESTS:
                assert comparable(engine.search(request)) == reference.search(request)
            assert [engine.article(id) for id in self.files] == [
                self.snapshots[self.current].get(id) for id in self.files
            ]

    # Files

    def _path(self, id: str) -> Path:
        return self.archive / f"{id}.md"

    def _write(self, article: Article, *, published: bool = True, secured: str | None = "c2VjcmV0") -> None:
        write(article, self.archive, published=published, secured=secured)
        self.files[article.id] = article
        self.left_out.discard(article.id)
        self.edited = True


def all_answers(engine: Engine, articles: list[Article]) -> list[object]:
    """All that does not name the snapshot or tell of the files that were rejected."""
    results = [engine.search(request) for request in REQUESTS]
    return [
        [(r.total, r.hits, r.facets) for r in results],
        [engine.article(article.id) for article in articles],
        [engine.complete(text, 10) for text in ("a", "the r", "zü")],
        replace(engine.statistics(), index=None, checked_at=None, rejected=None),
        engine.info().content,
    ]


EditedArchive.TestCase.settings = settings(
    max_examples=max(1, settings().max_examples // 4),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestEditedArchive = EditedArchive.TestCase
