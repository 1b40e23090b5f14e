"""Explains scores: the score of each word in each field, and the boosts."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from search.analysis.analyzer import Token, tokens
from search.arrays import Array, binary_search
from search.article import Article
from search.descriptions import missing_words_text
from search.explanation import Explanation, Factor, How, Occurrence, WordMatch
from search.quantities import quantity
from search.query.nodes import And, Leaf, Node, Or, Phrase, Prefix, Synonyms, Term, Word
from search.schema import SCHEMA, TEXT_FIELDS
from search.searcher.evaluator import Evaluator, Weights
from search.searcher.highlight_terms import leaves
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MISSING_FACTOR
from search.searcher.scorer import Scorer

EXPLANATION_WORK: Final = 3_000
"""How much longer it takes to explain the score of a leaf in a document than to match a posting."""

Words = Mapping[str, Sequence[tuple[Token, str]]]
"""Field → the words of an article, each as token and original text."""


class _Spelling(NamedTuple):
    """The original spelling of a word or phrase, or a synonym, and [documents, 4] its score in each field."""

    how: How
    text: str
    leaves: tuple[Leaf, ...]
    scores: list[list[float]]


class _QueryPart(NamedTuple):
    """A word or phrase of the query, its folded form if it is a plain word, and the spellings that match it.

    `words` are the parts of a sequence of words that has synonyms."""

    source: str
    form: str | None
    spellings: tuple[_Spelling, ...]
    words: tuple["_QueryPart", ...] = ()


def explanations(
    evaluator: Evaluator, scorer: Scorer, articles: Mapping[int, Article], missing: Mapping[int, int]
) -> dict[int, Explanation]:
    """Doc id → the explanation of its score; `articles` are the documents to explain, by doc id.

    `missing` is the number of words that each document lacks."""
    doc_ids = np.array(sorted(articles), np.uint32)
    evaluator.work.add("explanations", EXPLANATION_WORK * len(doc_ids) * (1 + sum(1 for _ in leaves(scorer.root))))
    parts = list(_query_parts(evaluator, scorer.root, doc_ids))
    text_scores = evaluator.scores(scorer.root, doc_ids)
    factors = list(_factors(scorer, doc_ids, [missing[doc_id] for doc_id in doc_ids.tolist()]))
    moved = _moved(text_scores, factors)
    return {
        doc_id: Explanation(
            float(text_scores[i]),
            tuple(_word_matches(parts, i, _words_of(articles[doc_id]))),
            tuple(
                Factor(*factor[i], moved=moves[i])
                for factor, moves in zip(factors, moved, strict=True)
                if factor[i].value != 1
            ),
        )
        for i, doc_id in enumerate(doc_ids.tolist())
    }


def _query_parts(evaluator: Evaluator, node: Node, doc_ids: Array) -> Iterator[_QueryPart]:
    """The included words and phrases, in query order, scored in some documents."""

    def scored(how: How, text: str, node: Node, weights: Weights) -> _Spelling:
        tables = [evaluator.field_scores(leaf, doc_ids, weights) for leaf in leaves(node)]
        total = np.sum(tables, axis=0)
        if isinstance(node, And):  # has a score only as a whole
            total = total * binary_search(doc_ids, evaluator.doc_ids(node))[1]
        return _Spelling(how, text, tuple(leaves(node)), total.T.tolist())

    weights = evaluator.reader.field_weights
    match node:
        case Word(source, child, form):
            original, synonyms = (child.original, child.synonyms) if isinstance(child, Synonyms) else (child, ())
            how: How = "prefix" if any(isinstance(leaf, Prefix) for leaf in leaves(original)) else "exact"
            spellings = [scored(how, source, original, weights)]
            spellings += [
                scored("synonym", _text(each), each, evaluator.synonym_weights(original, each)) for each in synonyms
            ]
            is_sequence = isinstance(original, And | Or) and any(isinstance(each, Word) for each in original.children)
            words = tuple(_query_parts(evaluator, original, doc_ids)) if is_sequence else ()
            yield _QueryPart(source, form, tuple(spellings), words)
        case Term() | Phrase() | Prefix():
            yield _QueryPart(_text(node), None, (scored("phrase", _text(node), node, weights),))
        case And(children) | Or(children):
            for child in dict.fromkeys(children):
                yield from _query_parts(evaluator, child, doc_ids)


def _text(node: Node) -> str:
    texts = []
    for leaf in leaves(node):
        source = None if isinstance(leaf, Prefix) else leaf.source
        texts.append(source or (" ".join(leaf.terms) if isinstance(leaf, Phrase) else leaf.text))
    return " ".join(texts)


def _word_matches(parts: Sequence[_QueryPart], i: int, words: Words) -> Iterator[WordMatch]:
    """The parts of the query that document `i` matches, each by the spelling with the highest score."""
    for part in parts:
        best = max(part.spellings, key=lambda spelling: sum(spelling.scores[i]))
        if part.words and best is part.spellings[0]:
            yield from _word_matches(part.words, i, words)
            continue
        occurrences = tuple(
            Occurrence(field, score, *_matched_text(part, best, words[field]))
            for field, score in zip(TEXT_FIELDS, best.scores[i], strict=True)
            if score
        )
        if occurrences:
            first = next((each for each in occurrences if each.how == "exact"), occurrences[0])
            yield WordMatch(part.source, first.how, first.found, occurrences)


def _matched_text(part: _QueryPart, spelling: _Spelling, words: Sequence[tuple[Token, str]]) -> tuple[How, str]:
    """How the spelling matches a field with these words, and the matching text: the field's own for a plain word."""
    terms = {leaf.text for leaf in spelling.leaves if isinstance(leaf, Term)}
    matching = [(token.form, text) for token, text in words if token.term in terms]
    if spelling.how != "exact" or part.form is None or not matching:
        return spelling.how, spelling.text
    exact = next((text for form, text in matching if form == part.form), None)
    return ("exact", exact) if exact else ("form", matching[0][1])


def _words_of(article: Article) -> Words:
    return {
        field.name: [
            (token, text[token.start : token.end]) for text in field.texts_of(article) for token in tokens(text)
        ]
        for field in SCHEMA.text
    }


class _Boost(NamedTuple):
    """A factor of one document's score, as in `Factor`."""

    name: str
    value: float
    reason: str


def _factors(scorer: Scorer, doc_ids: Array, missing: Sequence[int]) -> Iterator[list[_Boost]]:
    """For each boost in use, its factor for every document."""
    reader, match_boosts = scorer.reader, scorer.match_boosts
    ranking = reader.ranking
    exactness, proximity = match_boosts.signals(doc_ids)
    if exactness is not None:
        count = len(match_boosts.words)
        yield [_Boost("exact", 1 + ranking.exact * each, _exact_words(count, each)) for each in exactness.tolist()]
    if proximity is not None:
        yield [_Boost("proximity", 1 + ranking.proximity * each, _nearness(each)) for each in proximity.tolist()]
    if ranking.recency:
        recency = zip(reader.recency(doc_ids).tolist(), doc_ids.tolist(), strict=True)
        yield [_Boost("recency", 1 + ranking.recency * each, _age(reader, doc_id)) for each, doc_id in recency]
    if ranking.heat:
        popularity = zip(reader.popularity(doc_ids).tolist(), doc_ids.tolist(), strict=True)
        yield [_Boost("heat", 1 + ranking.heat * each, _heat(reader, doc_id)) for each, doc_id in popularity]
    if any(missing):
        yield [_Boost("missing", MISSING_FACTOR**number, f"lacks {missing_words_text(number)}") for number in missing]


def _moved(text_scores: Array, factors: Sequence[Sequence[_Boost]]) -> list[list[bool]]:
    """For each factor, which documents would have another place among these if no document had the factor."""
    values = np.array([[boost.value for boost in factor] for factor in factors]).reshape(len(factors), -1)
    places = _places(text_scores * values.prod(axis=0))
    without = (text_scores * np.delete(values, i, axis=0).prod(axis=0) for i in range(len(factors)))
    return [(_places(scores) != places).tolist() for scores in without]


def _places(scores: Array) -> Array:
    return np.argsort(np.argsort(-scores, kind="stable"), kind="stable")


def _exact_words(words: int, signal: float) -> str:
    return "every word as typed" if signal == 1 else f"{round(signal * words)} of {words} words as typed"


def _nearness(signal: float) -> str:
    return "words next to each other" if signal == 1 else "words near each other"


def _age(reader: IndexReader, doc_id: int) -> str:
    """When the document was published, in words."""
    if doc_id >= reader.dated:
        return "undated"
    today, published = reader.today, reader.published_at(doc_id).date()
    days = (today - published).days
    if days < 1:
        return "published today" if days == 0 else "dated in the future"
    if years := today.year - published.year - ((today.month, today.day) < (published.month, published.day)):
        return f"published {quantity(years, 'year')} ago"
    for length, unit in ((30.44, "month"), (7, "week")):
        if days >= 2 * length:
            return f"published {quantity(int(days / length), unit)} ago"
    return f"published {quantity(days, 'day')} ago"


def _heat(reader: IndexReader, doc_id: int) -> str:
    """The document's heat, and the share of documents with at least this heat."""
    heat = int(reader.segment.heat[doc_id])
    return f"heat {heat}, top {math.ceil(100 * reader.share_with_heat(heat))}%"
