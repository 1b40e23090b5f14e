"""Apostrophes that attach something to a word: elisions, Turkish suffixes, English contractions."""

import re
from collections.abc import Sequence
from typing import Final

# French, Italian and Catalan: elided before a vowel or h.
_ELISION = re.compile(
    "[cdjlmnst]|(?:jus|lors|puis|quoi|quel|pres)?qu|un|d?all|[dn]ell|sull|coll|quell|quest|bell|sant|anch|tutt|gl"
).fullmatch
_PRONOUNS: Final = frozenset("cjmnst")
_VOWELS: Final = frozenset("aeiouyh")

# Folded suffixes of Turkish names: plural, possessive, then case, copula or ordinal.
_TURKISH_SUFFIX = re.compile(
    r"(?=.)(?:l[ae]r)?(?:s?[iu])?"
    r"(?:n?[iu]n|[yn]?[aeiu]|n?[dt][ae]n?(?:k[iu])?|y?l[ae]|[dt][iu]r|l[iu]k?|s[iu]z|c[ae]|[iu]?nc[iu])?"
).fullmatch

# Contractions whose letters are another word: she'll is not shell.
CLASHING: Final = frozenset(("hell", "id", "ill", "shed", "shell", "wed", "well", "whore"))


def core(parts: Sequence[str]) -> slice:
    """The parts that are the word itself, of the folded parts between the apostrophes of a word."""
    if "".join(parts) in CLASHING:
        return slice(0, 1)
    first = 1 if len(parts) > 1 and _ELISION(parts[0]) and _can_be_elided(parts[0], parts[1]) else 0
    has_suffix = len(parts) > first + 1 and not _ELISION(parts[first]) and is_suffix(parts[-1])
    return slice(first, len(parts) - has_suffix)


def is_suffix(part: str) -> bool:
    """Whether the folded text can be a Turkish suffix."""
    return _TURKISH_SUFFIX(part) is not None


def _can_be_elided(elision: str, word: str) -> bool:
    """Whether the word begins with a vowel or h.  Two letters are too few after a pronoun: j'ai is not AI."""
    return word[:1] in _VOWELS and len(word) > (2 if elision in _PRONOUNS else 1)
