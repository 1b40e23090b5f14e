"""Selects the terms of a query to highlight in the texts of a hit."""

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from search.analysis.highlighter import HighlightTerms
from search.query.nodes import And, Leaf, Node, Not, Or, Phrase, Prefix, Synonyms, Term, Word


class FieldHighlightTerms(NamedTuple):
    title: HighlightTerms
    excerpt: HighlightTerms


def highlight_terms(root: Node, unmet: Container[And] = frozenset()) -> FieldHighlightTerms:
    """The terms that an article can match by.  `unmet` are the `alternatives` that the article does not match."""
    numbered = [(leaf, number) for number, word in enumerate(_words(root, unmet)) for leaf in leaves(word, unmet)]
    title, excerpt = _field_terms(numbered, "title"), _field_terms(numbered, "excerpt")
    return FieldHighlightTerms(title, title if excerpt == title else excerpt)  # equal ones share what they cache


def alternatives(node: Node, required: bool = True) -> Iterator[And]:
    """The `And` nodes below an `Or` or `Synonyms`: an article may match another child instead."""
    match node:
        case And(children):
            if not required:
                yield node
            for child in children:
                yield from alternatives(child, required)
        case Or(children):
            for child in children:
                yield from alternatives(child, required=False)
        case Synonyms(original, synonyms):
            for child in (original, *synonyms):
                yield from alternatives(child, required=False)
        case Word(child=child):
            yield from alternatives(child, required)


def _words(node: Node, unmet: Container[And]) -> Iterator[Node]:
    """The included words and phrases."""
    match node:
        case Word() | Term() | Phrase() | Prefix() | Synonyms():
            yield node
        case And(children) | Or(children) if node not in unmet:
            for child in children:
                yield from _words(child, unmet)


def leaves(node: Node, unmet: Container[And] = frozenset()) -> Iterator[Leaf]:
    """The terms, phrases and prefixes of a node, with those of synonyms and of what is excluded."""
    match node:
        case Term() | Phrase() | Prefix():
            yield node
        case Word(child=child) | Not(child):
            yield from leaves(child, unmet)
        case Synonyms(original, synonyms):
            for child in (original, *synonyms):
                yield from leaves(child, unmet)
        case And(children) | Or(children) if node not in unmet:
            for child in children:
                yield from leaves(child, unmet)


def _field_terms(numbered: Sequence[tuple[Leaf, int]], field: str) -> HighlightTerms:
    """The leaves of the field, each with its word's number; a leaf of two words belongs to the first."""
    in_field = [(leaf, word) for leaf, word in reversed(numbered) if leaf.field in {None, field}]
    return HighlightTerms(
        terms={leaf.text: word for leaf, word in in_field if isinstance(leaf, Term)},
        phrases={(leaf.terms, leaf.offsets): word for leaf, word in in_field if isinstance(leaf, Phrase)},
        prefixes={leaf.text: word for leaf, word in in_field if isinstance(leaf, Prefix)},
    )
