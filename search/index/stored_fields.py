"""Copies the stored articles to a new file once the old files are many or mostly unused.

Until then an update leaves stored articles in the files to which they were written."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from search.arrays import Column, Strings, narrowed
from search.snapshot.stored_file import StoredFile, append_lines

_MAX_STORED_FILES: Final = 64
_MAX_WASTE: Final = 0.5
"""Share of the stored files' bytes that no article uses any more."""


def repack_if_wasteful(columns: Mapping[str, Any], *folders: Path) -> dict[str, Column]:
    """The new columns that locate the stored articles, if they are copied to a new file; else none.

    They are copied if the stored files, each in the first of `folders` that has it, are many or mostly unused.  The new
    file is in the first folder."""
    paths = [next(f / name for f in folders if (f / name).exists()) for name in columns["stored_files"]]
    stored_files = [StoredFile(path) for path in paths]
    stored_file, starts, lengths = columns["stored_file"], columns["stored_start"], columns["stored_length"]
    size = sum(len(file) for file in stored_files)
    if len(stored_files) <= _MAX_STORED_FILES and lengths.sum(dtype=np.int64) >= size * (1 - _MAX_WASTE):
        return {}
    name = f"articles-{secrets.token_hex(4)}.zjson"
    located = zip(stored_file.tolist(), starts.tolist(), lengths.tolist(), strict=True)
    with (folders[0] / name).open("x+b") as target:
        new_starts = append_lines(target, (stored_files[file].line(start, length) for file, start, length in located))
    return {
        "stored_files": Strings.of([name.encode()]),
        "stored_file": np.zeros(len(stored_file), np.uint8),
        "stored_start": narrowed(np.array(new_starts[:-1], np.int64)),
        "stored_length": narrowed(np.diff(np.array(new_starts, np.int64))),
    }
