"""Renders the page of one article: everything known of it, the coverage of its story, and more like it."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from search import Article, Engine, Hit, IndexInfo, SimilarArticles
from web.links import API, SearchUrls, article_url
from web.page.article_parts import has_excerpt, picture, site
from web.page.coverage import coverage, coverage_summary
from web.page.neighbours import Neighbours, neighbours
from web.page.overview_links import day_link, overview_url
from web.page.structured_data import news_article
from web.service import Call
from web.templating import render

SIMILAR: Final = 6
VISIBLE_REPORTS: Final = 10  # before "Show more"
NAMED_WORDS: Final = 5  # of those that similar articles share with the article


class FoundArticle(NamedTuple):
    """An article with its coverage, the articles like it, and its place in the search that the reader came from."""

    article: Article
    coverage: Sequence[Hit]
    similar: SimilarArticles
    neighbours: Neighbours | None


def found_article(call: Call, id: str, search: SearchUrls | None) -> tuple[IndexInfo, FoundArticle | None]:
    """The article, if the id is known, and the index; `search` are the URLs of the search."""

    def find(engine: Engine) -> FoundArticle | None:
        article, covering, similar = engine.article(id), engine.coverage(id), engine.similar(id, SIMILAR)
        if article is None or covering is None or similar is None:
            return None
        return FoundArticle(article, covering, similar, neighbours(call.root, search, id, engine) if search else None)

    return call.service.call_engine(find)


def render_article_page(call: Call, found: FoundArticle, search: SearchUrls | None) -> str:
    """The page as HTML; `search` are the URLs of the search that the reader came from."""
    article, similar = found.article, found.similar
    root, settings = call.root, call.service.settings
    reports, related = coverage(root, article, found.coverage)
    shown_picture = picture(article) if settings.show_images else ""
    # Absolute only with a public URL: a Host header must not get into cached pages.
    canonical = article_url(call.base_url, article.id)
    return render(
        call,
        "article.html",
        article=article,
        picture=shown_picture,
        has_excerpt=has_excerpt(article),
        site=site(article),
        canonical=canonical,
        public_url=settings.public_url,
        structured_data=news_article(article, shown_picture, canonical if settings.public_url else None),
        provider_link=overview_url(root, "provider", article.provider.name) if article.provider else None,
        day=day_link(root, article.published_at.date()).url if article.published_at else None,
        topics=[(topic, overview_url(root, "topic", topic)) for topic in article.topics],
        facts=_facts(article),
        reports=reports,
        related=related,
        visible_reports=VISIBLE_REPORTS,
        coverage_summary=coverage_summary(reports),
        similar=[(each.article, article_url(root, each.article.id)) for each in similar.hits],
        similar_words=_shared_words(similar)[:NAMED_WORDS],
        search_link=search,
        neighbours=found.neighbours,
        query_text=search.request.q if search else "",
        json_link=article_url(f"{root}{API}", article.id),
    )


def _shared_words(similar: SimilarArticles) -> list[str]:
    """The words by which similar articles are found, without those that none of them has, also in the plural."""
    articles = [hit.article for hit in similar.hits]
    texts = "\n".join(text for each in articles for text in (each.title, each.excerpt, *each.topics)).casefold()
    return [word for word in similar.words if re.search(rf"(?<!\w){re.escape(word.casefold())}(e?s)?(?!\w)", texts)]


def _facts(article: Article) -> list[tuple[str, str]]:
    """The other stored fields, as names and values."""
    values = {
        "Site": article.provider and article.provider.domain,
        "Type": article.type.capitalize(),
        "Category": article.category,
        "Popularity score": article.heat,
        "Quality score": article.quality,
        "File": article.id,
    }
    return [(name, str(value)) for name, value in values.items() if value not in {None, ""}]
