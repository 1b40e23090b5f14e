"""The protocol that every search engine implements.

Its package also provides a `Store` and a way to publish (`search.stores`): see "What an engine provides" in
ARCHITECTURE.md.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, Self

from search.article import Article
from search.periods import Interval
from search.request import SearchRequest
from search.results import (
    Changes,
    Completion,
    Export,
    FacetResults,
    Hit,
    IndexInfo,
    RisingTrends,
    SearchResults,
    SignificantWord,
    SimilarArticles,
    Statistics,
)


class Engine(Protocol):
    """Searches the published index and switches to a newer one by itself.

    Every method is safe to call from several threads.  Requests and results do not depend on the engine: they hold no
    file paths, doc ids or objects of a search library.

    A request that names a snapshot (`at`) is answered from that: always the same, as long as the snapshot is kept.
    Raises `SnapshotGone` if it is not.

    A filter value that no article has, but that has values of the index between commas, is read as a list of values:
    results have the `request` as it was read.

    Every method raises `EngineUnavailable` while there is no usable index: `IndexMissing` before the first index is
    published and open, another `SnapshotError` if the published index cannot be used, `EngineClosed` after `close()`.
    """

    def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:
        """One page of the matching articles, with facets and a timeline if requested, which count the full matches.

        `count_partial`: they count the partial matches if the query has no full match, before filters."""

    def facet(
        self,
        field: str,
        request: SearchRequest,
        containing: str = "",
        prefix: str = "",
        page: int = 1,
        count_partial: bool = False,
    ) -> FacetResults:
        """One facet of a search, with a page of `request.facet_size` values.  Raises `RequestInvalid` if unknown.

        `containing`: only selected values and values that contain the text, in any case and with any accents.
        `prefix`: only values that begin with it, or have a word that does.
        `count_partial`: as in `search`."""

    def export(self, request: SearchRequest, start: int = 0, resumable: bool = False) -> Export:
        """All full matches of a search from the position `start` on, in its order; `page` and `per_page` are ignored.

        `resumable`: another process can export the rest of the same index within a quarter of an hour after the last
        article was read.

        The order is by the day on which the index was built, so that exports of one index continue each other."""

    def article(self, id: str) -> Article | None:
        """The article with this id, or None."""

    def article_with_story(self, id: str, at: str | None = None) -> Hit | None:
        """The article with this id, the other articles of its story and the ids of its related items, or None.

        `at` names a snapshot."""

    def coverage(self, id: str) -> tuple[Hit, ...] | None:
        """All articles that report the story of the article with this id, newest first; None if the id is unknown.

        They are the articles of its story cluster and of the clusters that related items connect with it.  Each has the
        ids of its related items.  The coverage of each of these articles is the same."""

    def similar(self, id: str, limit: int, at: str | None = None) -> SimilarArticles | None:
        """At most `limit` articles like the one with this id, one of a story; None if the id is unknown.

        The articles of its coverage are left out.  `at` names a snapshot."""

    def significant_words(self, request: SearchRequest, limit: int) -> Sequence[SignificantWord]:
        """The words that distinguish the articles of a search from the rest of the archive, most significant first."""

    def rising(self, interval: Interval, limit: int, at: str | None = None) -> RisingTrends | None:
        """The topics and phrases of the last complete period that rise; None if the archive has no such period.

        `at` names a snapshot."""

    def complete(self, text: str, limit: int) -> Sequence[Completion]:
        """Completions of the last word of `text`, most frequent first."""

    def changes(self, since: str, until: str | None = None, offset: int = 0, limit: int | None = None) -> Changes:
        """What changed from snapshot `since` to snapshot `until`, by default the current one.

        Lists at most `limit` changes after the first `offset`: added articles, then changed, then removed ones.  Raises
        `ChangesGone` if the changes are not kept any more, `RequestInvalid` if there never was such a snapshot."""

    def latest_changes(self) -> Iterator[Changes]:
        """What each update changed that led to the current index, newest first; each is read when it is reached."""

    def rewritten_at(self, ids: Collection[str], snapshot: str) -> Mapping[str, datetime]:
        """When the title or excerpt of each of these articles last changed before `snapshot` was published, by id.

        Those without a known change are left out."""

    def info(self, at: str | None = None) -> IndexInfo:
        """The index in use, or the snapshot with the name `at` as requests that name it see it."""

    def statistics(self) -> Statistics:
        """Figures about the index in use."""

    def close(self) -> None:
        """Releases all resources.  An export that has begun can be read to its end."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
