"""What a query marks in the texts of its hits."""

from collections.abc import Iterator
from typing import NamedTuple

from search.query.syntax import And, Node, Or, Phrase, Prefix, Synonyms, Term, Word
from search.text.highlight import Marks


class FieldMarks(NamedTuple):
    """The marks of each text that is shown."""

    title: Marks
    excerpt: Marks


def marks_of(root: Node) -> FieldMarks:
    """What in each text can have made an article match: all that is looked for there, nothing that is excluded."""
    leaves = tuple(_leaves(root))
    return FieldMarks(_marks(leaves, "title"), _marks(leaves, "excerpt"))


def _leaves(node: Node) -> Iterator[Term | Phrase | Prefix]:
    match node:
        case Term() | Phrase() | Prefix():
            yield node
        case Word(child=child):
            yield from _leaves(child)
        case Synonyms(typed, others):
            for child in (typed, *others):
                yield from _leaves(child)
        case And(children) | Or(children):
            for child in children:
                yield from _leaves(child)


def _marks(leaves: tuple[Term | Phrase | Prefix, ...], field: str) -> Marks:
    here = [leaf for leaf in leaves if leaf.field is None or leaf.field == field]
    return Marks(
        terms=frozenset(leaf.text for leaf in here if isinstance(leaf, Term)),
        phrases=tuple(dict.fromkeys((leaf.terms, leaf.offsets) for leaf in here if isinstance(leaf, Phrase))),
        prefixes=tuple(dict.fromkeys(leaf.text for leaf in here if isinstance(leaf, Prefix))),
    )
