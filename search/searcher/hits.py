"""Makes the hits of a page: articles with highlights, missing words, other articles and explanations."""

from collections.abc import Sequence
from functools import cache, partial

import numpy as np

from search.analysis.highlighter import highlight, highlight_passage
from search.arrays import Array, binary_search
from search.article import Article
from search.explanation import Explanation
from search.query.nodes import And
from search.query.query_words import optional_words
from search.request import SearchRequest
from search.results import Fragment, Hit
from search.schema import TEXT_FIELDS
from search.searcher.collector import Collector, Page
from search.searcher.explainer import explanations
from search.searcher.filters import FilteredDocs
from search.searcher.highlight_terms import FieldHighlightTerms, alternatives, highlight_terms
from search.searcher.index_reader import IndexReader
from search.searcher.minimum_match import MatchedDocs
from search.searcher.occurrences import occurrences
from search.searcher.query_plan import QueryPlan
from search.searcher.story_collapse import other_doc_ids, related_ids

_TITLE, _EXCERPT = TEXT_FIELDS.index("title"), TEXT_FIELDS.index("excerpt")


def hits(
    reader: IndexReader, plan: QueryPlan, collector: Collector, page: Page, request: SearchRequest
) -> tuple[Hit, ...]:
    articles = [reader.article(doc_id) for doc_id in page.doc_ids]
    highlights = _Highlights(plan, page.doc_ids) if "highlights" in request.fields else None
    explained = _explanations(plan, collector, page, articles) if request.explain else {}
    missing = _missing_words(plan, page) if any(page.missing) else [()] * len(articles)
    return tuple(
        Hit(
            article,
            score,
            highlights=highlights(i, article) if highlights else None,
            missing=missing[i],
            also=_others_of_story(reader, doc_id, request) if request.collapse == "story" else (),
            related_ids=related_ids(reader, article) if article.related and "related" in request.fields else (),
            explanation=explained.get(doc_id),
        )
        for i, (doc_id, score, article) in enumerate(zip(page.doc_ids, page.scores, articles, strict=True))
    )


def _others_of_story(reader: IndexReader, doc_id: int, request: SearchRequest) -> tuple[Article, ...]:
    """The other articles of the document's story that pass the filters, newest first."""
    others = other_doc_ids(reader, doc_id)
    passing = FilteredDocs(reader, MatchedDocs(others), request).matched.doc_ids if len(others) else others
    return tuple(map(reader.article, passing.tolist()))


def _missing_words(plan: QueryPlan, page: Page) -> list[tuple[str, ...]]:
    """[page] the words that each partial match lacks, as in the query."""
    words, doc_ids = optional_words(plan.root), np.array(page.doc_ids, np.uint32)
    present = [binary_search(doc_ids, plan.evaluator.doc_ids(word))[1].tolist() for word in words]
    return [
        tuple(word.source for word, has_word in zip(words, of_doc, strict=True) if not has_word) if missing else ()
        for missing, *of_doc in zip(page.missing, *present, strict=True)
    ]


class _Highlights:
    """Highlights the query in the articles of a page.  Most queries have no alternatives, so all share their terms."""

    def __init__(self, plan: QueryPlan, doc_ids: Sequence[int]) -> None:
        page = np.array(doc_ids, np.uint32)
        self._alternatives = {
            node: binary_search(page, plan.evaluator.doc_ids(node))[1] for node in alternatives(plan.root)
        }
        self._terms = cache(partial(_counted_terms, plan, page))

    def __call__(self, index: int, article: Article) -> dict[str, tuple[Fragment, ...]]:
        """The fragments of the article with this index on the page."""
        unmet = [node for node, matches in self._alternatives.items() if not matches[index]]
        terms, titles, excerpts = self._terms(frozenset(unmet))
        return {
            "title": highlight(article.title, terms.title, titles[index]),
            "excerpt": highlight_passage(article.excerpt, terms.excerpt, occurrences=excerpts[index]),
        }


def _counted_terms(
    plan: QueryPlan, doc_ids: Array, unmet: frozenset[And]
) -> tuple[FieldHighlightTerms, list[int], list[int]]:
    """The terms to highlight, and how often the title and the excerpt of each document have them."""
    terms = highlight_terms(plan.root, unmet)
    counts = [
        occurrences(plan.evaluator, each.all_terms, each.prefixes, doc_ids)
        for each in ((terms.title,) if terms.title is terms.excerpt else terms)
    ]
    return terms, counts[0][:, _TITLE].tolist(), counts[-1][:, _EXCERPT].tolist()


def _explanations(
    plan: QueryPlan, collector: Collector, page: Page, articles: Sequence[Article]
) -> dict[int, Explanation]:
    """Doc id → explanation of each hit."""
    missing = dict(zip(page.doc_ids, page.missing, strict=True))
    return explanations(plan.evaluator, collector.scorer, dict(zip(page.doc_ids, articles, strict=True)), missing)
