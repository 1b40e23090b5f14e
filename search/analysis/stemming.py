"""Words to stems: Snowball's English stemmer, and what it cannot know."""

import string
from functools import lru_cache

from whoosh.lang.snowball.english import EnglishStemmer

# Words by the stem that Snowball gives them since it was mended: without this, added is ads, international internal, an
# organization an organ and a university universal.
_MENDED = {
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

# Snowball takes a plural s off only after a vowel, which initialisms lack; and takes iOS for the plural of io.
EXCEPTIONS = {
    **{word: stem for stem, words in _MENDED.items() for word in words.split()},
    **{name + "s": name for name in (
        "cd", "cnn", "cpu", "crm", "dnn", "dpu", "dvd", "gpu", "kpi", "llm", "ngo", "nft", "npu", "pc", "pdf", "pwa",
        "rnn", "rpa", "sdk", "slm", "tpu", "tv", "vlm", "vm", "vpn",
    )},
    "ios": "ios",
}  # fmt: skip

_snowball = EnglishStemmer()


@lru_cache(maxsize=1 << 18)
def stem(form: str) -> str:
    """The stem of a folded word; words with anything but the letters a to z are their own."""
    if form.isascii() and form.isalpha():
        return EXCEPTIONS.get(form) or str(_snowball.stem(form))
    return form


_ENDINGS = (
    "s", "es", "ies", "ied", "ed", "ing", "ings", "er", "ers", "ly", "ally", "al", "ic", "ics", "ical", "ically",
    "ation", "ations", "ational", "ization", "ize", "ized", "izing", "ity", "ities", "ment", "ments", "ness", "ance",
    "ence", "able", "ible", "ability", "ive", "ively", "ous", "ously", "ful", "fully", "ion", "ions", "ional", "ist",
    "ism", "ator", "ate",
)  # fmt: skip
_SHORTEST_ROOT = 3


@lru_cache(maxsize=1 << 12)
def shorter_stems(beginning: str) -> tuple[str, ...]:
    """Stems that do not begin with `beginning` although a word that does may have them, likeliest first.

    The index holds stems, so a prefix typed past the stem would miss its own word: `robotic` the stem of *robotics*,
    `robot`; `busines` the stem of *business*, `busi`; `runn` the stem of *running*, `run`.  The words tried are
    the beginning itself and, where it stops within an ending that stemming takes off, the beginning with that ending
    completed."""
    words = [beginning]
    for ending in _ENDINGS:
        longest = min(len(ending), len(beginning) - _SHORTEST_ROOT)
        words += (beginning + ending[n:] for n in range(1, longest + 1) if beginning.endswith(ending[:n]))
    if len(beginning) > _SHORTEST_ROOT and beginning[-1] == beginning[-2] and beginning[-1] in string.ascii_lowercase:
        words += (beginning + "ing", beginning + "ed", beginning + "er")
    return tuple(dict.fromkeys(s for s in map(stem, words) if not s.startswith(beginning)))
