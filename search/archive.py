"""An archive: the folder of articles.  What is in it, and the bytes of one file.

Articles are the regular files with the suffix .md or .markdown, at any depth.  As Jekyll does, names that begin with a
dot are passed over, and so are `_drafts` folders: what a site keeps unpublished must not be found by a search of it.
Symbolic links are not followed, so that nothing from outside comes in and no loop is walked.
"""

import errno
import os
from array import array
from collections.abc import Sequence
from concurrent.futures import Executor
from itertools import compress, islice
from operator import lt
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import Final, NamedTuple

import numpy as np

from search.errors import ArticleRejected, BuildFailed
from search.snapshot.arrays import Array

SUFFIXES = (".md", ".markdown")

_LARGE_FOLDER: Final = 10_000
_FILE_TYPE: Final = 0o170000
_REGULAR: Final = 0o100000


class Skipped(NamedTuple):
    """Something that would have been articles, and why it is not; `reason` is a short stable code."""

    path: str
    reason: str
    detail: str


class Walk(NamedTuple):
    """All of an archive.  Files in the order of their ids, of which no two are the same."""

    ids: list[str]
    paths: list[str]
    """relative to the root, with `/`"""
    stats: Array
    """[files, 4] size, mtime_ns, ctime_ns and inode: what tells that a file may have changed"""
    skipped: list[Skipped]


def article_id(path: str) -> str:
    """The id of the article in the file at `path`: the path without its suffix."""
    return path[: path.rindex(".")]


def walk(root: Path, processes: Executor | None = None) -> Walk:
    """Everything under `root`; `processes` share the work on large folders.

    Raises `BuildFailed` when `root` is missing, not a folder, or cannot be listed."""
    found = _Found([], [], [])
    try:
        folders = _look(root, "", found, processes)
    except FileNotFoundError:
        raise BuildFailed(f"the archive {root} does not exist; name the folder that holds the articles") from None
    except NotADirectoryError:
        raise BuildFailed(f"the archive {root} is not a folder; name the folder that holds the articles") from None
    except OSError as error:
        raise BuildFailed(f"the archive {root} cannot be listed ({error.strerror}); make it readable") from error
    while folders:
        folder = folders.pop()
        try:
            folders += _look(root, folder, found, processes)
        except FileNotFoundError:
            continue  # gone since its parent was listed
        except OSError as error:
            found.skipped.append(Skipped(_shown(folder), "unreadable folder", error.strerror or str(error)))
    return _in_order(found)


class _Found(NamedTuple):
    paths: list[str]
    stats: list[Array]
    skipped: list[Skipped]


def _look(root: Path, folder: str, found: _Found, processes: Executor | None) -> list[str]:
    """Adds what is in one folder to `found`; returns the folders in it."""
    names = sorted(name for name in _listed(root, folder) if name[0] != ".")
    table, failures = _statuses(root, folder, names, processes)
    within = f"{folder}/" if folder else ""
    found.skipped.extend(Skipped(_shown(within + name), "unreadable", why) for name, why in failures)
    articles = ((table[:, 0] & _FILE_TYPE) == _REGULAR) & _named_as_articles(names)
    found.paths.extend([within + name for name in compress(names, articles)])
    found.stats.append(table[articles, 1:])
    folders: list[str] = []
    for name, mode in zip(compress(names, ~articles), table[~articles, 0].tolist(), strict=True):
        if mode and (reason := _why_not(name, mode)):
            found.skipped.append(Skipped(_shown(within + name), *reason))
        elif S_ISDIR(mode):
            folders.append(within + name)
    return folders


def _named_as_articles(names: list[str]) -> Array:
    """Which names have the suffix of an article and no character that no report could show."""
    suffixed = np.fromiter((name.endswith(SUFFIXES) for name in names), bool, len(names))
    if not "".join(names).isprintable():
        suffixed &= np.fromiter(map(str.isprintable, names), bool, len(names))
    return suffixed


def _opened(root: Path, folder: str) -> int:
    return os.open(root / folder, os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if folder else 0))


def _listed(root: Path, folder: str) -> list[str]:
    handle = _opened(root, folder)
    try:
        return os.listdir(handle)  # noqa: PTH208 (a Path cannot list an open folder)
    finally:
        os.close(handle)


def _statuses(
    root: Path, folder: str, names: list[str], processes: Executor | None
) -> tuple[Array, list[tuple[str, str]]]:
    """[names, 5] mode, size, mtime_ns, ctime_ns and inode, zeros for what is not there to be read; what could not be
    looked at, and why."""
    share = len(names)
    if processes is not None and len(names) >= _LARGE_FOLDER:
        share = -(-len(names) // (os.cpu_count() or 1))
    others = [
        processes.submit(_stat_all, root, folder, names[start : start + share])
        for start in range(share, len(names), share or 1)
        if processes is not None
    ]
    parts = [_stat_all(root, folder, names[:share]), *(other.result() for other in others)]
    rows = np.frombuffer(b"".join(rows for rows, _ in parts), np.int64)
    return rows.reshape(-1, 5), [failure for _, failures in parts for failure in failures]


def _stat_all(root: Path, folder: str, names: Sequence[str]) -> tuple[bytes, list[tuple[str, str]]]:
    """Names relative to an open folder: the kernel then looks up one name a file instead of the whole path."""
    rows, failures = array("q"), []
    add, look = rows.extend, os.stat
    handle = _opened(root, folder)
    try:
        for name in names:
            try:
                status = look(name, dir_fd=handle, follow_symlinks=False)
                add((status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
            except OSError as error:
                add((0, 0, 0, 0, 0))
                if not isinstance(error, FileNotFoundError):  # which is gone since the folder was listed
                    failures.append((name, error.strerror or str(error)))
    finally:
        os.close(handle)
    return rows.tobytes(), failures


def _why_not(name: str, mode: int) -> tuple[str, str] | None:
    """Why what is no article is not looked into, as (reason, detail); None where there is no need to say."""
    if S_ISLNK(mode):
        return "symbolic link", "links are not followed; put the file or folder itself into the archive"
    if not S_ISDIR(mode) and not name.endswith(SUFFIXES):
        return None
    if not name.isprintable():
        return "unusable name", "the name is not UTF-8 or has control characters; rename it"
    if not S_ISDIR(mode):
        return "not a regular file", "a pipe, socket or device"
    return ("drafts", "drafts are not published") if name == "_drafts" else None


def _shown(path: str) -> str:
    """A path fit for a report, whatever bytes the name has."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in path)


def _in_order(found: _Found) -> Walk:
    """Files by their ids, without those whose id an earlier path has (a.markdown before a.md): those are skipped."""
    ids, paths = list(map(article_id, found.paths)), found.paths
    stats = np.concatenate(found.stats)
    if all(map(lt, ids, islice(ids, 1, None))):  # as they are wherever one folder holds all
        return Walk(ids, paths, stats, sorted(found.skipped))
    order = sorted(range(len(ids)), key=ids.__getitem__)
    ids, paths, stats = [ids[row] for row in order], [paths[row] for row in order], stats[order]
    if len(set(ids)) == len(ids):
        return Walk(ids, paths, stats, sorted(found.skipped))
    first: dict[str, int] = {}
    for row in sorted(range(len(paths)), key=paths.__getitem__):
        if (winner := first.setdefault(ids[row], row)) != row:
            detail = f"{paths[winner]} is the article of this id; remove one"
            found.skipped.append(Skipped(paths[row], "duplicate id", detail))
    rows = sorted(first.values())
    return Walk([ids[row] for row in rows], [paths[row] for row in rows], stats[rows], sorted(found.skipped))


def read_file(root: Path, path: str, limit: int) -> bytes:
    """The bytes of a file that `walk` found; never blocks, never follows a link put in its place since.

    Raises FileNotFoundError when it is gone, `ArticleRejected` when it is unreadable or has more than `limit` bytes."""
    try:
        handle = os.open(f"{root}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            return _read(handle, limit)
        finally:
            os.close(handle)
    except FileNotFoundError:
        raise
    except NotADirectoryError as error:  # its folder is gone
        raise FileNotFoundError(error.errno, error.strerror, path) from error
    except OSError as error:
        what = "it is a symbolic link now" if error.errno == errno.ELOOP else error.strerror or str(error)
        raise ArticleRejected("unreadable", what) from error


def _read(handle: int, limit: int) -> bytes:
    status = os.fstat(handle)
    if not S_ISREG(status.st_mode):
        raise ArticleRejected("not a regular file", "a pipe, socket, device or folder")
    content = os.read(handle, min(status.st_size, limit) + 1)
    while len(content) not in (status.st_size, limit + 1) and (more := os.read(handle, limit + 1 - len(content))):
        content += more
    if len(content) > limit:
        raise ArticleRejected("too large", f"more than the {limit:,} bytes an article may have")
    return content
