"""Answers of named snapshots, and the citations that name them."""

import json
import re
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from search import Article, Settings, build_index
from search.request import MAX_WINDOW
from search.snapshot.retention import Retention
from tests.fake_engine import FakeEngine
from tests.files import write
from tests.web.pages import link_urls, page, paragraphs
from tests.web.responses import SEARCH, search
from web import create_app

CITED = [
    "search?q=robot",
    "search?q=robot&topic=AI&page=2&per_page=2&sort=newest&fields=id",
    "search?q=robto&typo=1&timeline=month&collapse=story&explain=1",
    "search",
    "timeline?q=robot&interval=week",
    "timeline?topic=AI",
    "facets/topic?q=robot&facet_size=3",
    "facets/provider?facet_size=2&page=2",
    "facets/topic?prefix=AI",
    "articles/1",
    "similar/1?limit=3",
    "trends?value=AI+1&value=AI+2&interval=year&measure=share&to=2030",
    "trends?by=query&value=robot",
    "trends/rising?interval=week",
]
CITED_OF_SAMPLES = [path.replace("/1", "/_news/2026-10-12-the-robot-that-gives-up-its-seat") for path in CITED]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for number in range(8):
        write(Article(id=f"{number}", title=f"robot {number}", topics=(f"AI {number}",)), tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def live(index_dir: Path) -> FlaskClient:
    """A client of an index that a test changes."""
    return create_app(Settings(index_dir=index_dir)).test_client()


def publish(client: FlaskClient, archive: Path, index_dir: Path, times: int = 1) -> str:
    """Publish so many indexes with other articles, and wait until the client's application uses the last."""
    for _ in range(times):
        number = len(list(archive.iterdir()))
        write(Article(id=f"{number}", title=f"robot {number}", topics=("Cars",)), archive)
        snapshot = build_index(archive, index_dir).snapshot
    deadline = monotonic() + 10
    while client.application.extensions["article-search"].engine.info().snapshot != snapshot:
        assert monotonic() < deadline
        sleep(0.01)
    return snapshot


def body(client: FlaskClient, path: str) -> dict[str, Any]:
    response = client.get(path if path.startswith("/") else f"/api/v1/{path}")
    assert response.status_code == 200, response.text
    return {name: value for name, value in json.loads(response.data).items() if name != "took_ms"}


@pytest.mark.parametrize("path", CITED_OF_SAMPLES)
def test_cited_url_gives_the_cited_answer(client: FlaskClient, path: str) -> None:
    """All but the links, which name the snapshot too, and the name in the query as it was read."""
    answer = body(client, path)
    cited = body(client, answer["citation"]["url"])
    assert cited["citation"] == answer["citation"]
    assert cited.get("query") == (
        answer["query"] | {"at": answer["citation"]["snapshot"]} if "query" in answer else None
    )
    for name in set(answer) - {"links", "query", "citation", "correction"}:
        assert cited[name] == answer[name]


def test_cited_answers_stay_the_same_while_the_index_is_rebuilt(
    live: FlaskClient, archive: Path, index_dir: Path
) -> None:
    """In every process, byte for byte, with the same ETag."""
    before = [body(live, path) for path in CITED]
    Retention(index_dir).keep(before[0]["citation"]["snapshot"])
    urls = [answer["citation"]["url"] for answer in before]
    cited = [(live.get(url).data, live.get(url).headers["ETag"]) for url in urls]
    publish(live, archive, index_dir, 4)
    other_process = create_app(Settings(index_dir=index_dir)).test_client()
    for path, url, answer, expected in zip(CITED, urls, before, cited, strict=True):
        assert body(live, path)["citation"]["snapshot"] != answer["citation"]["snapshot"]
        for client in (live, other_process):
            assert (client.get(url).data, client.get(url).headers["ETag"]) == expected


def test_citation_reads_as_a_sentence(client: FlaskClient) -> None:
    citation = body(client, "search?q=robot&from=2024&sort=newest&per_page=1")["citation"]
    total = body(client, "search?q=robot&from=2024")["total"]
    assert citation["query"] == "query “robot”, from “2024-01-01”"
    assert citation["text"] == (
        f"article-search, query “robot”, from “2024-01-01”, {total} articles, "
        f"snapshot {citation['snapshot']}, built {citation['time']}, {citation['url']}"
    )
    assert citation["total"] == total
    assert body(client, "search")["citation"]["query"] == "all articles"


@pytest.mark.parametrize(
    ("path", "query", "total"),
    [
        ("articles/1", "article “1”", 1),
        ("similar/1?limit=3", "articles like “1”", 0),
        (
            "trends?value=Cars&value=AI+1&interval=month&from=2024",
            "trends of topic “Cars”, topic “AI 1”, by month, from “2024-01-01”",
            0,
        ),
        ("trends?by=query&value=robot&interval=year", "trends of query “robot”, by year", 8),
        ("trends", "trends of nothing, by day", 8),
        ("trends/rising", "rising topics and phrases of the month", 0),
    ],
)
def test_citation_says_what_was_asked(live: FlaskClient, path: str, query: str, total: int) -> None:
    answer = body(live, path)
    citation = answer["citation"]
    assert (citation["query"], citation["total"]) == (query, total)
    assert citation["text"].startswith(f"article-search, {query}, {total} article")
    assert f"snapshot {answer.get('index', citation)['snapshot']}, built {citation['time']}" in citation["text"]


def test_changes_are_cited_by_two_snapshots_of_which_none_need_be_kept(
    live: FlaskClient, archive: Path, index_dir: Path
) -> None:
    since = body(live, "stats")["index"]["snapshot"]
    until = publish(live, archive, index_dir, 2)
    answer = body(live, f"changes?since={since}")
    citation = answer["citation"]
    assert (citation["query"], citation["total"]) == (f"changes since snapshot {since}", 2)
    assert (citation["snapshot"], citation["url"]) == (until, f"/api/v1/changes?since={since}&until={until}")
    publish(live, archive, index_dir, 4)
    later = body(live, citation["url"])
    unlike = {"index", "links", "citation"}
    assert {name: later[name] for name in later.keys() - unlike} == {
        name: answer[name] for name in answer.keys() - unlike
    }
    assert later["citation"] == citation


@pytest.mark.parametrize(
    ("query", "title", "url"),
    [
        ("q=robot&limit=2", "query “robot”, 8 articles", "q=robot&at={}"),
        (
            "q=robto&typo=1&format=csv&fields=id",
            "query “robot”, 8 articles",
            "q=robto&typo=1&at={}&fields=id&format=csv",
        ),
        ("topic=%E2%98%83&sort=oldest", "topic “☃”, 0 articles", "topic=%E2%98%83&sort=oldest&at={}"),
    ],
)
def test_export_is_cited_in_its_headers(
    live: FlaskClient, archive: Path, index_dir: Path, query: str, title: str, url: str
) -> None:
    response = live.get(f"/api/v1/export?{query}")
    snapshot, built_at = (body(live, "stats")["index"][name] for name in ("snapshot", "built_at"))
    ((cited, text),) = re.findall("<([^>]*)>; rel=\"cite-as\"; title\\*=UTF-8''([^,;]+)", response.headers["Link"])
    assert unquote(text) == f"article-search, {title}, snapshot {snapshot}, built {built_at}"
    assert cited == f"/api/v1/export?{url.format(snapshot)}"
    whole = live.get(f"/api/v1/export?{query.replace('limit=2', '')}").data
    publish(live, archive, index_dir)
    assert live.get(cited).data == whole


def test_long_citation_of_an_export_has_no_title(client: FlaskClient) -> None:
    """Node.js, for one, reads at most 16 KB of headers."""
    query = "&".join(f"topic={'☃' * 30}{number}" for number in range(20))
    link = client.get(f"/api/v1/export?{query}").headers["Link"]
    assert 'rel="cite-as"' in link
    assert "title*" not in link


@pytest.mark.parametrize(
    ("query", "read", "feed"),
    [
        ("q=robto&typo=1", "query “robot”", "/feed.atom?q=robot"),
        ("q=robto&typo=0", "query “robto”", "/feed.atom?q=robto"),
        ("q=robot+garde&typo=1", "query “robot garde*”", "/feed.atom?q=robot%20garde%2A"),
    ],
)
def test_citation_and_feed_have_the_query_in_force(client: FlaskClient, query: str, read: str, feed: str) -> None:
    answer = body(client, f"search?{query}")
    assert (answer["citation"]["query"], answer["links"]["feed"]) == (read, feed)
    assert client.get(feed).text.count("<entry>") == answer["total"]


def test_citation_has_the_public_url(sample_index: Path) -> None:
    settings = Settings(index_dir=sample_index, public_url="https://search.example/news")
    citation = body(create_app(settings).test_client(), "search?q=robot")["citation"]
    assert citation["url"].startswith("https://search.example/news/api/v1/search?q=robot&at=")


def test_named_snapshot_answers_until_it_is_gone(live: FlaskClient, archive: Path, index_dir: Path) -> None:
    url = body(live, "search?q=robot")["citation"]["url"]
    first = live.get(url)
    assert live.get(url).data == first.data
    publish(live, archive, index_dir)
    assert live.get(url).data == first.data
    publish(live, archive, index_dir, 2)
    assert live.get(url).status_code == 410


def test_answers_of_a_named_and_of_the_current_snapshot_are_not_mixed(
    live: FlaskClient, archive: Path, index_dir: Path
) -> None:
    url = body(live, "search?q=robot")["citation"]["url"]
    totals = [(body(live, "search?q=robot")["total"], body(live, url)["total"])]
    for _ in range(2):
        publish(live, archive, index_dir)
        totals.append((body(live, "search?q=robot")["total"], body(live, url)["total"]))
    assert totals == [(8, 8), (9, 8), (10, 8)]


@pytest.mark.parametrize(
    "path",
    [
        "search?at={}",
        "timeline?at={}",
        "facets/topic?at={}",
        "export?at={}",
        "articles/1?at={}",
        "similar/1?at={}",
        "trends?value=AI&at={}",
        "trends/rising?at={}",
    ],
)
def test_snapshot_that_is_not_kept_is_410_and_names_the_kept_ones(live: FlaskClient, path: str) -> None:
    response = live.get(f"/api/v1/{path.format('20200101T000000Z-aaaa')}")
    assert (response.status_code, response.mimetype) == (410, "application/problem+json")
    problem = response.json or {}
    assert problem["kept"] == [body(live, "stats")["index"]["snapshot"]]
    assert problem["kept"][0] in problem["detail"]


@pytest.mark.parametrize("name", ["..", "../x", "a/b", "", "%2e%2e%2fx", ".building-1", "x" * 101])
def test_name_that_is_no_name_of_a_snapshot_is_422(live: FlaskClient, name: str) -> None:
    response = live.get(f"{SEARCH}?at={name}")
    assert response.status_code == 422
    assert [error["parameter"] for error in (response.json or {})["errors"]] == ["at"]


def test_article_of_a_named_snapshot_is_as_it_was(live: FlaskClient, archive: Path, index_dir: Path) -> None:
    snapshot = body(live, "stats")["index"]["snapshot"]
    similar = body(live, f"similar/1?at={snapshot}")
    write(Article(id="1", title="changed"), archive)
    publish(live, archive, index_dir)
    assert body(live, "articles/1")["title"] == "changed"
    assert body(live, f"articles/1?at={snapshot}")["title"] == "robot 1"
    assert body(live, f"similar/1?at={snapshot}") == similar
    assert live.get(f"/api/v1/articles/9?at={snapshot}").status_code == 404


# The page


def test_page_says_of_which_time_its_results_are(live: FlaskClient, archive: Path, index_dir: Path) -> None:
    snapshot = body(live, "stats")["index"]["snapshot"]
    publish(live, archive, index_dir)
    shown = page(live, f"q=robot&at={snapshot}")
    (note,) = [text for text in paragraphs(shown) if text.startswith("As of")]
    assert "UTC." in note
    assert link_urls(shown, "Show current results") == ["/?q=robot"]
    assert "8 results" in shown.all("h2", id="results-heading")[0][1]
    assert shown.all("input", type="hidden", name="at")[0][0]["value"] == snapshot
    assert "As of" not in " ".join(paragraphs(page(live, "q=robot")))


def test_page_of_a_snapshot_that_is_gone_says_so(live: FlaskClient) -> None:
    response = live.get("/?q=robot&at=20200101T000000Z-aaaa")
    assert (response.status_code, response.mimetype) == (410, "text/html")
    assert "These results are no longer kept" in response.text


# After the last page


class Large(FakeEngine):
    """Finds more than can be paged to."""

    def search(self, request: Any, count_partial: bool = False) -> Any:
        return replace(super().search(request, count_partial), total=MAX_WINDOW + 5)


@pytest.mark.parametrize(
    ("page", "per_page", "pages", "reached"),
    [(1, 100, 100, "10,000"), (100, 100, 100, "10,000"), (2, 20, 500, "10,000"), (1, 30, 333, "9,990")],
)
def test_pages_that_cannot_be_requested_are_not_counted_and_lead_to_the_export(
    page: int, per_page: int, pages: int, reached: str
) -> None:
    client = create_app(Settings(), engine=Large()).test_client()
    found = search(client, f"q=x&topic=AI&page={page}&per_page={per_page}")
    assert found["pages"] == pages
    assert found["warnings"] == [f"Pages end after {reached} results. links.export has all 10,005 full matches."]
    assert found["links"]["export"] == "/api/v1/export?q=x&topic=AI"


def test_counts_without_pages_have_no_warning_of_the_last_page() -> None:
    client = create_app(Settings(), engine=Large()).test_client()
    found = search(client, "q=x&per_page=0")
    assert (found["pages"], found["warnings"]) == (0, [])


def test_page_after_the_last_is_422_and_names_the_export(client: FlaskClient) -> None:
    response = client.get(f"{SEARCH}?page=101&per_page=100")
    assert response.status_code == 422
    assert "/api/v1/export" in (response.json or {})["errors"][0]["detail"]


def test_export_link_has_what_decides_the_rows(client: FlaskClient) -> None:
    query = "q=robot&topic=AI&sort=heat&page=2&per_page=3&facets=year&fields=score&collapse=story&typo=1"
    assert search(client, query)["links"]["export"] == "/api/v1/export?q=robot&topic=AI&sort=heat&typo=1"
