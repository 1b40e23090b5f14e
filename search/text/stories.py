"""When two URLs are the same story: the rule by which duplicates are found."""

import hashlib
import re
from typing import Final

_TRACKING: Final = re.compile(r"(?:^|&)(?:utm_[^=&]*|fbclid|gclid|cmpid|ocid|mc_[ce]id)(?:=[^&]*)?", re.IGNORECASE)


def story_key(url: str | None) -> int:
    """A 64-bit key that the same article's URLs share; 0 for no URL.

    Scheme, `www.`, trailing slash, fragment and tracking parameters make no difference.  Other parameters do: without
    them every `youtube.com/watch?v=…` would be one story."""
    if not url:
        return 0
    address, _, query = url.partition("#")[0].partition("?")
    host, _, path = address.partition("://")[2].partition("/")
    query = _TRACKING.sub("", query).strip("&")
    same = f"{host.lower().removeprefix('www.')}/{path.rstrip('/')}?{query}"
    return int.from_bytes(hashlib.blake2b(same.encode(errors="surrogatepass"), digest_size=8).digest(), "big") or 1
