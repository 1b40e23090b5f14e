"""What a query marks in the texts of its hits."""

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from search.analysis.highlighter import HighlightTerms
from search.query.nodes import And, Node, Or, Phrase, Prefix, Synonyms, Term, Word

Leaf = Term | Phrase | Prefix


class FieldHighlightTerms(NamedTuple):
    """The marks of each text that is shown."""

    title: HighlightTerms
    excerpt: HighlightTerms


def marks_of(root: Node, unmet: Container[And] = frozenset()) -> FieldHighlightTerms:
    """What in each text can have made an article match: all that is looked for there; nothing that is excluded, nor
    anything of the `alternatives` that it does not meet."""
    leaves = [(leaf, number) for number, word in enumerate(_words(root, unmet)) for leaf in _leaves(word, unmet)]
    return FieldHighlightTerms(_marks(leaves, "title"), _marks(leaves, "excerpt"))


def alternatives(node: Node, alone: bool = True) -> Iterator[And]:
    """Of what must come together, that which need not: an article may have something else in its place."""
    match node:
        case And(children):
            if not alone:
                yield node
            for child in children:
                yield from alternatives(child, alone)
        case Or(children):
            for child in children:
                yield from alternatives(child, alone=False)
        case Synonyms(original, synonyms):
            for child in (original, *synonyms):
                yield from alternatives(child, alone=False)
        case Word(child=child):
            yield from alternatives(child, alone)


def _words(node: Node, unmet: Container[And]) -> Iterator[Node]:
    """The words and phrases that are looked for."""
    match node:
        case Word() | Term() | Phrase() | Prefix() | Synonyms():
            yield node
        case And(children) | Or(children) if node not in unmet:
            for child in children:
                yield from _words(child, unmet)


def _leaves(node: Node, unmet: Container[And]) -> Iterator[Leaf]:
    match node:
        case Term() | Phrase() | Prefix():
            yield node
        case Word(child=child):
            yield from _leaves(child, unmet)
        case Synonyms(original, synonyms):
            for child in (original, *synonyms):
                yield from _leaves(child, unmet)
        case And(children) | Or(children) if node not in unmet:
            for child in children:
                yield from _leaves(child, unmet)


def _marks(leaves: Sequence[tuple[Leaf, int]], field: str) -> HighlightTerms:
    """Of what two words look for, the first has it."""
    here = [(leaf, word) for leaf, word in reversed(leaves) if leaf.field in {None, field}]
    return HighlightTerms(
        terms={leaf.text: word for leaf, word in here if isinstance(leaf, Term)},
        phrases={(leaf.terms, leaf.offsets): word for leaf, word in here if isinstance(leaf, Phrase)},
        prefixes={leaf.text: word for leaf, word in here if isinstance(leaf, Prefix)},
    )
