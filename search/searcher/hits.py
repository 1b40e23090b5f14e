"""The documents of a page as hits: each article with what is to be shown of why it was found."""

from collections.abc import Sequence
from functools import lru_cache, partial

from search.analysis.highlighter import highlight, highlight_window
from search.article import Article
from search.request import SearchRequest
from search.results import Explanation, Fragment, Hit
from search.searcher.collector import Collector, Page
from search.searcher.explainer import explanations
from search.searcher.highlight_terms import alternatives, marks_of
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import has, missing_words
from search.searcher.query_plan import QueryPlan
from search.searcher.story_collapse import others, related_ids


def hits(
    index: IndexReader, plan: QueryPlan, listing: Collector, page: Page, request: SearchRequest
) -> tuple[Hit, ...]:
    """The hits of a page, in its order."""
    articles = [index.article(document) for document in page.documents]
    highlighted = _Highlighting(plan) if "highlights" in request.fields else None
    explained = _explained(plan, listing, page, articles) if request.explain else [None] * len(articles)
    return tuple(
        Hit(
            article,
            score,
            highlights=highlighted(article, document) if highlighted else None,
            missing=missing_words(plan.evaluation, plan.root, document) if lacking else (),
            also=tuple(map(index.article, others(index, document))) if request.collapse == "story" else (),
            related_ids=related_ids(index, article) if article.related and "related" in request.fields else (),
            explanation=explanation,
        )
        for document, score, lacking, article, explanation in zip(*page, articles, explained, strict=True)
    )


class _Highlighting:
    """Marks what of the query each article has; most queries have no alternatives, and so the same marks for all."""

    def __init__(self, plan: QueryPlan) -> None:
        self._found = plan.evaluation.documents
        self._alternatives = tuple(alternatives(plan.root))
        self._marks = lru_cache(partial(marks_of, plan.root))

    def __call__(self, article: Article, document: int) -> dict[str, tuple[Fragment, ...]]:
        marks = self._marks(frozenset(each for each in self._alternatives if not has(self._found(each), document)))
        return {
            "title": highlight(article.title, marks.title),
            "excerpt": highlight_window(article.excerpt, marks.excerpt),
        }


def _explained(
    plan: QueryPlan, listing: Collector, page: Page, articles: Sequence[Article]
) -> list[Explanation | None]:
    """Articles that lack words are scored by the words that they have."""
    explained: list[Explanation | None] = [None] * len(articles)
    for relevance, lacks in ((listing.relevance, False), (listing.loosely, True)):
        rows = [row for row, lacking in enumerate(page.missing) if bool(lacking) == lacks]
        if not rows:
            continue
        found = explanations(
            plan.evaluation, relevance, [page.documents[row] for row in rows], [articles[row] for row in rows]
        )
        for row, explanation in zip(rows, found, strict=True):
            explained[row] = explanation
    return explained
