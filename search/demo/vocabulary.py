"""The words of the synthetic archive: made up, pronounceable, and dealt out as often as words of real news are.

Engines are compared on these archives, and each brings its own English stemmer.  So a word here is either left alone by
all of them or is another's plural in a plain s, which all of them cut off: nothing else can make two engines disagree
on which articles hold a word.  That is why no word ends in e, i, u, l, s or whatever else English suffixes end in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle, product

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
SHORT, MIDDLE, LONG = 4_000, 20_000, 40_000  # words of CV-CV, of CV-CVC, of CV-CV-CVC; the commonest are the shortest
PLURAL_EVERY = 5  # one form in five is a plural
WORDS = (SHORT + MIDDLE + LONG) * PLURAL_EVERY // (PLURAL_EVERY - 1)
NAMES = 1_500
PHRASES = 300
ORDER = 20_261  # seeds the order of the words, which is the same in every archive

Words = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Vocabulary:
    """`words` in order of frequency, commonest first; `names` are words kept for providers; `phrases` pairs of words.

    `phrases` has the shape (PHRASES, 2) and holds positions in `words`.
    """

    words: Sequence[str]
    names: Sequence[str]
    phrases: Words


@cache
def vocabulary() -> Vocabulary:
    """The one vocabulary all synthetic archives are written in."""
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
    """Deal in the plural of each word of the commoner quarter, some way after the word itself."""
    plurals = [base + "s" for base in bases[: WORDS // PLURAL_EVERY]]
    words: list[str] = []
    for place, plural in enumerate(plurals):
        words += bases[place * (PLURAL_EVERY - 1) : (place + 1) * (PLURAL_EVERY - 1)]
        words.append(plural)
    return words


@cache
def word_odds() -> npt.NDArray[np.float64]:
    """Cumulative odds of `Vocabulary.words`: Zipf's law, flattened at the top and steeper in the tail, as in real text.

    With these constants 100,000 articles use about 60,000 words, the commonest in three articles out of four.
    """
    rank = np.arange(WORDS, dtype=np.float64)
    return cumulative(1 / ((rank + 9) * (1 + rank / 4_000)))


def zipf_odds(count: int) -> npt.NDArray[np.float64]:
    """Cumulative odds of `count` things by Zipf's plain law."""
    return cumulative(1 / np.arange(1, count + 1, dtype=np.float64))


def cumulative(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Running share of the weights, for `drawn`; the last is exactly 1."""
    total = np.cumsum(weights)
    return np.asarray(total / total[-1])


def drawn(rng: np.random.RandomState, odds: npt.NDArray[np.float64], count: int) -> Words:
    """`count` positions in `odds`, each as likely as its share."""
    return np.searchsorted(odds, rng.random_sample(count), side="right")
