"""The vocabulary of synthetic archives: invented words with the frequencies of real news.

The benchmark compares engines with different English stemmers, which must agree on the stem of every word.  So a word
is either unchanged by all stemmers or a plural with a plain s, which all of them remove.  Singular words therefore do
not end in e, i, u, l, s or another letter that ends English suffixes.
"""

from collections.abc import Sequence
from functools import cache
from itertools import cycle, product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

ONSETS = [*"bdfklmnrstvz", "br", "dr", "kl", "kr", "pl", "sk", "st", "tr"]
VOWELS = "aeiou"
OPEN_ENDINGS = "ao"
CLOSED_ENDINGS = [
    vowel + consonant
    for vowel, consonants in {"a": "bdkmnprtx", "i": "gkmnpt", "o": "bdgkmnptx", "u": "bdgkmnpt"}.items()
    for consonant in consonants
]
SHORT, MIDDLE, LONG = 4_000, 20_000, 40_000  # words of CV-CV, CV-CVC, CV-CV-CVC; short words are the most frequent
PLURAL_EVERY = 5  # one word in five is a plural
WORDS = (SHORT + MIDDLE + LONG) * PLURAL_EVERY // (PLURAL_EVERY - 1)
NAMES = 1_500
PHRASES = 300
ORDER = 20_261  # seed of the word order, which is the same in every archive

Numbers = npt.NDArray[np.int64]


class Vocabulary(NamedTuple):
    """`words` from most to least frequent; `names` are reserved for providers.

    `phrases` has the shape (PHRASES, 2) and holds indexes into `words`."""

    words: Sequence[str]
    names: Sequence[str]
    phrases: Numbers


@cache
def vocabulary() -> Vocabulary:
    rng = np.random.RandomState(ORDER)
    short = _shuffled(["".join(parts) for parts in product(ONSETS, VOWELS, ONSETS, OPEN_ENDINGS)], rng)
    closed = _shuffled(["".join(parts) for parts in product(ONSETS, VOWELS, ONSETS, CLOSED_ENDINGS)], rng)
    syllables = _shuffled(["".join(parts) for parts in product(ONSETS, VOWELS)], rng)
    middle, tails, names = np.split(np.array(closed), [MIDDLE, MIDDLE + LONG])
    long = [syllable + tail for syllable, tail in zip(cycle(syllables), tails, strict=False)]
    phrases = rng.randint(30, 2_000, size=(PHRASES, 2))
    return Vocabulary(_with_plurals([*short, *middle.tolist(), *long]), names[:NAMES].tolist(), phrases)


def _shuffled(words: list[str], rng: np.random.RandomState) -> list[str]:
    return [words[i] for i in rng.permutation(len(words))]


def _with_plurals(bases: list[str]) -> list[str]:
    """The words with the plurals of the most frequent quarter, each some ranks after its singular."""
    plurals = [base + "s" for base in bases[: WORDS // PLURAL_EVERY]]
    words: list[str] = []
    for index, plural in enumerate(plurals):
        words += bases[index * (PLURAL_EVERY - 1) : (index + 1) * (PLURAL_EVERY - 1)]
        words.append(plural)
    return words


@cache
def word_odds() -> npt.NDArray[np.float64]:
    """Cumulative probabilities of `Vocabulary.words`: Zipf's law, flatter at the top and steeper in the tail.

    With these constants 100,000 articles use about 60,000 words; the most frequent is in three of four articles."""
    rank = np.arange(WORDS, dtype=np.float64)
    return cumulative(1 / ((rank + 9) * (1 + rank / 4_000)))


def zipf_odds(count: int) -> npt.NDArray[np.float64]:
    """Cumulative probabilities of `count` ranks by Zipf's law."""
    return cumulative(1 / np.arange(1, count + 1, dtype=np.float64))


def cumulative(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Cumulative probabilities of the weights; the last is exactly 1."""
    total = np.cumsum(weights)
    return np.asarray(total / total[-1])


def draw(rng: np.random.RandomState, cumulative: npt.NDArray[np.float64], count: int) -> Numbers:
    """`count` random indexes with these cumulative probabilities."""
    return np.searchsorted(cumulative, rng.random_sample(count), side="right")
