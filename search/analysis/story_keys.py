"""When two articles are the same: the rules by which duplicates and stories are found."""

import hashlib
import re
from typing import Final

from search.analysis.analyzer import forms

_FEWEST_WORDS: Final = 3
_TRACKING: Final = re.compile(r"(?:^|&)(?:utm_[^=&]*|fbclid|gclid|cmpid|ocid|mc_[ce]id)(?:=[^&]*)?", re.IGNORECASE)


def url_key(url: str | None) -> int:
    """A 64-bit key that the same article's URLs share; 0 for no URL.

    Scheme, `www.`, trailing slash, fragment and tracking parameters make no difference.  Other parameters do: without
    them every `youtube.com/watch?v=…` would be one story."""
    if not url:
        return 0
    address, _, query = url.partition("#")[0].partition("?")
    host, _, path = address.partition("://")[2].partition("/")
    query = _TRACKING.sub("", query).strip("&")
    same = f"{host.lower().removeprefix('www.')}/{path.rstrip('/')}?{query}"
    return _key(same)


def title_key(title: str) -> int:
    """A 64-bit key that titles of the same words in the same order share, whatever their case, accents and punctuation;
    0 for a title of fewer than three words, which several stories may have."""
    words = forms(title)
    if not words or words[-1][1] + 1 < _FEWEST_WORDS:  # positions, since a compound has a form more than words
        return 0
    return _key(" ".join(form for form, _ in words))


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "big") or 1
