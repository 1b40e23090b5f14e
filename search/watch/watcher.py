"""Runs saved searches and reports what each matches for the first time.

Nothing is missed, and nothing is reported twice, also if the process is killed or the index is rolled back.  What was
reported is kept in a state that only grows.  A report is written to the state before it is printed or sent, and counts
as reported only afterwards.  If the process is killed between the two, nobody knows whether the report has arrived:
the next run repeats it, unchanged and with the same id, by which receivers drop repeats.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from search.article import Article
from search.engine import Engine
from search.errors import ArticleSearchError
from search.results import Export, IndexInfo
from search.rows import encoded_rows
from search.watch.saved_searches import Printed, SavedSearch
from search.watch.watch_state import Delivery, SearchState, WatchFailed, WatchState, hash_of
from search.watch.webhook import Webhook

ARTICLES_PER_DELIVERY: Final = 100
EVENT: Final = "search.new_articles"

Check = Callable[[Webhook], None]
"""Raises an `ArticleSearchError` if nothing may be posted to the address of a webhook."""

Post = Callable[[Webhook, str, bytes], None]
"""Posts the delivery with this id and body.  Raises an `ArticleSearchError`."""


class Report(msgspec.Struct, frozen=True):
    """What a saved search newly matches.

    `total`: how many articles it matches.  `id`: None for a report without articles.  `repeated`: the run before was
    interrupted while it printed this report.  `baseline`: the search is new or was changed, so these are not reported,
    except those that the caller wants.  `warnings`: filter values that no article has, in a baseline.  `failure`: why
    it could not be run, or its webhook not be sent."""

    search: str
    target: Printed | None
    articles: Sequence[Article] = ()
    total: int = 0
    id: str | None = None
    repeated: bool = False
    baseline: Literal["new", "changed"] | None = None
    warnings: Sequence[str] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Watcher:
    """Runs saved searches.

    `show` prints a report and returns once it is written.  `since`: report also the articles of a baseline that were
    published at this time or later."""

    engine: Engine
    state: WatchState
    show: Callable[[Report], None]
    check: Check
    post: Post
    since: datetime | None = None

    def run(self, searches: Sequence[SavedSearch]) -> bool:
        """Report what is new.  Returns whether every search succeeded; one that fails does not stop the others."""
        names = {search.name for search in searches}
        if forgotten := self.state.searches.keys() - names:
            for name in forgotten:
                del self.state.searches[name]
            self.state.save()
        failed = [search for search in searches if not self._run_or_fail(search)]
        return not failed

    def _run_or_fail(self, search: SavedSearch) -> bool:
        try:
            self._run(search)
        except WatchFailed:  # without a state, all would be reported again
            raise
        except ArticleSearchError as error:
            self.show(Report(search.name, None, failure=str(error)))
            return False
        return True

    def _run(self, search: SavedSearch) -> None:
        if isinstance(search.target, Webhook):
            self.check(search.target)  # now, not when the first article is found
        known = self.state.searches.get(search.name)
        if known and known.pending:
            self._deliver(search, known, known.pending, repeated=True)
        export = self.engine.export(search.request)
        if known is None or known.fingerprint != search.fingerprint:
            new = self._begin(search, export)
        else:
            new = [article for article in export.articles if hash_of(article.id) not in known.seen]
        if new:
            self._report(search, export.index, export.total, new)

    def _begin(self, search: SavedSearch, export: Export) -> list[Article]:
        """Make the matching articles the baseline.  Returns those to report, which do not belong to it."""
        seen, new = set(), []
        for article in export.articles:
            if self.since and article.published_at and article.published_at >= self.since:
                new.append(article)
            else:
                seen.add(hash_of(article.id))
        baseline: Literal["new", "changed"] = "changed" if search.name in self.state.searches else "new"
        self.state.searches[search.name] = SearchState(search.fingerprint, seen)
        self.show(
            Report(search.name, _printed(search), total=export.total, baseline=baseline, warnings=export.warnings)
        )
        self.state.save()
        return new

    def _report(self, search: SavedSearch, index: IndexInfo, total: int, new: list[Article]) -> None:
        state = self.state.searches[search.name]
        size = ARTICLES_PER_DELIVERY if isinstance(search.target, Webhook) else len(new)
        for start in range(0, len(new), size):
            state.pending = _delivery(search, index, total, new[start : start + size])
            self.state.save()
            self._deliver(search, state, state.pending)

    def _deliver(self, search: SavedSearch, state: SearchState, delivery: Delivery, *, repeated: bool = False) -> None:
        """Print or send a delivery, and count its articles as reported.

        A search that is not reported in the same way any more finds these articles anew, if they still match."""
        target = search.target
        if delivery.printed and not isinstance(target, Webhook):
            report = msgspec.json.decode(delivery.body, type=Report)
            self.show(msgspec.structs.replace(report, target=target, repeated=repeated))
            state.seen.update(delivery.articles)
        elif isinstance(target, Webhook) and not delivery.printed:
            self.post(target, delivery.id, delivery.body)
            state.seen.update(delivery.articles)
        state.pending = None
        self.state.save()


def _printed(search: SavedSearch) -> Printed | None:
    return None if isinstance(search.target, Webhook) else search.target


def _delivery(search: SavedSearch, index: IndexInfo, total: int, articles: Sequence[Article]) -> Delivery:
    id, hashes = f"msg_{secrets.token_hex(16)}", [hash_of(article.id) for article in articles]
    if isinstance(search.target, Webhook):
        return Delivery(id, _body(search, index, total, articles), hashes)
    report = Report(search.name, search.target, articles, total, id)
    return Delivery(id, msgspec.json.encode(report), hashes, printed=True)


def _body(search: SavedSearch, index: IndexInfo, total: int, articles: Sequence[Article]) -> bytes:
    """The body of a webhook: type, timestamp and data, as Standard Webhooks recommends."""
    data = {
        "search": search.name,
        "index": {"snapshot": index.snapshot, "built_at": index.built_at, "articles": index.articles},
        "total": total,
        "articles": json_articles(articles),
    }
    now = datetime.now(UTC).replace(microsecond=0)
    return msgspec.json.encode({"type": EVENT, "timestamp": now, "data": data})


def json_articles(articles: Sequence[Article]) -> list[msgspec.Raw]:
    """The articles as JSON, the same as in an export but without line ends."""
    return [msgspec.Raw(line.rstrip(b"\n")) for line in encoded_rows(articles, "ndjson")]
