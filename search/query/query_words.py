"""The words of a query as they were typed: which there are, which may be lacking, which stand side by side."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from search.analysis.function_words import FUNCTION_WORDS
from search.query.nodes import And, Everything, Node, Not, Or, Phrase, Synonyms, Term, Word


def words(node: Node) -> Iterator[Word]:
    """Every word that is looked for, in the order of the query, equal ones side by side once; of a row of words with a
    synonym each, without it."""
    match node:
        case Word(child=Synonyms(typed=And() as row)):
            yield from words(row)
        case Word():
            yield node
        case And(children) | Or(children):
            for child in dict.fromkeys(children):
                yield from words(child)


def is_scored(node: Node) -> bool:
    """Whether there is anything to be relevant to: to have all articles, or all but some, is nothing."""
    match node:
        case Everything() | Not():
            return False
        case And(children) | Or(children):
            return any(map(is_scored, children))
        case _:
            return True


def length(node: Node) -> int:
    """How many words it takes to write what the node looks for."""
    match node:
        case Phrase(terms):
            return len(terms)
        case Word(child=child) | Synonyms(typed=child):
            return length(child)
        case And(children):
            return sum(map(length, children))
        case Or(children):
            return min(map(length, children))
        case _:
            return 1


def worth(typed: Node, synonym: Node) -> float:
    """What part of a synonym's score counts: one of more words has more words to score by, but means no more."""
    return min(1.0, length(typed) / length(synonym))


def term_of(word: Word) -> Term | None:
    """The term of a plain word; None where there is none, or several ways of writing it."""
    child = word.child.typed if isinstance(word.child, Synonyms) else word.child
    return child if isinstance(child, Term) else None


def neighbours(root: Node) -> list[tuple[Term, Term]]:
    """The terms of plain words that stand side by side in the query, in their order, each two once.  A word typed twice
    is not beside itself."""
    rows: list[list[Term | None]] = []
    for child in _parts(root):
        inner = list(words(child)) if isinstance(child, Word) else [child]
        rows.append([term_of(each) if isinstance(each, Word) else None for each in inner])
    row = [term for each in rows for term in each]
    pairs = dict.fromkeys(pairwise(row))
    return [(a, b) for a, b in pairs if a is not None and b is not None and a != b]


def optional_words(root: Node) -> tuple[Word, ...]:
    """The words that an article may lack: those that stand by themselves, unscoped, beside others."""
    wanted = [child for child in _parts(root) if not isinstance(child, Not | Everything)]
    words = [list(_singly(child)) if _is_free(child) else [] for child in wanted]
    by_themselves = sum(max(1, len(each)) for each in words) == 1
    return () if by_themselves else tuple(dict.fromkeys(word for each in words for word in each))


def _parts(root: Node) -> tuple[Node, ...]:
    return root.children if isinstance(root, And) else (root,)


def content_words(words: Sequence[Word]) -> tuple[Word, ...]:
    """Those of the words that say something of what is looked for; all if none does."""
    return tuple(word for word in words if word.form not in FUNCTION_WORDS) or tuple(words)


def _is_free(node: Node) -> bool:
    return isinstance(node, Word) and node.field is None


def _singly(node: Node) -> Iterator[Word]:
    """A word; each of a row of words with synonyms, which any of those stands for, too."""
    match node:
        case Word(child=Synonyms(And(children), others)):
            for child in children:
                if isinstance(child, Word):
                    yield Word(child.typed, Synonyms(child.child, others), child.form, child.field)
        case Word():
            yield node


def required_of(root: Node) -> tuple[Node, ...]:
    """What an article must have, or must not, whatever words it lacks."""
    return tuple(child for child in _parts(root) if not _is_free(child))


def is_enough(required: Sequence[Node]) -> bool:
    """Whether articles are found by what they must have alone, and need have none of the free words."""
    return any(not isinstance(child, Not | Everything) for child in required)


def relaxed(root: Node) -> Node:
    """The query of which any of the free words is enough, if there are any, or what is required beside them."""
    free = optional_words(root)
    if not free:
        return root
    required = required_of(root)
    if is_enough(required):
        return And((*required, Or((*free, Everything()))))
    some = Or(free) if len(free) > 1 else free[0]
    return And((*required, some)) if required else some
