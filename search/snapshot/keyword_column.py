"""The whole values of a facet for every document, by which searches count, filter and group.

Few different sets of values exist, so each is stored once, and each document has the index of its set.  Values are then
counted by counting sets.  In a field with a single value, every set has one value or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from search.arrays import Array, Strings, columns_of, load_columns, narrowed


@dataclass(frozen=True, slots=True)
class KeywordColumn:
    """One facet of N documents: V values, Z sets of values."""

    values: Strings
    """the different values, ascending"""
    sets: Array
    """[N] each document's set"""
    set_starts: Array
    """[Z + 1] where each set begins in `set_values`"""
    set_values: Array
    """ordinals of values, in the order of the article"""

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> Self:
        """The column of documents with these values."""
        different = sorted({value for values in documents for value in values}, key=str.encode)
        ordinals = {value: ordinal for ordinal, value in enumerate(different)}
        numbers: dict[tuple[int, ...], int] = {}
        sets = [numbers.setdefault(tuple(ordinals[value] for value in values), len(numbers)) for values in documents]
        return cls(
            Strings.of(value.encode() for value in different),
            narrowed(np.array(sets, np.int64)),
            narrowed(np.cumsum([0, *map(len, numbers)])),
            narrowed(np.array([ordinal for values in numbers for ordinal in values], np.int64)),
        )

    @classmethod
    def load(cls, folder: Path, name: str) -> Self:
        """Map the files `name.*`.  Raises `SnapshotDamaged`."""
        return cls(**load_columns(cls, folder, name))

    def columns(self, name: str) -> dict[str, Array | Strings]:
        """The columns to write, each as `name.column`."""
        return {f"{name}.{column}": values for column, values in columns_of(self).items()}

    def check(self, documents: int) -> bool:
        """Whether the arrays agree with each other and with the number of documents."""
        starts = self.set_starts
        return (
            len(self.sets) == documents
            and (documents == 0 or int(self.sets.max()) < len(starts) - 1)
            and int(starts[-1]) == len(self.set_values)
            and (len(self.set_values) == 0 or int(self.set_values.max()) < len(self.values))
        )
