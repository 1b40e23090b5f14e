"""Expands a query tree: adds the synonyms of its words.

Only words have synonyms: quoted text, prefixes and excluded words match as they are.  Synonyms have no synonyms.
"""

from collections.abc import Iterator, Sequence

from search.analysis.synonym_map import Spelling, Synonym, SynonymMap
from search.query.nodes import And, Node, Or, Phrase, Synonyms, Term, Word, all_of


def expand_synonyms(root: Node, synonym_map: SynonymMap) -> Node:
    """The query with the synonyms of its words; it matches every article that `root` matches.

    A sequence of words with common synonyms becomes one word.  From left to right, the longest sequence is taken."""
    match root:
        case And(children):
            return all_of(_expanded_sequence(children, synonym_map)) or root
        case Or(children):
            return Or(tuple(expand_synonyms(child, synonym_map) for child in children))
        case Word():
            return next(_expanded_sequence((root,), synonym_map))
        case _:
            return root


def _expanded_sequence(nodes: Sequence[Node], synonym_map: SynonymMap) -> Iterator[Node]:
    i = 0
    while i < len(nodes):
        words, synonyms = _longest_with_synonyms(nodes[i:], synonym_map)
        if synonyms:
            yield _with_synonyms(words, synonyms)
        else:
            node = nodes[i]
            yield node if isinstance(node, Word) else expand_synonyms(node, synonym_map)
        i += len(words) or 1


def _longest_with_synonyms(nodes: Sequence[Node], synonym_map: SynonymMap) -> tuple[list[Word], list[Synonym]]:
    """The longest sequence of words at the start that has synonyms, and these; two empty lists if there is none."""
    longest: tuple[list[Word], list[Synonym]] = [], []
    words: list[Word] = []
    spellings: list[Spelling] = [()]
    for node in nodes:
        if not isinstance(node, Word) or (words and node.field != words[0].field):
            break
        words.append(node)
        longer = (start + spelling for start in spellings for spelling in _spellings(node.child))
        spellings = [spelling for spelling in longer if spelling in synonym_map.spelling_prefixes]
        if not spellings:
            break
        known = [spelling for spelling in spellings if spelling in synonym_map.meanings]
        synonyms = [
            synonym for spelling in known for synonym in synonym_map.meanings[spelling] if synonym.spelling not in known
        ]
        if synonyms:
            longest = words[:], list(dict.fromkeys(synonyms))
    return longest


def _spellings(child: Node) -> tuple[Spelling, ...]:
    """The spellings that a word matches; empty if it also matches by prefix."""
    match child:
        case Term(text):
            return ((text,),)
        case Phrase(terms):
            return (terms,)
        case Or(children) if all(isinstance(each, Term | Phrase) for each in children):
            return tuple(spelling for each in children for spelling in _spellings(each))
        case _:
            return ()


def _with_synonyms(words: Sequence[Word], synonyms: Sequence[Synonym]) -> Word:
    first = words[0]
    leaves = tuple(_leaf(synonym, first.field) for synonym in synonyms)
    if len(words) == 1:
        return Word(first.source, Synonyms(first.child, leaves), first.form, first.field)
    return Word(" ".join(word.source for word in words), Synonyms(And(tuple(words)), leaves), None, first.field)


def _leaf(synonym: Synonym, field: str | None) -> Term | Phrase:
    spelling, text = synonym
    if len(spelling) == 1:
        return Term(spelling[0], field, text)
    return Phrase(spelling, tuple(range(len(spelling))), field, text)
