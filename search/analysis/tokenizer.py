"""Tokenizer: a chunk of text → tokens.

Hyphens, dots and the change between letters and digits (GPT4, 16GB) make a compound.  Its parts are adjacent tokens,
and two or three parts are also joined to one token at the position of the first.  So self driving and selfdriving both
find `self-driving`; GPT-4, GPT4 and GPT 4 find each other, and none of them finds GPT-5.

A word with two spellings gives a joined token, too: oreal and loreal for L'Oréal, 100.000 and 100000.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from search.analysis import apostrophes
from search.analysis.folding import CONTINUING, UNSPACED, fold
from search.analysis.stemming import stem

LONGEST_TERM = 64
APOSTROPHES = "'’‘ʼ＇´′׳"
HYPHENS = "‐‑־·_"
_MOST_JOINED = 3

# Each replacement is one character long, so offsets do not change.  Quotation marks within a chunk are those of Hebrew
# abbreviations.
_NORMALIZED = str.maketrans(
    dict.fromkeys(APOSTROPHES + '״"”', "'") | dict.fromkeys(HYPHENS, "-") | {"٬": ",", "٫": "."}
)

_LETTER = rf"[^\W\d_{UNSPACED}]"
_ANY = rf"(?:[^\W_{UNSPACED}]|[{CONTINUING}])"
_LETTERS = rf"{_LETTER}(?:{_LETTER}|[{CONTINUING}])*"
_ORDINAL = "(?:[Ss][Tt]|[Nn][Dd]|[Rr][Dd]|[Tt][Hh])"
_UNIT = rf"(?!{_ORDINAL}(?!{_ANY})){_LETTER}{{2,}}(?!{_ANY})"
_WORD = re.compile(
    rf"""
    (?: (?P<sign> (?<!\w)\.[Nn][Ee][Tt](?!\w) | \.N(?:ET|et)(?!\w) | (?<!\w)[Cc]\+\+ | (?<!\w)[CcFf]\# )
      | (?P<initials> (?<!\w){_LETTER}(?:\.{_LETTER})+(?!\w)\.? )               # A.I., U.S.
      | (?P<pair> (?<!\w){_LETTER}{{1,3}}(?:&{_LETTER}{{1,3}})+(?!{_LETTER}) )     # R&D, AT&T
      | (?P<number> (?: \d{{1,3}}(?:[,']\d{{3}})+(?!\d) | \d{{1,2}}(?:,\d\d)+,\d{{3}}(?!\d) | \d+ )
                    (?:\.\d+)* (?:(?!{_UNIT}){_ANY}*)? )                       # 1,000 1,00,000 3.5 4o 5G
      | (?P<code> (?<!\w){_LETTER}\d+(?:\.\d+)*{_ANY}* )                        # o1 H100 v2.0
      | (?P<letters> {_LETTERS}(?:'(?![Ss](?!\w)){_LETTERS})* )                   # plain words, O'Reilly
      | (?P<character> [\u1100-\u115f][\u1160-\u11ff]+ | [{UNSPACED}][{CONTINUING}\uff9e\uff9f]* )
    ) (?:'[Ss](?!\w))?
    """,
    re.VERBOSE,
)
PATTERN = _WORD.pattern
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+").fullmatch


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
    """A word of a chunk.  Its form is from `form_start` to `form_end`; `whole` is a second spelling."""

    form: str
    kind: str
    start: int
    end: int
    form_start: int
    form_end: int
    whole: str = ""


def words(chunk: str) -> list[Token]:
    """The tokens of a chunk; positions and offsets count from its start, joined tokens take no position."""
    chunk = chunk.translate(_NORMALIZED)
    pieces = list(filter(None, map(_piece, _WORD.finditer(chunk))))
    tokens: list[Token] = []
    for position, piece in enumerate(pieces):
        tokens.append(Token(stem(piece.form), piece.form, position, piece.form_start, piece.form_end))
        if piece.whole:
            tokens.append(Token(stem(piece.whole), piece.whole, position, piece.start, piece.end, joined=True))
    if _is_compound(chunk, pieces):
        form = "".join(piece.form.lstrip(".") for piece in pieces)[:LONGEST_TERM]
        end = len(chunk) if " " in chunk else pieces[-1].end  # with the last dot of initials
        tokens.insert(1, Token(stem(form), form, 0, pieces[0].start, end, joined=True))
    return tokens


def _piece(match: re.Match[str]) -> _Piece | None:
    kind = match.lastgroup or ""
    if kind == "letters" and ("'" in match[kind] or match.string[match.start() - 1 : match.start()] == "'"):
        return _with_apostrophe(match)
    spelling = match[kind].replace("'", "").replace(",", "")
    form = fold(spelling.replace(".", "") if kind == "initials" else spelling)[:LONGEST_TERM]
    whole = form.replace(".", "") if kind == "number" and _GROUPED(form) else ""
    return _Piece(form, kind, *match.span(), *match.span(), whole) if form else None


def _with_apostrophe(match: re.Match[str]) -> _Piece | None:
    """The piece without an elision before or a suffix after it; None for the suffix of a number."""
    parts = match["letters"].split("'")
    folded = list(map(fold, parts))
    start, end = match.span()
    if match.string[start - 2 : start - 1].isdigit() and apostrophes.is_suffix(folded[0]):
        return None
    core = apostrophes.core(folded)
    form, whole = "".join(folded[core])[:LONGEST_TERM], "".join(folded)[:LONGEST_TERM]
    form_start = start + sum(len(part) + 1 for part in parts[: core.start])
    form_end = end - sum(len(part) + 1 for part in parts[core.stop :])
    whole = "" if whole in {form, *apostrophes.CLASHING} else whole
    return _Piece(form, "letters", start, end, form_start, form_end, whole) if form else None


def _is_compound(chunk: str, pieces: list[_Piece]) -> bool:
    """Whether to join the pieces: not those of dates and number ranges, nor of scripts without spaces.

    A chunk with a space has grouped digits or initials."""
    if " " in chunk:
        return True
    return (
        2 <= len(pieces) <= _MOST_JOINED
        and all(piece.kind != "character" for piece in pieces)
        and any(piece.kind != "number" for piece in pieces)
        and all(chunk[left.end : right.start] in ("", "-", ".", ".-") for left, right in pairwise(pieces))
    )
