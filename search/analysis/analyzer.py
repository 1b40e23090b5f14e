"""Analyzer: text → terms with positions, the same for the index and for queries.

    Musk's Musk’s MUSK               musk                 possessives, any apostrophe, any case
    robots robotics robotic          robot                English stems (Snowball)
    café ﬁnance Łódź Straße ｆｕｌｌ     cafe financ lodz strass full
    to be or not                     to be or not         stop words are words
    self-driving                     self selfdriv drive  the parts; joined at the position of the first
    GPT-4 GPT4                       gpt gpt4 4           letters and digits are a compound; GPT 4 gives no gpt4
    GPT-4o o1 5G H100s v2.0          gpt gpt4o 4o o1 5g h100 v2.0
    16GB 5 nm 3.5mm                  16 16gb gb 5 nm 3.5 3.5mm mm  a number and its unit are a compound
    3.5 1,000 2021-06-21             3.5 1000 2021 06 21  a number is one term; dates are not joined
    1,00,000 100'000 ١٠٠٬٠٠٠         100000               grouped digits
    100.000                          100.000 100000
    100 000                          100 100000 000       the parts; joined
    J. R. R. Tolkien                 j jrr r tolkien      spaced initials, too
    A.I. U.S. AT&T R&D C++ C# .NET   ai us at&t r&d c++ c# .net
    Node.js electrek.co              node nodej js electrek electrekco co
    https://www.electrek.co/x        https www wwwelectrekco electrek co x
    #robots @OpenAI                  robot openai         signs before a word are dropped
    人工智能 ロボ 삼성                 人 工 智 能 ロ ボ 삼 성      no spaces: a term for each character
    don't O'Reilly she'll            dont oreilli she     contractions are one word, unless it would be another (shell)
    l'hôpital Google'ın              hopit lhopit googl googlein  elisions and suffixes are left out, and joined
    الذَّكاء مدرسة צה"ל              الذكاء مدرسه צהל     no vowel points; variants of Arabic letters are one

Punctuation and emoji give no terms.  Invisible characters are ignored.
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

__all__ = [
    "FINGERPRINT",
    "ArticleAnalyzer",
    "Token",
    "chunks",
    "forms",
    "forms_of",
    "matching_tokens",
    "terms",
    "tokens",
]

_VERSION = 2
_CACHED_CHUNKS = 1 << 16  # 30 MB
_LONGEST_CACHED = 40

# A chunk is text that a reader could take for one word: text without white space, grouped digits (100 000) or initials
# (J. R. R.).  A space follows most chunks, so the check for it comes first, which halves the time.
# No group is possessive: Python before 3.11.5 matches those wrongly, or for ever (CPython's issue 106052).
_JOINERS = "-'’‘＇´′׳״‐‑־·.&,٬٫"
_NO_NUMBER = "".join(rf"(?<![^\s\d(\[“\"$€£¥]{digits}[ ])" for digits in (r"\d", r"\d\d", r"\d\d\d"))
_GROUP = rf"[ ](?<=\d[ ])(?<!\d\d\d\d[ ]){_NO_NUMBER}\d\d\d(?!\w|[.,'’]\d\d\d)"
_CAPITAL = "[A-ZÀ-ÖØ-ÞΑ-ΩА-Я]"
_INITIAL = rf"\.[ ](?<={_CAPITAL}\.[ ])(?<![{_JOINERS}\w]{_CAPITAL}\.[ ]){_CAPITAL}(?=\.(?![-'’\w]))"
_LAST_DOT = rf"\.(?:(?<=\.\w\.)|(?<={_CAPITAL}\.[ ]{_CAPITAL}\.))"
_HEBREW = '["”](?<=[\u05d0-\u05ea].)[\u05d0-\u05ea]\\w*+'  # as in ארה"ב
_CHUNK = re.compile(
    rf"\.?\w++(?:(?![ ](?!\d\d\d(?!\w)))(?:(?:{_GROUP})+|"
    rf"(?:[{_JOINERS}]\w++|[{CONTINUING}]++\w*+|\.[-'’]\w++|{_INITIAL}|{_HEBREW})*(?:\+\+|\#|{_LAST_DOT})?))?"
)
chunks = _CHUNK.findall
"""The chunks of a text, in order: the input of `forms_of`."""

_Compound = tuple[int, tuple[tuple[str, int], ...]]


class _ChunkCache(dict[str, str | _Compound]):
    """Chunk → its form, or for a compound its number of positions and its (form, position) pairs.

    It is emptied when full: frequent chunks return at once, rare ones do not."""

    def __missing__(self, chunk: str) -> str | _Compound:
        entry: str | _Compound
        if chunk.isascii() and chunk.isalpha() and len(chunk) <= LONGEST_TERM:
            entry = chunk.lower()  # the same as `words` gives, for most chunks, and faster
        elif len(parts := words(chunk)) == 1:
            entry = parts[0].form
        else:
            # The joined token can have the term of the first part (robot-s): the part's form is kept, once.
            by_term = {(token.term, token.position): token.form for token in reversed(parts)}
            distinct = tuple((form, position) for (_, position), form in reversed(by_term.items()))
            entry = (sum(not token.joined for token in parts), distinct)
        if len(chunk) <= _LONGEST_CACHED:
            if len(self) >= _CACHED_CHUNKS:
                self.clear()
            self[chunk] = entry
        return entry


_cached_forms = _ChunkCache().__getitem__
_words_once = lru_cache(maxsize=1 << 14)(words)


def _cached_words(chunk: str) -> list[Token]:
    """As `words`; a long chunk, such as 500 characters of a query, is not cached."""
    return _words_once(chunk) if len(chunk) <= _LONGEST_CACHED else words(chunk)


def terms(text: str) -> list[tuple[str, int]]:
    """The distinct (term, position) pairs of `tokens(text)`, in order; much faster."""
    return [(stem(form), position) for form, position in forms(text)]


def forms(text: str) -> list[tuple[str, int]]:
    """The (form, position) pairs of the `terms`, in order; a term is the stem of its form."""
    return forms_of(chunks(text))


def forms_of(chunks: Sequence[str]) -> list[tuple[str, int]]:
    """The `forms` of a text that consists of these chunks."""
    entries = list(map(_cached_forms, chunks))
    if tuple not in map(type, entries):
        return list(zip(cast(list[str], entries), range(len(entries)), strict=True))
    result: list[tuple[str, int]] = []
    position = 0
    for entry in entries:
        if isinstance(entry, str):
            result.append((entry, position))
            position += 1
        else:
            positions, parts = entry
            result += [(form, position + offset) for form, offset in parts]
            position += positions
    return result


def tokens(text: str) -> list[Token]:
    """The tokens of the text in order of position; the joined token of a compound follows its first part."""
    result: list[Token] = []
    position = 0
    for match in _CHUNK.finditer(text):
        position += _append(_cached_words(match[0]), position, match.start(), result)
    return result


def matching_tokens(text: str, wanted: Container[str], prefixes: tuple[str, ...] = ()) -> list[Token]:
    """The `tokens` with one of the wanted terms or prefixes; faster, because it tokenizes few chunks in full."""
    result: list[Token] = []
    position = 0
    for match in _CHUNK.finditer(text):
        entry = _cached_forms(match[0])
        if isinstance(entry, str):
            term = stem(entry)
            if term in wanted or (prefixes and term.startswith(prefixes)):
                _append(_cached_words(match[0]), position, match.start(), result)
            position += 1
        else:
            position += _append(_cached_words(match[0]), position, match.start(), result)
    return [token for token in result if token.term in wanted or token.term.startswith(prefixes)]


def _append(chunk_tokens: list[Token], position: int, start: int, result: list[Token]) -> int:
    """Appends a chunk's tokens, shifted by position and start offset; returns the number of positions they take."""
    for term, form, offset, first, last, joined in chunk_tokens:
        result.append(Token(term, form, position + offset, start + first, start + last, joined))
    return chunk_tokens[-1].position + 1 if chunk_tokens else 0


# A text for every rule of the analyzer: a changed rule changes the fingerprint even if nobody raises _VERSION.
_PROBE = """
Musk's Musk’s MUSK’S don't O'Reilly Hawaiʻi café cafe\u0301 ﬁnance Łódź Straße ẞ İstanbul DIYARBAKIR Diyarbakır
λόγος ΛΟΓΟΣ Ёлка robots robotics generalization universities news running agreed happily LLMs iOS sky U.S.-China's
x_86 self-driving state-of-the-art end-to-end GPT-4 GPT4 GPT-4o o1 5G H100 v2.0 3.5 1,000.50 10,20 2021-06-21 A.I.
AT&T Q&A's C++ C#, F# .NET ASP.NET Node.js https://www.electrek.co/x #tag @name ar\u00adti\u200bcle
人工智能 ロボット ﾎﾞｯﾄ 삼성은 ภาษาไทย हिन्दी الذَّكاء שָׁלוֹם ½ m² CO₂ 1\ufe0f\u20e3
l'hôpital j'ai dell’IA L'Oréal’s Google'ın 2024'te she'll צה"ל بیتی مدرسة ٱلکتاب ـ ۱۴۰۳ ๒๕ 16GB 4090ti 21ST 90s 737s
F-35s H100s 1,00,000 100'000 100.000 0.125 10 000 000 iPhone-15 100 2024 100 J. R. R. Tolkien Plan B. A col·lecció
בית־ספר
"""


def _fingerprint() -> str:
    rules = (_VERSION, unicodedata.unidata_version, LONGEST_TERM, _CHUNK.pattern, PATTERN, sorted(EXCEPTIONS.items()))
    return hashlib.sha256(repr((rules, tokens(_PROBE), forms(_PROBE))).encode()).hexdigest()


FINGERPRINT = _fingerprint()
"""Changes whenever a text can give other terms.  An index with another fingerprint must be rebuilt."""


class ArticleAnalyzer(Analyzer):  # type: ignore[misc]
    """Whoosh's interface to `tokens`."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        **kwargs: Any,
    ) -> Iterator[WhooshToken]:
        out = WhooshToken(positions, chars, **kwargs)
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
