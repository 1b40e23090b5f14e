"""Words of a text for the query rules: splitting, content words, stems and other word forms.

This module does not use the project's analyzer, because the queries would then favour it.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from whoosh.lang.porter import stem as porter
from whoosh.lang.snowball.english import EnglishStemmer

_PUNCTUATION: Final = " \t\r\n\"'“”‘’„«»‹›()[]{}<>|:;,.!?…–—-*•·/\\"
_snowball: Final = EnglishStemmer()

FUNCTION_WORDS: Final = frozenset(
    [
        "a",
        "about",
        "above",
        "after",
        "again",
        "all",
        "also",
        "an",
        "and",
        "another",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "between",
        "both",
        "but",
        "by",
        "can",
        "cannot",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "done",
        "down",
        "during",
        "each",
        "every",
        "few",
        "for",
        "from",
        "further",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "it's",
        "its",
        "itself",
        "just",
        "let",
        "me",
        "more",
        "most",
        "much",
        "my",
        "no",
        "nor",
        "not",
        "now",
        "of",
        "off",
        "on",
        "once",
        "one",
        "only",
        "or",
        "other",
        "our",
        "out",
        "over",
        "own",
        "put",
        "said",
        "same",
        "say",
        "says",
        "she",
        "should",
        "so",
        "some",
        "such",
        "than",
        "that",
        "that's",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "they're",
        "this",
        "those",
        "through",
        "to",
        "too",
        "under",
        "until",
        "up",
        "upon",
        "us",
        "very",
        "was",
        "we",
        "we're",
        "were",
        "what",
        "what's",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "yet",
        "you",
        "you're",
        "your",
        "au",
        "aux",
        "dans",
        "de",
        "des",
        "du",
        "et",
        "la",
        "le",
        "les",
        "mon",
        "ne",
        "ou",
        "par",
        "pas",
        "pour",
        "qui",
        "se",
        "son",
        "sur",
        "un",
        "une",
        "est",
    ]
)


def split(text: str) -> list[str]:
    """The words of a text without surrounding punctuation."""
    return [word for piece in text.split() if any(map(str.isalnum, word := piece.strip(_PUNCTUATION)))]


def key(word: str) -> str:
    """The normalized word: no case, no possessive, one kind of apostrophe."""
    return word.casefold().replace("’", "'").removesuffix("'s")


def keys(words: Iterable[str]) -> frozenset[str]:
    """The keys of the words, and of the parts of hyphenated words."""
    return frozenset(key(part) for word in words for part in (word, *word.split("-")) if part)


def content_words(words: Iterable[str]) -> list[str]:
    """The distinct words without function words and words of one or two letters, except names like o1."""
    kept = (word for word in words if key(word) not in FUNCTION_WORDS and _is_searchable(word))
    return list({key(word): word for word in kept}.values())


def _is_searchable(word: str) -> bool:
    return "/" not in word and (len(word) > 2 or not word.islower()) and len(word) > 1


@lru_cache(maxsize=1 << 14)
def stems(word: str) -> tuple[str, str]:
    """The Porter stem and the Snowball (Porter2) stem of the word."""
    return str(porter(key(word))), stem(key(word))


@lru_cache(maxsize=1 << 14)
def stem(key: str) -> str:
    """The Snowball (Porter2) stem of a normalized word."""
    return str(_snowball.stem(key))


def other_forms(word: str) -> list[str]:
    """Plurals, singulars, -ing and -ed forms with the same stems; [] if no rule applies."""
    lower = word.lower()
    if not re.fullmatch("[a-z]{4,}", lower):
        return []
    forms = dict.fromkeys(form for form in _inflected(lower) if form != lower)
    return [form for form in forms if stems(form) == stems(lower)]


def _inflected(word: str) -> Iterator[str]:
    if verb := re.fullmatch("(.{3,}?)(ing|ed)", word):
        yield verb[1] + ("ed" if verb[2] == "ing" else "ing")
        yield verb[1] + "es"
    elif word.endswith("ies"):
        yield word[:-3] + "y"
    elif re.search("(ss|sh|ch|x|z)es$", word):
        yield word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        yield word[:-1]
    elif re.search("[^aeiou]y$", word):
        yield word[:-1] + "ies"
    elif not word.endswith("s"):
        yield word + ("es" if re.search("(sh|ch|x|z)$", word) else "s")
