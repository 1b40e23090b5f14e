"""Query nodes: the tree that a query is parsed to, independent of any engine.

Leaves hold terms as the analyzer makes them.  `field` is one text field, or None for any of them.  `source` is the text
that a node was read from; it does not affect equality.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as attribute


@dataclass(frozen=True, slots=True)
class Term:
    """Matches articles with the term; scored by BM25F: its best field, and a share of the others."""

    text: str
    field: str | None = None
    source: str | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Matches articles with the terms in one field, `terms[i]` at `offsets[i]` positions after the first.

    Scored as the sum of its terms' scores in the fields that have the phrase."""

    terms: tuple[str, ...]
    offsets: tuple[int, ...]
    field: str | None = None
    source: str | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Matches articles with a term that starts with `text`.  Scored as one term: its document frequency is that of all
    terms with the prefix, its saturation in a field the best of these terms."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the query outside quotation marks; matches and scores as its child does.

    A partial match may lack words that have no `field`.  `form` is the folded word if the child is the term of one
    plain word: articles with that exact form get a boost."""

    source: str = attribute(compare=False)
    child: "Node"
    form: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Matches articles that match the original or any synonym.  The best score counts.  Synonyms score less
    (`Ranking.synonym`); their idf counts at most as much as that of the original."""

    original: "Node"
    synonyms: "tuple[Leaf, ...]"


@dataclass(frozen=True, slots=True)
class And:
    """Matches articles that match every child but function words (the, of).  Scores add up in order, equal children
    once; `Not` adds none.

    If it includes function words only, they must match."""

    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Matches articles that match any child.  The scores of matching children add up in order, equal children once."""

    children: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """Matches articles that do not match the child; scored 0."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches all articles; scored 0."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Matches no article.  A query of punctuation alone is read as this."""


Leaf = Term | Phrase | Prefix
Node = Leaf | Word | Synonyms | And | Or | Not | Everything | Nothing


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query tree with the warnings of the parser."""

    root: Node
    warnings: tuple[str, ...] = ()


def all_of(nodes: Iterable[Node | None]) -> Node | None:
    """One flat `And` of the nodes that are not None; a single node as it is; None if there are no nodes."""
    children = _flattened(nodes, And)
    return And(tuple(children)) if len(children) > 1 else next(iter(children), None)


def any_of(nodes: Iterable[Node | None]) -> Node | None:
    """One flat `Or` of the nodes that are not None; a single node as it is; None if there are no nodes."""
    children = _flattened(nodes, Or)
    return Or(tuple(map(positive, children))) if len(children) > 1 else next(iter(children), None)


def _flattened(nodes: Iterable[Node | None], kind: type[And] | type[Or]) -> list[Node]:
    """The nodes that are not None; a node of this kind is replaced by its children."""
    children: list[Node] = []
    for node in nodes:
        if isinstance(node, kind):
            children += node.children
        elif node is not None:
            children.append(node)
    return children


def positive(node: Node) -> Node:
    """An equivalent node that is not made of exclusions alone: these exclude from `Everything`."""
    match node:
        case Not():
            return And((Everything(), node))
        case And(children) if all(isinstance(child, Not) for child in children):
            return And((Everything(), *children))
        case _:
            return node
