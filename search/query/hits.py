"""The documents of a page as hits: each article with what is to be shown of why it was found."""

from collections.abc import Sequence
from functools import lru_cache, partial

from search.article import Article
from search.query.explaining import explanations
from search.query.index import SearchableIndex
from search.query.listing import Listing, Page
from search.query.marks import alternatives, marks_of
from search.query.matching import has, missing_words
from search.query.stories import others, related_ids
from search.query.understanding import Understood
from search.request import SearchRequest
from search.results import Explanation, Fragment, Hit
from search.text.highlight import highlight, highlight_window


def hits(
    index: SearchableIndex, understood: Understood, listing: Listing, page: Page, request: SearchRequest
) -> tuple[Hit, ...]:
    """The hits of a page, in its order."""
    articles = [index.article(document) for document in page.documents]
    highlighted = _Highlighting(understood) if "highlights" in request.fields else None
    explained = _explained(understood, listing, page, articles) if request.explain else [None] * len(articles)
    return tuple(
        Hit(
            article,
            score,
            highlights=highlighted(article, document) if highlighted else None,
            missing=missing_words(understood.evaluation, understood.root, document) if lacking else (),
            also=tuple(map(index.article, others(index, document))) if request.collapse == "story" else (),
            related_ids=related_ids(index, article) if article.related and "related" in request.fields else (),
            explanation=explanation,
        )
        for document, score, lacking, article, explanation in zip(*page, articles, explained, strict=True)
    )


class _Highlighting:
    """Marks what of the query each article has; most queries have no alternatives, and so the same marks for all."""

    def __init__(self, understood: Understood) -> None:
        self._found = understood.evaluation.documents
        self._alternatives = tuple(alternatives(understood.root))
        self._marks = lru_cache(partial(marks_of, understood.root))

    def __call__(self, article: Article, document: int) -> dict[str, tuple[Fragment, ...]]:
        marks = self._marks(frozenset(each for each in self._alternatives if not has(self._found(each), document)))
        return {
            "title": highlight(article.title, marks.title),
            "excerpt": highlight_window(article.excerpt, marks.excerpt),
        }


def _explained(
    understood: Understood, listing: Listing, page: Page, articles: Sequence[Article]
) -> list[Explanation | None]:
    """Articles that lack words are scored by the words that they have."""
    explained: list[Explanation | None] = [None] * len(articles)
    for relevance, lacks in ((listing.relevance, False), (listing.loosely, True)):
        rows = [row for row, lacking in enumerate(page.missing) if bool(lacking) == lacks]
        if not rows:
            continue
        found = explanations(
            understood.evaluation, relevance, [page.documents[row] for row in rows], [articles[row] for row in rows]
        )
        for row, explanation in zip(rows, found, strict=True):
            explained[row] = explanation
    return explained
