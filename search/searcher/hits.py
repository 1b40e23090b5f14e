"""Makes the hits of a page: articles with highlights, missing words, other articles and explanations."""

from collections.abc import Sequence
from functools import lru_cache, partial

from search.analysis.highlighter import highlight, highlight_passage
from search.article import Article
from search.request import SearchRequest
from search.results import Explanation, Fragment, Hit
from search.searcher.collector import Collector, Page
from search.searcher.doc_sets import contains
from search.searcher.explainer import explanations
from search.searcher.highlight_terms import alternatives, highlight_terms
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import missing_words
from search.searcher.query_plan import QueryPlan
from search.searcher.story_collapse import other_doc_ids, related_ids


def hits(
    reader: IndexReader, plan: QueryPlan, collector: Collector, page: Page, request: SearchRequest
) -> tuple[Hit, ...]:
    articles = [reader.article(doc_id) for doc_id in page.doc_ids]
    highlights = _Highlights(plan) if "highlights" in request.fields else None
    explained = _explanations(plan, collector, page, articles) if request.explain else {}
    return tuple(
        Hit(
            article,
            score,
            highlights=highlights(article, doc_id) if highlights else None,
            missing=missing_words(plan.evaluator, plan.root, doc_id) if missing else (),
            also=tuple(map(reader.article, other_doc_ids(reader, doc_id))) if request.collapse == "story" else (),
            related_ids=related_ids(reader, article) if article.related and "related" in request.fields else (),
            explanation=explained.get(doc_id),
        )
        for doc_id, score, missing, article in zip(*page, articles, strict=True)
    )


class _Highlights:
    """Highlights the query in articles.  Most queries have no alternatives, so all articles share their terms."""

    def __init__(self, plan: QueryPlan) -> None:
        self._doc_ids = plan.evaluator.doc_ids
        self._alternatives = tuple(alternatives(plan.root))
        self._terms = lru_cache(partial(highlight_terms, plan.root))

    def __call__(self, article: Article, doc_id: int) -> dict[str, tuple[Fragment, ...]]:
        unmet = [node for node in self._alternatives if not contains(self._doc_ids(node), doc_id)]
        terms = self._terms(frozenset(unmet))
        return {
            "title": highlight(article.title, terms.title),
            "excerpt": highlight_passage(article.excerpt, terms.excerpt),
        }


def _explanations(
    plan: QueryPlan, collector: Collector, page: Page, articles: Sequence[Article]
) -> dict[int, Explanation]:
    """Doc id → explanation of each hit; partial matches are scored by the words that they have."""
    full: dict[int, Article] = {}
    partial_matches: dict[int, Article] = {}
    for doc_id, missing, article in zip(page.doc_ids, page.missing, articles, strict=True):
        (partial_matches if missing else full)[doc_id] = article
    return explanations(plan.evaluator, collector.full_scorer, full) | explanations(
        plan.evaluator, collector.partial_scorer, partial_matches
    )
