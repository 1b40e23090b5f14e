"""Walk an archive, the folder of articles: list its files, and read one.

Articles are the regular files with the suffix .md or .markdown, at any depth.  As in Jekyll, names that begin with a
dot are ignored, and so are `_drafts` folders: the search must not show what the site keeps unpublished.  So is
`lost+found`, which only root can list.  Symbolic links are not followed: nothing from outside the archive is read, and
a loop does no harm.

Names are read as UTF-8 whatever the locale says: Jekyll, git and rsync write them so, and they become ids.
"""

import errno
import os
import sys
from collections.abc import Sequence
from itertools import compress
from operator import attrgetter, lt
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import Final, NamedTuple

import numpy as np

from search.archive.child_process import Child, can_fork
from search.arrays import Array, Strings
from search.errors import ArticleRejected, BuildFailed

SUFFIXES: Final = (".md", ".markdown")

UNREADABLE: Final = "unreadable"
"""Rejection reason for a file that the system could not read.  The next build tries it again."""
UNREADABLE_FOLDER: Final = "unreadable folder"

_LOST_AND_FOUND: Final = "lost+found"
_KEPT: Final = "surrogateescape"
"""How bytes that are no UTF-8 are kept in names."""
_UTF8: Final = sys.getfilesystemencoding() == "utf-8"
_FILE_TYPE: Final = 0o170000
_REGULAR: Final = 0o100000
_stat_values = attrgetter("st_mode", "st_size", "st_mtime_ns", "st_ctime_ns", "st_ino")
_STAT_WIDTH: Final = 5
_FIRST_FACTOR: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_FACTOR: Final = np.uint64(0x94D049BB133111EB)
_MIN_FILES_TO_FORK: Final = 2_000
"""A child process costs as much as 500 files, and saves half of the time."""


class Skipped(NamedTuple):
    """A path that looks like an article or a folder but is ignored.  `reason` is a short stable code."""

    path: str
    reason: str
    detail: str


class Walk(NamedTuple):
    """The article files of an archive, in ascending order of their ids, which are unique."""

    ids: Strings
    suffixes: Array
    """[files] index into `SUFFIXES`"""
    stat_keys: Array
    """[files] hashes of size, mtime_ns, ctime_ns and inode; if they are unchanged, so is the file"""
    skipped: list[Skipped]

    @property
    def unreadable(self) -> list[Skipped]:
        """The files and folders that the system did not let us look into."""
        return [each for each in self.skipped if each.reason in (UNREADABLE, UNREADABLE_FOLDER)]

    def path(self, file: int) -> str:
        """The path of one file relative to the root, with `/`."""
        return f"{self.ids[file]}{SUFFIXES[self.suffixes[file]]}"

    def path_of(self, id: str) -> str:
        """The path of the file with this id; the id itself if there is no such file."""
        file = self.ids.find(id)
        return id if file is None else self.path(file)


class _Group(NamedTuple):
    """The articles of one folder that have the same suffix, in ascending order."""

    ids: str
    """joined by NULs, which no name contains: joining and encoding at once takes a third of the time"""
    suffix: str
    stats: Array


class _Listing(NamedTuple):
    """The folders that are read so far."""

    groups: list[_Group]
    skipped: list[Skipped]


def walk(root: Path) -> Walk:
    """List everything under `root`.

    Raises `BuildFailed` if `root` is missing, is not a folder, or cannot be listed."""
    listing = _Listing([], [])
    try:
        folders = _list_folder(root, "", listing)
    except FileNotFoundError:
        raise BuildFailed(f"Archive not found: {root}. Name the folder that contains the articles.") from None
    except NotADirectoryError:
        raise BuildFailed(f"The archive {root} is not a folder. Name the folder that contains the articles.") from None
    except OSError as error:
        raise BuildFailed(f"The archive {root} cannot be listed ({error.strerror}). Make it readable.") from error
    while folders:
        folder = folders.pop()
        try:
            folders += _list_folder(root, folder, listing)
        except FileNotFoundError:
            continue  # removed since its parent was listed
        except OSError as error:
            listing.skipped.append(Skipped(_printable(folder), UNREADABLE_FOLDER, error.strerror or str(error)))
    return _sorted_by_id(listing)


def _list_folder(root: Path, folder: str, listing: _Listing) -> list[str]:
    """Add the files of one folder to `listing`; return its subfolders in descending order."""
    prefix = f"{folder}/" if folder else ""
    subfolders: list[str] = []
    handle = os.open(root / _native(folder), os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if folder else 0))
    try:
        for suffix, stems in _stems_by_suffix(handle).items():
            names = [stem + suffix for stem in stems]
            table = _stat_files(handle, names)
            is_article = (table[:, 0] & _FILE_TYPE) == _REGULAR
            if not suffix:
                is_article[:] = False
            elif not all(map(str.isprintable, stems)):
                is_article &= np.fromiter(map(str.isprintable, stems), bool, len(stems))
            if is_article.any():
                ids = prefix + f"\0{prefix}".join(compress(stems, is_article.tolist()))
                listing.groups.append(_Group(ids, suffix, table[is_article, 1:]))
            for number in np.flatnonzero(~is_article).tolist():
                path, (mode, size) = prefix + names[number], table[number, :2].tolist()
                if reason := _reason_to_skip(path, mode, size):
                    listing.skipped.append(Skipped(_printable(path), *reason))
                elif S_ISDIR(mode):
                    subfolders.append(path)
    finally:
        os.close(handle)
    return subfolders[::-1]


def _native(name: str) -> str:
    """The name as `os` takes it in this locale."""
    return name if _UTF8 else os.fsdecode(name.encode("utf-8", _KEPT))


def _stems_by_suffix(folder: int) -> dict[str, list[str]]:
    """The names in an open folder, sorted, without their suffix; those with another suffix are whole, under ""."""
    listed = os.listdir(folder) if _UTF8 else [os.fsencode(name).decode("utf-8", _KEPT) for name in os.listdir(folder)]
    names = [name for name in listed if name[0] != "."]
    stems = {}
    for suffix in SUFFIXES:
        stems[suffix] = sorted([name[: -len(suffix)] for name in names if name.endswith(suffix)])
        names = [name for name in names if not name.endswith(suffix)] if len(stems[suffix]) < len(names) else []
    return stems | {"": sorted(name for name in names if name != _LOST_AND_FOUND)}


def _stat_files(folder: int, names: Sequence[str]) -> Array:
    """[names, 5] mode, size, mtime_ns, ctime_ns and inode of each file in an open folder; 0 and errno if that fails."""
    if len(names) < _MIN_FILES_TO_FORK or not can_fork():
        return _stat_each(folder, names)
    middle = len(names) // 2
    with Child(lambda: [_stat_each(folder, names[:middle]).tobytes()]) as child:
        second_half = _stat_each(folder, names[middle:])
        result = child.result()
    first_half = _stat_each(folder, names[:middle]) if result is None else np.frombuffer(result, np.int64)
    return np.concatenate((first_half.reshape(-1, _STAT_WIDTH), second_half))


def _stat_each(folder: int, names: Sequence[str]) -> Array:
    """As `_stat_files`.  With an open folder the system looks up one name a file instead of the whole path."""
    values: list[int] = []
    add, stat = values.extend, os.stat
    for name in names:
        try:
            add(_stat_values(stat(_native(name), dir_fd=folder, follow_symlinks=False)))
        except OSError as error:
            add((0, error.errno or errno.EIO, 0, 0, 0))
    return np.array(values, np.int64).reshape(-1, _STAT_WIDTH)


def _reason_to_skip(path: str, mode: int, size: int) -> tuple[str, str] | None:
    """Why a path is skipped, as (reason, detail); None for a folder to list or a path to ignore silently."""
    if not mode:  # size is the errno; ENOENT: removed since it was listed
        return None if size == errno.ENOENT else (UNREADABLE, os.strerror(size))
    if S_ISLNK(mode):
        return "symbolic link", "links are not followed; put the file or folder itself into the archive"
    if not S_ISDIR(mode) and not path.lower().endswith(SUFFIXES):
        return None
    if not path.isprintable():
        return "unusable name", "the name is not UTF-8 or has control characters; rename it"
    if S_ISREG(mode):
        return "suffix", "the suffix is not in small letters; rename it to .md"
    if not S_ISDIR(mode):
        return "not a regular file", "a pipe, socket or device"
    return ("drafts", "drafts are not published") if path.rpartition("/")[2] == "_drafts" else None


def _printable(path: str) -> str:
    """The path for a report, with what cannot be printed escaped."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in path)


def _sorted_by_id(listing: _Listing) -> Walk:
    """All files in ascending order of their ids.  Of several with the same id, all but the first path are skipped."""
    groups, skipped = listing
    sizes = [len(group.stats) for group in groups]
    suffixes = np.array([SUFFIXES.index(group.suffix) for group in groups], np.uint8).repeat(sizes)
    stats = np.concatenate([np.zeros((0, _STAT_WIDTH - 1), np.int64), *(group.stats for group in groups)])
    joined = "\0".join([group.ids for group in groups]).encode()
    stat_keys = stat_keys_of(stats)
    ids = joined.split(b"\0") if len(groups) > 1 else []  # a single group is in order
    if all(map(lt, ids, ids[1:])):
        return Walk(Strings.of_joined(joined) if groups else Strings.of([]), suffixes, stat_keys, sorted(skipped))
    files: list[int] = []
    for file in sorted(range(len(ids) - 1, -1, -1), key=ids.__getitem__):  # a.markdown, listed last, before a.md
        if files and ids[files[-1]] == ids[file]:
            path, winner = (f"{ids[f].decode()}{SUFFIXES[suffixes[f]]}" for f in (file, files[-1]))
            skipped.append(Skipped(path, "duplicate id", f"{winner} is the article of this id; remove one"))
        else:
            files.append(file)
    return Walk(Strings.of(ids[file] for file in files), suffixes[files], stat_keys[files], sorted(skipped))


def stat_keys_of(stats: Array) -> Array:
    """[files] a 64-bit hash of each row of `stats` [files, 4]: it takes a quarter of the space on disk.

    Multiply and shift as in the finalizer of SplitMix64 (Steele, Lea and Flood, 2014)."""
    keys = np.zeros(len(stats), np.uint64)
    for column in stats.astype(np.uint64).T:
        keys = (keys ^ column) * _FIRST_FACTOR
        keys = (keys ^ (keys >> np.uint64(29))) * _SECOND_FACTOR
        keys ^= keys >> np.uint64(32)
    return keys


def read_file(root: Path, path: str, limit: int) -> bytes:
    """The bytes of a file that `walk` listed.  Never blocks, and follows no link that has replaced the file since.

    Raises FileNotFoundError if it is gone, `ArticleRejected` if it is unreadable or has more than `limit` bytes."""
    try:
        handle = os.open(f"{root}/{_native(path)}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            return _read(handle, limit)
        finally:
            os.close(handle)
    except FileNotFoundError:
        raise
    except NotADirectoryError as error:  # its folder is gone
        raise FileNotFoundError(error.errno, error.strerror, path) from error
    except OSError as error:
        detail = "it is a symbolic link now" if error.errno == errno.ELOOP else error.strerror or str(error)
        raise ArticleRejected(UNREADABLE, detail) from error


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
