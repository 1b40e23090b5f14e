"""Reads stored articles of a merged segment, and copies them to a new file once the old files are mostly unused.

Until then an update leaves stored articles in the files to which they were written."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from search.arrays import Column, Strings

_MAX_STORED_FILES: Final = 64
_MAX_WASTE: Final = 0.5
"""Share of the stored files' bytes that no article uses any more."""


def repack_if_wasteful(columns: Mapping[str, Any], *folders: Path) -> dict[str, Column]:
    """The new columns that locate the stored articles, if they are copied to a new file; else none.

    They are copied if the stored files, each in the first of `folders` that has it, are many or mostly unused.  The new
    file is in the first folder."""
    stored_files, lengths = _paths(columns, folders), columns["stored_length"]
    size = sum(path.stat().st_size for path in stored_files)
    if len(stored_files) <= _MAX_STORED_FILES and lengths.sum(dtype=np.int64) >= size * (1 - _MAX_WASTE):
        return {}
    name = f"articles-{secrets.token_hex(4)}.jsonl"
    with stored_lines(columns, *folders) as line, (folders[0] / name).open("xb") as target:
        for doc_id in range(len(lengths)):
            target.write(line(doc_id))
    ends = np.cumsum(lengths, dtype=np.uint64)
    return {
        "stored_files": Strings.of([name.encode()]),
        "stored_file": np.zeros(len(lengths), np.uint8),
        "stored_start": ends - lengths,
    }


@contextmanager
def stored_lines(columns: Mapping[str, Any], *folders: Path) -> Iterator[Callable[[int], bytes]]:
    """A function that reads the stored article of a document; each stored file is in the first folder that has it."""
    stored_file, starts, lengths = columns["stored_file"], columns["stored_start"], columns["stored_length"]
    with ExitStack() as files:
        sources = [files.enter_context(path.open("rb")) for path in _paths(columns, folders)]

        def line(doc_id: int) -> bytes:
            source = sources[stored_file[doc_id]]
            source.seek(int(starts[doc_id]))
            content: bytes = source.read(int(lengths[doc_id]))
            return content

        yield line


def _paths(columns: Mapping[str, Any], folders: Sequence[Path]) -> list[Path]:
    return [next(f / name for f in folders if (f / name).exists()) for name in columns["stored_files"]]
