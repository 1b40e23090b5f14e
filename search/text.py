"""Tidies short texts: the last step of cleaning an article's texts, and all that a filter value needs."""

import re
import unicodedata

# Soft hyphens, zero-width space, word joiner, BOM; embeddings that could reverse the text of the page; control
# characters, except the white space of str.split, which separates words.
INVISIBLE = r"\xad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_INVISIBLE = re.compile(f"[{INVISIBLE}]")


def tidy(text: str) -> str:
    """`text` without invisible characters, in NFC, with single spaces."""
    text = _INVISIBLE.sub("", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())
