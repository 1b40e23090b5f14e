"""What means the same: from the terms of a word, or of several in a row, to those of others.

Terms are compared, as the analyzer makes them, so an entry stands for every form of its words.  A compound is spelled
in its parts or joined: `self-driving car` stands for self driving cars and for selfdriving cars, too.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product
from typing import NamedTuple

from search.analysis.analyzer import tokens

Spelling = tuple[str, ...]
"""The terms of words in a row."""


class Synonym(NamedTuple):
    """One spelling of an entry, and the entry's text."""

    spelling: Spelling
    text: str


@dataclass(frozen=True)
class SynonymMap:
    """For each spelling the synonyms to find besides, in the order in which they were given."""

    meanings: Mapping[Spelling, tuple[Synonym, ...]]

    @cached_property
    def beginnings(self) -> frozenset[Spelling]:
        """Whatever a spelling that means more begins with, itself included."""
        return frozenset(spelling[:length] for spelling in self.meanings for length in range(1, len(spelling) + 1))

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever any answer may be another."""
        return hashlib.blake2b(repr(sorted(self.meanings.items())).encode(), digest_size=12).hexdigest()


NO_SYNONYMS = SynonymMap({})


def spellings(text: str) -> tuple[Spelling, ...]:
    """Every way to spell the text, compounds in their parts first; none where it has no letter or digit."""
    words: list[list[Spelling]] = []
    end = 0
    for token in tokens(text):
        if token.joined:
            words[-1].append((token.term,))
            end = token.end
        elif token.start < end:
            words[-1][0] += (token.term,)
        else:
            words.append([(token.term,)])
    return tuple(tuple(chain.from_iterable(spelled)) for spelled in product(*words)) if words else ()
