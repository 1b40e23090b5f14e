"""Stemming: Snowball's English stemmer with exceptions."""

import re
import string
from functools import lru_cache

from whoosh.lang.snowball.english import EnglishStemmer

# Stem → words, as newer versions of Snowball stem them.  Whoosh's gives added and ads one stem, and also international
# and internal, organization and organ, university and universal.
_BY_STEM = {
    "add": "added adding",
    "emergenc": "emergence emergences emergency emergencies",
    "err": "erred erring",
    "evening": "evening evenings",
    "interfer": "interfered interfering",
    "internal": "internal internally",
    "internat": "international internationally",
    "interval": "interval intervals",
    "lateral": "lateral laterally",
    "organiz": "organize organizes organized organizing organizer organizers organization organizations",
    "paste": "paste pastes pasted pasting",
    "realiz": "realization realizations",
    "universal": "universal universally",
    "universiti": "university universities",
    **{
        stem: f"{stem}ist {stem}ists"
        for stem in ("biolog", "geolog", "meteorolog", "psycholog", "radiolog", "technolog")
    },
}

# Snowball removes a plural s only after a vowel, so not from most initialisms.  It reads iOS as the plural of io.
EXCEPTIONS = {
    **{word: stem for stem, words in _BY_STEM.items() for word in words.split()},
    **{name + "s": name for name in (
        "cd", "cnn", "cpu", "crm", "dnn", "dpu", "dvd", "gpu", "kpi", "llm", "ngo", "nft", "npu", "pc", "pdf", "pwa",
        "rnn", "rpa", "sdk", "slm", "tpu", "tv", "vlm", "vm", "vpn",
    )},
    "ios": "ios",
}  # fmt: skip

_snowball = EnglishStemmer()

# H100s, F-35s, 737s; but not decades (90s, 1990s), 4S and 5S, nor 10s.
_PLURAL_OF_DIGITS = re.compile(r"(?:.*[^\W\d_].*\d|(?!(?:1\d|20)?\d0s)\d+\d)s").fullmatch


@lru_cache(maxsize=1 << 16)  # 20 MB, which the words of queries fill too
def stem(form: str) -> str:
    """The stem of a folded word: a word with other characters than a to z loses only the s after digits."""
    if form.isascii() and form.isalpha():
        return EXCEPTIONS.get(form) or str(_snowball.stem(form))
    return form[:-1] if form.endswith("s") and _PLURAL_OF_DIGITS(form) else form


_SUFFIXES = (
    "s", "es", "ies", "ied", "ed", "ing", "ings", "er", "ers", "ly", "ally", "al", "ic", "ics", "ical", "ically",
    "ation", "ations", "ational", "ization", "ize", "ized", "izing", "ity", "ities", "ment", "ments", "ness", "ance",
    "ence", "able", "ible", "ability", "ive", "ively", "ous", "ously", "ful", "fully", "ion", "ions", "ional", "ist",
    "ism", "ator", "ate",
)  # fmt: skip
_SHORTEST_ROOT = 3


@lru_cache(maxsize=1 << 12)
def shorter_stems(prefix: str) -> tuple[str, ...]:
    """Stems of words with this prefix that do not have the prefix themselves, likeliest first.

    The index holds stems, so a prefix longer than the stem misses its own word: `robotic` misses `robot`, the stem of
    *robotics*; `busines` misses `busi`; `runn` misses `run`.  The candidates are the prefix itself, and the prefix
    completed to each suffix that it breaks off in and that stemming removes."""
    words = [prefix]
    for suffix in _SUFFIXES:
        longest = min(len(suffix), len(prefix) - _SHORTEST_ROOT)
        words += (prefix + suffix[n:] for n in range(1, longest + 1) if prefix.endswith(suffix[:n]))
    if len(prefix) > _SHORTEST_ROOT and prefix[-1] == prefix[-2] and prefix[-1] in string.ascii_lowercase:
        words += (prefix + "ing", prefix + "ed", prefix + "er")
    return tuple(dict.fromkeys(s for s in map(stem, words) if not s.startswith(prefix)))
