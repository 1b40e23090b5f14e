"""StoredFields articles stay in the packs they were written to; once too much of the packs is no longer read, they are
written anew."""

import secrets
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from search.snapshot.arrays import Array, Strings

_MOST_PACKS: Final = 64
_MOST_WASTE: Final = 0.5
"""The share of the packs' bytes that no article uses any more."""


class StoredFields(NamedTuple):
    """Where the stored articles are: the columns of a `Segment` that say it."""

    packs: Strings
    pack: Array
    stored_start: Array
    stored_length: Array


def repack_if_wasteful(stored: StoredFields, *folders: Path) -> StoredFields:
    """The same, or, where the packs (in the first of `folders` that has each) are many or mostly unused, with all
    articles in one new pack in the first folder."""
    packs = [next(f / name for f in folders if (f / name).exists()) for name in stored.packs]
    used = int(stored.stored_length.sum(dtype=np.int64))
    held = sum(pack.stat().st_size for pack in packs)
    if len(packs) <= _MOST_PACKS and used >= held * (1 - _MOST_WASTE):
        return stored
    return _repacked(stored, packs, folders[0])


def _repacked(stored: StoredFields, packs: list[Path], folder: Path) -> StoredFields:
    name = f"articles-{secrets.token_hex(4)}.jsonl"
    starts = np.zeros(len(stored.pack) + 1, np.int64)
    np.cumsum(stored.stored_length, out=starts[1:])
    sources = [pack.open("rb") for pack in packs]
    with (folder / name).open("xb") as target:
        lines = zip(stored.pack.tolist(), stored.stored_start.tolist(), stored.stored_length.tolist(), strict=True)
        for pack, start, length in lines:
            sources[pack].seek(start)
            target.write(sources[pack].read(length))
    for source in sources:
        source.close()
    return StoredFields(
        packs=Strings.of([name.encode()]),
        pack=np.zeros(len(stored.pack), np.uint8),
        stored_start=starts[:-1].astype(np.uint64),
        stored_length=stored.stored_length,
    )
