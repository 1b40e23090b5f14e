"""Reads stored articles of a merged segment, and copies them to a new file once the old files are mostly unused.

Until then an update leaves stored articles in the files to which they were written."""

import secrets
from collections.abc import Callable, Mapping, Sequence
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
    files, lengths = _files(columns, folders), columns["stored_length"]
    size = sum(map(len, files))
    if len(files) <= _MAX_STORED_FILES and lengths.sum(dtype=np.int64) >= size * (1 - _MAX_WASTE):
        return {}
    name = f"articles-{secrets.token_hex(4)}.zjson"
    with (folders[0] / name).open("x+b") as target:
        starts = append_lines(target, map(stored_lines(columns, *folders), range(len(lengths))))
    return {
        "stored_files": Strings.of([name.encode()]),
        "stored_file": np.zeros(len(lengths), np.uint8),
        "stored_start": narrowed(np.array(starts[:-1], np.int64)),
        "stored_length": narrowed(np.diff(np.array(starts, np.int64))),
    }


def stored_lines(columns: Mapping[str, Any], *folders: Path) -> Callable[[int], bytes]:
    """A function that reads the stored article of a document; each stored file is in the first folder that has it."""
    files = _files(columns, folders)
    stored_file, starts, lengths = columns["stored_file"], columns["stored_start"], columns["stored_length"]
    return lambda doc_id: files[stored_file[doc_id]].line(int(starts[doc_id]), int(lengths[doc_id]))


def _files(columns: Mapping[str, Any], folders: Sequence[Path]) -> list[StoredFile]:
    return [StoredFile(next(f / name for f in folders if (f / name).exists())) for name in columns["stored_files"]]
