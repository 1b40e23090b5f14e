"""Reads the text typed so far: its last word, and the words that the last word must follow."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from search.analysis.analyzer import tokens
from search.analysis.folding import fold
from search.analysis.tokenizer import APOSTROPHES, Token
from search.query.lexer import QUOTES, SCOPES

_LAST_WORD = re.compile(r"(.*?[\s(\"“”:-])?([^\s(\"“”:-]*)", re.DOTALL).fullmatch
_LAST_COMPOUND = re.compile(r"(.*?[\s(\"“”:])?([^\s(\"“”:]*\w-[^\s(\"“”:]*)", re.DOTALL).fullmatch
_SIGNS = re.compile(rf"^[^\w.]+|[{APOSTROPHES}][Ss]?$")
"""The analyzer ignores these before a word (@OpenAI, #robots, ‘AI), and a possessive after it."""
_SYNTAX = re.compile(rf"[{QUOTES}()]|(?<!\S)(?:AND|OR|NOT)(?!\S)|(?<![^\s(])-(?!\s)|(?<!\S)(?i:{'|'.join(SCOPES)}):")
_EXCLUDING = re.compile(r"(?:.*[\s(])?(?:-|NOT\s+)(?:\w+:)?", re.DOTALL).fullmatch
_SCOPED = re.compile(rf"(?:.*[\s(-])?({'|'.join(SCOPES)}):", re.DOTALL | re.IGNORECASE).fullmatch


class TypedText(NamedTuple):
    """The text of a query that is being typed."""

    head: str
    """the text before the last word"""
    last: str
    """the last word, folded; empty after a space"""
    run: tuple[Token, ...]
    """the plain words before the last word, back to the last syntax; their offsets are in `head`"""
    field: str | None
    """the scope of the last word"""
    excluded: bool
    closing_quote: str
    compound: str = ""
    """the last word as it was typed, folded, if it has a hyphen; `last` is then without it"""


def readings(text: str) -> Iterator[TypedText]:
    """The text with a hyphen between its last words (self-dri: self, dri), and within its last word (selfdri)."""
    if parts := _LAST_WORD(text):
        yield _typed(parts[1] or "", parts[2])
    if parts := _LAST_COMPOUND(text):
        yield _typed(parts[1] or "", parts[2])


def _typed(head: str, last: str) -> TypedText:
    last = fold(_SIGNS.sub("", last))
    scope = _SCOPED(head)
    return TypedText(
        head,
        last.replace("-", ""),
        run=_run(head),
        field=SCOPES[scope[1].lower()] if scope else None,
        excluded=bool(last) and _EXCLUDING(head) is not None,
        closing_quote='"' * (sum(map(head.count, QUOTES)) % 2),
        compound=last if "-" in last else "",
    )


def _run(head: str) -> tuple[Token, ...]:
    syntax = max((match.end() for match in _SYNTAX.finditer(head)), default=0)
    return tuple(
        token._replace(start=token.start + syntax, end=token.end + syntax)
        for token in tokens(head[syntax:])
        if not token.joined
    )
