"""What a query may have meant where a word of it is mistyped.

Only plain words of five letters or more are looked at, a to z: none in quotation marks, with digits or signs, with a
star, after a colon or a minus.  A word is mistyped if no article has it in any form or by a synonym; it may be if next
to none has it and a far commoner word is near.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from math import log
from typing import Final, NamedTuple

from search.analysis.folding import fold
from search.analysis.stemming import stem
from search.query.lexer import plain_words
from search.searcher.index_reader import IndexReader
from search.suggest.spell_checker import SHORTEST, SPACE_COST, Meant

RARE: Final = 3
"""A word that this many articles have at most may be mistyped, if …"""
TIMES_COMMONER: Final = 20
"""… a word near it is in so many times as many, and"""
COMMON: Final = 10
"""… in as many as this."""

_EACH: Final = 5
_COMBINATIONS: Final = 8
_LOOKED_AT: Final = 500

_LETTERS = re.compile("[a-z]+").fullmatch


class Corrected(NamedTuple):
    """A query as it may have been meant, and which of its words were replaced by what."""

    text: str
    words: tuple[tuple[str, str], ...]


class _Change(NamedTuple):
    """What to put in the place of a stretch of the query, and what it costs to believe that it was meant."""

    start: int
    end: int
    meant: str
    cost: float


def corrections(index: IndexReader, text: str) -> list[Corrected]:
    """The ways in which the query may have been meant, likeliest first; none where nothing seems mistyped."""
    if len(text) < SHORTEST:
        return []
    words = [(start, end, fold(text[start:end])) for start, end in plain_words(text)]
    known = [_articles_with(index, word) for _, _, word in words]
    changes = list(_written_apart(index, text, words, known))
    for (start, end, word), articles in zip(words, known, strict=True):
        if articles <= RARE and len(word) >= SHORTEST and _LETTERS(word):
            meant = [
                _Change(start, end, index.spelling.surface(meant.text), meant.cost)
                for meant in _meant(index, word, articles)
            ]
            as_typed = [_Change(start, end, text[start:end], -log(articles + 1))] if articles else []
            changes.append(meant and [*meant, *as_typed])
    return _combined(text, [each for each in changes if each])


def _articles_with(index: IndexReader, word: str) -> int:
    """How many articles have the word in some form; more than `RARE` if it has synonyms, too."""
    term = stem(word)
    if (term,) in index.synonym_map.beginnings:
        return RARE + 1
    number = index.segment.terms.find(term)
    if number is None:
        return 0
    postings = index.postings(number)
    return len(range(postings.start, postings.stop))


def _meant(index: IndexReader, word: str, articles: int) -> list[Meant]:
    """What may have been meant by a word that so many articles have."""
    meant = index.spelling.meant(word)
    if articles:
        meant = [each for each in meant if each.articles >= max(COMMON, TIMES_COMMONER * articles)]
    # Of several forms of one word, the likeliest stands for all: each finds the others.
    likeliest: dict[str, Meant] = {}
    for each in meant:
        likeliest.setdefault(stem(each.text), each)
    return list(likeliest.values())[:_EACH]


def _written_apart(
    index: IndexReader, text: str, words: Sequence[tuple[int, int, str]], known: Sequence[int]
) -> Iterator[list[_Change]]:
    """Words with a space too many: two in a row, not both known, that are one word of the archive."""
    for ((start, end, first), (next_start, next_end, second)), articles in zip(
        pairwise(words), pairwise(known), strict=True
    ):
        whole = first + second
        if not all(articles) and text[end:next_start].isspace() and len(whole) >= SHORTEST and _LETTERS(whole):
            count = index.spelling.articles(whole)
            if count:
                yield [_Change(start, next_end, index.spelling.surface(whole), SPACE_COST - log(count + 1))]


def _combined(text: str, changes: Sequence[Sequence[_Change]]) -> list[Corrected]:
    """Every likely combination of one change for each stretch; where stretches overlap, of the one or the other."""
    if not changes:
        return []
    each = max(1, int(_LOOKED_AT ** (1 / len(changes))))  # so that all combinations of the likeliest are seen
    found: dict[str, tuple[float, Corrected]] = {}
    for chosen in product(*(options[:each] for options in changes)):
        apart = _without_overlaps(sorted(chosen))
        corrected = _corrected(text, apart)
        cost = sum(change.cost for change in apart)
        if corrected.text not in found or cost < found[corrected.text][0]:
            found[corrected.text] = cost, corrected
    found.pop(text, None)
    ranked = sorted(found.values(), key=lambda cost_and_text: cost_and_text[0])
    return [corrected for _, corrected in ranked[:_COMBINATIONS]]


def _without_overlaps(changes: Sequence[_Change]) -> list[_Change]:
    """The changes, of two that overlap the one that is easier to believe."""
    kept: list[_Change] = []
    for change in changes:
        if kept and change.start < kept[-1].end:
            kept[-1] = min(kept[-1], change, key=lambda each: each.cost)
        else:
            kept.append(change)
    return kept


def _corrected(text: str, changes: Sequence[_Change]) -> Corrected:
    parts, words, done = [], [], 0
    for start, end, meant, _ in changes:
        parts += [text[done:start], meant]
        if meant != text[start:end]:
            words.append((text[start:end], meant))
        done = end
    return Corrected("".join([*parts, text[done:]]), tuple(words))
