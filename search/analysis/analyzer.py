"""The one analyzer: text to terms, the same for the index and for queries.

    Musk's Musk’s MUSK               musk                 possessives, any apostrophe, any case
    robots robotics robotic          robot                English stems (Snowball)
    café ﬁnance Łódź Straße ｆｕｌｌ     cafe financ lodz strass full
    to be or not                     to be or not         stop words are words
    self-driving                     self selfdriv drive  the parts, and joined in the place of the first
    GPT-4 GPT4                       gpt gpt4 4           letters then digits: a compound; GPT 4 only lacks gpt4
    GPT-4o o1 5G H100 v2.0           gpt gpt4o 4o o1 5g h100 v2.0
    3.5 1,000 2021-06-21             3.5 1000 2021 06 21  numbers whole; dates are not joined
    A.I. U.S. AT&T R&D C++ C# .NET   ai us at&t r&d c++ c# .net
    Node.js electrek.co              node nodej js electrek electrekco co
    https://www.electrek.co/x        https www wwwelectrekco electrek co x
    #robots @OpenAI                  robot openai         signs before a word are left out
    人工智能 ロボ 삼성                 人 工 智 能 ロ ボ 삼 성      no spaces: a word of theirs is a phrase
    don't O'Reilly                   dont oreilli

What has no letter or digit gives no terms: punctuation, emoji.  Invisible characters count for nothing.
"""

import hashlib
import re
import unicodedata
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken

from search.analysis.folding import CONTINUING
from search.analysis.stemming import EXCEPTIONS, stem
from search.analysis.tokenizer import LONGEST_TERM, PATTERN, Token, words

__all__ = ["FINGERPRINT", "ArticleAnalyzer", "Token", "forms", "forms_of", "matching", "stretches", "terms", "tokens"]

_VERSION = 1
_REMEMBERED = 1 << 17
_SHORT = 40

# A stretch is whatever could be one word to a reader.  A space follows most: looking for that first halves the time.
_STRETCH = re.compile(
    rf"\.?\w++(?:(?! )(?:[-'’‘＇´′‐‑.&,]\w++|[{CONTINUING}]++\w*+|\.[-'’]\w++)*+(?:\+\+|\#|\.(?<=\.\w\.))?)?"
)
stretches = _STRETCH.findall
"""The stretches of a text, in order: what `forms_of` reads."""

_Compound = tuple[int, tuple[tuple[str, int], ...]]


class _Known(dict[str, str | _Compound]):
    """Stretch → its form, or how many positions it takes and its (form, position)s.

    Begins anew when full: what matters comes back at once, and what a few odd texts filled it with does not."""

    def __missing__(self, stretch: str) -> str | _Compound:
        known: str | _Compound
        if stretch.isascii() and stretch.isalpha() and len(stretch) <= LONGEST_TERM:
            known = stretch.lower()  # what `words` makes of most that there is, at once
        elif len(found := words(stretch)) == 1:
            known = found[0].form
        else:
            # A compound may be joined to its own first part (robot-s): a term stands once in a place, as the part.
            placed = {(token.term, token.position): token.form for token in reversed(found)}
            once = tuple((form, position) for (_, position), form in reversed(placed.items()))
            known = (sum(not token.joined for token in found), once)
        if len(stretch) <= _SHORT:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[stretch] = known
        return known


_look_up = _Known().__getitem__
_words = lru_cache(maxsize=1 << 14)(words)


def terms(text: str) -> list[tuple[str, int]]:
    """(term, position) of every token in order, each once: what `tokens` gives, without the rest and much faster."""
    return [(stem(form), position) for form, position in forms(text)]


def forms(text: str) -> list[tuple[str, int]]:
    """(form, position) of every token of `terms`; its term is the form's stem.  A joined one follows its first part."""
    return forms_of(stretches(text))


def forms_of(stretches: Sequence[str]) -> list[tuple[str, int]]:
    """The `forms` of the text that consists of these stretches."""
    found = list(map(_look_up, stretches))
    if tuple not in map(type, found):
        return list(zip(cast(list[str], found), range(len(found)), strict=True))
    result: list[tuple[str, int]] = []
    position = 0
    for known in found:
        if isinstance(known, str):
            result.append((known, position))
            position += 1
        else:
            taken, parts = known
            result += [(term, position + offset) for term, offset in parts]
            position += taken
    return result


def tokens(text: str) -> list[Token]:
    """Every token of the text in order of position; a compound's joined token follows its first part."""
    result: list[Token] = []
    position = 0
    for match in _STRETCH.finditer(text):
        position += _place(_words(match[0]), position, match.start(), result)
    return result


def matching(text: str, wanted: Container[str], beginnings: tuple[str, ...] = ()) -> list[Token]:
    """Those of the `tokens` whose term is wanted or begins so; faster, as it looks closely at few words only."""
    result: list[Token] = []
    position = 0
    for match in _STRETCH.finditer(text):
        known = _look_up(match[0])
        if isinstance(known, str):
            term = stem(known)
            if term in wanted or (beginnings and term.startswith(beginnings)):
                _place(_words(match[0]), position, match.start(), result)
            position += 1
        else:
            position += _place(_words(match[0]), position, match.start(), result)
    return [token for token in result if token.term in wanted or token.term.startswith(beginnings)]


def _place(found: list[Token], position: int, start: int, result: list[Token]) -> int:
    """Add the tokens of a stretch that begins at this position and offset; the number of positions it takes."""
    for term, form, offset, first, last, joined in found:
        result.append(Token(term, form, position + offset, start + first, start + last, joined))
    return found[-1].position + 1 if found else 0


# Every rule of the analyzer at work, so that a change of any shows even where nobody raised the version.
_PROBE = """
Musk's Musk’s MUSK’S don't O'Reilly Hawaiʻi café cafe\u0301 ﬁnance Łódź Straße ẞ İstanbul DIYARBAKIR Diyarbakır
λόγος ΛΟΓΟΣ Ёлка robots robotics generalization universities news running agreed happily LLMs iOS sky U.S.-China's
x_86 self-driving state-of-the-art end-to-end GPT-4 GPT4 GPT-4o o1 5G H100 v2.0 3.5 1,000.50 10,20 2021-06-21 A.I.
AT&T Q&A's C++ C#, F# .NET ASP.NET Node.js https://www.electrek.co/x #tag @name ar\u00adti\u200bcle
人工智能 ロボット ﾎﾞｯﾄ 삼성은 ภาษาไทย हिन्दी الذَّكاء שָׁלוֹם ½ m² CO₂ 1\ufe0f\u20e3
"""


def _fingerprint() -> str:
    rules = (_VERSION, unicodedata.unidata_version, LONGEST_TERM, _STRETCH.pattern, PATTERN, sorted(EXCEPTIONS.items()))
    return hashlib.sha256(repr((rules, tokens(_PROBE), forms(_PROBE))).encode()).hexdigest()


FINGERPRINT = _fingerprint()
"""Changes whenever any text may give other terms than it did: an index with another one must be built anew."""


class ArticleAnalyzer(Analyzer):  # type: ignore[misc]
    """The same analyzer as Whoosh calls it."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **kwargs: Any,
    ) -> Iterator[WhooshToken]:
        out = WhooshToken(positions, chars, removestops=removestops, mode=mode, **kwargs)
        for token in tokens(value):
            out.text = token.term
            out.boost = 1.0
            if keeporiginal:
                out.original = value[token.start : token.end]
            if positions:
                out.pos = start_pos + token.position
            if chars:
                out.startchar = start_char + token.start
                out.endchar = start_char + token.end
            yield out

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))
