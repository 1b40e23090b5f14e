"""Parts of an article as readers see them: its publisher, the site that it is on, its picture."""

from urllib.parse import urlsplit

from search import Article, Related


def site(article: Article | Related) -> str:
    """The host of the article's URL, or nothing."""
    return (urlsplit(article.url or "").hostname or "").removeprefix("www.")


def publisher(article: Article | Related) -> str:
    """The provider's name, or the site, or nothing."""
    return article.provider.name if article.provider else site(article)


def picture(article: Article) -> str:
    """The URL of its picture, or nothing; pages may load pictures by https only."""
    return article.image.url if article.image and article.image.url.startswith("https://") else ""


def has_excerpt(article: Article) -> bool:
    """Whether there is an excerpt other than the title."""
    return article.excerpt not in {"", article.title}
