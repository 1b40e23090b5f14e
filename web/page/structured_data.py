"""Describes an article to search engines and other programs: schema.org's NewsArticle, as JSON-LD."""

from typing import Any

from search import Article


def news_article(article: Article, picture: str, page: str | None) -> dict[str, Any]:
    """The NewsArticle, without what is unknown.  `page` is the absolute URL of the article's page here, if known."""
    properties = {
        "headline": article.title,
        "description": article.excerpt,
        "datePublished": article.published_at and article.published_at.isoformat(),
        "url": article.url,
        "mainEntityOfPage": page,
        "image": picture,
        "publisher": article.provider and {"@type": "Organization", "name": article.provider.name},
        "articleSection": article.category,
        "keywords": article.topics,
    }
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        **{name: value for name, value in properties.items() if value},
    }
