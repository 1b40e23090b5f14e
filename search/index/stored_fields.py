"""Copies the stored articles to a new pack once the old packs are many or mostly unused.

Until then an update leaves stored articles in the packs to which they were written."""

import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import numpy as np

from search.snapshot.arrays import Column, Strings

_MOST_PACKS: Final = 64
_MOST_WASTE: Final = 0.5
"""Share of the packs' bytes that no article uses any more."""


def repack_if_wasteful(columns: Mapping[str, Any], *folders: Path) -> dict[str, Column]:
    """New values for the columns of a segment that locate the stored articles, if they were copied to a new pack.

    That is done if the packs, each in the first of `folders` that has it, are many or mostly unused.  The new pack is
    written to the first folder."""
    packs = [next(f / name for f in folders if (f / name).exists()) for name in columns["packs"]]
    pack, starts, lengths = columns["pack"], columns["stored_start"], columns["stored_length"]
    size = sum(path.stat().st_size for path in packs)
    if len(packs) <= _MOST_PACKS and lengths.sum(dtype=np.int64) >= size * (1 - _MOST_WASTE):
        return {}
    name = f"articles-{secrets.token_hex(4)}.jsonl"
    with ExitStack() as files:
        target = files.enter_context((folders[0] / name).open("xb"))
        sources = [files.enter_context(path.open("rb")) for path in packs]
        for source, start, length in zip(pack.tolist(), starts.tolist(), lengths.tolist(), strict=True):
            sources[source].seek(start)
            target.write(sources[source].read(length))
    ends = np.cumsum(lengths, dtype=np.uint64)
    return {"packs": Strings.of([name.encode()]), "pack": np.zeros(len(pack), np.uint8), "stored_start": ends - lengths}
