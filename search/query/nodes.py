"""A parsed query: a tree of the terms to find.  It knows nothing of any engine.

Leaves hold terms as the analyzer made them.  `field` is None for "in any of the fields" or a text field.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as attribute


@dataclass(frozen=True, slots=True)
class Term:
    """Articles in which the term occurs; scored by BM25F, summed over the fields.  `typed`: the text it was made of."""

    text: str
    field: str | None = None
    typed: str | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Articles in which the terms follow each other in one field: `terms[i]` stands `offsets[i]` after the first.
    Scored as the sum of its terms in the fields where the phrase occurs.  `typed`: the text it was made of."""

    terms: tuple[str, ...]
    offsets: tuple[int, ...]
    field: str | None = None
    typed: str | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Articles with a term that begins so; every field that has one adds its boost, whichever the term is."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the reader typed it, outside quotation marks: what finds it.  Matches and scores as the child does.

    It is what an article may lack where few have every word, unless it is looked for in one `field`; and what may stand
    near another.  `form` is the folded word where the child is the term of one plain word; articles that have it as
    typed come before others with its stem.  Words that are looked for alike are equal, however typed."""

    typed: str = attribute(compare=False)
    child: "Node"
    form: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Articles that match what was typed or something that means the same.  The best of the scores counts; those of
    `others` are worth less (`Ranking.synonym`)."""

    typed: "Node"
    others: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class And:
    """Articles that match every child; their scores add up, in order, those of equal ones once.  `Not` children take
    away and add nothing."""

    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Articles that match any child; the scores of those that match add up, in order, those of equal ones once."""

    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """Articles that do not match the child; scored 0."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class Everything:
    """All articles, scored 0."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No article: what a query of punctuation alone finds."""


Node = Term | Phrase | Prefix | Word | Synonyms | And | Or | Not | Everything | Nothing


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """The tree, and what the reader should know about how the text was read."""

    root: Node
    warnings: tuple[str, ...] = ()


def all_of(nodes: Iterable[Node | None]) -> Node | None:
    """The nodes that are not None in one `And`, flat; the node itself if there is only one, None if there is none."""
    kept: list[Node] = []
    for node in nodes:
        if isinstance(node, And):
            kept += node.children
        elif node is not None:
            kept.append(node)
    return And(tuple(kept)) if len(kept) > 1 else next(iter(kept), None)


def any_of(nodes: Iterable[Node | None]) -> Node | None:
    """The nodes that are not None in one `Or`, flat; the node itself if there is only one, None if there is none."""
    kept: list[Node] = []
    for node in nodes:
        if isinstance(node, Or):
            kept += node.children
        elif node is not None:
            kept.append(node)
    return Or(tuple(filter(None, map(positive, kept)))) if len(kept) > 1 else next(iter(kept), None)


def positive(node: Node | None) -> Node | None:
    """The same articles from a node that begins with some: what only takes away takes from everything."""
    match node:
        case Not():
            return And((Everything(), node))
        case And(children) if all(isinstance(child, Not) for child in children):
            return And((Everything(), *children))
        case _:
            return node
