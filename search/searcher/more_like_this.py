"""Finds articles like an article by its most interesting terms, without its own coverage.

A term is interesting if it is frequent in the article and rare in the archive (tf·idf).  Occurrences count with the
weight of their field.  The provider's name does not count.
"""

import math
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from search.analysis.analyzer import tokens
from search.analysis.function_words import FUNCTION_WORDS
from search.arrays import Array, top_indices
from search.article import Article
from search.query.nodes import Or, Term
from search.results import Hit, SimilarArticles
from search.schema import SCHEMA, TEXT_FIELDS
from search.searcher.coverage import covering_doc_ids
from search.searcher.evaluator import Evaluator, Weights
from search.searcher.index_reader import IndexReader

MAX_QUERY_TERMS: Final = 12
"""More terms find articles with fewer of the article's topics in common, and take longer."""

MIN_SHARED_TERMS: Final = 2
"""A similar article has at least so many of the terms: a single word in common, such as “port”, says little."""

NOT_COMPARED: Final = "provider"


def similar_articles(reader: IndexReader, doc_id: int, limit: int) -> SimilarArticles:
    """The articles most like a document, one of each other story; ties newest first."""
    evaluator, article, story = Evaluator(reader), reader.article(doc_id), reader.segment.story
    weights = dict(zip(TEXT_FIELDS, _weights(reader), strict=True))
    words = interesting_words(article, weights, reader.doc_count, lambda term: len(evaluator.doc_ids(Term(term))))
    doc_ids, scores = _scored(evaluator, tuple(map(Term, words)))
    own = covering_doc_ids(reader, doc_id)
    others = (scores > 0) & ~np.isin(story.take(doc_ids), story.take(own))
    doc_ids, scores = doc_ids.compress(others), scores.compress(others)
    best = _first_of_each_story(reader, doc_ids, scores, limit)
    hits = [Hit(reader.article(int(doc_ids[i])), float(scores[i])) for i in best.tolist()]
    return SimilarArticles(tuple(words.values()), tuple(hits))


def interesting_words(
    article: Article, weights: Mapping[str, float], articles: int, doc_frequency: Callable[[str], int]
) -> dict[str, str]:
    """The most interesting terms of the article, each with its first occurrence as written.

    `weights`: of the text fields; `articles`: of the archive; `doc_frequency`: how many of them have a term."""
    words: dict[str, str] = {}
    frequencies: dict[str, float] = {}
    for field in SCHEMA.text:
        for text in field.texts_of(article):
            for token in tokens(text):
                if token.form not in FUNCTION_WORDS:
                    words.setdefault(token.term, text[token.start : token.end])
                    frequencies[token.term] = frequencies.get(token.term, 0) + weights[field.name]
    values = {term: frequency * _idf(doc_frequency(term), articles) for term, frequency in frequencies.items()}
    interesting = sorted((term for term in values if values[term] > 0), key=lambda term: (-values[term], term))
    return {term: words[term] for term in interesting[:MAX_QUERY_TERMS]}


def _idf(count: int, articles: int) -> float:
    """The inverse document frequency of a term that so many articles have; 0 if no other article has it."""
    return math.log(articles / count) if count > 1 else 0.0


def _scored(evaluator: Evaluator, terms: tuple[Term, ...]) -> tuple[Array, Array]:
    """The documents that share enough of the terms, and the sum of their scores in each."""
    doc_ids = evaluator.doc_ids(Or(terms))
    weights = _weights(evaluator.reader)
    scores, shared = np.zeros(len(doc_ids)), np.zeros(len(doc_ids), np.uint8)
    for term in terms:
        term_scores = evaluator.leaf_scores(term, doc_ids, weights)
        scores += term_scores
        shared += term_scores > 0
    enough = shared >= min(MIN_SHARED_TERMS, len(terms))
    return doc_ids.compress(enough), scores.compress(enough)


def _weights(reader: IndexReader) -> Weights:
    return [
        0.0 if field == NOT_COMPARED else weight
        for field, weight in zip(TEXT_FIELDS, reader.field_weights, strict=True)
    ]


def _first_of_each_story(reader: IndexReader, doc_ids: Array, scores: Array, limit: int) -> Array:
    """The indices of the best document of each story, for the `limit` best stories, best first."""
    count = limit
    while True:
        indices = top_indices(scores, count)
        _, firsts = np.unique(reader.segment.story.take(doc_ids.take(indices)), return_index=True)
        if len(firsts) >= limit or len(indices) == len(scores):
            firsts.sort()
            return indices[firsts[:limit]]
        count *= 2
