"""An archive: the folder of articles.  What is in it, and the bytes of one file.

Articles are the regular files with the suffix .md or .markdown, at any depth.  As Jekyll does, names that begin with a
dot are passed over, and so are `_drafts` folders: what a site keeps unpublished must not be found by a search of it.
Symbolic links are not followed, so that nothing from outside comes in and no loop is walked.
"""

import errno
import os
from operator import itemgetter
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import NamedTuple

from search.errors import ArticleRejected, BuildFailed

SUFFIXES = (".md", ".markdown")


class FoundFile(NamedTuple):
    """A file of the archive by its path relative to the root (with `/`), and what tells that it may have changed."""

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Skipped(NamedTuple):
    """Something that would have been articles, and why it is not; `reason` is a short stable code."""

    path: str
    reason: str
    detail: str


class Walk(NamedTuple):
    """All of an archive, each list in the order of the paths; no two files have the same article id."""

    files: list[FoundFile]
    skipped: list[Skipped]


def article_id(path: str) -> str:
    """The id of the article in the file at `path`: the path without its suffix."""
    return path.rpartition(".")[0]


def walk(root: Path) -> Walk:
    """Everything under `root`.  Raises `BuildFailed` when that is missing, not a folder, or cannot be listed."""
    found = Walk([], [])
    try:
        folders = _look(root, "", found)
    except FileNotFoundError:
        raise BuildFailed(f"the archive {root} does not exist; name the folder that holds the articles") from None
    except NotADirectoryError:
        raise BuildFailed(f"the archive {root} is not a folder; name the folder that holds the articles") from None
    except OSError as error:
        raise BuildFailed(f"the archive {root} cannot be listed ({error.strerror}); make it readable") from error
    while folders:
        folder = folders.pop()
        try:
            folders += _look(root, folder, found)
        except FileNotFoundError:
            continue  # gone since its parent was listed
        except OSError as error:
            found.skipped.append(Skipped(_shown(folder), "unreadable folder", error.strerror or str(error)))
    found.files.sort(key=itemgetter(0))  # a path is there once; whole tuples take four times as long to compare
    return Walk(_first_of_each_id(found), sorted(found.skipped))


def _look(root: Path, folder: str, found: Walk) -> list[str]:
    """Adds what is in one folder to `found`; returns the folders in it.

    Names relative to an open folder: the kernel then looks up one name a file instead of the whole path."""
    handle = os.open(root / folder, os.O_RDONLY | os.O_DIRECTORY | (os.O_NOFOLLOW if folder else 0))
    folders: list[str] = []
    try:
        for name in os.listdir(handle):  # noqa: PTH208 (a Path cannot list an open folder)
            if name[0] == ".":
                continue
            path = f"{folder}/{name}" if folder else name
            try:
                status = os.stat(name, dir_fd=handle, follow_symlinks=False)
            except FileNotFoundError:
                continue  # gone since the folder was listed
            except OSError as error:
                found.skipped.append(Skipped(_shown(path), "unreadable", error.strerror or str(error)))
                continue
            if S_ISREG(status.st_mode) and name.endswith(SUFFIXES) and name.isprintable():
                found.files.append(
                    FoundFile(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
                )
            elif reason := _why_not(name, status.st_mode):
                found.skipped.append(Skipped(_shown(path), *reason))
            elif S_ISDIR(status.st_mode):
                folders.append(path)
    finally:
        os.close(handle)
    return folders


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


def _first_of_each_id(found: Walk) -> list[FoundFile]:
    """The files without those whose id an earlier one has (a.markdown before a.md); those are skipped."""
    if all(file.path.endswith(".md") for file in found.files):
        return found.files
    by_id: dict[str, FoundFile] = {}
    for file in found.files:
        first = by_id.setdefault(article_id(file.path), file)
        if first is not file:
            found.skipped.append(
                Skipped(file.path, "duplicate id", f"{first.path} is the article of this id; remove one")
            )
    return list(by_id.values())


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
