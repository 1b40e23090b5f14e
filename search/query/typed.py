"""The words of a query as they were typed: which there are, which may be lacking, which stand side by side."""

from collections.abc import Iterator
from itertools import pairwise

from search.query.syntax import And, Everything, Node, Not, Or, Synonyms, Term, Word


def words(node: Node) -> Iterator[Word]:
    """Every word that is looked for, in the order of the query; of a row of words with a synonym each, without it."""
    match node:
        case Word(child=Synonyms(typed=And() as row)):
            yield from words(row)
        case Word():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from words(child)


def term_of(word: Word) -> Term | None:
    """The term of a plain word; None where there is none, or several ways of writing it."""
    child = word.child.typed if isinstance(word.child, Synonyms) else word.child
    return child if isinstance(child, Term) else None


def neighbours(root: Node) -> list[tuple[Term, Term]]:
    """The terms of plain words that stand side by side in the query, in their order."""
    rows: list[list[Term | None]] = []
    for child in root.children if isinstance(root, And) else (root,):
        inner = list(words(child)) if isinstance(child, Word) else [child]
        rows.append([term_of(each) if isinstance(each, Word) else None for each in inner])
    row = [term for each in rows for term in each]
    return [(a, b) for a, b in pairwise(row) if a is not None and b is not None]


def free_words(root: Node) -> tuple[Word, ...]:
    """The words that an article may lack: those that stand by themselves, unscoped, beside others."""
    if not isinstance(root, And):
        return ()
    free = tuple(dict.fromkeys(c for c in root.children if isinstance(c, Word) and c.field is None))
    return free if len(root.children) - sum(isinstance(c, Not | Everything) for c in root.children) > 1 else ()


def loosened(root: Node) -> Node:
    """The query of which any of the free words is enough, if there are any."""
    free = free_words(root)
    if not free or not isinstance(root, And):
        return root
    some = Or(free) if len(free) > 1 else free[0]
    required = tuple(child for child in root.children if child not in free)
    return And((*required, some)) if required else some
