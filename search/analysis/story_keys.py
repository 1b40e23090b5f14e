"""What articles of the same story have in common: keys of their URLs and titles, and the terms of their texts."""

import hashlib
import re
from typing import Final

from search.analysis.analyzer import forms, terms
from search.analysis.function_words import FUNCTION_WORDS
from search.analysis.stemming import stem

_FEWEST_WORDS: Final = 3
_TRACKING: Final = re.compile(r"(?:^|&)(?:utm_[^=&]*|fbclid|gclid|cmpid|ocid|mc_[ce]id)(?:=[^&]*)?", re.IGNORECASE)

_HOME: Final = re.compile(
    r"[^/]+/(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|default|home)(?:\.[a-z]{3,5})?/?)?\?", re.I
)
"""A normalized URL of a site's home page, perhaps of one of its languages."""

COMPARED_WORDS: Final = 100
"""How many words of a text are compared with those of another: long excerpts would take long."""

FUNCTION_TERMS: Final = frozenset(map(stem, FUNCTION_WORDS))


def url_key(url: str | None) -> int:
    """A 64-bit key of a normalized URL; 0 for no URL, and for a site's home page, which is no article's own.

    The key ignores scheme, `www.`, trailing slash, fragment and tracking parameters.  It keeps other parameters, which
    distinguish `youtube.com/watch?v=…` URLs, and fragments that are routes, such as `#/2024/robots` or `#!robots`."""
    if not url:
        return 0
    address, _, fragment = url.partition("#")
    address, _, query = address.partition("?")
    host, _, path = address.partition("://")[2].partition("/")
    query = _TRACKING.sub("", query).strip("&")
    normalized = f"{host.lower().removeprefix('www.')}/{path.rstrip('/')}?{query}"
    if fragment.startswith(("/", "!")) and fragment.strip("/!"):
        normalized += f"#{fragment.rstrip('/')}"
    return 0 if _HOME.fullmatch(normalized) else _key(normalized)


def link_key(url: str | None) -> int:
    """A 64-bit key of a URL exactly as it is; 0 for no URL."""
    return _key(url) if url else 0


def title_key(title: str) -> int:
    """A 64-bit key of a title's words in order, without case, accents and punctuation.

    It is 0 for a title of fewer than three words: unrelated stories can share it."""
    words = forms(title)
    if not words or words[-1][1] + 1 < _FEWEST_WORDS:  # positions, not forms: a compound has an extra form
        return 0
    return _key(" ".join(form for form, _ in words))


def content_terms(text: str) -> frozenset[str]:
    """The distinct terms of the text's first words, without those of function words."""
    return frozenset(term for term, position in terms(text) if position < COMPARED_WORDS) - FUNCTION_TERMS


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "big") or 1
