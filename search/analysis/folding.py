"""Characters: which make up words, and what is left of them when spelling, case and accents no longer matter."""

import re
import unicodedata
from collections.abc import Iterable


def _ranges(codes: Iterable[int]) -> str:
    """The inside of a regular expression's character class with these code points, in ascending order."""
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in runs)


# Soft hyphens, zero-width spaces and joiners, direction marks: invisible, so a word goes on through them.
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"

# Accents, vowel signs and so on, which Python's \w leaves out: Thai, Hindi, decomposed French would fall to pieces.
CONTINUING = _ranges(c for c in range(0x300, 0x1F000) if unicodedata.category(chr(c))[0] == "M") + _INVISIBLE

# Scripts written without spaces between words, or (Korean) with particles glued on: no reader's word would equal a
# stretch of them, so each character is a term by itself and a reader's word is a phrase of them.
UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"  # Korean
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9d"  # Japanese
    "\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese
)

# Letters whose stroke or join is no accent to Unicode, as most keyboards write them.
_PLAIN = str.maketrans({
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "þ": "th",
    "ʻ": "", "ʼ": "", "ـ": "",
})  # fmt: skip

_FIRST_ACCENT_CLASS = 200


def fold(word: str) -> str:
    """The word in lower case without accents, ligatures, width variants and anything invisible or not part of a word.

    What spelling needs stays: the vowel signs of Indian scripts, the sound marks of Japanese."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return unicodedata.normalize("NFC", "".join(filter(_counts, decomposed.translate(_PLAIN))))


def _counts(character: str) -> bool:
    if character.isalnum() or character in ".+#&\u2044":
        return True
    return unicodedata.category(character)[0] == "M" and not _is_accent(character)


def _is_accent(mark: str) -> bool:
    """Whether a reader may leave the mark out: accents of Latin, Greek and Cyrillic letters, vowel points of Hebrew and
    Arabic (Unicode's combining classes 10 to 36), variation selectors."""
    combining = unicodedata.combining(mark)
    return 10 <= combining <= 36 or combining >= _FIRST_ACCENT_CLASS or bool(re.match("[\ufe00-\ufe0f\u20e3]", mark))
