"""Counts the matches of queries in a cluster, and fetches full and partial matches."""

from collections.abc import Mapping
from math import inf
from typing import Any, Final, NamedTuple

from search.opensearch.boosts import boosted
from search.opensearch.cluster_reader import ClusterReader, found_articles, total_of
from search.opensearch.found_article import FoundArticle
from search.opensearch.query_dsl import Query
from search.opensearch.search_body import ARTICLE, BEST_FIRST, counting
from search.query.nodes import And, Node
from search.query.query_words import (
    any_included,
    optional_words,
    relaxed_query,
    required_nodes,
    without_function_words,
)
from search.searcher.minimum_match import FIRST_PAGE
from search.searcher.work import SPELLING_WORK, work_on

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
            (answer,) = self._reader.ask(self.counting(node))
            self.note(node, answer)
        return self._counts[node]

    def counting(self, node: Node) -> dict[str, Any]:
        """The body of a search whose answer to `note` makes `count` know the number of articles."""
        return counting(self._query(node))

    def note(self, node: Node, answer: Mapping[str, Any]) -> None:
        """Remember the answer to `counting`."""
        self._counts[node] = total_of(answer)

    def fewest_missing(self, root: Node) -> float:
        """The smallest number of words that a partial match lacks; infinity if there are no partial matches."""
        return self._nearest(root)[0]

    def expect_comparisons(self, unknown_words: int) -> None:
        """Words are compared in this process.  Raises `RequestInvalid` if that takes too much work."""
        words = len(self._reader.words)
        work_on(self._reader.manifest.articles).add("spelling", SPELLING_WORK * unknown_words * words)

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
            "sort": BEST_FIRST,
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
            lacking = _Lacking([self._query(word) for word in words], self._query(And(required)) if required else None)
            most = len(words) + any_included(required) - 1
            (answer,) = self._reader.ask(lacking.most_words_first)
            missing = next((len(words) - round(hit["_score"]) for hit in answer["hits"]["hits"]), inf)
            self._fewest[root] = (missing, lacking.exactly(int(missing))) if missing <= most else (inf, {})
        return self._fewest[root]


class _Lacking(NamedTuple):
    """Finds articles that lack some of the words, and match what is required."""

    words: list[Query]
    required: Query | None

    @property
    def most_words_first(self) -> dict[str, Any]:
        """Finds an article that has the most words, but not all; its score is their number."""
        scored = [{"constant_score": {"filter": word, "boost": 1.0}} for word in self.words]
        query = {"filter": self._filters(), "should": scored, "must_not": [self._having(len(self.words))]}
        return {"query": {"bool": query}, "size": 1, "_source": False, "track_total_hits": False}

    def exactly(self, missing: int) -> Query:
        """Matches articles that lack exactly so many of the words."""
        present = len(self.words) - missing
        filters = [*self._filters(), *([self._having(present)] if present else [])]
        return {"bool": {"filter": filters, "must_not": [self._having(present + 1)]}}

    def _having(self, count: int) -> Query:
        """Matches articles with so many of the words, or more."""
        return {"bool": {"should": self.words, "minimum_should_match": count}}

    def _filters(self) -> list[Query]:
        return [self.required or {"match_all": {}}]
