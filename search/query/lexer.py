"""Query text to lexemes: words, phrases, parentheses and operators, each only where it can mean something.

What is out of place becomes a word or goes, with a warning, so that the parser after it has nothing left to refuse.
"""

import re
from collections.abc import Iterator
from enum import Enum
from itertools import groupby
from typing import NamedTuple

SCOPES = {"title": "title", "excerpt": "excerpt", "topic": "topics", "provider": "provider"}
"""What readers write before a colon → the field meant."""

DEEPEST = 20
"""Parentheses within each other beyond this many are ignored."""


class Kind(Enum):
    """What a lexeme is."""

    WORD = "word"
    PHRASE = "phrase"
    SCOPE = "scope"
    MINUS = "-"
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"


class Lexeme(NamedTuple):
    """`text` as typed, but a phrase's without its quotes and for a scope the field."""

    kind: Kind
    text: str


QUOTES = '"“”„‟«»＂'
_NO_QUOTES = dict.fromkeys(map(ord, QUOTES), " ")
_LEXEME = re.compile(
    rf"""
      (?P<phrase> [{QUOTES}][^{QUOTES}]*+[{QUOTES}] )
    | (?P<lone> [{QUOTES}] )
    | (?P<sign> [()] | (?<![^\s(])-(?=[^\s()-]|\() | (?<![^\s()])(?:AND|OR|NOT)(?![^\s()]) )
    | (?P<scope> (?<![^\s(-])(?i:{"|".join(SCOPES)}):(?=[^\s)]) )
    | (?P<word> [^\s()]++(?:\([^\s()]*+\)[^\s()]*+)*+ )           # with parentheses of its own, as in 401(k)
    """,
    re.VERBOSE,
)
_LETTERS_ALONE = re.compile(r"[\['‘’¿¡]*([^\W\d_]+(?:-[^\W\d_]+)*)(?:['’][sS])?[\]'’.,;:!?…]*").fullmatch
_OPERATORS = (Kind.AND, Kind.OR, Kind.NOT)
_RUNS = ((Kind.NOT,), (Kind.AND,), (Kind.OR,), (Kind.AND, Kind.NOT), (Kind.OR, Kind.NOT))
_ENDS = (Kind.WORD, Kind.PHRASE, Kind.CLOSE)
_BEGINNINGS = (Kind.WORD, Kind.PHRASE, Kind.SCOPE, Kind.OPEN)


def lexemes(text: str, warnings: list[str]) -> list[Lexeme]:
    """The lexemes of a query, parentheses balanced, operators between operands; adds to `warnings` what was not so."""
    return _operators_in_place(_balanced(list(_scanned(text, warnings)), warnings), warnings)


def plain_words(text: str) -> list[tuple[int, int]]:
    """Where the words stand that are letters alone, but for punctuation around them and hyphens between them: none that
    is quoted, scoped, cut off by a star, or taken away by a minus or NOT."""
    found: list[tuple[int, int]] = []
    passing, depth = False, 0  # over what is taken away: a word, or all up to the closing parenthesis
    before = ""
    for match in _LEXEME.finditer(text):
        sign = match[0] if match.lastgroup == "sign" else ""
        if sign in {"-", "NOT"} and not depth:
            passing = True
        elif passing and sign in {"(", ")"}:
            depth += 1 if sign == "(" else -1
            passing = depth > 0
        elif match.lastgroup in {"word", "phrase"} and not depth:
            letters = _LETTERS_ALONE(match[0]) if match.lastgroup == "word" else None
            if letters and not passing and before != "scope":
                parts = re.finditer("[^-]+", letters[1])
                begin = match.start() + letters.start(1)
                found += ((begin + part.start(), begin + part.end()) for part in parts)
            passing = False
        before = match.lastgroup or ""
    return found


def _scanned(text: str, warnings: list[str]) -> Iterator[Lexeme]:
    for match in _LEXEME.finditer(text):
        match match.lastgroup:
            case "lone":
                warnings.append("A quotation mark without its partner was ignored.")
            case "phrase":
                yield Lexeme(Kind.PHRASE, match[0][1:-1])
            case "scope":
                yield Lexeme(Kind.SCOPE, SCOPES[match[0][:-1].lower()])
            case "sign":
                yield Lexeme(Kind(match[0]), match[0])
            case _:
                yield Lexeme(Kind.WORD, match[0])


def _balanced(found: list[Lexeme], warnings: list[str]) -> list[Lexeme]:
    """Without the parentheses that have no partner or stand too deep."""
    opened: list[int] = []
    lone: set[int] = set()
    deep: set[int] = set()
    for place, lexeme in enumerate(found):
        if lexeme.kind is Kind.OPEN:
            opened.append(place)
        elif lexeme.kind is Kind.CLOSE and not opened:
            lone.add(place)
        elif lexeme.kind is Kind.CLOSE:
            if len(opened) > DEEPEST:
                deep |= {opened[-1], place}
            opened.pop()
    lone.update(opened)
    if lone:
        warnings.append("A parenthesis without its partner was ignored.")
    if deep:
        warnings.append(f"Parentheses more than {DEEPEST} deep were ignored.")
    return [lexeme for place, lexeme in enumerate(found) if place not in lone and place not in deep]


def _operators_in_place(found: list[Lexeme], warnings: list[str]) -> list[Lexeme]:
    """Operators become words where they do not join or negate anything: at the ends, in heaps, before a minus."""
    result: list[Lexeme] = []
    place = 0
    for is_operator, group in groupby(found, key=lambda lexeme: lexeme.kind in _OPERATORS):
        run = list(group)
        place += len(run)
        if is_operator and not _joins(run, result[-1:], found[place : place + 1]):
            warnings.append("AND, OR and NOT were read as words where they have nothing to join.")
            run = [Lexeme(Kind.WORD, lexeme.text) for lexeme in run]
        result += run
    return result


def _joins(run: list[Lexeme], before: list[Lexeme], after: list[Lexeme]) -> bool:
    kinds = tuple(lexeme.kind for lexeme in run)
    follows = run[0].kind is Kind.NOT or any(lexeme.kind in _ENDS for lexeme in before)
    leads = any(
        lexeme.kind in _BEGINNINGS or (lexeme.kind is Kind.MINUS and kinds[-1] is not Kind.NOT) for lexeme in after
    )
    return kinds in _RUNS and follows and leads


def as_phrase(text: str) -> str:
    """The query that finds articles in which this text stands as it is."""
    return f'"{text.translate(_NO_QUOTES).strip()}"'


def requiring(text: str, word: str) -> str | None:
    """The query with this word of it in quotation marks, so that no article may lack it.

    None where the word, as `Hit.missing` names it, does not stand alone, or ends in the `*` that quotes would undo."""
    for match in _LEXEME.finditer(text):
        before, found, after = match[0].partition(word)
        alone = found and "*" not in match[0] and not any(map(str.isalnum, before + after))
        if match.lastgroup == "word" and alone:
            return text[: match.start()] + as_phrase(match[0]) + text[match.end() :]
    return None
