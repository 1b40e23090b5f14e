"""The snapshots of an index directory: publish, open, list, roll back.  Nothing else opens or replaces a snapshot.

    CURRENT                 the name of the current snapshot, replaced atomically
    snapshots/NAME/         immutable: columns, stored articles, Whoosh's TOC, and manifest.json with checksums
    lock                    held by a running build; the kernel releases it when the build ends or is killed
    kept/, leases/          which snapshots must not be removed (`search.snapshot.retention`)
    checked                 empty; its mtime is when a build last compared the index with the archive

A snapshot is written under a hidden name, made durable, renamed, and then named in CURRENT.  If a build is killed,
readers see the old index or the new one, and the next build removes the unfinished files.  A snapshot is removed under
a hidden name, too: readers find the whole of it, or nothing.
"""

import logging
import secrets
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from search.analysis.analyzer import FINGERPRINT
from search.errors import BuildFailed, BuildRunning, BuildStuck, IndexMissing, SnapshotDamaged, SnapshotError
from search.file_lock import LockHolder, lock_file, lock_holder
from search.settings import MAX_BUILD_HOURS
from search.snapshot.manifest import FORMAT, ArchiveSize, Manifest
from search.snapshot.retention import Retention
from search.snapshot.snapshot import Snapshot
from search.snapshot.snapshot_writer import SnapshotWriter, sync
from search.snapshot.whoosh_codec import write_toc

KEPT: Final = 3
"""Snapshots that are kept: the current one, one that a slow reader may still open, one to roll back to."""

_WRITERS: Final = 8
"""More than cores, because most of them wait for the disk."""

_UNFINISHED: Final = ".building-"
_REMOVED: Final = ".removed-"
_UNFINISHED_POINTER: Final = ".CURRENT-"
_NAME_TIME: Final = "%Y%m%dT%H%M%SZ"
"""How the name of a snapshot begins: with the time when it was published, UTC."""
_log = logging.getLogger(__name__)


class SnapshotInfo(msgspec.Struct, frozen=True):
    """One line of `article-search snapshots`."""

    name: str
    built_at: datetime
    articles: int
    current: bool
    kept: bool = False


def time_in_name(name: str) -> datetime | None:
    """When a snapshot was published, by its name; None if it is a copy with another name."""
    try:
        return datetime.strptime(name.partition("-")[0], _NAME_TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _running_build(index_dir: Path, holder: LockHolder, max_hours: float) -> BuildFailed:
    """The error that says which build is running, and whether for too long."""
    process = f" (process {holder.process})" if holder.process else ""
    if datetime.now(UTC) - holder.since < timedelta(hours=max_hours):
        return BuildRunning(f"Another build{process} is running in {index_dir}. Wait for it to finish.")
    return BuildStuck(
        f"Another build{process} has been running in {index_dir} for more than {max_hours:g} hours, since "
        f"{holder.since:%Y-%m-%d %H:%M} UTC. If it is stuck, end it."
    )


class SnapshotStore:
    """The snapshots under one index directory."""

    def __init__(self, index_dir: str | Path) -> None:
        self.index_dir = Path(index_dir)
        self.folder = self.index_dir / "snapshots"
        self._pointer = self.index_dir / "CURRENT"
        self.retention = Retention(self.index_dir)
        self._checked = self.index_dir / "checked"

    # Reading

    def current_name(self) -> str:
        """The name in CURRENT.  Raises `IndexMissing`."""
        try:
            return self._pointer.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            raise IndexMissing(
                f"Index not found in {self.index_dir}. Build it with: article-search index ARCHIVE"
            ) from None
        except OSError as error:
            raise SnapshotDamaged(
                f"{self._pointer} cannot be read ({error}). Rebuild the index with: article-search index ARCHIVE"
            ) from error

    def names_as_current(self, name: str) -> bool:
        """Whether CURRENT names this snapshot."""
        try:
            return self.current_name() == name
        except SnapshotError:
            return False

    def pointer_state(self) -> tuple[int, int, int] | None:
        """A value that changes whenever CURRENT is replaced; None if there is no CURRENT.  Takes one system call."""
        try:
            stat = self._pointer.stat()
        except OSError:
            return None
        return stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns

    def checked_at(self) -> datetime | None:
        """When a build last found the index up to date or published one; None if that is unknown.  One system call."""
        try:
            return datetime.fromtimestamp(self._checked.stat().st_mtime, UTC).replace(microsecond=0)
        except OSError:
            return None

    def open_current(self) -> Snapshot:
        """The current snapshot, with all checksums verified; if it is damaged, the newest sound one before it.

        Raises `IndexMissing`, or `SnapshotError` if no snapshot can be used."""
        for _ in range(KEPT):
            name = self.current_name()
            try:
                return self.open(name)
            except SnapshotError as error:
                if self.current_name() != name:
                    continue  # a build has replaced it, and perhaps removed it
                _log.error("Snapshot %s cannot be used (%s). Trying earlier ones.", name, error)
                names = self.names()
                if earlier := self._newest_sound([n for n in names if n < name or name not in names]):
                    return earlier
                raise
        raise SnapshotError(f"The index in {self.index_dir} is replaced faster than it can be opened.")

    def _is_of_this_version(self, name: str) -> bool:
        try:
            Manifest.read(self.folder / name).check_version(name)
        except SnapshotError:
            return False
        return True

    def _newest_sound(self, names: list[str]) -> Snapshot | None:
        """The last of these snapshots that can be used."""
        for name in reversed(names):
            try:
                return self.open(name)
            except SnapshotError as error:
                _log.warning("Skipping snapshot %s: %s", name, error)
        return None

    def open(self, name: str) -> Snapshot:
        """One snapshot, mapped after the checksums of all its files are verified.

        Raises `SnapshotDamaged`, or `SnapshotIncompatible` if another version made it."""
        if name not in self.names():
            raise SnapshotDamaged(f"Snapshot {name!r} does not exist.")
        folder = self.folder / name
        manifest = Manifest.read(folder)
        manifest.check_version(name)
        manifest.verify(folder)
        try:
            return Snapshot.load(folder, manifest)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise SnapshotDamaged(f"Snapshot {name} cannot be opened: {error}") from error

    def names(self) -> list[str]:
        """The names of the finished snapshots, oldest first.  Raises `SnapshotDamaged` if they cannot be listed."""
        try:
            names = [path.name for path in self.folder.iterdir()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise SnapshotDamaged(f"{self.folder} cannot be listed ({error.strerror}). Make it readable.") from error
        return sorted(name for name in names if not name.startswith("."))

    def usable_names(self) -> list[str]:
        """The names of the snapshots that this version can open, newest first.  Verifies no checksums."""
        return [name for name in reversed(self.names()) if self._is_of_this_version(name)]

    def snapshots(self) -> list[SnapshotInfo]:
        """The finished snapshots, newest first."""
        try:
            current = self.current_name()
        except SnapshotError:
            current = ""
        listed, kept = [], self.retention.kept()
        for name in reversed(self.names()):
            try:
                manifest = Manifest.read(self.folder / name)
            except SnapshotError as error:
                _log.warning("%s", error)
                continue
            listed.append(SnapshotInfo(name, manifest.built_at, manifest.articles, name == current, name in kept))
        return listed

    def check(self) -> list[str]:
        """Faults of the current snapshot: wrong checksums, or else contradictions within the index.

        Raises `IndexMissing`."""
        name = self.current_name()
        try:
            return [f"Snapshot {name}: {fault}" for fault in self.open(name).check()]
        except SnapshotError as error:
            return [str(error)]

    # Writing

    @contextmanager
    def locked(self, max_hours: float = MAX_BUILD_HOURS) -> Iterator[None]:
        """Lock the index directory for a build.  Does not wait.

        Raises `BuildRunning` if another build has the lock, `BuildStuck` if it has it for more than `max_hours`,
        `BuildFailed` if the directory cannot be written."""
        path = self.index_dir / "lock"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = lock_file(path)
        except BlockingIOError:
            raise _running_build(self.index_dir, lock_holder(path), max_hours) from None
        except OSError as error:
            raise BuildFailed(f"Cannot write to {self.index_dir}: {error.strerror}.") from error
        with lock:
            yield

    @contextmanager
    def writing(self) -> Iterator[SnapshotWriter]:
        """A writer for a new snapshot, which is removed unless published.  Removes files that killed builds left."""
        self._remove_unfinished()
        folder = self.folder / f"{_UNFINISHED}{secrets.token_hex(4)}"
        folder.mkdir()
        try:
            with ThreadPoolExecutor(_WRITERS) as threads:
                yield SnapshotWriter(folder, threads)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(
        self, writer: SnapshotWriter, segment: str, documents: int, content: str, indexing: str,
        archive: ArchiveSize, before: Callable[[Snapshot], None],
    ) -> None:  # fmt: skip
        """Make the new snapshot durable and current, and remove old ones.

        `before` is called once it is durable and before anything can find it."""
        folder = writer.folder
        write_toc(folder, segment)
        now, name = self._next_name()
        manifest = Manifest(
            format=FORMAT, analyzer=FINGERPRINT, indexing=indexing, built_at=now, articles=documents, content=content,
            archive=archive, segment=segment, files=writer.checksums(),
        )  # fmt: skip
        writer.write_manifest(manifest)
        sync(folder)
        before(replace(Snapshot.load(folder, manifest), name=name, folder=self.folder / name))
        folder.rename(self.folder / name)
        sync(self.folder)
        self._point_at(name)
        self._remove_old(name)

    def mark_checked(self) -> None:
        """Record that the index is up to date now.  Not synced: after a power failure, the time is merely older.

        Raises OSError."""
        self._checked.touch()

    def rollback(self, name: str | None = None) -> str:
        """Make another snapshot current: `name`, or the newest sound one before the current.  Returns its name.

        Raises `SnapshotError` if there is no such snapshot or it cannot be used."""
        with self.locked():
            names = self.names()
            if name and name not in names:
                raise SnapshotError(f"Snapshot {name} does not exist. List them with: article-search snapshots")
            target = self.open(name) if name else self._newest_sound([n for n in names if n < self.current_name()])
            if target is None:
                current = self.current_name()
                raise SnapshotError(
                    f"No snapshot before {current} can be used. List them with: article-search snapshots"
                )
            self._point_at(target.name)
            return target.name

    def _next_name(self) -> tuple[datetime, str]:
        """The time, and a name that sorts after the newest snapshot, even if the clock was set back."""
        now = datetime.now(UTC).replace(microsecond=0)
        stamp = now
        for name in self.names()[-1:]:
            if newest := time_in_name(name):
                stamp = max(stamp, newest + timedelta(seconds=1))
        return now, f"{stamp.strftime(_NAME_TIME)}-{secrets.token_hex(2)}"

    def _point_at(self, name: str) -> None:
        temporary = self.index_dir / f"{_UNFINISHED_POINTER}{secrets.token_hex(4)}"
        temporary.write_text(name + "\n", encoding="ascii")
        sync(temporary)
        temporary.replace(self._pointer)
        sync(self.index_dir)

    def _remove_old(self, current: str) -> None:
        """Remove all but the newest snapshots, the current one, and those that are kept or leased."""
        try:
            with self.retention.locked():
                # Folders of other names, such as copies, may sort after the current one.
                protected = {current, *self.retention.protected()}
                removed = [self._hidden(name) for name in self.names()[:-KEPT] if name not in protected]
        except (SnapshotError, OSError) as error:
            _log.warning("Old snapshots were not removed: %s", error)
            return
        for folder in removed:
            shutil.rmtree(folder, ignore_errors=True)

    def _hidden(self, name: str) -> Path:
        """The folder of a snapshot, renamed so that nobody opens it."""
        return (self.folder / name).rename(self.folder / f"{_REMOVED}{name}")

    def _remove_unfinished(self) -> None:
        for folder, begins in (
            (self.folder, _UNFINISHED),
            (self.folder, _REMOVED),
            (self.index_dir, _UNFINISHED_POINTER),
        ):
            for path in folder.iterdir():
                if path.name.startswith(begins):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
