"""The form in which a word stands: by a mark, because postings know stems only."""

from functools import lru_cache
from hashlib import blake2b


@lru_cache(maxsize=1 << 18)
def form_hash(form: str) -> int:
    """A number from 0 to 255 for a folded word.

    A byte is enough: it need tell apart only the few forms of one stem, and two of those that share a mark, as one pair
    in 256 does, merely count as one form."""
    return blake2b(form.encode(errors="surrogatepass"), digest_size=1).digest()[0]
