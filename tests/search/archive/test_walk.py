"""Walking an archive and reading its files, with everything that a folder can contain."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import search.archive.walk as walk_module
from search.archive.walk import Skipped, Walk, read_file, stat_keys_of, walk
from search.errors import ArticleRejected, BuildFailed
from tests.files import fail_stat, fill

LIMIT = 100  # bytes


def paths_in(files: Walk) -> list[str]:
    return [files.path(file) for file in range(len(files.ids))]


def paths(root: Path) -> list[str]:
    return paths_in(walk(root))


def reasons(root: Path) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in walk(root).skipped}


def rejection(root: Path, path: str) -> str:
    with pytest.raises(ArticleRejected) as caught:
        read_file(root, path, LIMIT)
    return caught.value.reason


def test_articles_at_any_depth_are_listed_in_order(tmp_path: Path) -> None:
    fill(tmp_path, "b.md", "a/z.md", "a/deep/er/y.markdown", "a-1.md", "ä.md", "a b.md")
    assert paths(tmp_path) == ["a b.md", "a-1.md", "a/deep/er/y.markdown", "a/z.md", "b.md", "ä.md"]


def test_file_is_listed_with_the_hash_of_size_times_and_inode(tmp_path: Path) -> None:
    fill(tmp_path, "a.md")
    status = (tmp_path / "a.md").stat()
    stats = np.array([[4, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]])
    assert walk(tmp_path).stat_keys.tolist() == stat_keys_of(stats).tolist()


def test_stats_that_differ_in_one_number_have_different_hashes() -> None:
    stats = np.tile([4, 1_790_000_000_000_000_000, 1_790_000_000_000_000_000, 7], (40_000, 1))
    for column in range(4):
        stats[10_000 * column : 10_000 * (column + 1), column] += np.arange(1, 10_001)
    assert len(np.unique(stat_keys_of(stats))) == len(stats)


@pytest.mark.parametrize("path", ["a.txt", "README", "a.md~", "md", ".a.md", ".git/a.md", "b/.c/a.md", ".md"])
def test_other_names_are_ignored(tmp_path: Path, path: str) -> None:
    fill(tmp_path, path)
    assert (paths(tmp_path), reasons(tmp_path)) == ([], {})


@pytest.mark.parametrize("path", ["a.MD", "b/a.Markdown", "a.mD", "A.MARKDOWN"])
def test_suffix_in_capitals_is_reported(tmp_path: Path, path: str) -> None:
    fill(tmp_path, path, "d.MD/README")
    assert (paths(tmp_path), reasons(tmp_path)) == ([], {path: "suffix"})


def test_drafts_are_skipped(tmp_path: Path) -> None:
    fill(tmp_path, "_drafts/a.md", "_news/_drafts/b.md", "_news/_drafts.md")
    assert paths(tmp_path) == ["_news/_drafts.md"]
    assert reasons(tmp_path) == {"_drafts": "drafts", "_news/_drafts": "drafts"}


@pytest.mark.parametrize(
    ("path", "id"), [("a.md", "a"), ("_news/a.markdown", "_news/a"), ("v1.2/a.b.md", "v1.2/a.b"), ("a.md.md", "a.md")]
)
def test_id_is_the_path_without_its_suffix(tmp_path: Path, path: str, id: str) -> None:
    fill(tmp_path, path)
    assert list(walk(tmp_path).ids) == [id]


def test_fault_21_first_path_wins_a_duplicate_id(tmp_path: Path) -> None:
    fill(tmp_path, "a.md", "a.markdown", "a.mb/b.md", "c.md")
    walked = walk(tmp_path)
    assert paths_in(walked) == ["a.markdown", "a.mb/b.md", "c.md"]
    assert walked.skipped == [Skipped("a.md", "duplicate id", "a.markdown is the article of this id; remove one")]


@pytest.mark.parametrize(
    ("link", "target"),
    [
        pytest.param("loop", ".", id="fault 22: a loop"),
        pytest.param("out", "/", id="fault 22: a folder outside"),
        pytest.param("b.md", "/etc/passwd", id="fault 22: a file outside"),
        pytest.param("c.md", "a.md", id="fault 22: a file inside"),
        pytest.param("d.md", "nowhere", id="fault 22: into nowhere"),
    ],
)
def test_symbolic_links_are_not_followed(tmp_path: Path, link: str, target: str) -> None:
    fill(tmp_path, "a.md")
    (tmp_path / link).symlink_to(target)
    assert (paths(tmp_path), reasons(tmp_path)) == (["a.md"], {link: "symbolic link"})


def test_root_may_be_a_symbolic_link(tmp_path: Path) -> None:
    fill(tmp_path, "real/a.md")
    (tmp_path / "link").symlink_to("real")
    assert paths(tmp_path / "link") == ["a.md"]


def test_fault_23_pipes_and_sockets_are_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)  # the path of a socket has room for 108 bytes
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.md")
        assert paths(tmp_path) == []
        assert reasons(tmp_path) == {"pipe.md": "not a regular file", "socket.md": "not a regular file"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param(b"caf\xe9.md", "caf\\udce9.md", id="Latin-1"),
        pytest.param(b"a\nb.md", "a\\nb.md", id="line end"),
        pytest.param(b"\xff", "\\udcff", id="folder in no encoding"),
    ],
)
def test_unprintable_names_are_escaped_in_the_report(tmp_path: Path, name: bytes, shown: str) -> None:
    inside = os.fsencode(tmp_path) + b"/" + name
    if name.endswith(b".md"):
        Path(os.fsdecode(inside)).write_text("x")
    else:
        fill(Path(os.fsdecode(inside)), "a.md")
    assert (paths(tmp_path), reasons(tmp_path)) == ([], {shown: "unusable name"})


def test_fault_24_unreadable_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a.md", "closed/b.md")
    refuse(monkeypatch, "closed")
    assert (paths(tmp_path), reasons(tmp_path)) == (["a.md"], {"closed": "unreadable folder"})


def test_fault_24_file_without_stat_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a.md", "b.md", "c.md")
    with monkeypatch.context() as patched:
        fail_stat(patched, lambda name: name == "b.md")
        walked = walk(tmp_path)
    assert paths_in(walked) == ["a.md", "c.md"]
    assert walked.skipped == [Skipped("b.md", "unreadable", "Input/output error")]


def refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Make `os.open` fail for a name.  Permissions would not do: tests may run as root."""
    opened = os.open

    def refusing(path: str | Path, flags: int) -> int:
        if str(path).endswith(name):
            raise PermissionError(13, "Permission denied", path)
        return opened(path, flags)

    monkeypatch.setattr(os, "open", refusing)


@pytest.mark.parametrize("gone", ["a.md", "folder"])
def test_fault_26_file_removed_during_the_walk_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    fill(tmp_path, "a.md", "b.md", "folder/c.md")
    listed = os.listdir

    def listing_then_gone(folder: int) -> list[str]:
        names = listed(folder)
        if gone in names:
            (tmp_path / gone).rename(tmp_path.with_name(f"{tmp_path.name}-gone"))
        return names

    monkeypatch.setattr(os, "listdir", listing_then_gone)
    walked = walk(tmp_path)
    assert gone not in paths_in(walked)
    assert (len(paths_in(walked)), walked.skipped) == (2, [])


def test_fault_26_folder_removed_during_the_walk_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a.md", "folder/c.md")
    closed = os.close

    def closing_then_gone(handle: int) -> None:
        closed(handle)
        if (tmp_path / "folder").exists():
            (tmp_path / "folder").rename(tmp_path.with_name(f"{tmp_path.name}-gone"))

    monkeypatch.setattr(os, "close", closing_then_gone)
    assert (paths(tmp_path), reasons(tmp_path)) == (["a.md"], {})


@pytest.mark.parametrize(
    ("root", "said"), [("missing", "not found"), ("file", "is not a folder"), ("closed", "cannot be listed")]
)
def test_fault_25_missing_or_unreadable_archive_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: str, said: str
) -> None:
    fill(tmp_path, "file", "closed/a.md")
    refuse(monkeypatch, "closed")
    with pytest.raises(BuildFailed, match=said):
        walk(tmp_path / root)


@pytest.mark.parametrize("size", [0, 1, LIMIT])
def test_file_up_to_the_limit_is_read_whole(tmp_path: Path, size: int) -> None:
    (tmp_path / "a.md").write_bytes(b"x" * size)
    assert read_file(tmp_path, "a.md", LIMIT) == b"x" * size


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="nowhere to see what is open")
def test_no_file_stays_open(tmp_path: Path) -> None:
    """An archive may have more files than a process may open."""
    fill(tmp_path, "a.md", "folder/b.md")
    walk(tmp_path)
    read_file(tmp_path, "a.md", LIMIT)
    open_files = [os.path.realpath(path) for path in Path("/dev/fd").iterdir()]  # those of other tests' threads, too
    assert [path for path in open_files if path.startswith(str(tmp_path))] == []


def test_file_that_grows_while_it_is_read_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a.md")
    looked_at = os.fstat

    def looking_then_growing(handle: int) -> os.stat_result:
        status = looked_at(handle)
        with (tmp_path / "a.md").open("a") as file:
            file.write(" and more")
        return status

    monkeypatch.setattr(os, "fstat", looking_then_growing)
    assert read_file(tmp_path, "a.md", LIMIT) == b"a.md and more"


def test_fault_20_huge_file_is_rejected_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.md").open("wb") as file:
        file.truncate(2**40)  # sparse; reading it would take the machine down
    assert rejection(tmp_path, "a.md") == "too large"


def test_fault_22_link_that_replaced_a_file_is_not_followed(tmp_path: Path) -> None:
    fill(tmp_path, "a.md")
    (tmp_path / "b.md").symlink_to("a.md")
    with pytest.raises(ArticleRejected, match="a symbolic link now") as caught:
        read_file(tmp_path, "b.md", LIMIT)
    assert caught.value.reason == "unreadable"


def test_fault_23_pipe_that_replaced_a_file_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    assert rejection(tmp_path, "a.md") == "not a regular file"


def test_folder_that_replaced_a_file_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    assert rejection(tmp_path, "a.md") == "not a regular file"


def test_fault_24_unreadable_file_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a.md")
    refuse(monkeypatch, "a.md")
    assert rejection(tmp_path, "a.md") == "unreadable"


@pytest.mark.parametrize("path", ["gone.md", "gone/a.md", "file/a.md"])
def test_fault_26_vanished_file_raises_file_not_found(tmp_path: Path, path: str) -> None:
    fill(tmp_path, "file")
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path, path, LIMIT)


# -- in two processes --------------------------------------------------------------------------------------------------


def test_two_processes_list_what_one_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        (tmp_path / f"{number}.md").write_text("-" * number)
    alone = walk(tmp_path)
    monkeypatch.setattr("search.archive.walk._MIN_FILES_TO_FORK", 2)
    together = walk(tmp_path)
    assert list(together.ids) == list(alone.ids)
    assert together.stat_keys.tolist() == alone.stat_keys.tolist()


def test_files_of_a_killed_process_are_listed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        (tmp_path / f"{number}.md").touch()
    parent, stat_each = os.getpid(), walk_module._stat_each

    def killed_in_the_child(folder: int, names: Sequence[str]) -> np.ndarray:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return stat_each(folder, names)

    monkeypatch.setattr(walk_module, "_MIN_FILES_TO_FORK", 2)
    monkeypatch.setattr(walk_module, "_stat_each", killed_in_the_child)
    assert len(walk(tmp_path).ids) == 7


def test_child_ends_with_a_parent_that_is_killed() -> None:
    """A result larger than a pipe holds must not keep the child waiting for a reader: it has the build's lock."""
    code = (
        "import os, signal; from search.archive.child_process import Child\n"
        "child = Child(lambda: [bytes(1 << 20)]); os.kill(os.getpid(), signal.SIGKILL)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.communicate(timeout=20)[0] == b""  # the child has inherited this pipe and closes it by ending
