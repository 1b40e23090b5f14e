"""An article stays indexed while its file or folder cannot be read, and goes once it is gone."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from search.archive import front_matter
from search.article import Article
from search.build_report import BuildRefused
from search.engines import open_engine
from search.index import builder
from search.index.builder import build_index
from search.request import SearchRequest
from search.snapshot.store import SnapshotStore
from tests.files import write

COUNT = 200  # so two articles are 1%
IN_FOLDER = ("sub/a", "sub/deep/b")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for number in range(COUNT - len(IN_FOLDER)):
        write(Article(id=f"{number:03}", title=f"robot {number}", excerpt="Placeholder."), tmp_path / "archive")
    for id in IN_FOLDER:
        write(Article(id=id, title=f"drone {id}"), tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def index_dir(archive: Path, tmp_path: Path) -> Path:
    build_index(archive, tmp_path / "index")
    return tmp_path / "index"


def titles(index_dir: Path) -> dict[str, str]:
    """The titles of the articles about drones or trucks."""
    assert SnapshotStore(index_dir).check() == []
    with open_engine(index_dir) as engine:
        hits = engine.search(SearchRequest(q="drone OR truck")).hits
    return {hit.article.id: hit.article.title for hit in hits}


@contextmanager
def failing(function: str, refused: Callable[[str], bool]) -> Iterator[None]:
    """Make a function of `os` fail for some paths, as root has no permission to lack."""
    real = getattr(os, function)

    def refusing(path: Any, *args: Any, **kwargs: Any) -> Any:
        if refused(str(path)):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, function, refusing)
        yield


FAILURES = [
    pytest.param("open", lambda path: "/archive/sub" in path, IN_FOLDER, id="a folder cannot be listed"),
    pytest.param("open", lambda path: path.endswith("/deep"), IN_FOLDER[1:], id="a folder in a folder"),
    pytest.param("open", lambda path: path.endswith(("/a.md", "/b.md")), IN_FOLDER, id="files cannot be read"),
    pytest.param("stat", lambda path: path in {"a.md", "deep"}, IN_FOLDER, id="files and folders have no status"),
]


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(("function", "refused", "ids"), FAILURES)
def test_article_that_cannot_be_read_is_kept(
    archive: Path, index_dir: Path, function: str, refused: Callable[[str], bool], ids: tuple[str, ...], full: bool
) -> None:
    write(Article(id="000", title="truck"), archive)
    for id in ids:
        write(Article(id=id, title=f"drone {id} again"), archive)
    with failing(function, refused):
        report = build_index(archive, index_dir, full=full)
        assert titles(index_dir) == {**{id: f"drone {id}" for id in IN_FOLDER}, "000": "truck"}
        assert build_index(archive, index_dir).outcome == "unchanged"
    assert (report.outcome, report.articles, report.unpublished, report.rejected) == ("published", COUNT, 0, ())
    assert [file.path for file in report.kept] == [f"{id}.md" for id in ids]
    assert build_index(archive, index_dir).changed == len(ids)
    again = {id: f"drone {id}" + " again" * (id in ids) for id in IN_FOLDER}
    assert titles(index_dir) == {**again, "000": "truck"}
    assert build_index(archive, index_dir).outcome == "unchanged"


@pytest.mark.parametrize("full", [False, True])
def test_kept_article_is_dropped_once_its_folder_is_gone(archive: Path, index_dir: Path, full: bool) -> None:
    with failing("open", lambda path: path.endswith("/sub")):
        build_index(archive, index_dir, full=full)
    shutil.rmtree(archive / "sub")
    report = build_index(archive, index_dir)
    assert (report.removed, report.kept, titles(index_dir)) == (2, (), {})


def test_file_that_is_unread_again_is_read_once_it_can_be(archive: Path, index_dir: Path) -> None:
    """After a full build that could not read it, its times and size are those of the last build that could."""
    with failing("open", lambda path: path.endswith("/sub")):
        build_index(archive, index_dir, full=True)
    (archive / "sub/a.md").write_text("---\ntitle: A drone\n---\n")
    build_index(archive, index_dir)
    assert titles(index_dir)["sub/a"] == "A drone"


def test_article_is_kept_by_the_build_after_a_changed_rule(
    archive: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front_matter, "is_placeholder", lambda _: False)
    with failing("open", lambda path: path.endswith("/sub")):
        report = build_index(archive, index_dir)
    assert (report.added, len(report.kept)) == (COUNT, 2)
    assert set(titles(index_dir)) == set(IN_FOLDER)


def test_kept_articles_are_indexed_in_batches(archive: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "BATCH_FILES", 1)
    with failing("open", lambda path: path.endswith("/sub")):
        assert build_index(archive, index_dir, full=True).articles == COUNT
    assert set(titles(index_dir)) == set(IN_FOLDER)


@pytest.mark.parametrize("full", [False, True])
def test_more_than_one_percent_is_refused(archive: Path, index_dir: Path, full: bool) -> None:
    (archive / "000.md").write_text("---\ntitle: truck\n---\n")
    with (
        failing("open", lambda path: path.endswith(("/sub", "/000.md"))),
        pytest.raises(BuildRefused, match=r"3 of 200 files cannot be read") as refused,
    ):
        build_index(archive, index_dir, full=full)
    assert len(refused.value.report.kept) == 3
    assert set(titles(index_dir)) == set(IN_FOLDER)


def test_unreadable_files_without_an_article_are_rejected(archive: Path, index_dir: Path) -> None:
    write(Article(id="sub/new", title="drone"), archive)
    write(Article(id="sub/a", title="drone"), archive, published=False)
    build_index(archive, index_dir)
    write(Article(id="sub/newer", title="drone"), archive)
    with failing("open", lambda path: path.endswith(("/newer.md", "/a.md"))):
        os.utime(archive / "sub/a.md")
        report = build_index(archive, index_dir)
    assert ([file.path for file in report.rejected], report.kept) == (["sub/a.md", "sub/newer.md"], ())
