"""Slugs: words joined by hyphens or underscores, as in the addresses of articles."""

import re
from urllib.parse import unquote

from search.query.lexer import QUOTES

_SLUG = re.compile(r"(?<![^\s/])[^\W_]+(?:[-_][^\W_]+){2,}(?![^\s/.?#])")
_FEWEST_WORDS = 2  # a date has none
_CONTRACTION = re.compile(r"(?<=[^\W\d_])[-_](s|t|ll|re|ve|d|m)(?![^\W_])", re.IGNORECASE)


def slug_words(text: str) -> str | None:
    """The query with its slugs, or the slug of an address, as words; None if it has none or has quotation marks."""
    words = text.split()
    plain = [_plain(word) for word in words]
    return " ".join(plain) if plain != words and not any(quote in text for quote in QUOTES) else None


def _plain(word: str) -> str:
    decoded = unquote(word)
    slugs = list(filter(_is_of_words, _SLUG.findall(decoded)))
    if not slugs:
        return decoded
    return re.sub("[-_]", " ", _CONTRACTION.sub(r"'\1", slugs[-1]))


def _is_of_words(slug: str) -> bool:
    return len([part for part in re.split("[-_]", slug) if part.isalpha()]) >= _FEWEST_WORDS
