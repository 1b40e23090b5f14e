"""Makes the leaves of a query tree: nodes for one analyzed word, phrase or prefix."""

import re
from collections.abc import Sequence

from search.analysis.analyzer import Token
from search.analysis.folding import UNSPACED
from search.analysis.stemming import shorter_stems
from search.query.nodes import Node, Phrase, Prefix, Term, Word, all_of, any_of

_MIN_PREFIX_CHARACTERS = 2
_UNSPACED_CHARACTER = re.compile(f"[{UNSPACED}]").match
_IN_COMPOUND = re.compile(r"[-‐‑_.&]*")
_IN_COMPOUND_OR_SLASH = re.compile(r"[-‐‑_.&/]*")


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


def _one_word(text: str, tokens: Sequence[Token], field: str | None) -> Node | None:
    joined = _joined(tokens)
    node = any_of((phrase(text, tokens, field), Term(joined.term, field) if joined else None))
    if node is None:
        return None
    source = text[tokens[0].start : tokens[-1].end]
    return Word(source, node, tokens[0].form if isinstance(node, Term) else None, field)


def prefix(text: str, tokens: Sequence[Token], field: str | None) -> Node | None:
    """The node of a prefix; None unless that is one word with at least two letters or digits.

    The index holds stems, so the node also matches stems shorter than the prefix that words with this prefix have.  In
    scripts without spaces each character is a word, so a prefix is a phrase."""
    if len(tokens) > 1 and all(_UNSPACED_CHARACTER(token.form) for token in tokens):
        return phrase(text, tokens, field)
    whole = tokens[0] if len(tokens) == 1 else _joined(tokens)
    if whole is None or sum(map(str.isalnum, whole.form)) < _MIN_PREFIX_CHARACTERS:
        return None
    stems = (Term(stem, field) for stem in shorter_stems(whole.form))
    node = any_of((phrase(text, tokens, field) if whole.joined else None, Prefix(whole.form, field), *stems))
    return Word(text, node, None, field) if node else None


def _joined(tokens: Sequence[Token]) -> Token | None:
    """The token that joins all the others, if there is one."""
    return next((t for t in tokens if t.joined and (t.start, t.end) == (tokens[0].start, tokens[-1].end)), None)


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
