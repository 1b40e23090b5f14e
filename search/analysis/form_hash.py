"""One-byte hash of a word form: postings keep it per position, because terms are stems."""

from functools import lru_cache
from hashlib import blake2b


@lru_cache(maxsize=1 << 16)  # 15 MB, which the words of queries fill too
def form_hash(form: str) -> int:
    """A hash from 0 to 255 of a folded word.

    One byte is enough to distinguish the few forms of one stem.  Two forms collide once in 256 pairs, and then count as
    the same form."""
    return blake2b(form.encode(errors="surrogatepass"), digest_size=1).digest()[0]
