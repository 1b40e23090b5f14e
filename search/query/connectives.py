"""Drops the words and and or: no article must have them, so `dogs and cats` finds “Dogs & cats”.

They are dropped after the synonyms are added, because some synonyms have them (R and D).
"""

from search.analysis.function_words import CONNECTIVES
from search.query.nodes import And, Node, Not, Or, Synonyms, Word, all_of
from search.query.query_words import any_included


def without_connectives(root: Node) -> Node:
    """The query without and and or as words, unless it includes nothing else."""
    match root:
        case And(children):
            others = [without_connectives(child) for child in children if not _is_connective(child)]
            return (all_of(others) if any_included(others) else None) or root
        case Or(children):
            return Or(tuple(map(without_connectives, children)))
        case Not(child):
            return Not(without_connectives(child))
        case Word(source, Synonyms(And() as words, synonyms), form, field):
            return Word(source, Synonyms(without_connectives(words), synonyms), form, field)
        case _:
            return root


def _is_connective(node: Node) -> bool:
    return isinstance(node, Word) and node.field is None and node.form in CONNECTIVES
