"""Words, phrases and prefixes, analysed, to what finds them: the leaves of a query."""

import re
from collections.abc import Sequence

from search.analysis.analyzer import Token
from search.analysis.folding import UNSPACED
from search.analysis.stemming import shorter_stems
from search.query.nodes import Node, Phrase, Prefix, Term, Word, all_of, any_of

_FEWEST_LETTERS = 2
_CHARACTER = re.compile(f"[{UNSPACED}]").match
_IN_COMPOUND = re.compile(r"[-‐‑_.&]*")
_IN_COMPOUND_OR_SLASH = re.compile(r"[-‐‑_.&/]*")


def phrase(text: str, tokens: Sequence[Token], field: str | None) -> Node | None:
    """What was quoted: its words in their places.  Joined tokens have no part in it: who quotes means it as written."""
    parts = [token for token in tokens if not token.joined]
    typed = text[parts[0].start : parts[-1].end] if parts else None
    if len(parts) < 2:
        return Term(parts[0].term, field, typed) if parts else None
    first = parts[0].position
    return Phrase(tuple(part.term for part in parts), tuple(part.position - first for part in parts), field, typed)


def word(text: str, tokens: Sequence[Token], field: str | None) -> Node | None:
    """What was typed without white space: each compound in it (GPT-4, electrek.co) as its parts in a row or its joined
    term.  Where there are several words (a:b) all must match."""
    return all_of([_whole(text, group, field) for group in _compounds(text, tokens)])


def _whole(text: str, tokens: Sequence[Token], field: str | None) -> Node | None:
    node = any_of(_spellings(text, tokens, field))
    if node is None:
        return None
    typed = text[tokens[0].start : tokens[-1].end]
    return Word(typed, node, tokens[0].form if isinstance(node, Term) else None, field)


def _spellings(text: str, tokens: Sequence[Token], field: str | None) -> list[Node | None]:
    joined = _joined(tokens)
    return [phrase(text, tokens, field), Term(joined.term, field) if joined else None]


def prefix(text: str, tokens: Sequence[Token], field: str | None) -> Node | None:
    """Words that begin as typed; None unless that is one word with two letters or digits.

    The index holds stems, so those that such words may have without beginning so are looked for too.  Where each
    character is a word, a phrase of the first ones is all it takes."""
    if len(tokens) > 1 and all(_CHARACTER(token.form) for token in tokens):
        return phrase(text, tokens, field)
    whole = tokens[0] if len(tokens) == 1 else _joined(tokens)
    if whole is None or sum(map(str.isalnum, whole.form)) < _FEWEST_LETTERS:
        return None
    stems = (Term(stem, field) for stem in shorter_stems(whole.form))
    node = any_of((phrase(text, tokens, field) if whole.joined else None, Prefix(whole.form, field), *stems))
    return Word(text, node, None, field) if node else None


def _joined(tokens: Sequence[Token]) -> Token | None:
    """The token that stands for all the others, if one does."""
    return next((t for t in tokens if t.joined and (t.start, t.end) == (tokens[0].start, tokens[-1].end)), None)


def _compounds(text: str, tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens by what is one word to a reader.  A slash holds plain words together (I/O, 24/7), not compounds."""
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
