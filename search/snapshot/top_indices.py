"""Selects the largest values of an array."""

from typing import Final

import numpy as np

from search.snapshot.arrays import Array

_BLOCK: Final = 64


def top_indices(values: Array, count: int) -> Array:
    """The indices of the `count` largest values, largest first; equal values keep their order."""
    count = min(count, len(values))
    if not count:
        return np.zeros(0, np.int64)
    if len(values) <= _BLOCK:
        return np.argsort(-values, kind="stable")[:count]
    candidates = np.flatnonzero(values >= _threshold(values, count))
    return candidates[np.argsort(-values[candidates], kind="stable")[:count]]


def _threshold(values: Array, count: int) -> Array:
    """A lower bound of the `count` largest values that few other values reach.

    It is the `count`-th largest of the maxima of blocks: partitioning all values would take ten times as long.  With
    few values, it is exact."""
    blocks = len(values) // _BLOCK
    if blocks > _BLOCK and blocks > 2 * count:
        values = values[: blocks * _BLOCK].reshape(_BLOCK, blocks).max(axis=0)
    return np.partition(values, len(values) - count)[len(values) - count]  # type: ignore[no-any-return]
