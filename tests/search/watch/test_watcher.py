"""New matches are reported once, whatever is updated, rolled back, killed or unreachable."""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from search.article import Article
from search.engines import open_engine
from search.errors import EngineUnavailable, WatchRunning
from search.index.builder import build_index
from search.request import SearchRequest
from search.results import Export, IndexInfo
from search.snapshot.store import SnapshotStore
from search.watch.saved_searches import SavedSearch
from search.watch.watch_state import WatchFailed, WatchState, default_path
from search.watch.watcher import ARTICLES_PER_DELIVERY, Report, Watcher
from search.watch.webhook import Webhook, WebhookFailed
from tests.files import MEMORY, write

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
INFO = IndexInfo("20240501T120000Z-0000", NOON, 4, "content", NOON)
HOOK = Webhook("https://hooks.example/", bytes(24))
TEXT = SavedSearch("a", SearchRequest(q="robot"), "first", "text")
POSTED = TEXT._replace(name="b", target=HOOK)


class Killed(BaseException):
    """The process ends here."""


class Setup:
    """Runs saved searches on a list of ids, and keeps what they report."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state.json"
        self.ids: list[str] = []
        self.shown: list[Report] = []
        self.posted: list[tuple[str, list[str]]] = []
        self.broken: dict[str, Exception] = {}
        self.step: Callable[[], None] = lambda: None

    def run(self, *searches: SavedSearch, since: datetime | None = None) -> bool:
        engine: Any = SimpleNamespace(export=self._export)
        with WatchState.locked(self.path) as state:
            save = state.save

            def saving() -> None:
                self.step()
                save()
                self.step()

            state.save = saving  # type: ignore[method-assign]
            return Watcher(engine, state, self._show, lambda _: None, self._post, since).run(searches)

    def _export(self, request: SearchRequest) -> Export:
        if error := self.broken.get(request.q):
            raise error
        articles = [Article(id=id, title=id, published_at=NOON.replace(day=1 + n % 2)) for n, id in enumerate(self.ids)]
        return Export(INFO, len(articles), iter(articles))

    def _show(self, report: Report) -> None:
        self.step()
        self.shown.append(report)
        self.step()

    def _post(self, webhook: Webhook, id: str, body: bytes) -> None:
        self.step()
        self.posted.append((id, [article["id"] for article in msgspec.json.decode(body)["data"]["articles"]]))
        self.step()
        if error := self.broken.get(webhook.url):
            raise error

    def reported(self) -> list[str]:
        """The ids of all printed articles."""
        return [article.id for report in self.shown for article in report.articles]

    def received(self) -> list[str]:
        """The ids of all printed articles, as a reader sees them who drops repeated reports."""
        return [article.id for report in {each.id: each for each in self.shown}.values() for article in report.articles]

    def delivered(self) -> list[str]:
        """The ids in all webhooks, as a receiver that drops repeats sees them."""
        return [id for ids in dict(self.posted).values() for id in ids]

    def baselines(self) -> list[tuple[str, str | None, int]]:
        return [(report.search, report.baseline, report.total) for report in self.shown if report.baseline]


@pytest.fixture
def setup() -> Iterator[Setup]:
    with TemporaryDirectory(dir=MEMORY) as name:
        yield Setup(Path(name))


# What is reported


def test_first_run_reports_nothing_and_says_so(setup: Setup) -> None:
    setup.ids = ["1", "2"]
    assert setup.run(TEXT, POSTED)
    assert (setup.reported(), setup.posted) == ([], [])
    assert setup.baselines() == [("a", "new", 2), ("b", "new", 2)]


def test_new_articles_are_reported_once_in_the_order_of_the_search(setup: Setup) -> None:
    for setup.ids in (["5"], ["9", "5", "7"], ["9", "5", "7"], ["8", "9", "5"]):
        assert setup.run(TEXT, POSTED)
    assert setup.reported() == setup.delivered() == ["9", "7", "8"]
    assert [report.total for report in setup.shown if report.articles] == [3, 3]


def test_article_that_leaves_and_returns_is_not_reported_again(setup: Setup) -> None:
    for setup.ids in (["1"], ["1", "2"], [], ["2"], ["1", "2"]):
        setup.run(TEXT, POSTED)
    assert setup.reported() == setup.delivered() == ["2"]


def test_changed_search_begins_anew_and_says_so(setup: Setup) -> None:
    for setup.ids, fingerprint in ((["1"], "first"), (["1", "2"], "second"), (["1", "2", "3"], "second")):
        setup.run(TEXT._replace(fingerprint=fingerprint))
    assert setup.baselines() == [("a", "new", 1), ("a", "changed", 2)]
    assert setup.reported() == ["3"]


def test_removed_search_begins_anew_when_it_returns(setup: Setup) -> None:
    setup.ids = ["1"]
    setup.run(TEXT, POSTED)
    setup.run(POSTED)
    setup.run(TEXT, POSTED)
    assert setup.baselines() == [("a", "new", 1), ("b", "new", 1), ("a", "new", 1)]


def test_first_run_reports_what_was_published_since_a_time(setup: Setup) -> None:
    setup.ids = ["1", "2", "3", "4"]  # by turns of the first and of the second of May
    for _ in range(2):
        setup.run(TEXT, POSTED, since=NOON.replace(day=2))
    assert setup.reported() == setup.delivered() == ["2", "4"]


def test_all_of_more_matches_than_a_search_lists_are_told_apart(setup: Setup) -> None:
    setup.ids = [f"{number}" for number in range(20_000)]
    setup.run(TEXT)
    setup.ids = [*setup.ids[:15_000], "new", *setup.ids[15_000:], "last"]
    setup.run(TEXT)
    assert setup.reported() == ["new", "last"]


def test_many_articles_are_delivered_in_parts(setup: Setup) -> None:
    setup.run(POSTED)
    setup.ids = [f"{number}" for number in range(2 * ARTICLES_PER_DELIVERY + 1)]
    setup.run(POSTED)
    assert [len(ids) for _, ids in setup.posted] == [ARTICLES_PER_DELIVERY, ARTICLES_PER_DELIVERY, 1]
    assert setup.delivered() == setup.ids
    assert len(dict(setup.posted)) == 3


# Failures


def test_failing_search_does_not_stop_the_others(setup: Setup) -> None:
    setup.broken["car"] = EngineUnavailable("the index is away")
    car = SavedSearch("c", SearchRequest(q="car"), "first", "text")
    for setup.ids in ([], ["1"]):
        assert not setup.run(car, TEXT)
    assert [report.failure for report in setup.shown if report.search == "c"] == ["the index is away"] * 2
    assert setup.reported() == ["1"]


def test_failing_webhook_is_sent_again_with_its_id_and_then_the_rest(setup: Setup) -> None:
    setup.run(POSTED, TEXT)
    setup.broken[HOOK.url] = WebhookFailed("answers 500")
    for setup.ids in (["1"], ["1", "2"]):
        assert not setup.run(POSTED, TEXT)
    setup.ids, setup.broken = ["2"], {}
    assert setup.run(POSTED, TEXT)
    assert [ids for _, ids in setup.posted] == [["1"], ["1"], ["1"], ["2"]]
    assert len(dict(setup.posted)) == 2
    assert setup.reported() == ["1", "2"]


def test_pending_webhook_of_a_changed_search_is_sent(setup: Setup) -> None:
    setup.run(POSTED)
    setup.ids, setup.broken[HOOK.url] = ["1"], WebhookFailed("answers 500")
    setup.run(POSTED)
    setup.ids, setup.broken = ["1", "2"], {}
    setup.run(POSTED._replace(fingerprint="second"))
    assert setup.delivered() == ["1"]
    assert setup.baselines()[1:] == [("b", "changed", 2)]


def test_articles_of_a_pending_webhook_are_printed_if_the_search_has_none_any_more(setup: Setup) -> None:
    setup.run(POSTED)
    setup.ids, setup.broken[HOOK.url] = ["1"], WebhookFailed("answers 500")
    setup.run(POSTED)
    setup.run(POSTED._replace(target="json"))
    assert setup.reported() == ["1"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b'{"version":2,"searches":{}}', b'{"version":1,"searches":{"a":{"fingerprint":"f","seen":"AAAA"}}}'],
)
def test_damaged_state_is_an_error(setup: Setup, content: bytes) -> None:
    """To begin anew silently would miss what is new."""
    setup.path.write_bytes(content)
    with pytest.raises(WatchFailed, match=r"The state in .*state.json cannot be read .* Remove it to begin anew"):
        setup.run(TEXT)
    assert setup.path.read_bytes() == content


def test_state_that_cannot_be_written_is_an_error_before_anything_is_reported(setup: Setup) -> None:
    setup.path = setup.path.parent / "file" / "state.json"
    setup.path.parent.write_text("")
    with pytest.raises(WatchFailed, match="The state cannot be written to"):
        setup.run(TEXT)
    assert setup.shown == []


def test_two_processes_do_not_run_the_same_searches(setup: Setup) -> None:
    with WatchState.locked(setup.path), pytest.raises(WatchRunning):
        setup.run(TEXT)


def test_files_of_searches_have_states_of_their_own(tmp_path: Path) -> None:
    paths = [
        default_path(tmp_path, Path(name)) for name in ("a/searches.yaml", "b/searches.yaml", "a/../a/searches.yaml")
    ]
    assert len(set(paths)) == 2
    assert paths[0].parent == tmp_path / "watch"


# Crashes


def test_state_is_on_the_disk_before_it_replaces_the_old_one(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    sync, replace = os.fsync, Path.replace

    def syncing(handle: int) -> None:
        sync(handle)
        synced.append(os.fstat(handle).st_ino)

    def replacing(path: Path, target: Path) -> Path:
        assert synced == [path.stat().st_ino]
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "replace", replacing)
    setup.run(TEXT)
    assert synced[1:] == [setup.path.parent.stat().st_ino]


def crashing_at(step: int) -> Callable[[], None]:
    """A function that ends the process when it is called for the nth time."""
    steps = iter(range(step + 1))

    def count() -> None:
        if next(steps, None) == step:
            raise Killed

    return count


STEPS = [*((TEXT, step) for step in range(6)), *((POSTED, step) for step in range(12))]
"""Before and after each report, and each time that the state is written."""


@pytest.mark.parametrize(("search", "step"), STEPS, ids=lambda value: str(getattr(value, "name", value)))
def test_nothing_is_missed_if_a_run_is_killed_at_any_step(setup: Setup, search: SavedSearch, step: int) -> None:
    """What was printed or sent is repeated with the same id."""
    setup.run(search)
    setup.ids = [f"{number}" for number in range(ARTICLES_PER_DELIVERY + 1)]
    setup.step = crashing_at(step)
    with pytest.raises(Killed):
        setup.run(search)
    setup.step = lambda: None
    left = setup.ids.pop()
    setup.ids.append("later")
    setup.run(search)
    reported = setup.delivered() if search is POSTED else setup.received()
    assert set(reported) - {left} == set(setup.ids)
    assert len(reported) == len(set(reported))
    setup.posted, setup.shown = [], []
    setup.run(search)
    assert (setup.posted, setup.shown) == ([], [])


@pytest.mark.parametrize(("step", "repeated"), [(1, [True, False]), (2, [True, False]), (3, [False, True, False])])
def test_repeated_report_is_the_same_and_says_so(setup: Setup, step: int, repeated: list[bool]) -> None:
    """Also if its articles have changed or are gone: the reader may have half of it."""
    setup.run(TEXT)
    setup.shown = []
    setup.ids, setup.step = ["1", "2"], crashing_at(step)
    with pytest.raises(Killed):
        setup.run(TEXT)
    setup.ids, setup.step = ["2", "3"], lambda: None
    setup.run(TEXT)
    assert [report.repeated for report in setup.shown] == repeated
    first, *same = [replace(report, repeated=False) for report in setup.shown[:-1]]
    assert (same, [article.id for article in first.articles]) == ([first] * len(same), ["1", "2"])
    assert [article.id for article in setup.shown[-1].articles] == ["3"]
    assert len({report.id for report in setup.shown}) == 2


@pytest.mark.parametrize(
    ("before", "after"), [(TEXT, TEXT._replace(target=HOOK)), (POSTED, POSTED._replace(target="json"))]
)
def test_report_under_way_is_made_anew_if_the_search_is_reported_in_another_way(
    setup: Setup, before: SavedSearch, after: SavedSearch
) -> None:
    setup.run(before)
    setup.ids, setup.step = ["1"], crashing_at(1)
    with pytest.raises(Killed):
        setup.run(before)
    setup.step = lambda: None
    setup.run(after)
    assert setup.reported() + setup.delivered() == ["1"]


@pytest.mark.parametrize("step", range(4))
def test_first_run_that_is_killed_begins_anew(setup: Setup, step: int) -> None:
    setup.ids, setup.step = ["1"], crashing_at(step)
    with pytest.raises(Killed):
        setup.run(TEXT)
    setup.step = lambda: None
    setup.run(TEXT)
    setup.ids = ["1", "2"]
    setup.run(TEXT)
    assert setup.reported() == ["2"]


# With an index


def titles(shown: Sequence[Report]) -> list[str]:
    return [article.title for report in shown for article in report.articles]


def test_rollbacks_report_nothing_and_hide_nothing() -> None:
    with TemporaryDirectory(dir=MEMORY) as name:
        archive, index_dir, shown = Path(name, "archive"), Path(name, "index"), list[Report]()

        def publish(*words: str) -> None:
            for word in words:
                write(Article(id=word, title=f"Robot {word}"), archive)
            build_index(archive, index_dir)

        def run() -> list[str]:
            shown.clear()
            with open_engine(index_dir) as engine, WatchState.locked(default_path(index_dir, Path("a"))) as state:
                assert Watcher(engine, state, shown.append, lambda _: None, lambda *_: None).run([TEXT])
            return titles(shown)

        publish("one")
        assert run() == []
        publish("two")
        assert run() == ["Robot two"]
        SnapshotStore(index_dir).rollback()
        assert run() == []
        publish("three")
        assert run() == ["Robot three"]
        publish("four")
        SnapshotStore(index_dir).rollback()
        assert run() == []
        publish()
        assert run() == ["Robot four"]
