"""What a request to a cluster reads of an article."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from search.article import Article
from search.snapshot.snapshot import decode_article


class FoundArticle(NamedTuple):
    """An article of a cluster, with the id of the newest article of its story."""

    article: Article
    story: str
    score: float | None

    @classmethod
    def of(cls, hit: Mapping[str, Any]) -> Self:
        """The article of a hit in an answer."""
        article = decode_article(hit["_source"]["article"].encode())
        return cls(article, hit["fields"]["story"][0], hit.get("_score"))
