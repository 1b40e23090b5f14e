"""Synonym map: from a sequence of terms to its synonyms.

Entries are analyzed into terms, so an entry matches every form of its words.  A compound is spelled in parts or joined:
`self-driving car` matches self driving cars and selfdriving cars, too.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product
from typing import NamedTuple

from search.analysis.analyzer import tokens

Spelling = tuple[str, ...]
"""Terms of adjacent words."""


class Synonym(NamedTuple):
    """One spelling of an entry, and the entry's text."""

    spelling: Spelling
    text: str


@dataclass(frozen=True)
class SynonymMap:
    """The synonyms of each spelling, in the order of the file."""

    meanings: Mapping[Spelling, tuple[Synonym, ...]]

    @cached_property
    def spelling_prefixes(self) -> frozenset[Spelling]:
        """All prefixes of the spellings that have synonyms, themselves included."""
        return frozenset(spelling[:length] for spelling in self.meanings for length in range(1, len(spelling) + 1))

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever a search can have other results."""
        return hashlib.blake2b(repr(sorted(self.meanings.items())).encode(), digest_size=12).hexdigest()


NO_SYNONYMS = SynonymMap({})


def spellings(text: str) -> tuple[Spelling, ...]:
    """Every spelling of the text, compounds in parts first; () for a text without letters and digits."""
    words: list[list[Spelling]] = []
    end = 0
    for token in tokens(text):
        if token.joined:
            if token.end > end:
                words[-1].append((token.term,))
            end = max(end, token.end)
        elif token.start < end:
            words[-1][0] += (token.term,)
        else:
            words.append([(token.term,)])
    return tuple(tuple(chain.from_iterable(spelled)) for spelled in product(*words)) if words else ()
