"""What a request to a cluster reads of an article."""

from typing import NamedTuple

from search.article import Article
from search.snapshot.snapshot import decode_article


class FoundArticle(NamedTuple):
    """An article of a cluster: its stored line, and the id of the newest article of its story."""

    line: bytes
    story: str
    score: float | None = None

    @property
    def article(self) -> Article:
        return decode_article(self.line)
