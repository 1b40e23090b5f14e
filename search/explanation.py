"""Explanations of scores as plain frozen values.  `results.py` explains `gc=False`."""

from typing import Literal

import msgspec

from search.value import Value

How = Literal["exact", "form", "synonym", "prefix", "phrase"]
"""How a word or phrase matches: the same form ("exact"), another form of the word ("form"), or otherwise."""


class Occurrence(Value, msgspec.Struct, frozen=True, gc=False):
    """A field in which a word of the query occurs, its part of the score, and how and as what it occurs there."""

    field: str
    score: float
    how: How = "exact"
    found: str = ""


class WordMatch(Value, msgspec.Struct, frozen=True, gc=False):
    """How a word or phrase of the query matches an article: `how` it does best, and `found`, the text that matches."""

    word: str
    how: How
    found: str
    occurrences: tuple[Occurrence, ...]


class Factor(Value, msgspec.Struct, frozen=True, gc=False):
    """A factor of the score, and the reason in words.  `name`: exact, proximity, recency, heat or missing.

    `moved`: whether the article would have another place among the results of its page without this kind of factor."""

    name: str
    value: float
    reason: str
    moved: bool = True


class Explanation(Value, msgspec.Struct, frozen=True, gc=False):
    """The parts of a score: the BM25F score of the `words`, multiplied by each of the `factors`.  Factors of 1 are left
    out."""

    text_score: float
    words: tuple[WordMatch, ...]
    factors: tuple[Factor, ...]
