"""Tokenizer: a chunk of text without white space → tokens.

Hyphens, dots and the change from letters to digits (GPT4) make a compound.  Its parts are adjacent tokens, and two or
three parts are also joined to one token at the position of the first.  So self driving and selfdriving both find
`self-driving`; GPT-4, GPT4 and GPT 4 find each other, and none of them finds GPT-5.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from search.analysis.folding import CONTINUING, UNSPACED, fold
from search.analysis.stemming import stem

LONGEST_TERM = 64
APOSTROPHES = "'’‘ʼ＇´′"
_MOST_JOINED = 3

# Each replacement is one character long, so offsets do not change.
_NORMALIZED = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys("‐‑_", "-"))

_LETTER = rf"[^\W\d_{UNSPACED}]"
_ANY = rf"(?:[^\W_{UNSPACED}]|[{CONTINUING}])"
_LETTERS = rf"{_LETTER}(?:{_LETTER}|[{CONTINUING}])*"
_WORD = re.compile(
    rf"""
    (?: (?P<sign> (?<!\w)\.[Nn][Ee][Tt](?!\w) | \.N(?:ET|et)(?!\w) | (?<!\w)[Cc]\+\+ | (?<!\w)[CcFf]\# )
      | (?P<initials> (?<!\w){_LETTER}(?:\.{_LETTER})+(?!\w)\.? )               # A.I., U.S.
      | (?P<pair> (?<!\w){_LETTER}{{1,3}}(?:&{_LETTER}{{1,3}})+(?!{_LETTER}) )     # R&D, AT&T
      | (?P<number> (?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?:\.\d+)*{_ANY}* )     # 1,000 3.5 4o 5G
      | (?P<code> (?<!\w){_LETTER}\d+(?:\.\d+)*{_ANY}* )                        # o1 H100 v2.0
      | (?P<letters> {_LETTERS}(?:'(?![Ss](?!\w)){_LETTERS})* )                   # plain words, O'Reilly
      | (?P<character> [\u1100-\u115f][\u1160-\u11ff]+ | [{UNSPACED}][{CONTINUING}\uff9e\uff9f]* )
    ) (?:'[Ss](?!\w))?
    """,
    re.VERBOSE,
)
PATTERN = _WORD.pattern


class Token(NamedTuple):
    """`term` is the indexed stem, `form` the folded word, `position` counts words, `start` and `end` are text offsets.

    A `joined` token is all parts of a compound as one, at the position of the first."""

    term: str
    form: str
    position: int
    start: int
    end: int
    joined: bool = False


class _Piece(NamedTuple):
    form: str
    kind: str
    start: int
    end: int


def words(chunk: str) -> list[Token]:
    """The tokens of a chunk; positions and offsets count from its start, the joined token takes no position."""
    chunk = chunk.translate(_NORMALIZED)
    pieces = list(filter(None, map(_piece, _WORD.finditer(chunk))))
    tokens = [Token(stem(p.form), p.form, position, p.start, p.end) for position, p in enumerate(pieces)]
    if _is_compound(chunk, pieces):
        form = "".join(piece.form.lstrip(".") for piece in pieces)[:LONGEST_TERM]
        tokens.insert(1, Token(stem(form), form, 0, pieces[0].start, pieces[-1].end, joined=True))
    return tokens


def _piece(match: re.Match[str]) -> _Piece | None:
    kind = match.lastgroup or ""
    spelling = match[kind].replace("'", "").replace(",", "")
    form = fold(spelling.replace(".", "") if kind == "initials" else spelling)[:LONGEST_TERM]
    return _Piece(form, kind, *match.span()) if form else None


def _is_compound(chunk: str, pieces: list[_Piece]) -> bool:
    """Whether to join the pieces: not those of dates and number ranges, nor of scripts without spaces."""
    return (
        2 <= len(pieces) <= _MOST_JOINED
        and all(piece.kind != "character" for piece in pieces)
        and any(piece.kind != "number" for piece in pieces)
        and all(chunk[left.end : right.start] in ("", "-", ".", ".-") for left, right in pairwise(pieces))
    )
