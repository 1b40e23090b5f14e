"""Explains scores: the score of each word in each field, and the boosts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from search.analysis.analyzer import Token, tokens
from search.arrays import Array
from search.article import Article
from search.query.nodes import And, Leaf, Node, Or, Phrase, Prefix, Synonyms, Term, Word
from search.results import Explanation, Factor, Occurrence, WordMatch
from search.schema import SCHEMA, TEXT_FIELDS
from search.searcher.evaluator import Evaluator, Weights
from search.searcher.highlight_terms import leaves
from search.searcher.scorer import Scorer

How = Literal["exact", "form", "synonym", "prefix", "phrase"]
_HIGH, _LOW = 0.8, 0.2


class _Spelling(NamedTuple):
    """The original spelling of a word or phrase, or a synonym, with the field weights of its leaves."""

    how: How
    text: str
    leaves: tuple[Leaf, ...]
    weights: Weights


class _QueryPart(NamedTuple):
    """A word or phrase of the query, its folded form if it is a plain word, and the spellings that match it."""

    source: str
    form: str | None
    spellings: tuple[_Spelling, ...]


def explanations(evaluator: Evaluator, scorer: Scorer, articles: Mapping[int, Article]) -> dict[int, Explanation]:
    """Doc id → the explanation of its score; `articles` are the documents to explain, by doc id."""
    doc_ids = np.array(sorted(articles), np.uint32)
    parts = list(_query_parts(evaluator, scorer.root))
    scores = [[_field_scores(evaluator, spelling, doc_ids) for spelling in part.spellings] for part in parts]
    text_scores = evaluator.scores(scorer.root, doc_ids).tolist()
    factors = list(_factors(scorer, doc_ids))
    return {
        doc_id: Explanation(
            text_scores[i],
            tuple(_word_matches(parts, [[table[i] for table in of_part] for of_part in scores], articles[doc_id])),
            tuple(factor[i] for factor in factors if factor[i].value != 1),
        )
        for i, doc_id in enumerate(doc_ids.tolist())
    }


def _field_scores(evaluator: Evaluator, spelling: _Spelling, doc_ids: Array) -> list[list[float]]:
    """[documents, 4] the score of a spelling in each field."""
    scores = [evaluator.field_scores(leaf, doc_ids, spelling.weights) for leaf in spelling.leaves]
    table: list[list[float]] = np.sum(scores, axis=0).T.tolist()
    return table


def _query_parts(evaluator: Evaluator, node: Node) -> Iterator[_QueryPart]:
    """The included words and phrases, in query order."""
    weights = evaluator.reader.field_weights
    match node:
        case Word(source, Synonyms(original, synonyms), form):
            others = (
                _Spelling("synonym", _text(each), (each,), evaluator.synonym_weights(original, each))
                for each in synonyms
            )
            yield _QueryPart(source, form, (_original_spelling(source, original, weights), *others))
        case Word(source, child, form):
            yield _QueryPart(source, form, (_original_spelling(source, child, weights),))
        case Term() | Phrase() | Prefix():
            yield _QueryPart(_text(node), None, (_Spelling("phrase", _text(node), (node,), weights),))
        case And(children) | Or(children):
            for child in dict.fromkeys(children):
                yield from _query_parts(evaluator, child)


def _original_spelling(source: str, child: Node, weights: Weights) -> _Spelling:
    has_prefix = any(isinstance(leaf, Prefix) for leaf in leaves(child))
    return _Spelling("prefix" if has_prefix else "exact", source, tuple(leaves(child)), weights)


def _text(node: Node) -> str:
    texts = []
    for leaf in leaves(node):
        source = None if isinstance(leaf, Prefix) else leaf.source
        texts.append(source or (" ".join(leaf.terms) if isinstance(leaf, Phrase) else leaf.text))
    return " ".join(texts)


def _word_matches(
    parts: Sequence[_QueryPart], scores: Sequence[Sequence[Sequence[float]]], article: Article
) -> Iterator[WordMatch]:
    """The parts of the query that the article matches, each by the spelling with the highest score."""
    words = _words_of(article)
    for part, spelling_scores in zip(parts, scores, strict=True):
        best = max(range(len(spelling_scores)), key=lambda i: sum(spelling_scores[i]))
        occurrences = tuple(
            Occurrence(field, score) for field, score in zip(TEXT_FIELDS, spelling_scores[best], strict=True) if score
        )
        if occurrences:
            yield WordMatch(part.source, *_matched_text(part, part.spellings[best], words), occurrences)


def _matched_text(part: _QueryPart, spelling: _Spelling, words: Sequence[tuple[Token, str]]) -> tuple[How, str]:
    """How the spelling matches the article, and the matching text: the article's own for a plain word."""
    terms = {leaf.text for leaf in spelling.leaves if isinstance(leaf, Term)}
    matching = [(token.form, text) for token, text in words if token.term in terms]
    if spelling.how != "exact" or part.form is None or not matching:
        return spelling.how, spelling.text
    exact = next((text for form, text in matching if form == part.form), None)
    return ("exact", exact) if exact else ("form", matching[0][1])


def _words_of(article: Article) -> list[tuple[Token, str]]:
    """The words of all searched fields, each as token and original text."""
    texts = (text for field in SCHEMA.text if field.texts for text in field.texts(article))
    return [(token, text[token.start : token.end]) for text in texts for token in tokens(text)]


def _factors(scorer: Scorer, doc_ids: Array) -> Iterator[list[Factor]]:
    """For each boost in use, its factor for every document."""
    reader, match_boosts = scorer.reader, scorer.match_boosts
    ranking = reader.ranking
    if ranking.recency:
        recency = reader.recency(doc_ids).tolist()
        yield [Factor("recency", 1 + ranking.recency * signal, _degree("new", signal)) for signal in recency]
    if ranking.heat:
        popularity = reader.popularity(doc_ids).tolist()
        yield [Factor("heat", 1 + ranking.heat * signal, _degree("popular", signal)) for signal in popularity]
    exactness, proximity = match_boosts.signals(doc_ids)
    if exactness is not None:
        count = len(match_boosts.words)
        yield [
            Factor("exact", 1 + ranking.exact * signal, _exact_words(count, signal)) for signal in exactness.tolist()
        ]
    if proximity is not None:
        yield [Factor("proximity", 1 + ranking.proximity * signal, _nearness(signal)) for signal in proximity.tolist()]


def _degree(adjective: str, signal: float) -> str:
    return adjective if signal > _HIGH else f"fairly {adjective}" if signal > _LOW else f"not {adjective}"


def _exact_words(words: int, signal: float) -> str:
    return "every word as typed" if signal == 1 else f"{round(signal * words)} of {words} words as typed"


def _nearness(signal: float) -> str:
    return "the words in a row" if signal == 1 else "words near each other"
