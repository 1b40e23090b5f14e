"""The feeds of changes: valid, newest first, and without changes that readers do not see."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask.testing import FlaskClient

from search import Article, Provider, Settings, build_index
from search.snapshot.store import SnapshotStore
from tests.feeds import ATOM, atom, json_feed, links, text
from tests.files import MEMORY, write
from web import create_app
from web.feeds.search_feed import MAX_ENTRIES

OLD = Article(id="a/changed", title="Robot folds", topics=("AI",), heat=3, provider=Provider("The Wheel"))
NEW = Article(id="a/changed", title="Robot <b>folds</b> laundry", topics=("AI", "Robots"), url="https://a.example/1")
REMOVED = Article(id="a/removed", title="Gone & away", url="https://a.example/2")
PATHS = ("/changes.atom", "/changes.json")


class Site:
    """An index that can be updated, and a client of it."""

    def __init__(self, folder: Path) -> None:
        self.archive, self.index_dir = folder / "archive", folder / "index"

    def build(self, *articles: Article) -> None:
        for path in self.archive.rglob("*.md"):
            path.unlink()
        for article in articles:
            write(article, self.archive)
        build_index(self.archive, self.index_dir, allow_shrink=True)

    @property
    def client(self) -> FlaskClient:
        return create_app(Settings(index_dir=self.index_dir)).test_client()


@pytest.fixture
def site() -> Iterator[Site]:
    with TemporaryDirectory(dir=MEMORY) as name:
        site = Site(Path(name))
        site.build(OLD, REMOVED)
        yield site


def entries(site: Site) -> list[tuple[str, str]]:
    """The titles and texts, which both formats have in the same order."""
    client = site.client
    items = [(item["title"], item["content_text"]) for item in json_feed(client.get("/changes.json").data)["items"]]
    titles = [text(entry, "title") for entry in atom(client.get("/changes.atom").data).findall(f"{ATOM}entry")]
    assert titles == [title for title, _ in items]
    return items


def test_first_index_has_no_changes(site: Site) -> None:
    assert entries(site) == []


def test_changes_are_listed_newest_first(site: Site) -> None:
    site.build(NEW, REMOVED)
    site.build(NEW, Article(id="b", title="A ferry", excerpt="It hums."))
    assert entries(site) == [
        ("Added: A ferry", "It hums."),
        ("Removed: Gone & away", "Removed: Gone & away"),
        (
            "Changed: Robot folds laundry",
            "title: “Robot folds” → “Robot folds laundry”; topics: AI → AI, Robots; "
            "provider: The Wheel → none; url: none → “https://a.example/1”",
        ),
    ]


def test_changes_that_readers_do_not_see_are_left_out(site: Site) -> None:
    site.build(
        Article(id="a/changed", title="Robot folds", topics=("AI",), heat=9, provider=Provider("The Wheel")), REMOVED
    )
    assert entries(site) == []


def test_changes_that_were_rolled_back_are_left_out(site: Site) -> None:
    site.build(NEW, REMOVED)
    SnapshotStore(site.index_dir).rollback()
    assert entries(site) == []


def test_feed_is_valid_atom(site: Site) -> None:
    site.build(NEW)
    feed = atom(site.client.get("/changes.atom").data)
    changed, removed = feed.findall(f"{ATOM}entry")
    assert (text(changed, "title"), links(changed)["alternate"]) == (
        "Changed: Robot folds laundry",
        "http://localhost/articles/a/changed",
    )
    assert links(removed)["alternate"] == "https://a.example/2"
    assert text(feed, "updated") == text(changed, "updated")
    assert links(feed)["self"] == "http://localhost/changes.atom"


def test_entries_keep_their_ids_and_times(site: Site) -> None:
    site.build(NEW, REMOVED)
    (before,) = json_feed(site.client.get("/changes.json").data)["items"]
    site.build(NEW)
    _, after = json_feed(site.client.get("/changes.json").data)["items"]
    assert before == after


def test_feed_has_at_most_50_entries(site: Site) -> None:
    site.build(OLD, *(Article(id=f"b/{number}", title=f"Ferry {number}") for number in range(MAX_ENTRIES + 1)))
    assert len(entries(site)) == MAX_ENTRIES


@pytest.mark.parametrize("path", PATHS)
def test_feed_is_revalidated(site: Site, path: str) -> None:
    client = site.client
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    site.build(NEW, REMOVED)
    assert site.client.get(path).headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("path", PATHS)
def test_parameters_are_refused(site: Site, path: str) -> None:
    response = site.client.get(f"{path}?since=x", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")


@pytest.mark.parametrize("path", PATHS)
def test_feed_without_an_index_is_503(bare: FlaskClient, path: str) -> None:
    assert bare.get(path).status_code == 503
