"""The words of a query to what they mean: each may also be found by its synonyms.

Only words have synonyms.  Quotation marks mean exactly this, a prefix is not a word yet, and who excludes a word
excludes that word.  What is looked for in a word's place has no synonyms in turn.
"""

from collections.abc import Iterator, Sequence

from search.analysis.synonym_map import Spelling, Synonym, SynonymMap
from search.query.nodes import And, Node, Or, Phrase, Synonyms, Term, Word, all_of


def expanded(root: Node, synonym_map: SynonymMap) -> Node:
    """The query with the synonyms of its words; it finds what it found, and more.

    Words in a row in one field that have synonyms together become one word.  Read from left to right, the most words
    that have any are taken each time."""
    match root:
        case And(children):
            return all_of(_in_a_row(children, synonym_map)) or root
        case Or(children):
            return Or(tuple(expanded(child, synonym_map) for child in children))
        case Word():
            return next(_in_a_row((root,), synonym_map))
        case _:
            return root


def _in_a_row(nodes: Sequence[Node], synonym_map: SynonymMap) -> Iterator[Node]:
    place = 0
    while place < len(nodes):
        words, others = _longest(nodes[place:], synonym_map)
        if others:
            yield _with_synonyms(words, others)
        else:
            node = nodes[place]
            yield node if isinstance(node, Word) else expanded(node, synonym_map)
        place += len(words) or 1


def _longest(nodes: Sequence[Node], synonym_map: SynonymMap) -> tuple[list[Word], list[Synonym]]:
    """The most words at the beginning that have synonyms together, and those; nothing of either if none have."""
    best: tuple[list[Word], list[Synonym]] = [], []
    words: list[Word] = []
    read: list[Spelling] = [()]
    for node in nodes:
        if not isinstance(node, Word) or (words and node.field != words[0].field):
            break
        words.append(node)
        longer = (begun + spelling for begun in read for spelling in _spellings(node.child))
        read = [spelling for spelling in longer if spelling in synonym_map.beginnings]
        if not read:
            break
        meant = [spelling for spelling in read if spelling in synonym_map.meanings]
        others = [
            other for spelling in meant for other in synonym_map.meanings[spelling] if other.spelling not in meant
        ]
        if others:
            best = words[:], list(dict.fromkeys(others))
    return best


def _spellings(child: Node) -> tuple[Spelling, ...]:
    """What finds a word, as spellings; none where there is more to it, as with prefixes."""
    match child:
        case Term(text):
            return ((text,),)
        case Phrase(terms):
            return (terms,)
        case Or(children) if all(isinstance(each, Term | Phrase) for each in children):
            return tuple(spelling for each in children for spelling in _spellings(each))
        case _:
            return ()


def _with_synonyms(words: Sequence[Word], others: Sequence[Synonym]) -> Word:
    first = words[0]
    found = tuple(_leaf(other, first.field) for other in others)
    if len(words) == 1:
        return Word(first.typed, Synonyms(first.child, found), first.form, first.field)
    return Word(" ".join(word.typed for word in words), Synonyms(And(tuple(words)), found), None, first.field)


def _leaf(synonym: Synonym, field: str | None) -> Term | Phrase:
    spelling, text = synonym
    if len(spelling) == 1:
        return Term(spelling[0], field, text)
    return Phrase(spelling, tuple(range(len(spelling))), field, text)
