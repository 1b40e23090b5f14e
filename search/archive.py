"""An archive: the folder of articles.  What is in it, and the bytes of one file.

Articles are the regular files with the suffix .md or .markdown, at any depth.  As Jekyll does, names that begin with a
dot are passed over, and so are `_drafts` folders: what a site keeps unpublished must not be found by a search of it.
Symbolic links are not followed, so that nothing from outside comes in and no loop is walked.
"""

import errno
import os
from array import array
from collections.abc import Callable
from functools import partial
from itertools import compress
from mmap import mmap
from operator import lt
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import Final, NamedTuple

import numpy as np

from search.beside import Beside
from search.errors import ArticleRejected, BuildFailed
from search.snapshot.arrays import Array, Strings
from search.snapshot.files import STAT_COLUMNS

SUFFIXES: Final = (".md", ".markdown")

UNREADABLE: Final = "unreadable"
"""The reason where the system could not read a file: another time it may."""
UNREADABLE_FOLDER: Final = "unreadable folder"
"""The same of a whole folder."""

LARGE_FOLDER: Final = 10_000
"""Files from which on it pays to have another process look at some of them."""

_SHARE: Final = 250
_COLUMNS: Final = 1 + len(STAT_COLUMNS)  # after the mode

_PRINTABLE: Final = (ord(" "), ord("~"))
"""The first and the last of ASCII."""

_FILE_TYPE: Final = 0o170000
_REGULAR: Final = 0o100000


class Skipped(NamedTuple):
    """Something that would have been articles, and why it is not; `reason` is a short stable code."""

    path: str
    reason: str
    detail: str


class Walk(NamedTuple):
    """All of an archive.  Files in the order of their ids, of which no two are the same."""

    ids: Strings
    suffixes: Array
    """[files] which of `SUFFIXES` each has after its id"""
    stats: Array
    """[files, 4] size, mtime_ns, ctime_ns and inode: what tells that a file may have changed"""
    skipped: list[Skipped]

    def path(self, row: int) -> str:
        """The path of one file relative to the root, with `/`."""
        return f"{self.ids[row]}{SUFFIXES[self.suffixes[row]]}"

    def path_of(self, id: str) -> str:
        """The path of the file with this id; the id where there is none."""
        row = self.ids.find(id)
        return id if row is None else self.path(row)

    @property
    def paths(self) -> list[str]:
        """All paths; for a few, `path` is much faster."""
        return [self.path(row) for row in range(len(self.ids))]


def walk(root: Path, beside: Beside | None = None) -> Walk:
    """Everything under `root`; what is given `beside` shares the work on large folders.

    Raises `BuildFailed` when `root` is missing, not a folder, or cannot be listed."""
    found = _Found([], [np.zeros(0, np.uint8)], [np.zeros((0, len(STAT_COLUMNS)), np.int64)], [])
    try:
        folders = _look(root, "", found, beside)
    except FileNotFoundError:
        raise BuildFailed(f"the archive {root} does not exist; name the folder that holds the articles") from None
    except NotADirectoryError:
        raise BuildFailed(f"the archive {root} is not a folder; name the folder that holds the articles") from None
    except OSError as error:
        raise BuildFailed(f"the archive {root} cannot be listed ({error.strerror}); make it readable") from error
    while folders:
        folder = folders.pop()
        try:
            folders += _look(root, folder, found, beside)
        except FileNotFoundError:
            continue  # gone since its parent was listed
        except OSError as error:
            found.skipped.append(Skipped(_shown(folder), UNREADABLE_FOLDER, error.strerror or str(error)))
    return _in_order(found)


class _Found(NamedTuple):
    ids: list[str]
    suffixes: list[Array]
    stats: list[Array]
    skipped: list[Skipped]


def _look(root: Path, folder: str, found: _Found, beside: Beside | None) -> list[str]:
    """Adds what is in one folder to `found`; returns the folders in it."""
    within = f"{folder}/" if folder else ""
    folders: list[str] = []
    for suffix, stems in _listed(root, folder).items():
        if not stems:
            continue
        stats = _stats(root, folder, stems, suffix, beside)
        usable, ids = _printable(stems), list(map(within.__add__, stems))
        table = stats()
        articles = np.zeros(len(stems), bool)
        if suffix:
            articles = ((table[:, 0] & _FILE_TYPE) == _REGULAR) & usable
            every = bool(articles.all())
            found.ids.extend(ids if every else compress(ids, articles.tolist()))
            found.suffixes.append(np.full(int(articles.sum()), SUFFIXES.index(suffix), np.uint8))
            found.stats.append(table[:, 1:] if every else table[articles, 1:])
        for row in np.flatnonzero(~articles).tolist():
            path, (mode, size) = ids[row] + suffix, table[row, :2].tolist()
            if reason := _why_not(path, mode, size):
                found.skipped.append(Skipped(_shown(path), *reason))
            elif S_ISDIR(mode):
                folders.append(path)
    return folders


def _opened(root: Path, folder: str) -> int:
    return os.open(root / folder, os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if folder else 0))


def _listed(root: Path, folder: str) -> dict[str, list[str]]:
    """The names in a folder by their suffix, which is taken off; those with none of `SUFFIXES` under ""."""
    handle = _opened(root, folder)
    try:
        names = [name for name in os.listdir(handle) if name[0] != "."]  # noqa: PTH208 (of an open folder)
    finally:
        os.close(handle)
    listed = {}
    for suffix in SUFFIXES:
        listed[suffix] = sorted([name[: -len(suffix)] for name in names if name.endswith(suffix)])
        if len(listed[suffix]) == len(names):
            return listed
        names = [name for name in names if not name.endswith(suffix)]
    return listed | {"": sorted(names)}


def _printable(names: list[str]) -> Array:
    """Which names, of one at least, have no character that no report could show."""
    together = "".join(names)
    if together.isascii():  # as nearly all are: looked at as bytes, which is many times faster
        octets = np.frombuffer(together.encode(), np.uint8)
        usable = bool(octets.min() >= _PRINTABLE[0] and octets.max() <= _PRINTABLE[1])
    else:
        usable = together.isprintable()
    return np.ones(len(names), bool) if usable else np.fromiter(map(str.isprintable, names), bool, len(names))


def _stats(root: Path, folder: str, stems: list[str], suffix: str, beside: Beside | None) -> Callable[[], Array]:
    """Begins to look at files; what is returned gives, of each [stems, 5] mode, size, mtime_ns, ctime_ns and inode, or
    0 and the number of the error where it cannot be looked at."""
    if beside is None or len(stems) < LARGE_FOLDER:
        return lambda: _rows(root, folder, stems, suffix)
    # In memory that both processes have: the rows, and how many shares each has begun with.
    rows = np.frombuffer(mmap(-1, len(stems) * _COLUMNS * 8), np.int64).reshape(-1, _COLUMNS)
    begun = np.frombuffer(mmap(-1, 2 * 8), np.int64)
    shares = [slice(start, start + _SHARE) for start in range(0, len(stems), _SHARE)]

    def look(side: int) -> None:
        """From either end until they meet; it does no harm if both look at the share in the middle."""
        for number, share in enumerate(shares[:: (1, -1)[side]]):
            if number + begun[1 - side] >= len(shares):
                return
            begun[side] = number + 1
            rows[share] = _rows(root, folder, stems[share], suffix)

    other = beside(partial(look, 0))

    def both() -> Array:
        look(1)
        other()
        return rows

    return both


def _rows(root: Path, folder: str, stems: list[str], suffix: str) -> Array:
    """Names relative to an open folder: the kernel then looks up one name a file instead of the whole path."""
    rows = array("q")
    add, look = rows.extend, os.stat
    handle = _opened(root, folder)
    try:
        for stem in stems:
            try:
                status = look(stem + suffix, dir_fd=handle, follow_symlinks=False)
                add((status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
            except OSError as error:
                add((0, error.errno or errno.EIO, 0, 0, 0))
    finally:
        os.close(handle)
    return np.frombuffer(rows, np.int64).reshape(-1, _COLUMNS)


def _why_not(path: str, mode: int, size: int) -> tuple[str, str] | None:
    """Why what is no article is not looked into, as (reason, detail); None where there is no need to say."""
    if not mode:  # then the size is an error's number
        return None if size == errno.ENOENT else (UNREADABLE, os.strerror(size))  # ENOENT: gone since it was listed
    if S_ISLNK(mode):
        return "symbolic link", "links are not followed; put the file or folder itself into the archive"
    if not S_ISDIR(mode) and not path.lower().endswith(SUFFIXES):
        return None
    if not path.isprintable():
        return "unusable name", "the name is not UTF-8 or has control characters; rename it"
    if S_ISREG(mode):  # and yet no article
        return "suffix", "the suffix is not in small letters; rename it to .md"
    if not S_ISDIR(mode):
        return "not a regular file", "a pipe, socket or device"
    return ("drafts", "drafts are not published") if path.rpartition("/")[2] == "_drafts" else None


def _shown(path: str) -> str:
    """A path fit for a report, whatever bytes the name has."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in path)


def _in_order(found: _Found) -> Walk:
    """Files by their ids, without those whose id another has: of them, all but the first are skipped."""
    ids, suffixes, stats = found.ids, np.concatenate(found.suffixes), np.concatenate(found.stats)
    # What one folder has with one suffix is in order already.
    if sum(len(part) > 0 for part in found.suffixes) > 1 and not all(map(lt, ids, ids[1:])):
        rows: list[int] = []
        for row in sorted(range(len(ids) - 1, -1, -1), key=ids.__getitem__):  # so a.markdown, found last, before a.md
            if rows and ids[rows[-1]] == ids[row]:
                path, winner = (f"{ids[r]}{SUFFIXES[suffixes[r]]}" for r in (row, rows[-1]))
                detail = f"{winner} is the article of this id; remove one"
                found.skipped.append(Skipped(path, "duplicate id", detail))
            else:
                rows.append(row)
        ids, suffixes, stats = [ids[row] for row in rows], suffixes[rows], stats[rows]
    return Walk(Strings.of_texts(ids), suffixes, stats, sorted(found.skipped))


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
        raise ArticleRejected(UNREADABLE, what) from error


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
