"""What a query marks in the texts of its hits."""

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from search.query.syntax import And, Node, Or, Phrase, Prefix, Synonyms, Term, Word
from search.text.highlight import Marks

Leaf = Term | Phrase | Prefix


class FieldMarks(NamedTuple):
    """The marks of each text that is shown."""

    title: Marks
    excerpt: Marks


def marks_of(root: Node, unmet: Container[And] = frozenset()) -> FieldMarks:
    """What in each text can have made an article match: all that is looked for there; nothing that is excluded, nor
    anything of the `alternatives` that it does not meet."""
    leaves = [(leaf, number) for number, word in enumerate(_words(root, unmet)) for leaf in _leaves(word, unmet)]
    return FieldMarks(_marks(leaves, "title"), _marks(leaves, "excerpt"))


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
        case Synonyms(typed, others):
            for child in (typed, *others):
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
        case Synonyms(typed, others):
            for child in (typed, *others):
                yield from _leaves(child, unmet)
        case And(children) | Or(children) if node not in unmet:
            for child in children:
                yield from _leaves(child, unmet)


def _marks(leaves: Sequence[tuple[Leaf, int]], field: str) -> Marks:
    """Of what two words look for, the first has it."""
    here = [(leaf, word) for leaf, word in reversed(leaves) if leaf.field in {None, field}]
    return Marks(
        terms={leaf.text: word for leaf, word in here if isinstance(leaf, Term)},
        phrases={(leaf.terms, leaf.offsets): word for leaf, word in here if isinstance(leaf, Phrase)},
        prefixes={leaf.text: word for leaf, word in here if isinstance(leaf, Prefix)},
    )
