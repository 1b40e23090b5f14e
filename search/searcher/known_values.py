"""The protocol of what knows the values of an index by which searches filter."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from search.searcher.keyword_counts import KeywordCounts
from search.searcher.lookups import Found


class FindsValues(Protocol):
    """Finds articles by what identifies them."""

    def find(self, field: str, values: Sequence[str], /) -> Found:
        """The articles with any of the values, and the values that no article has."""
        ...


class KnownValues(Protocol):
    """The values that articles have."""

    @property
    def keywords(self) -> Mapping[str, KeywordCounts]:
        """Facet → its values."""

    @property
    def lookups(self) -> FindsValues: ...
