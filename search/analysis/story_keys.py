"""Story keys: hashes that articles of the same story share, from URL or title."""

import hashlib
import re
from typing import Final

from search.analysis.analyzer import forms

_FEWEST_WORDS: Final = 3
_TRACKING: Final = re.compile(r"(?:^|&)(?:utm_[^=&]*|fbclid|gclid|cmpid|ocid|mc_[ce]id)(?:=[^&]*)?", re.IGNORECASE)


def url_key(url: str | None) -> int:
    """A 64-bit key of a normalized URL; 0 for no URL.

    The key ignores scheme, `www.`, trailing slash, fragment and tracking parameters.  It keeps other parameters: they
    distinguish `youtube.com/watch?v=…` URLs."""
    if not url:
        return 0
    address, _, query = url.partition("#")[0].partition("?")
    host, _, path = address.partition("://")[2].partition("/")
    query = _TRACKING.sub("", query).strip("&")
    normalized = f"{host.lower().removeprefix('www.')}/{path.rstrip('/')}?{query}"
    return _key(normalized)


def title_key(title: str) -> int:
    """A 64-bit key of a title's words in order, without case, accents and punctuation.

    It is 0 for a title of fewer than three words: unrelated stories can share it."""
    words = forms(title)
    if not words or words[-1][1] + 1 < _FEWEST_WORDS:  # positions, not forms: a compound has an extra form
        return 0
    return _key(" ".join(form for form, _ in words))


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "big") or 1
