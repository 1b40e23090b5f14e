"""Reads files that users write, which are small."""

import errno
from pathlib import Path
from typing import Final

FILE_LIMIT: Final = 2**20
"""Bytes: the shipped synonyms have 6,000, thousands of saved searches fewer than this."""


def read_small_file(path: Path) -> bytes:
    """The content of a file.  Raises OSError, also if it has more than `FILE_LIMIT` bytes; `strerror` says so."""
    with path.open("rb") as file:
        content = file.read(FILE_LIMIT + 1)
    if len(content) > FILE_LIMIT:
        raise OSError(errno.EFBIG, f"more than {FILE_LIMIT:,} bytes; is it the right file?")
    return content
