"""Numbers that builds and checks leave beside the snapshots, for statistics and metrics."""

from contextlib import suppress
from pathlib import Path

import msgspec

from search.small_file import read_small_file


def write_outcome(file: Path, number: int) -> None:
    """Write a number.  Not synced: after a power failure it is unknown until the next time.  Raises OSError."""
    file.write_bytes(msgspec.json.encode(number))


def read_outcome(file: Path) -> int | None:
    """The number in a file; None if there is none."""
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(read_small_file(file), type=int)
    return None
