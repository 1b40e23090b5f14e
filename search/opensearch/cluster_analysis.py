"""Analyses articles of a cluster: similar ones, significant words, and what rises."""

from collections.abc import Iterator

import numpy as np

from search.opensearch.cluster_reader import ClusterReader, found_articles, total_of
from search.opensearch.cluster_search import counted_query, plan
from search.opensearch.facets import counts_in, every_value
from search.opensearch.filters import facet_field, published_between
from search.opensearch.found_article import FoundArticle
from search.opensearch.query_dsl import Query
from search.opensearch.search_body import ARTICLE, BEST_FIRST, NEWEST_FIRST, counting
from search.opensearch.stories import coverage
from search.periods import Interval
from search.query.nodes import Term
from search.request import SearchRequest
from search.results import Hit, RisingTrends, SignificantWord, SimilarArticles
from search.searcher.listed_values import with_values_split
from search.searcher.more_like_this import MIN_SHARED_TERMS, NOT_COMPARED, interesting_words
from search.searcher.rising import last_complete_period, period_limits, phrase_counts, previous_period, rising_values
from search.searcher.significant_words import READ, significant, usual_spelling


def similar_articles(reader: ClusterReader, found: FoundArticle, limit: int) -> SimilarArticles:
    """The articles most like an article, one of each other story; ties newest first."""
    weights = {**reader.translator.weights, NOT_COMPARED: 0.0}
    compared = {field: weight for field, weight in weights.items() if field != NOT_COMPARED}
    words = interesting_words(found.article, weights, reader.manifest.articles, reader.statistics.doc_frequency)
    if not words or not limit:
        return SimilarArticles(tuple(words.values()), ())
    body = {
        "query": {
            "bool": {
                "should": [reader.translator.weighted(Term(term), compared) for term in words],
                "minimum_should_match": min(MIN_SHARED_TERMS, len(words)),
                "must_not": [{"terms": {"story": sorted({each.story for each in coverage(reader, found)})}}],
            }
        },
        "collapse": {"field": "story"}, "sort": BEST_FIRST,
        "track_scores": True, "size": limit, **ARTICLE,
    }  # fmt: skip
    (answer,) = reader.ask(body, scored=True)
    return SimilarArticles(
        tuple(words.values()), tuple(Hit(each.article, each.score) for each in found_articles(answer))
    )


def significant_words(reader: ClusterReader, request: SearchRequest, limit: int) -> tuple[SignificantWord, ...]:
    """The words that distinguish the articles that a search counts from the rest of the archive.

    Of more than 65,535 different words in these articles the rarest are left out."""
    query = counted_query(reader, plan(reader, with_values_split(reader, request)))
    (answer,) = reader.ask({**counting(query), "aggs": {"words": every_value("words")}})
    count, terms = total_of(answer), reader.statistics.terms
    others = reader.manifest.articles - count
    if not others or not count:
        return ()
    here = np.zeros(len(terms), np.int64)
    for term, articles in counts_in(answer["aggregations"]["words"]).items():
        if (number := terms.find(term)) is not None:
            here[number] = articles
    everywhere = reader.statistics.in_text
    scores, candidates = significant(here, count, everywhere, others, limit)
    found: list[SignificantWord] = []
    spellings = _spellings(reader, query, [terms[number] for number in candidates])
    for number, spelling in zip(candidates, spellings, strict=True):
        if spelling and len(found) < limit:
            found.append(SignificantWord(spelling, int(here[number]), int(everywhere[number]), float(scores[number])))
    return tuple(found)


def rising_trends(reader: ClusterReader, interval: Interval, limit: int) -> RisingTrends | None:
    """The topics and phrases that rise to the last complete period; None if the archive has no two periods."""
    period = last_complete_period(reader.span, reader.today, interval)
    previous = None if period is None else previous_period(period, interval)
    if period is None or previous is None:
        return None
    after, before = (published_between(*period_limits(start, interval)) for start in (period, previous))
    topics = every_value(facet_field("topic"))
    answers = reader.ask(*({**counting(query), "aggs": {"topics": topics}} for query in (after, before)))
    sizes = total_of(answers[0]), total_of(answers[1])
    present, past = (counts_in(answer["aggregations"]["topics"]) for answer in answers)
    values = sorted({*present, *past}, key=str.encode)
    counts = [np.array([of_period.get(value, 0) for value in values], np.int64) for of_period in (present, past)]
    return RisingTrends(
        interval=interval,
        start=period,
        articles=sizes[0],
        articles_before=sizes[1],
        topics=rising_values(values, counts[0], counts[1], sizes, limit),
        phrases=rising_values(*phrase_counts(_titles(reader, after), _titles(reader, before)), sizes, limit),
    )


def _titles(reader: ClusterReader, query: Query) -> Iterator[str]:
    return (each.article.title for each in reader.all_in_order(query, NEWEST_FIRST))


def _spellings(reader: ClusterReader, query: Query, terms: list[str]) -> list[str | None]:
    """Each term as the newest articles that match the query write it; None for a function word."""
    if not terms:
        return []
    bodies = (
        {
            "query": {"bool": {"filter": [query, {"term": {"words": term}}]}},
            "size": READ,
            "sort": NEWEST_FIRST,
            **ARTICLE,
        }
        for term in terms
    )
    answers = reader.ask(*bodies)
    return [
        usual_spelling(term, [each.article for each in found_articles(answer)], reader.dictionary)
        for term, answer in zip(terms, answers, strict=True)
    ]
