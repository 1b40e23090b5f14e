"""Makes the leaves of a query tree: nodes for one analyzed word, phrase or prefix."""

import re
from collections.abc import Iterator, Sequence

from search.analysis.analyzer import Token
from search.analysis.folding import UNSPACED
from search.analysis.stemming import shorter_stems
from search.analysis.tokenizer import HYPHENS
from search.query.nodes import Node, Or, Phrase, Prefix, Term, Word, all_of, any_of

UNITS = "[b-df-hk-mptvwx]"
"""Letters that are read as the unit of the number before them (65 W)."""

_MIN_PREFIX_CHARACTERS = 2
_UNSPACED_CHARACTER = re.compile(f"[{UNSPACED}]").match
_WITH_UNIT = re.compile(rf"(\d[\d.]*)({UNITS})").fullmatch
_IN_COMPOUND = re.compile(rf"[-.&{HYPHENS}]*")
_IN_COMPOUND_OR_SLASH = re.compile(rf"[-.&/{HYPHENS}]*")


def phrase(text: str, tokens: Sequence[Token], field: str | None) -> Node | None:
    """The node of a quoted text: a phrase, or a term if it has one word.

    Joined tokens are left out: a quoted compound matches only as it is written."""
    parts = [token for token in tokens if not token.joined]
    source = text[parts[0].start : parts[-1].end] if parts else None
    if len(parts) < 2:
        return Term(parts[0].term, field, source) if parts else None
    first = parts[0].position
    return Phrase(tuple(part.term for part in parts), tuple(part.position - first for part in parts), field, source)


def word(text: str, tokens: Sequence[Token], field: str | None) -> Node | None:
    """The node of a text without white space.  All its words must match if there are several (a:b).

    A compound (GPT-4, electrek.co) is one word: it matches as a phrase of its parts or by its joined term."""
    return all_of([_one_word(text, compound, field) for compound in _compounds(text, tokens)])


def spaced_word(
    text: str, tokens: Sequence[Token], without_spaces: Sequence[tuple[str, int]], field: str | None
) -> Node | None:
    """The node of grouped digits, of initials, or of a number and its unit: all parts, or the text without spaces."""
    parts = all_of(dict.fromkeys(Term(token.term, field) for token in tokens if not token.joined))
    if parts is None:
        return None
    return Word(text, Or((parts, *(Term(term, field) for term, _ in without_spaces))), None, field)


def _one_word(text: str, tokens: Sequence[Token], field: str | None) -> Node | None:
    node = any_of((phrase(text, tokens, field), *_spellings(tokens, field)))
    if node is None:
        return None
    source = text[min(token.start for token in tokens) : max(token.end for token in tokens)]
    return Word(source, node, tokens[0].form if _is_single(tokens) else None, field)


def _spellings(tokens: Sequence[Token], field: str | None) -> Iterator[Node]:
    """The other spellings of a word: joined, or with a space before the unit (65W)."""
    if joined := _joined(tokens):
        yield Term(joined.term, field)
    elif unit := _WITH_UNIT(tokens[0].form):
        yield Phrase((unit[1], unit[2]), (0, 1), field)


def prefix(text: str, tokens: Sequence[Token], field: str | None) -> Node | None:
    """The node of a prefix; None unless that is one word with at least two letters or digits.

    The index holds stems, so the node also matches stems shorter than the prefix that words with this prefix have.  In
    scripts without spaces each character is a word, so a prefix is a phrase."""
    if len(tokens) > 1 and all(_UNSPACED_CHARACTER(token.form) for token in tokens):
        return phrase(text, tokens, field)
    spellings = tokens if _is_single(tokens) else [joined] if (joined := _joined(tokens)) else []
    if not spellings or sum(map(str.isalnum, spellings[0].form)) < _MIN_PREFIX_CHARACTERS:
        return None
    parts = None if _is_single(tokens) else phrase(text, tokens, field)
    prefixes = (Prefix(token.form, field) for token in spellings)
    stems = (Term(stem, field) for token in spellings for stem in shorter_stems(token.form))
    node = any_of(dict.fromkeys((parts, *prefixes, *stems)))
    return Word(text, node, None, field) if node else None


def _is_single(tokens: Sequence[Token]) -> bool:
    """Whether the tokens are spellings of one word."""
    return len({token.position for token in tokens}) == 1


def _joined(tokens: Sequence[Token]) -> Token | None:
    """The token that joins all the others, if there is one."""
    if not tokens:
        return None
    start, end = min(token.start for token in tokens), max(token.end for token in tokens)
    return next((token for token in tokens if token.joined and (token.start, token.end) == (start, end)), None)


def _compounds(text: str, tokens: Sequence[Token]) -> list[list[Token]]:
    """Groups the tokens by compound.  A slash joins plain words (I/O, 24/7) but not compounds."""
    glue = _IN_COMPOUND if any(token.joined for token in tokens) else _IN_COMPOUND_OR_SLASH
    groups: list[list[Token]] = []
    end = 0
    for token in tokens:
        if token.joined or (groups and glue.fullmatch(text, end, token.start)):
            groups[-1].append(token)
        else:
            groups.append([token])
        end = end if token.joined else token.end
    return groups
