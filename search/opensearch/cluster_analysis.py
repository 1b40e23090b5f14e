"""Analyses articles of a cluster: similar ones, significant words, and what rises."""

from collections.abc import Iterator

import numpy as np

from search.opensearch.cluster_reader import ARTICLE, NEWEST_FIRST, ClusterReader, found_articles, total_of
from search.opensearch.cluster_search import counted_query, plan
from search.opensearch.facets import ALL_ON_EACH_SHARD
from search.opensearch.filters import facet_field, published_between
from search.opensearch.found_article import FoundArticle
from search.opensearch.query_dsl import Query
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
        "collapse": {"field": "story"}, "sort": [{"_score": {"order": "desc"}}, *NEWEST_FIRST],
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
    words = {"terms": {"field": "words", "size": ALL_ON_EACH_SHARD, "shard_size": ALL_ON_EACH_SHARD}}
    (answer,) = reader.ask({"query": query, "size": 0, "track_total_hits": True, "aggs": {"words": words}})
    count, terms = total_of(answer), reader.statistics.terms
    others = reader.manifest.articles - count
    if not others or not count:
        return ()
    here = np.zeros(len(terms), np.int64)
    for bucket in answer["aggregations"]["words"]["buckets"]:
        if (number := terms.find(bucket["key"])) is not None:
            here[number] = bucket["doc_count"]
    everywhere = reader.statistics.in_text
    scores, candidates = significant(here, count, everywhere, others, limit)
    found: list[SignificantWord] = []
    for term, spelling in zip(candidates, _spellings(reader, query, [terms[each] for each in candidates]), strict=True):
        if spelling and len(found) < limit:
            found.append(SignificantWord(spelling, int(here[term]), int(everywhere[term]), float(scores[term])))
    return tuple(found)


def rising_trends(reader: ClusterReader, interval: Interval, limit: int) -> RisingTrends | None:
    """The topics and phrases that rise to the last complete period; None if the archive has no two periods."""
    period = last_complete_period(reader.span, reader.today, interval)
    previous = None if period is None else previous_period(period, interval)
    if period is None or previous is None:
        return None
    after, before = (published_between(*period_limits(start, interval)) for start in (period, previous))
    topics = {"terms": {"field": facet_field("topic"), "size": ALL_ON_EACH_SHARD, "shard_size": ALL_ON_EACH_SHARD}}
    answers = reader.ask(
        *(
            {"query": query, "size": 0, "track_total_hits": True, "aggs": {"topics": topics}}
            for query in (after, before)
        )
    )
    sizes = total_of(answers[0]), total_of(answers[1])
    present, past = (
        {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["topics"]["buckets"]}
        for answer in answers
    )
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
            "sort": list(NEWEST_FIRST),
            **ARTICLE,
        }
        for term in terms
    )
    answers = reader.ask(*bodies)
    return [
        usual_spelling(term, [each.article for each in found_articles(answer)], reader.dictionary)
        for term, answer in zip(terms, answers, strict=True)
    ]
