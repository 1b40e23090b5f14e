"""Why an article has its score: what each word gave in each field, and by what factors that was multiplied."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from search.analysis import FIELDS
from search.analysis.analyzer import Token, tokens
from search.article import Article
from search.query.nodes import And, Node, Or, Phrase, Prefix, Synonyms, Term, Word
from search.query.query_words import synonym_weight
from search.results import Explanation, Factor, Occurrence, WordMatch
from search.searcher.evaluator import Evaluator
from search.searcher.scorer import Scorer
from search.snapshot.arrays import Array

Leaf = Term | Phrase | Prefix
How = Literal["exact", "form", "synonym", "prefix", "phrase"]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to find a word or phrase of the query; its score counts `worth` times."""

    how: How
    text: str
    leaves: tuple[Leaf, ...]
    worth: float = 1.0


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word or phrase of the query as typed, its folded form if it has one, and the ways to find it."""

    typed: str
    form: str | None
    ways: tuple[_Way, ...]


def explanations(
    evaluation: Evaluator, relevance: Scorer, documents: Sequence[int], articles: Sequence[Article]
) -> list[Explanation]:
    """Why each document, which is the article beside it, has its score."""
    ascending, rows = np.unique(np.asarray(documents, np.uint32), return_inverse=True)
    units = list(_units(relevance.root, evaluation.index.ranking.synonym))
    scores = [[_by_field(evaluation, way, ascending) for way in unit.ways] for unit in units]
    text_scores = evaluation.scores(relevance.root, ascending).tolist()
    factors = list(_factors(relevance, ascending))
    return [
        Explanation(
            text_scores[row],
            tuple(_matches(units, [[table[row] for table in ways] for ways in scores], article)),
            tuple(factor[row] for factor in factors if factor[row].value != 1),
        )
        for row, article in zip(rows.tolist(), articles, strict=True)
    ]


def _by_field(evaluation: Evaluator, way: _Way, documents: Array) -> list[list[float]]:
    """[documents, 4] what the way adds to the score, field by field."""
    parts = [evaluation.by_field(leaf, documents) for leaf in way.leaves]
    table: list[list[float]] = (way.worth * np.sum(parts, axis=0)).T.tolist()
    return table


# Words


def _units(node: Node, synonym: float) -> Iterator[_Unit]:
    """The words and phrases that are looked for, in the order of the query."""
    match node:
        case Word(typed, Synonyms(child, others), form):
            ways = (
                _Way("synonym", " ".join(_texts(each)), tuple(_leaves(each)), synonym * synonym_weight(child, each))
                for each in others
            )
            yield _Unit(typed, form, (_way(typed, child), *ways))
        case Word(typed, child, form):
            yield _Unit(typed, form, (_way(typed, child),))
        case Term() | Phrase() | Prefix():
            text = " ".join(_texts(node))
            yield _Unit(text, None, (_Way("phrase", text, (node,)),))
        case And(children) | Or(children):
            for each in dict.fromkeys(children):
                yield from _units(each, synonym)


def _way(typed: str, child: Node) -> _Way:
    leaves = tuple(_leaves(child))
    return _Way("prefix" if any(isinstance(leaf, Prefix) for leaf in leaves) else "exact", typed, leaves)


def _leaves(node: Node) -> Iterator[Leaf]:
    match node:
        case Term() | Phrase() | Prefix():
            yield node
        case Word(child=child) | Synonyms(original=child):
            yield from _leaves(child)
        case And(children) | Or(children):
            for child in children:
                yield from _leaves(child)


def _texts(node: Node) -> Iterator[str]:
    for leaf in _leaves(node):
        if isinstance(leaf, Phrase):
            yield leaf.source or " ".join(leaf.terms)
        else:
            yield (leaf.source if isinstance(leaf, Term) else None) or leaf.text


def _matches(
    units: Sequence[_Unit], scores: Sequence[Sequence[Sequence[float]]], article: Article
) -> Iterator[WordMatch]:
    """What of the query the article has: of each word the way that gave most."""
    words = _words_of(article)
    for unit, ways in zip(units, scores, strict=True):
        best = max(range(len(ways)), key=lambda way: sum(ways[way]))
        occurrences = tuple(Occurrence(field, score) for field, score in zip(FIELDS, ways[best], strict=True) if score)
        if occurrences:
            yield WordMatch(unit.typed, *_found(unit, unit.ways[best], words), occurrences)


def _found(unit: _Unit, way: _Way, words: Sequence[tuple[Token, str]]) -> tuple[How, str]:
    """How the way found something, and what stands in the article, where that is one word."""
    terms = {leaf.text for leaf in way.leaves if isinstance(leaf, Term)}
    standing = [(token.form, text) for token, text in words if token.term in terms]
    if way.how != "exact" or unit.form is None or not standing:
        return way.how, way.text
    as_typed = next((text for form, text in standing if form == unit.form), None)
    return ("exact", as_typed) if as_typed else ("form", standing[0][1])


def _words_of(article: Article) -> list[tuple[Token, str]]:
    """Every word of what is searched, as it stands there."""
    texts = (article.title, article.excerpt, *article.topics, article.provider.name if article.provider else "")
    return [(token, text[token.start : token.end]) for text in texts for token in tokens(text)]


# Factors


def _factors(relevance: Scorer, documents: Array) -> Iterator[list[Factor]]:
    """Each factor that is in force, for every document; where it makes no difference, its value is 1."""
    index, closeness = relevance.index, relevance.closeness
    ranking = index.ranking
    if ranking.recency:
        yield _all("recency", ranking.recency, index.recency(documents), partial(_graded, "new"))
    if ranking.heat:
        yield _all("heat", ranking.heat, index.popularity(documents), partial(_graded, "popular"))
    exact, near = closeness.shares(documents)
    if exact is not None:
        yield _all("exact", ranking.exact, exact, partial(_counted, len(closeness.words)))
    if near is not None:
        yield _all("proximity", ranking.proximity, near, _side_by_side)


def _all(name: str, weight: float, shares: Array, told: Callable[[float], str]) -> list[Factor]:
    """A factor's values; `told` says it in words for a share from 0 to 1."""
    return [Factor(name, 1 + weight * share, told(share)) for share in shares.tolist()]


def _graded(quality: str, share: float) -> str:
    return quality if share > _LARGE else f"fairly {quality}" if share > _SMALL else f"not {quality}"


def _counted(words: int, share: float) -> str:
    return "every word as typed" if share == 1 else f"{round(share * words)} of {words} words as typed"


def _side_by_side(share: float) -> str:
    return "the words in a row" if share == 1 else "words near each other"


_LARGE, _SMALL = 0.8, 0.2
