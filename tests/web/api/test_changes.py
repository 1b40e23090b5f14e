"""The endpoint of changes: pages, links, validators and errors, of an index that is updated and rolled back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask.testing import FlaskClient

from search import Article, Image, Provider, Settings, build_index
from search.snapshot.store import SnapshotStore
from tests.files import MEMORY, write
from web import create_app

CHANGES = "/api/v1/changes"
OLD = Article(
    id="a/changed", title="Robot folds", excerpt="Slowly.", topics=("AI",), url="https://a.example/1", heat=3,
    provider=Provider("The Wheel", "wheel.example"), image=Image("https://a.example/1.jpg", 3, 2),
    published_at=datetime(2024, 5, 1, 9, 30, tzinfo=UTC),
)  # fmt: skip
REMOVED = Article(id="a/removed", title="Gone", url="https://a.example/2", provider=Provider("The Quay"))
NEW = Article(id="a/changed", title="Robot folds laundry", topics=("AI", "Robots"), url="https://a.example/1")
ADDED = tuple(Article(id=f"b/{number}", title=f"Ferry {number}", heat=number) for number in range(3))
UNCHANGED = Article(id="c", title="The same")


class Updated:
    """An index with two snapshots, and a client of it."""

    def __init__(self, folder: Path) -> None:
        self.archive, self.index_dir = folder / "archive", folder / "index"
        self.first = self.build(OLD, REMOVED, UNCHANGED)
        self.second = self.build(NEW, *ADDED, UNCHANGED)
        self.client = create_app(Settings(index_dir=self.index_dir)).test_client()

    def build(self, *articles: Article) -> str:
        for path in self.archive.rglob("*.md"):
            path.unlink()
        for article in articles:
            write(article, self.archive)
        return build_index(self.archive, self.index_dir, allow_shrink=True).snapshot


@pytest.fixture(scope="module")
def updated() -> Iterator[Updated]:
    with TemporaryDirectory(dir=MEMORY) as name:
        yield Updated(Path(name))


def changes(client: FlaskClient, query: str) -> Any:
    response = client.get(f"{CHANGES}?{query}")
    assert response.status_code == 200, response.text
    return response.json


def listed(answer: Any) -> list[str]:
    return [article["id"] for part in ("added", "changed", "removed") for article in answer[part]]


def test_answer_lists_added_changed_and_removed_articles(updated: Updated) -> None:
    answer = changes(updated.client, f"since={updated.first}")
    added, (changed,), (removed,) = answer["added"], answer["changed"], answer["removed"]
    assert [(article["id"], article["title"], article["heat"]) for article in added] == [
        (f"b/{number}", f"Ferry {number}", number) for number in range(3)
    ]
    assert set(added[0]) == set(Article.__struct_fields__)
    assert changed == {
        "id": "a/changed",
        "title": "Robot folds laundry",
        "url": "https://a.example/1",
        "fields": {
            "title": {"old": "Robot folds", "new": "Robot folds laundry"},
            "excerpt": {"old": "Slowly.", "new": ""},
            "topics": {"old": ["AI"], "new": ["AI", "Robots"]},
            "provider": {"old": {"name": "The Wheel", "domain": "wheel.example"}, "new": None},
            "image": {"old": {"url": "https://a.example/1.jpg", "width": 3, "height": 2}, "new": None},
            "published_at": {"old": "2024-05-01T09:30:00Z", "new": None},
            "heat": {"old": 3, "new": None},
        },
    }
    assert removed == {
        "id": "a/removed", "title": "Gone", "url": "https://a.example/2", "published_at": None,
        "provider": {"name": "The Quay", "domain": None},
    }  # fmt: skip
    figures = ("since", "until", "oldest", "total", "added_total", "changed_total", "removed_total", "page", "pages")
    assert [answer[name] for name in figures] == [updated.first, updated.second, updated.first, 5, 3, 1, 1, 1, 1]
    assert answer["index"]["snapshot"] == updated.second


def test_nothing_changed_since_the_current_snapshot(updated: Updated) -> None:
    answer = changes(updated.client, f"since={updated.second}")
    assert (answer["total"], answer["pages"], listed(answer)) == (0, 0, [])


def test_changes_can_lead_back(updated: Updated) -> None:
    answer = changes(updated.client, f"since={updated.second}&until={updated.first}")
    assert [article["id"] for article in answer["removed"]] == ["b/0", "b/1", "b/2"]
    assert answer["changed"][0]["fields"]["title"] == {"old": "Robot folds laundry", "new": "Robot folds"}


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_pages_list_every_change_once(updated: Updated, limit: int) -> None:
    answer, found = changes(updated.client, f"since={updated.first}&limit={limit}"), []
    assert answer["pages"] == -(-5 // limit)
    while True:
        assert answer["total"] == 5
        found.append(listed(answer))
        if not answer["links"]["next"]:
            break
        previous, answer = answer, changes(updated.client, answer["links"]["next"].partition("?")[2])
        back = changes(updated.client, answer["links"]["prev"].partition("?")[2])
        assert {**back, "links": None} == {**previous, "links": None}
    assert [id for page in found for id in page] == ["b/0", "b/1", "b/2", "a/changed", "a/removed"]
    assert {len(page) for page in found[:-1]} <= {limit}


def test_page_after_the_last_is_empty(updated: Updated) -> None:
    answer = changes(updated.client, f"since={updated.first}&limit=2&page=9")
    assert (listed(answer), answer["links"]["next"]) == ([], None)
    assert answer["links"]["prev"] == f"{CHANGES}?since={updated.first}&until={updated.second}&page=3&limit=2"


def test_links_have_no_defaults(updated: Updated) -> None:
    links = changes(updated.client, f"since={updated.first}&page=1&limit=100")["links"]
    assert links == {
        "self": f"{CHANGES}?since={updated.first}",
        "next": None,
        "prev": None,
        "later": f"{CHANGES}?since={updated.second}",
    }


def test_answer_is_cacheable(updated: Updated) -> None:
    url = f"{CHANGES}?since={updated.first}"
    tags = [updated.client.get(each).headers["ETag"] for each in (url, url, f"{url}&limit=2", f"{url}&page=2")]
    assert [tags.index(tag) for tag in tags] == [0, 0, 2, 3]
    response = updated.client.get(url, headers={"If-None-Match": tags[0]})
    assert (response.status_code, response.data) == (304, b"")


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", ["since"]),
        ("since=", ["since"]),
        ("since=yesterday", ["since"]),
        ("since=20991231T000000Z-0000", ["since"]),
        ("since={first}&until=20991231T000000Z-0000", ["until"]),
        ("snapshot=x&page=0&limit=0", ["snapshot", "since", "limit", "page"]),
        ("since={first}&page=x&limit=1001", ["limit", "page"]),
        ("since={first}&since={first}", ["since"]),
    ],
)
def test_every_mistake_is_reported(updated: Updated, query: str, wrong: list[str]) -> None:
    response = updated.client.get(f"{CHANGES}?{query.format(first=updated.first)}")
    assert response.status_code == 422
    assert [error["parameter"] for error in (response.json or {})["errors"]] == wrong


def test_changes_that_are_not_kept_are_gone(updated: Updated) -> None:
    response = updated.client.get(f"{CHANGES}?since=20200101T000000Z-0000")
    assert (response.status_code, response.mimetype) == (410, "application/problem+json")
    assert (response.json or {})["oldest"] == updated.first
    assert f"Those since {updated.first} are." in (response.json or {})["detail"]


def test_changes_follow_a_rollback() -> None:
    with TemporaryDirectory(dir=MEMORY) as name:
        updated = Updated(Path(name))
        SnapshotStore(updated.index_dir).rollback()
        client = create_app(Settings(index_dir=updated.index_dir)).test_client()
        assert changes(client, f"since={updated.first}")["total"] == 0
        answer = changes(client, f"since={updated.second}")
        assert [article["id"] for article in answer["added"]] == ["a/removed"]
        assert answer["until"] == updated.first


def test_without_an_index_there_are_no_changes(bare: FlaskClient) -> None:
    assert bare.get(f"{CHANGES}?since=20200101T000000Z-0000").status_code == 503
