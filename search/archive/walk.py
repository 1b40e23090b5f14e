"""An archive: the folder of articles.  What is in it, and the bytes of one file.

Articles are the regular files with the suffix .md or .markdown, at any depth.  As Jekyll does, names that begin with a
dot are passed over, and so are `_drafts` folders: what a site keeps unpublished must not be found by a search of it.
Symbolic links are not followed, so that nothing from outside comes in and no loop is walked.
"""

import errno
import os
from collections.abc import Iterator
from itertools import compress
from operator import lt
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import Final, NamedTuple

import numpy as np

from search.archive.fingerprints import LookAhead, Siblings, fingerprints
from search.errors import ArticleRejected, BuildFailed
from search.snapshot.arrays import Array, Strings
from search.snapshot.file_table import STAT_COLUMNS

SUFFIXES: Final = (".md", ".markdown")

UNREADABLE: Final = "unreadable"
"""The reason where the system could not read a file: another time it may."""
UNREADABLE_FOLDER: Final = "unreadable folder"
"""The same of a whole folder."""

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


def walk(root: Path, ahead: LookAhead | None = None) -> Walk:
    """Everything under `root`, part of which may be looked at `ahead` by another process.

    Raises `BuildFailed` when `root` is missing, not a folder, or cannot be listed."""
    found = _Found([], [], [])
    try:
        folders = _look(root, "", found, ahead)
    except FileNotFoundError:
        raise BuildFailed(f"the archive {root} does not exist; name the folder that holds the articles") from None
    except NotADirectoryError:
        raise BuildFailed(f"the archive {root} is not a folder; name the folder that holds the articles") from None
    except OSError as error:
        raise BuildFailed(f"the archive {root} cannot be listed ({error.strerror}); make it readable") from error
    while folders:
        folder = folders.pop()
        try:
            folders += _look(root, folder, found, ahead)
        except FileNotFoundError:
            continue  # gone since its parent was listed
        except OSError as error:
            found.skipped.append(Skipped(_shown(folder), UNREADABLE_FOLDER, error.strerror or str(error)))
    return _in_order(found)


class _Found(NamedTuple):
    """What is in the folders so far: articles by folder and suffix, each group with its `stats`."""

    articles: list[Siblings]
    stats: list[Array]
    skipped: list[Skipped]


def _look(root: Path, folder: str, found: _Found, ahead: LookAhead | None) -> list[str]:
    """Adds what is in one folder to `found`; returns the folders in it, the last first."""
    within = f"{folder}/" if folder else ""
    folders: list[str] = []
    handle = os.open(root / folder, os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if folder else 0))
    try:
        for suffix, stems in _listed(handle).items():
            if stems:
                folders += _sorted_out(handle, Siblings(within, stems, suffix), found, ahead)
    finally:
        os.close(handle)
    return folders[::-1]


def _sorted_out(handle: int, siblings: Siblings, found: _Found, ahead: LookAhead | None) -> Iterator[str]:
    """Adds articles, and what is to be told of, to `found`; yields folders."""
    articles = _printable(siblings) if siblings.suffix else np.zeros(len(siblings), bool)
    table = fingerprints(handle, siblings, ahead)
    articles &= (table[:, 0] & _FILE_TYPE) == _REGULAR
    if articles.all():
        found.articles.append(siblings)
        found.stats.append(table[:, 1:])
        return
    if articles.any():
        stems = list(compress(siblings.stems, articles.tolist()))
        found.articles.append(Siblings(siblings.within, stems, siblings.suffix))
        found.stats.append(table[articles, 1:])
    others = np.flatnonzero(~articles).tolist()
    for name, row in zip(siblings.names(others), others, strict=True):
        path, (mode, size) = siblings.within + name, table[row, :2].tolist()
        if reason := _why_not(path, mode, size):
            found.skipped.append(Skipped(_shown(path), *reason))
        elif S_ISDIR(mode):
            yield path


def _listed(folder: int) -> dict[str, list[str]]:
    """The names in an open folder by their suffix, which is taken off; those with none of `SUFFIXES` under ""."""
    names = [name for name in os.listdir(folder) if name[0] != "."]
    listed = {}
    for suffix in SUFFIXES:
        listed[suffix] = sorted([name[: -len(suffix)] for name in names if name.endswith(suffix)])
        if len(listed[suffix]) == len(names):
            return listed
        names = [name for name in names if not name.endswith(suffix)]
    return listed | {"": sorted(names)}


def _printable(siblings: Siblings) -> Array:
    """Which names have no character that no report could show.  They are looked at as bytes, which is many times
    faster, and enough where all are ASCII, as nearly always."""
    octets = np.frombuffer(siblings.joined, np.uint8)
    if octets.max() <= _PRINTABLE[1] and np.count_nonzero(octets < _PRINTABLE[0]) == len(siblings) - 1:
        return np.ones(len(siblings), bool)
    return np.fromiter(map(str.isprintable, siblings.stems), bool, len(siblings))


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
    groups = found.articles
    suffixes = np.array([SUFFIXES.index(group.suffix) for group in groups], np.uint8).repeat(list(map(len, groups)))
    stats = np.concatenate([np.zeros((0, len(STAT_COLUMNS)), np.int64), *found.stats])
    if len(groups) == 1:  # in order already
        return Walk(groups[0].ids, suffixes, stats, sorted(found.skipped))
    ids = b"\0".join([group.joined for group in groups]).split(b"\0") if groups else []
    if not all(map(lt, ids, ids[1:])):
        rows: list[int] = []
        for row in sorted(range(len(ids) - 1, -1, -1), key=ids.__getitem__):  # so a.markdown, found last, before a.md
            if rows and ids[rows[-1]] == ids[row]:
                path, winner = (f"{ids[r].decode()}{SUFFIXES[suffixes[r]]}" for r in (row, rows[-1]))
                detail = f"{winner} is the article of this id; remove one"
                found.skipped.append(Skipped(path, "duplicate id", detail))
            else:
                rows.append(row)
        ids, suffixes, stats = [ids[row] for row in rows], suffixes[rows], stats[rows]
    return Walk(Strings.of(ids), suffixes, stats, sorted(found.skipped))


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
