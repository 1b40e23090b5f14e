"""The snapshots of an index directory: publish, open, list, roll back.  Nothing else opens or replaces a snapshot.

    CURRENT                 names the current snapshot, replaced atomically (`search.snapshot.pointer`)
    snapshots/NAME/         immutable: columns, stored articles, Whoosh's TOC, and manifest.json with checksums
    lock                    held by a running build; the kernel releases it when the build ends or is killed
    kept/, leases/          which snapshots must not be removed (`search.snapshot.retention`)
    checked, unmet          what the last build and the last check found (`search.snapshot.outcomes`)

A snapshot is written under a hidden name, made durable, renamed, and then named in CURRENT.  If a build is killed,
readers see the old index or the new one, and the next build removes the unfinished files.  A snapshot is removed under
a hidden name, too: readers find the whole of it, or nothing.

If the current snapshot or CURRENT is damaged, the newest sound snapshot takes over.  No file is shared by all of the
newest three, so one damaged file leaves a sound one.
"""

import logging
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from search.analysis.analyzer import FINGERPRINT
from search.durable import sync
from search.errors import IndexMissing, SnapshotDamaged, SnapshotError
from search.quantities import quantity
from search.settings import MAX_BUILD_HOURS
from search.snapshot.build_lock import build_lock
from search.snapshot.manifest import FORMAT, MANIFEST_FILE, ArchiveSize, FileChecksum, Manifest
from search.snapshot.outcomes import Outcomes
from search.snapshot.pointer import Pointer, Target
from search.snapshot.removal import KEPT, UNFINISHED, make_room, remove_leftovers, remove_old, remove_snapshot
from search.snapshot.retention import Retention
from search.snapshot.snapshot import Snapshot
from search.snapshot.snapshot_name import new_name
from search.snapshot.snapshot_writer import SnapshotWriter
from search.snapshot.whoosh_codec import write_toc

_WRITERS: Final = 8
"""More than cores, because most of them wait for the disk."""

_log = logging.getLogger(__name__)


class SnapshotInfo(msgspec.Struct, frozen=True):
    """One line of `article-search snapshots`."""

    name: str
    built_at: datetime
    articles: int
    current: bool
    kept: bool = False


class SnapshotStore:
    """The snapshots under one index directory."""

    def __init__(self, index_dir: str | Path) -> None:
        self.index_dir = Path(index_dir)
        self.folder = self.index_dir / "snapshots"
        self._pointer = Pointer(self.index_dir)
        self.retention = Retention(self.index_dir)
        self.outcomes = Outcomes(self.index_dir)

    # Reading

    def current_name(self) -> str:
        """The name in CURRENT.  Raises `IndexMissing` if nothing is published, `SnapshotDamaged` if CURRENT is."""
        return self._target().name

    def pointer_state(self) -> tuple[int, int, int] | None:
        """A value that changes whenever CURRENT is replaced; None if there is no CURRENT.  Takes one system call."""
        return self._pointer.state()

    def open_current(self) -> Snapshot:
        """The current snapshot, with all checksums verified; if it or CURRENT is damaged, the newest sound one.

        That is the newest before the current one, if any: a rollback may have left newer ones.  Raises `IndexMissing`,
        or `SnapshotError` if no snapshot can be used."""
        for _ in range(KEPT):
            state = self.pointer_state()
            try:
                return self._open_target()
            except SnapshotError as error:
                if self.pointer_state() != state:
                    continue  # a build has replaced it, and perhaps removed the snapshot
                if not self.names():
                    raise
                _log.error("%s Trying the other snapshots.", error)
                if other := self._sound(self._substitutes()):
                    return other
                raise
        raise SnapshotError(f"The index in {self.index_dir} is replaced faster than it can be opened.")

    def open(self, name: str) -> Snapshot:
        """One snapshot, mapped after the checksums of all its files are verified.

        Raises `SnapshotDamaged`, or `SnapshotIncompatible` if another version made it."""
        if name not in self.names():
            raise SnapshotDamaged(f"Snapshot {name!r} does not exist.")
        folder = self.folder / name
        manifest = Manifest.read(folder)
        manifest.check_version(name)
        try:
            return Snapshot.load(folder, manifest, verify=True)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise SnapshotDamaged(f"Snapshot {name} cannot be opened: {error}") from error

    def points_at(self, snapshot: Snapshot) -> bool:
        """Whether CURRENT names this snapshot and its manifest; if not, it is damaged."""
        try:
            return self._pointer.read() == self._target_of(snapshot.name)
        except SnapshotError:
            return False

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
        """The finished snapshots, newest first.  Raises `IndexMissing` if there is none."""
        try:
            current = self.current_name()
        except IndexMissing:
            raise
        except SnapshotError as error:
            _log.warning("%s", error)
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
        """Faults of CURRENT and of the current snapshot: wrong checksums, or else contradictions within the index.

        Raises `IndexMissing`."""
        try:
            snapshot = self._open_target()
        except IndexMissing:
            raise
        except SnapshotError as error:
            return [str(error)]
        return [f"Snapshot {snapshot.name}: {fault}" for fault in snapshot.check()]

    def single_copies(self) -> int:
        """The number of files that all sound snapshots share: if one of them is damaged, no snapshot can take over."""
        sound = filter(None, (self._sound([name]) for name in self.names()))
        files = [{_file_id(path) for path in snapshot.folder.iterdir()} for snapshot in sound]
        return len(set.intersection(*files)) if files else 0

    def outlook(self) -> str:
        """What happens if a file is damaged later."""
        if count := self.single_copies():
            return f"If one of {quantity(count, 'file')} is damaged, no snapshot can take over until the next update."
        return "If a file is damaged, another snapshot takes over."

    def _target(self) -> Target:
        """What CURRENT names.  Raises `IndexMissing` if nothing is published, `SnapshotDamaged` if CURRENT is."""
        if target := self._pointer.read():
            return target
        if self.names():
            raise SnapshotDamaged(
                f"{self._pointer.path} is missing. Publish an index with: article-search index ARCHIVE"
            )
        raise IndexMissing(f"Index not found in {self.index_dir}. Build it with: article-search index ARCHIVE")

    def _target_of(self, name: str) -> Target:
        return Target(name, FileChecksum.of(self.folder / name / MANIFEST_FILE).sha256)

    def _open_target(self) -> Snapshot:
        """The snapshot that CURRENT names.  Raises as `open_current` does."""
        target = self._target()
        snapshot = self.open(target.name)
        if target.manifest and target != self._target_of(target.name):
            raise SnapshotDamaged(f"{self._pointer.path} names another manifest than snapshot {target.name} has.")
        return snapshot

    def _substitutes(self) -> Iterator[str]:
        """The names of the snapshots to serve in place of what CURRENT names, the best first."""
        names = self.names()
        try:
            current = self.current_name()
        except SnapshotError:
            current = ""
        if current not in names:
            yield from reversed(names)
            return
        # The snapshot itself may be sound, and CURRENT damaged.
        yield from (name for name in reversed(names) if name <= current)
        yield from (name for name in names if name > current)

    def _sound(self, names: Iterable[str]) -> Snapshot | None:
        """The first of these snapshots that can be used."""
        for name in names:
            try:
                return self.open(name)
            except SnapshotError as error:
                _log.warning("Skipping snapshot %s: %s", name, error)
        return None

    def _is_of_this_version(self, name: str) -> bool:
        try:
            Manifest.read(self.folder / name).check_version(name)
        except SnapshotError:
            return False
        return True

    # Writing

    def locked(self, max_hours: float = MAX_BUILD_HOURS) -> AbstractContextManager[None]:
        """Lock the index directory for a build; see `build_lock`."""
        return build_lock(self.index_dir, self.folder, max_hours)

    @contextmanager
    def writing(self, previous: Snapshot | None) -> Iterator[SnapshotWriter]:
        """A writer for a snapshot that is built from `previous`.  It is removed unless published.

        First removes what died builds left, and on a nearly full disk the oldest snapshots."""
        remove_leftovers(self.index_dir, self.folder)
        if previous:
            make_room(self.folder, self.retention, self._used(previous), previous.folder)
        folder = self.folder / f"{UNFINISHED}{secrets.token_hex(4)}"
        folder.mkdir()
        # Those after `previous` are damaged, or a rollback left them.
        others = [name for name in self.names()[-(KEPT - 1) :] if previous and name <= previous.name]
        try:
            with ThreadPoolExecutor(_WRITERS) as threads:
                yield SnapshotWriter(folder, threads, [self.folder / name for name in others])
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(
        self, writer: SnapshotWriter, segment: str, documents: int, content: str, indexing: str,
        archive: ArchiveSize, before: Callable[[Snapshot], None],
    ) -> None:  # fmt: skip
        """Make the new snapshot durable and current, and remove old ones.

        `before` is called with it, once it is durable and before anything can find it.  Raises `SnapshotError` or
        OSError if CURRENT is as before; after it is replaced, errors are only logged."""
        write_toc(writer.folder, segment)
        now = datetime.now(UTC).replace(microsecond=0)
        name = new_name(now, max(self.names(), default=""))
        manifest = Manifest(
            format=FORMAT, analyzer=FINGERPRINT, indexing=indexing, built_at=now, articles=documents, content=content,
            archive=archive, segment=segment, files=writer.checksums(),
        )  # fmt: skip
        target = Target(name, writer.write_manifest(manifest))
        sync(writer.folder)
        published = self.folder / name
        before(replace(Snapshot.load(writer.folder, manifest), name=name, folder=published))
        writer.folder.rename(published)
        try:
            sync(self.folder)
            self._pointer.replace(target)
        except BaseException:
            with suppress(SnapshotError, OSError):
                if self._pointer.read() != target:
                    remove_snapshot(published)
            raise
        remove_old(self.folder, self.retention, {name})

    def _used(self, previous: Snapshot) -> set[str]:
        """The snapshots that a build must not remove before it has published another."""
        with suppress(SnapshotError):
            return {previous.name, self.current_name()}
        return {previous.name}

    def keep(self, name: str) -> None:
        """Keep a snapshot until it is released.  Raises `IndexMissing`, or `SnapshotError` if it does not exist."""
        self.current_name()  # raises IndexMissing
        self.retention.keep(name)

    def release(self, name: str) -> None:
        """Keep a snapshot no longer.  Raises `IndexMissing`, or `SnapshotError` if it is not kept."""
        self.current_name()
        self.retention.release(name)

    def rollback(self, name: str | None = None) -> str:
        """Make another snapshot current: `name`, or the newest sound one before the current.  Returns its name.

        Raises `SnapshotError` if there is no such snapshot or it cannot be used."""
        with self.locked():
            names = self.names()
            if name and name not in names:
                raise SnapshotError(f"Snapshot {name} does not exist. List them with: article-search snapshots")
            current = "" if name else self.current_name()
            target = self.open(name) if name else self._sound(n for n in reversed(names) if n < current)
            if target is None:
                raise SnapshotError(
                    f"No snapshot before {current} can be used. List them with: article-search snapshots"
                )
            self._pointer.replace(self._target_of(target.name))
            return target.name


def _file_id(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_dev, state.st_ino
