"""Splits query text into lexemes: words, phrases, scopes, parentheses and operators.

The lexemes have balanced parentheses and an operand on each side of an operator.  Other syntax becomes a word or is
dropped, with a warning, so the parser accepts every text.
"""

import re
from collections.abc import Iterator
from enum import Enum
from itertools import groupby
from typing import NamedTuple

from search.query.leaf_nodes import UNITS
from search.schema import SCHEMA

SCOPES = SCHEMA.scopes
"""The name of a scope in a query → the field."""

MAX_DEPTH = 20
"""Parentheses nested deeper than this are ignored."""


class Kind(Enum):
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
    """`text` is the query text; for a phrase, without its quotation marks; for a scope, the field."""

    kind: Kind
    text: str


QUOTES = '"“”„‟«»＂'
_NO_QUOTES = dict.fromkeys(map(ord, QUOTES), " ")
_LEXEME = re.compile(
    rf"""
      (?P<phrase> [{QUOTES}][^{QUOTES}]*+[{QUOTES}] )
    | (?P<unpaired> [{QUOTES}] )
    | (?P<sign> [()] | (?<![^\s(])-(?=[^\s()-]|\() | (?<![^\s()])(?:AND|OR|NOT)(?![^\s()]) )
    | (?P<scope> (?<![^\s(-])(?i:{"|".join(SCOPES)}):(?=[^\s)]) )
    | (?P<spaced> (?<![^\s(-]) (?: [^\W\d_]\.(?:\s+[^\W\d_]\.)+ | \d{{1,3}}(?:\s+\d{{3}})+
                                | \d+(?:\.\d+)*\s+(?i:{UNITS}) ) (?![^\s)]) )                # J. R. R., 100 000, 65 W
    | (?P<word> [^\s()]++(?:\([^\s()]*+\)[^\s()]*+)* )            # may contain parentheses, as in 401(k)
    """,
    re.VERBOSE,
)
_OPERATOR = re.compile(r"(?<![^\s()])(?:AND|OR|NOT)(?![^\s()])")
_OPERATOR_IN_GROUP = re.compile(rf"\((?:[^()]*\s)?{_OPERATOR.pattern}").search
_HEADLINE_WORDS = 4
_LETTERS_ONLY = re.compile(r"[\['‘’¿¡]*([^\W\d_]+(?:-[^\W\d_]+)*)(?:['’][sS])?[\]'’.,;:!?…]*").fullmatch
_OPERATORS = (Kind.AND, Kind.OR, Kind.NOT)
_OPERATOR_RUNS = ((Kind.NOT,), (Kind.AND,), (Kind.OR,), (Kind.AND, Kind.NOT), (Kind.OR, Kind.NOT))
_OPERAND_ENDS = (Kind.WORD, Kind.PHRASE, Kind.CLOSE)
_OPERAND_STARTS = (Kind.WORD, Kind.PHRASE, Kind.SCOPE, Kind.OPEN)


def lexemes(text: str, warnings: list[str]) -> list[Lexeme]:
    """The lexemes of a query; adds to `warnings` for each correction of its syntax."""
    if text != (text := operators_as_words(text)):
        warnings.append("The query is in capitals, so AND, OR and NOT were read as words.")
    return _operators_between_operands(_balanced(list(_scanned(text, warnings)), warnings), warnings)


def operators_as_words(text: str) -> str:
    """The text, with AND, OR and NOT in lower case if it is a headline in capitals.

    Such a text has no small letter, four words or more besides these, and none of these in parentheses."""
    if not text.isupper() or _OPERATOR_IN_GROUP(text):
        return text
    words = [word for word in _OPERATOR.sub(" ", text).split() if any(map(str.isalnum, word))]
    return text if len(words) < _HEADLINE_WORDS else _OPERATOR.sub(lambda operator: operator[0].lower(), text)


def plain_words(text: str) -> list[tuple[int, int]]:
    """The start and end of each plain word, without surrounding punctuation; hyphens separate words.

    Plain words have letters only and are not quoted, scoped, excluded or prefixes."""
    spans: list[tuple[int, int]] = []
    excluding, depth = False, 0  # depth of parentheses within an excluded group
    previous = ""
    for match in _LEXEME.finditer(text):
        sign = match[0] if match.lastgroup == "sign" else ""
        if sign in {"-", "NOT"} and not depth:
            excluding = True
        elif excluding and sign in {"(", ")"}:
            depth += 1 if sign == "(" else -1
            excluding = depth > 0
        elif match.lastgroup in {"word", "spaced", "phrase"} and not depth:
            letters = _LETTERS_ONLY(match[0]) if match.lastgroup == "word" else None
            if letters and not excluding and previous != "scope":
                parts = re.finditer("[^-]+", letters[1])
                start = match.start() + letters.start(1)
                spans += ((start + part.start(), start + part.end()) for part in parts)
            excluding = False
        previous = match.lastgroup or ""
    return spans


def _scanned(text: str, warnings: list[str]) -> Iterator[Lexeme]:
    for match in _LEXEME.finditer(text):
        match match.lastgroup:
            case "unpaired":
                warnings.append("A quotation mark without its partner was ignored.")
            case "phrase":
                yield Lexeme(Kind.PHRASE, match[0][1:-1])
            case "scope":
                yield Lexeme(Kind.SCOPE, SCOPES[match[0][:-1].lower()])
            case "sign":
                yield Lexeme(Kind(match[0]), match[0])
            case _:
                yield Lexeme(Kind.WORD, match[0])


def _balanced(lexemes: list[Lexeme], warnings: list[str]) -> list[Lexeme]:
    """The lexemes without unpaired parentheses and those nested deeper than `MAX_DEPTH`."""
    opened: list[int] = []
    unpaired: set[int] = set()
    too_deep: set[int] = set()
    for i, lexeme in enumerate(lexemes):
        if lexeme.kind is Kind.OPEN:
            opened.append(i)
        elif lexeme.kind is Kind.CLOSE and not opened:
            unpaired.add(i)
        elif lexeme.kind is Kind.CLOSE:
            if len(opened) > MAX_DEPTH:
                too_deep |= {opened[-1], i}
            opened.pop()
    unpaired.update(opened)
    if unpaired:
        warnings.append("A parenthesis without its partner was ignored.")
    if too_deep:
        warnings.append(f"Parentheses more than {MAX_DEPTH} deep were ignored.")
    return [lexeme for i, lexeme in enumerate(lexemes) if i not in unpaired and i not in too_deep]


def _operators_between_operands(lexemes: list[Lexeme], warnings: list[str]) -> list[Lexeme]:
    """The lexemes, with operators that lack an operand changed to words."""
    result: list[Lexeme] = []
    end = 0
    for is_operator, group in groupby(lexemes, key=lambda lexeme: lexeme.kind in _OPERATORS):
        run = list(group)
        end += len(run)
        if is_operator and not _has_operands(run, result[-1:], lexemes[end : end + 1]):
            warnings.append("AND, OR and NOT were read as words where they have nothing to join.")
            run = [Lexeme(Kind.WORD, lexeme.text) for lexeme in run]
        result += run
    return result


def _has_operands(run: list[Lexeme], before: list[Lexeme], after: list[Lexeme]) -> bool:
    kinds = tuple(lexeme.kind for lexeme in run)
    has_left = run[0].kind is Kind.NOT or any(lexeme.kind in _OPERAND_ENDS for lexeme in before)
    has_right = any(
        lexeme.kind in _OPERAND_STARTS or (lexeme.kind is Kind.MINUS and kinds[-1] is not Kind.NOT) for lexeme in after
    )
    return kinds in _OPERATOR_RUNS and has_left and has_right


def as_phrase(text: str) -> str:
    """The query for articles that contain the text as a phrase."""
    return f'"{text.translate(_NO_QUOTES).strip()}"'


def requiring(text: str, word: str) -> str | None:
    """The query with one of its words in quotation marks, which makes that word required.

    `word` is given as in `Hit.missing`.  None if it is only a part of a word of the query, or a prefix: quotation marks
    would disable its `*`."""
    for match in _LEXEME.finditer(text):
        before, part, after = match[0].partition(word)
        is_whole = part and "*" not in match[0] and not any(map(str.isalnum, before + after))
        if match.lastgroup in {"word", "spaced"} and is_whole:
            return text[: match.start()] + as_phrase(match[0]) + text[match.end() :]
    return None
