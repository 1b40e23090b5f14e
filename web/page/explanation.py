"""Explains the rank of one result of a search.

The page links to explanations instead of showing them: they take a third of the time of a page, and few are opened."""

from typing import NamedTuple

from search import Article, Engine, IndexInfo, Reasons, SearchRequest, reasons

PATH = "/explanations/"
FRAGMENT_PATH = "/explanation-fragments/"
"""The paths of an explanation as a page and as a part of one, each followed by the article's id."""

NEEDED = {"explain": True, "fields": ("score",), "facets": (), "timeline": "none"}


class ExplainedArticle(NamedTuple):
    """An article, the reasons for its rank, and the index that they are from."""

    article: Article
    reasons: Reasons
    info: IndexInfo


def explain(request: SearchRequest, id: str, engine: Engine) -> ExplainedArticle | None:
    """The explanation of an article on this page of results; None if it is not there or not ranked by relevance."""
    results = engine.search(request.model_copy(update=NEEDED))
    for hit in results.hits:
        if hit.article.id == id and hit.explanation and hit.score is not None:
            return ExplainedArticle(hit.article, reasons(hit.explanation), results.index)
    return None
