"""Stored articles stay in the packs they were written to; once too much of the packs is no longer read, they are
written anew."""

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from search.snapshot.arrays import Strings
from search.snapshot.segment import Segment

_MOST_PACKS: Final = 64
_MOST_WASTE: Final = 0.5
"""The share of the packs' bytes that no article uses any more."""


def repack_if_wasteful(segment: Segment, *folders: Path) -> Segment:
    """The segment as it is, or, where its packs (in the first of `folders` that has each) are many or mostly unused,
    with all its stored articles in one new pack in the first folder."""
    packs = [next(f / name for f in folders if (f / name).exists()) for name in segment.packs]
    used = int(segment.pack_length.sum(dtype=np.int64))
    held = sum(pack.stat().st_size for pack in packs)
    if len(packs) <= _MOST_PACKS and used >= held * (1 - _MOST_WASTE):
        return segment
    return _repacked(segment, packs, folders[0])


def _repacked(segment: Segment, packs: list[Path], folder: Path) -> Segment:
    name = f"articles-{secrets.token_hex(4)}.jsonl"
    starts = np.zeros(len(segment) + 1, np.int64)
    np.cumsum(segment.pack_length, out=starts[1:])
    sources = [pack.open("rb") for pack in packs]
    with (folder / name).open("xb") as target:
        lines = zip(segment.pack.tolist(), segment.pack_start.tolist(), segment.pack_length.tolist(), strict=True)
        for pack, start, length in lines:
            sources[pack].seek(start)
            target.write(sources[pack].read(length))
    for source in sources:
        source.close()
    return replace(
        segment,
        pack=np.zeros(len(segment), np.uint8),
        pack_start=starts[:-1].astype(np.uint64),
        packs=Strings.of([name.encode()]),
    )
