"""What builds and checks leave beside the snapshots, for statistics and metrics.

`checked` has how many files the last build rejected; its mtime is when that compared the index with the archive.
`unmet` has how many expectations the last `check --expect` found not to be met.
"""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from search.durable import read_file


class Outcomes:
    """The outcomes of the last build and of the last check.  Not synced: a power failure may bring back older ones."""

    def __init__(self, index_dir: Path) -> None:
        self._checked = index_dir / "checked"
        self._unmet = index_dir / "unmet"

    def checked_at(self) -> datetime | None:
        """When a build last found the index up to date or published one; None if that is unknown.  One system call."""
        try:
            return datetime.fromtimestamp(self._checked.stat().st_mtime, UTC).replace(microsecond=0)
        except OSError:
            return None

    def rejected(self) -> int | None:
        """How many files the last build rejected; None if that is unknown."""
        return _number_in(self._checked)

    def unmet(self) -> int | None:
        """How many expectations were not met when they were last checked; None if they never were."""
        return _number_in(self._unmet)

    def mark_checked(self, rejected: int) -> None:
        """Record that the index is up to date now, but for so many rejected files.  Raises OSError."""
        self._checked.write_bytes(msgspec.json.encode(rejected))

    def mark_unmet(self, count: int) -> None:
        """Record how many expectations are not met.  Who checks them may be unable to write: then nothing changes."""
        with suppress(OSError):
            self._unmet.write_bytes(msgspec.json.encode(count))


def _number_in(file: Path) -> int | None:
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(read_file(file), type=int)
    return None
