"""The lock of an index directory: one build at a time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from search.durable import make_folder
from search.errors import BuildFailed, BuildRunning, BuildStuck
from search.file_lock import LockHolder, lock_file, lock_holder


@contextmanager
def build_lock(index_dir: Path, snapshots: Path, max_hours: float) -> Iterator[None]:
    """Lock an index directory for a build; makes it and its folder of snapshots if need be.  Does not wait.

    Raises `BuildRunning` if another build has the lock, `BuildStuck` if it has it for more than `max_hours`,
    `BuildFailed` if the directory cannot be written."""
    path = index_dir / "lock"
    try:
        make_folder(snapshots)
        lock = lock_file(path)
    except BlockingIOError:
        raise _running_build(index_dir, lock_holder(path), max_hours) from None
    except OSError as error:
        raise BuildFailed(f"Cannot write to {index_dir}: {error.strerror}.") from error
    try:
        yield
    finally:
        with suppress(OSError):  # the lock is free all the same
            lock.close()


def _running_build(index_dir: Path, holder: LockHolder, max_hours: float) -> BuildFailed:
    """The error that says which build is running, and whether for too long."""
    process = f" (process {holder.process})" if holder.process else ""
    if datetime.now(UTC) - holder.since < timedelta(hours=max_hours):
        return BuildRunning(f"Another build{process} is running in {index_dir}. Wait for it to finish.")
    return BuildStuck(
        f"Another build{process} has been running in {index_dir} for more than {max_hours:g} hours, since "
        f"{holder.since:%Y-%m-%d %H:%M} UTC. If it is stuck, end it."
    )
