"""Surface forms: how texts write a word, if not like its folded form (OpenAI, café, self-driving, GPT-4)."""

import re
from collections import Counter
from collections.abc import Mapping

from search.analysis.tokenizer import APOSTROPHES, words

_POSSESSIVE = re.compile(f"[{APOSTROPHES}][Ss]$")


def surface_form_counts(chunk_counts: Mapping[str, int]) -> Counter[tuple[str, str]]:
    """The document frequency of each (form, surface form), from that of each chunk.

    Surface forms equal to the form are left out, also with an initial capital, which begins every sentence."""
    result: Counter[tuple[str, str]] = Counter()
    for chunk, count in chunk_counts.items():
        if not _is_plain(chunk):
            for token in words(chunk):
                surface = _POSSESSIVE.sub("", chunk[token.start : token.end])
                if token.form not in {surface, surface[0].lower() + surface[1:]}:
                    result[token.form, surface] += count
    return result


def _is_plain(chunk: str) -> bool:
    return chunk.isascii() and chunk.isalpha() and (chunk[1:].islower() or len(chunk) == 1)
