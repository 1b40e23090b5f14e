"""Words as readers remember them: without the punctuation around, the content_words ones, and their other forms.

On purpose nothing here uses the project's own analyzer: the queries would be made of what it can do.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from whoosh.lang.porter import stem as porter
from whoosh.lang.snowball.english import EnglishStemmer

_AROUND: Final = " \t\r\n\"'“”‘’„«»‹›()[]{}<>|:;,.!?…–—-*•·/\\"
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
    """The words of a text as they stand there, without the punctuation around them."""
    return [word for piece in text.split() if any(map(str.isalnum, word := piece.strip(_AROUND)))]


def key(word: str) -> str:
    """What two spellings of a word have in common: no case, no possessive, one kind of apostrophe."""
    return word.casefold().replace("’", "'").removesuffix("'s")


def keys(words: Iterable[str]) -> frozenset[str]:
    """The `key`s of the words and of the parts of those with hyphens."""
    return frozenset(key(part) for word in words for part in (word, *word.split("-")) if part)


def content_words(words: Iterable[str]) -> list[str]:
    """Those a reader would search by, each once: no function words, nothing of one or two letters but names like o1."""
    kept = (word for word in words if key(word) not in FUNCTION_WORDS and _is_searchable(word))
    return list({key(word): word for word in kept}.values())


def _is_searchable(word: str) -> bool:
    return "/" not in word and (len(word) > 2 or not word.islower()) and len(word) > 1


@lru_cache(maxsize=1 << 14)
def stems(word: str) -> tuple[str, str]:
    """The word's stems by Porter's first and by his second (Snowball) algorithm."""
    return str(porter(key(word))), str(_snowball.stem(key(word)))


def other_forms(word: str) -> list[str]:
    """Plurals, singulars, -ing and -ed forms with the same stems; none where plain rules make none."""
    lower = word.lower()
    if not re.fullmatch("[a-z]{4,}", lower):
        return []
    made = dict.fromkeys(form for form in _made(lower) if form != lower)
    return [form for form in made if stems(form) == stems(lower)]


def _made(word: str) -> Iterator[str]:
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
