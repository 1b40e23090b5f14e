"""Lists the words of a query: those it includes, those a partial match may lack, and adjacent ones."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from search.analysis.function_words import FUNCTION_WORDS
from search.query.nodes import And, Everything, Node, Not, Or, Phrase, Synonyms, Term, Word


def included_words(node: Node) -> Iterator[Word]:
    """The words that are not excluded, in query order; equal children of a node once.

    A sequence of words with a common synonym gives its own words, without the synonym."""
    match node:
        case Word(child=Synonyms(original=And() as sequence)):
            yield from included_words(sequence)
        case Word():
            yield node
        case And(children) | Or(children):
            for child in dict.fromkeys(children):
                yield from included_words(child)


def is_scored(node: Node) -> bool:
    """Whether the query scores articles: false if it matches everything or only excludes."""
    match node:
        case Everything() | Not():
            return False
        case And(children) | Or(children):
            return any(map(is_scored, children))
        case _:
            return True


def plain_term(word: Word) -> Term | None:
    """The term of a plain word, in its first spelling; None for a prefix, a compound or a sequence of words."""
    child = word.child.original if isinstance(word.child, Synonyms) else word.child
    child = child.children[0] if isinstance(child, Or) else child
    return child if isinstance(child, Term) else None


def adjacent_terms(root: Node) -> list[tuple[Term, Term]]:
    """The pairs of different terms whose plain words are adjacent in the query, in query order, each pair once."""
    terms: list[Term | None] = []
    for child in _top_level(root):
        if isinstance(child, Word):
            terms += map(plain_term, included_words(child))
        else:
            terms.append(None)
    return [(a, b) for a, b in dict.fromkeys(pairwise(terms)) if a is not None and b is not None and a != b]


def required_children(children: tuple[Node, ...]) -> tuple[Node, ...]:
    """The children of an `And` that an article must match: all except function words (the, of), if it has others."""
    content = tuple(child for child in children if not _is_function_word(child))
    return content if any_included(content) else children


def without_function_words(root: Node) -> Node:
    """The query without the words that an article need not match, also without those in sequences with synonyms."""
    return And(tuple(map(_content_of, required_children(_top_level(root)))))


def optional_words(root: Node) -> tuple[Word, ...]:
    """The words that a partial match may lack: top-level words without a field, unless there is only one.

    Function words are left out, because full matches may lack them too."""
    included = [child for child in _top_level(without_function_words(root)) if _is_included(child)]
    words = [list(_single_words(child)) if _is_optional(child) else [] for child in included]
    only_one = sum(max(1, len(each)) for each in words) == 1
    return () if only_one else tuple(dict.fromkeys(word for each in words for word in each))


def literal_phrase(root: Node) -> Phrase | None:
    """The words of the query in a row, if they are plain words with function words among them; else None."""
    words = list(included_words(root))
    terms = tuple(term.text for word in words if (term := plain_term(word)) is not None and word.field is None)
    is_plain = len(terms) == len(words) and all(map(_is_optional, _top_level(root)))
    has_function_words = 0 < sum(map(_is_function_word, words)) < len(words)
    return Phrase(terms, tuple(range(len(terms)))) if is_plain and has_function_words else None


def required_nodes(root: Node) -> tuple[Node, ...]:
    """The nodes that every match, full or partial, must satisfy."""
    return tuple(child for child in _top_level(root) if not _is_optional(child))


def any_included(nodes: Sequence[Node]) -> bool:
    """Whether any of the nodes selects articles, instead of excluding them or matching all."""
    return any(map(_is_included, nodes))


def relaxed_query(root: Node) -> Node:
    """The query that scores partial matches: by each word that they have, without function words.

    The synonyms of a sequence of words count once, not for each of its words."""
    return Or(tuple(map(_relaxed_sequence, _top_level(without_function_words(root)))))


def _top_level(root: Node) -> tuple[Node, ...]:
    return root.children if isinstance(root, And) else (root,)


def _is_function_word(node: Node) -> bool:
    return isinstance(node, Word) and node.field is None and node.form in FUNCTION_WORDS


def _content_of(node: Node) -> Node:
    match node:
        case Word(source, Synonyms(And(children), synonyms), form, field):
            return Word(source, Synonyms(And(required_children(children)), synonyms), form, field)
        case _:
            return node


def _relaxed_sequence(node: Node) -> Node:
    match node:
        case Word(source, Synonyms(And(children), synonyms), form, field):
            return Word(source, Synonyms(Or(children), synonyms), form, field)
        case _:
            return node


def _is_included(node: Node) -> bool:
    return not isinstance(node, Not | Everything)


def _is_optional(node: Node) -> bool:
    return isinstance(node, Word) and node.field is None


def _single_words(node: Node) -> Iterator[Word]:
    """The word itself; for a sequence of words with synonyms, each word with all the synonyms."""
    match node:
        case Word(child=Synonyms(And(children), synonyms)):
            for child in children:
                if isinstance(child, Word):
                    yield Word(child.source, Synonyms(child.child, synonyms), child.form, child.field)
        case Word():
            yield node
