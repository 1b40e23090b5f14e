"""Query text to lexemes: words, phrases, parentheses and operators, each only where it can mean something.

What is out of place becomes a word, or goes with a warning, so that the parser after it has nothing left to refuse.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from search.text import FIELDS

SCOPES = {"title": "title", "excerpt": "excerpt", "topic": "topics", "provider": "provider"}
DEEPEST = 20

assert set(SCOPES.values()) == set(FIELDS)


class Kind(Enum):
    """What a lexeme is."""

    WORD = auto()
    PHRASE = auto()
    SCOPE = auto()
    MINUS = auto()
    NOT = auto()
    AND = auto()
    OR = auto()
    OPEN = auto()
    CLOSE = auto()


class Lexeme(NamedTuple):
    """`text` is a word as typed, a phrase without its quotes, a scope's field."""

    kind: Kind
    text: str


_QUOTES = '"“”„‟«»＂'
_LEXEME = re.compile(
    rf"""
      (?P<PHRASE> [{_QUOTES}] (?P<quoted>[^{_QUOTES}]*+) [{_QUOTES}] )
    | (?P<LONE> [{_QUOTES}] )
    | (?P<OPEN> \( ) | (?P<CLOSE> \) )
    | (?P<MINUS> -(?=[^\s()-]|\() )
    | (?P<SCOPE> (?i:{"|".join(SCOPES)}):(?=[^\s)]) )
    | (?P<WORD> [^\s()]++ (?: \([^\s()]*+\) [^\s()]*+ )*+ )      # with its own parentheses, as in 401(k)
    """,
    re.VERBOSE,
)
_OPERATORS = {"NOT": Kind.NOT, "AND": Kind.AND, "OR": Kind.OR}
_RUNS = ((Kind.NOT,), (Kind.AND,), (Kind.OR,), (Kind.AND, Kind.NOT), (Kind.OR, Kind.NOT))
_ENDS = (Kind.WORD, Kind.PHRASE, Kind.CLOSE)
_STARTS = (Kind.WORD, Kind.PHRASE, Kind.SCOPE, Kind.OPEN)


def lexemes(text: str, warnings: list[str]) -> list[Lexeme]:
    """The lexemes of a query; says in `warnings` what was not read as it may have been meant."""
    return list(_operators_in_place(_balanced(list(_scanned(text, warnings)), warnings), warnings))


def _scanned(text: str, warnings: list[str]) -> Iterator[Lexeme]:
    """Lexemes as they stand.  A scope or a minus holds for what follows at once, so no other may follow it."""
    before: Kind | None = None
    position = 0
    while match := _LEXEME.search(text, position):
        name, position = match.lastgroup or "", match.end()
        if name == "quoted":
            name = "PHRASE"
        if name == "LONE":
            warnings.append("A quotation mark without its partner was ignored.")
            continue
        glued = before in (Kind.SCOPE, Kind.MINUS)
        if name == "SCOPE" and before is not Kind.SCOPE:
            lexeme = Lexeme(Kind.SCOPE, SCOPES[match[0][:-1].lower()])
        elif name in ("SCOPE", "WORD") or (name == "MINUS" and glued):
            word = _LEXEME_WORD.match(text, match.start())
            ...
        yield lexeme
        before = lexeme.kind
