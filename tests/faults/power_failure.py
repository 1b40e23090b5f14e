"""What a disk holds after a power failure: nothing that was not synced.

The content of a file is lost that was written after its last fsync.  The entries of a folder are those of its last
fsync, or those of now: each folder on its own, as file systems write them in any order.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from stat import S_ISDIR
from typing import NamedTuple

Choose = Callable[[], bool]
"""Whether the next folder has its entries of now."""


class Entry(NamedTuple):
    inode: int
    is_folder: bool


class Disk:
    """Follows what is synced below `folder`.  `shelf`, on the same file system, keeps the files that are removed."""

    def __init__(self, folder: Path, shelf: Path) -> None:
        self._folder = folder
        self._shelf = shelf
        self._entries: dict[int, Mapping[str, Entry]] = {}
        self._content: dict[int, tuple[int, int]] = {}
        # The injector replaces these functions.
        self._stat, self._scan, self._link, self._mkdir = os.stat, os.scandir, os.link, os.mkdir
        self._write = Path.write_bytes
        self._note_tree(folder)

    def watch(self, name: str, path: str) -> None:
        """Note an operation that has succeeded."""
        if name == "fsync":
            state = self._stat(path)
            if S_ISDIR(state.st_mode):
                self._entries[state.st_ino] = self._now(path)
            else:
                self._content[state.st_ino] = state.st_size, state.st_mtime_ns
        elif name == "mkdir":
            self._entries[self._stat(path).st_ino] = {}

    def restore(self, target: Path, choose: Choose) -> None:
        """Write what is left below `folder` to `target`, which is made."""
        folders = {self._stat(self._folder).st_ino: self._folder}
        files: dict[int, str] = {}
        for root, names, others in os.walk(self._folder):
            for name in names:
                folders[self._stat(f"{root}/{name}").st_ino] = Path(root, name)
            for name in others:
                files[self._stat(f"{root}/{name}").st_ino] = f"{root}/{name}"
        self._restore(self._stat(self._folder).st_ino, target, choose, folders, files)

    def _restore(
        self, inode: int, target: Path, choose: Choose, folders: Mapping[int, Path], files: Mapping[int, str]
    ) -> None:
        self._mkdir(target)
        entries = self._entries.get(inode, {})
        if inode in folders and choose():
            entries = self._now(str(folders[inode]))
        for name, entry in entries.items():
            if entry.is_folder:
                self._restore(entry.inode, target / name, choose, folders, files)
                continue
            source = files.get(entry.inode) or str(self._shelf / str(entry.inode))
            state = self._stat(source)
            if self._content.get(entry.inode) == (state.st_size, state.st_mtime_ns):
                self._link(source, target / name)
            else:
                self._write(target / name, b"")

    def _note_tree(self, folder: Path) -> None:
        inode = self._stat(folder).st_ino
        self._entries[inode] = self._now(str(folder))
        for name, entry in self._entries[inode].items():
            if entry.is_folder:
                self._note_tree(folder / name)
            else:
                state = self._stat(folder / name)
                self._content[entry.inode] = state.st_size, state.st_mtime_ns

    def _now(self, folder: str) -> dict[str, Entry]:
        """The entries of a folder.  Its files are linked from the shelf, so that none is lost."""
        entries = {}
        with self._scan(folder) as found:
            for each in found:
                is_folder = each.is_dir(follow_symlinks=False)
                entries[each.name] = Entry(each.inode(), is_folder)
                kept = self._shelf / str(each.inode())
                if not is_folder and not os.path.lexists(kept):
                    self._link(each.path, kept)
        return entries
