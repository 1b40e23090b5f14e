"""How words are written, where that is not simply as their folded forms are: OpenAI, café, self-driving, GPT-4."""

import re
from collections import Counter
from collections.abc import Mapping

from search.analysis.tokenizer import APOSTROPHES, words

_POSSESSIVE = re.compile(f"[{APOSTROPHES}][Ss]$")


def written(stretches: Mapping[str, int]) -> Counter[tuple[str, str]]:
    """In how many articles each (form, surface) is, of stretches that are in so many each; without surfaces that are
    the form itself, or that with a capital at its beginning, as any word has that begins a sentence."""
    found: Counter[tuple[str, str]] = Counter()
    for stretch, times in stretches.items():
        if not _is_plain(stretch):
            for token in words(stretch):
                surface = _POSSESSIVE.sub("", stretch[token.start : token.end])
                if token.form not in {surface, surface[0].lower() + surface[1:]}:
                    found[token.form, surface] += times
    return found


def _is_plain(stretch: str) -> bool:
    return stretch.isascii() and stretch.isalpha() and (stretch[1:].islower() or len(stretch) == 1)
