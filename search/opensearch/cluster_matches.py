"""Counts the matches of queries in a cluster, and fetches full and partial matches."""

from math import inf
from typing import Final

from search.opensearch.boosts import boosted
from search.opensearch.cluster_reader import ARTICLE, NEWEST_FIRST, ClusterReader, found_articles
from search.opensearch.found_article import FoundArticle
from search.opensearch.query_dsl import Query
from search.query.nodes import And, Node, Word
from search.query.query_words import (
    any_included,
    optional_words,
    relaxed_query,
    required_nodes,
    without_function_words,
)
from search.searcher.minimum_match import FIRST_PAGE

_CANDIDATES: Final = 5 * FIRST_PAGE
"""Partial matches that are fetched: the best ones by the cluster's scores, which are rounded."""


class ClusterMatches:
    """The matches of one search's queries.  Counts each query once."""

    def __init__(self, reader: ClusterReader) -> None:
        self._reader = reader
        self._counts: dict[Node, int] = {}
        self._fewest: dict[Node, tuple[float, Query]] = {}

    def count(self, node: Node) -> int:
        """The number of articles that match the node."""
        if node not in self._counts:
            self._counts[node] = self._reader.count(self._query(node))
        return self._counts[node]

    def fewest_missing(self, root: Node) -> float:
        """The smallest number of words that a partial match lacks; infinity if there are no partial matches."""
        return self._nearest(root)[0]

    def expect_comparisons(self, unknown_words: int) -> None:
        """Words are compared in this process, and that is limited by the length of a query."""

    def full(self, root: Node, size: int) -> list[FoundArticle]:
        """The full matches, of which there are at most `size`."""
        return self._reader.newest(self._query(root), size=size)

    def partial(self, root: Node) -> list[FoundArticle]:
        """The best partial matches among those that lack the fewest words."""
        missing, query = self._nearest(root)
        if missing == inf:
            return []
        reader = self._reader
        scored = boosted(
            reader.translator.query(relaxed_query(root)), without_function_words(root), reader.ranking, reader.today
        )
        body = {
            "query": {"bool": {"filter": [query], "should": [scored]}},
            "size": _CANDIDATES,
            "sort": [{"_score": {"order": "desc"}}, *NEWEST_FIRST],
            **ARTICLE,
        }
        (answer,) = reader.ask(body, scored=True)
        return found_articles(answer)

    def _query(self, node: Node) -> Query:
        return self._reader.translator.query(node)

    def _nearest(self, root: Node) -> tuple[float, Query]:
        """The smallest number of words that a partial match lacks, and the query that finds these matches."""
        if root not in self._fewest:
            words, required = optional_words(root), required_nodes(root)
            most = len(words) + any_included(required) - 1
            queries = [self._lacking(missing, words, required) for missing in range(1, most + 1)]
            counts = self._reader.counts(queries)
            found = ((missing, queries[missing - 1]) for missing in range(1, most + 1) if counts[missing - 1])
            self._fewest[root] = next(found, (inf, {}))
        return self._fewest[root]

    def _lacking(self, missing: int, words: tuple[Word, ...], required: tuple[Node, ...]) -> Query:
        """Matches articles that lack exactly so many of the words, and match all required nodes."""
        should = [self._query(word) for word in words]
        present = len(words) - missing
        filters = [self._query(And(required))] if required else []
        if present:
            filters.append({"bool": {"should": should, "minimum_should_match": present}})
        more = {"bool": {"should": should, "minimum_should_match": present + 1}}
        return {"bool": {"filter": filters, "must_not": [more]}}
