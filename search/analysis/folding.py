"""Character classes, and folding: lower case without accents, ligatures and width variants."""

import re
import unicodedata
from collections.abc import Iterable


def _ranges(codes: Iterable[int]) -> str:
    """A regular expression's character ranges for these ascending code points."""
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in runs)


# Soft hyphens, zero-width spaces and joiners, direction marks: they do not end a word.
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"

# Combining marks (accents, vowel signs), which Python's \w leaves out: Thai, Hindi and decomposed French need them.
CONTINUING = _ranges(c for c in range(0x300, 0x1F000) if unicodedata.category(chr(c))[0] == "M") + _INVISIBLE

# Scripts without spaces between words, or (Korean) with particles attached to words.  Each character is a term, and a
# word in a query is a phrase of them.
UNSPACED = (
    "\u0e00-\u0e4f\u0e5a-\u0ecf\u0eda-\u0eff"  # Thai, Lao, without their digits
    "\u1000-\u103f\u104a-\u108f\u109a-\u109f\u1780-\u17df\u17ea-\u17ff"  # Burmese, Khmer
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"  # Korean
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9d"  # Japanese
    "\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese
)

# Letters that Unicode does not decompose, with the spelling of most keyboards; variants of Arabic letters.
_PLAIN = str.maketrans({
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "þ": "th",
    "ʻ": "", "ʼ": "", "ـ": "",
    "ى": "ي", "ی": "ي", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ک": "ك", "ٱ": "ا",
} | {chr(ord(zero) + digit): str(digit) for zero in "٠۰०০੦૦୦௦౦೦൦๐໐༠၀០᠐" for digit in range(10)})  # fmt: skip

_FIRST_ACCENT_CLASS = 200


def fold(word: str) -> str:
    """The word in lower case without accents, ligatures, width variants and invisible characters.

    Marks that change the word stay: vowel signs of Indian scripts, voicing marks of Japanese."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return unicodedata.normalize("NFC", "".join(filter(_is_kept, decomposed.translate(_PLAIN))))


def fold_words(text: str) -> str:
    """The folded words of a text, with one space between them."""
    return " ".join(filter(None, map(fold, text.split())))


def _is_kept(character: str) -> bool:
    if character.isalnum() or character in ".+#&\u2044":
        return True
    return unicodedata.category(character)[0] == "M" and not _is_accent(character)


def _is_accent(mark: str) -> bool:
    """Whether the mark is optional in spelling.

    True for accents of Latin, Greek and Cyrillic letters, vowel points of Hebrew and Arabic (Unicode's combining
    classes 10 to 36) and variation selectors."""
    combining = unicodedata.combining(mark)
    return 10 <= combining <= 36 or combining >= _FIRST_ACCENT_CLASS or bool(re.match("[\ufe00-\ufe0f\u20e3]", mark))
