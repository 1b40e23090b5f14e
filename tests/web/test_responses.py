"""ETags, 304 and cached responses."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from msgspec import structs

from search import Article, Settings, build_index
from search.snapshot.store import SnapshotStore
from tests.fake_engine import INFO, FakeEngine
from tests.files import write
from tests.waiting import wait
from tests.web.responses import SEARCH, search
from web import create_app
from web.response_cache import ResponseCache
from web.service import Service


def never_expiring(client: FlaskClient) -> Service:
    """Gives the client's application a cache whose responses never expire, so that only the index can replace them."""
    extensions = client.application.extensions
    service: Service = replace(extensions["article-search"], response_cache=ResponseCache(clock=lambda: 0.0))
    extensions["article-search"] = service
    return service


def test_if_none_match_gives_304_for_an_equivalent_url(client: FlaskClient) -> None:
    first = client.get(f"{SEARCH}?q=robot&topic=AI")
    again = client.get(f"{SEARCH}?topic=AI&q=robot&page=1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Content-Type" not in again.headers
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert "Last-Modified" in first.headers


VALIDATED = [f"{SEARCH}?q=robot", "/api/v1/stats", "/?q=robot", "/facets/topic"]


@pytest.mark.parametrize("path", VALIDATED)
@pytest.mark.parametrize("tag", ['W/"{}"', '"{}"', '"{}-gzip"', 'W/"{}-br"', '"{}--gzip"', '"a", "{}-zstd"', "*"])
def test_etag_as_proxies_change_it_is_recognised(client: FlaskClient, path: str, tag: str) -> None:
    opaque = client.get(path).headers["ETag"][3:-1]
    for method in ("GET", "HEAD"):
        response = client.open(path, method=method, headers={"If-None-Match": tag.format(opaque)})
        assert (response.status_code, response.data) == (304, b"")


@pytest.mark.parametrize("path", VALIDATED)
def test_if_modified_since_gives_304_for_the_same_time_only(client: FlaskClient, path: str) -> None:
    time = client.get(path).headers["Last-Modified"]
    moment = parsedate_to_datetime(time)
    earlier, later = (format_datetime(moment + timedelta(seconds=step), usegmt=True) for step in (-1, 1))
    asctime = moment.strftime("%a %b %d %H:%M:%S %Y")
    statuses = [
        client.get(path, headers={"If-Modified-Since": since}).status_code
        for since in (time, asctime, earlier, later, "yesterday", "")
    ]
    assert statuses == [304, 304, 200, 200, 200, 200]


@pytest.mark.parametrize("path", VALIDATED)
def test_if_none_match_wins_over_if_modified_since(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    since = {"If-Modified-Since": headers["Last-Modified"]}
    assert client.get(path, headers=since | {"If-None-Match": '"other"'}).status_code == 200
    assert client.get(path, headers={"If-None-Match": headers["ETag"], "If-Modified-Since": "x"}).status_code == 304


def test_if_modified_since_gives_200_after_a_rollback(tmp_path: Path) -> None:
    archive, index_dir = tmp_path / "archive", tmp_path / "index"
    for id in ("a", "b"):
        write(Article(id=id, title="robot"), archive)
        build_index(archive, index_dir)
    client = create_app(Settings(index_dir=index_dir)).test_client()
    service = never_expiring(client)
    before, index = client.get(f"{SEARCH}?q=robot"), service.engine.info()
    SnapshotStore(index_dir).rollback()
    wait(lambda: service.engine.info() != index)
    after = client.get(f"{SEARCH}?q=robot", headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert after.status_code == 200
    assert (after.json or {})["total"] == 1


@pytest.mark.parametrize("path", ["/help", "/opensearch.xml", "/api/v1/openapi.json"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_response_that_no_index_changes_is_revalidated(client: FlaskClient, path: str, method: str) -> None:
    first = client.open(path, method=method, headers={"Accept-Encoding": "gzip"})
    again = client.open(path, method=method, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert {name: again.headers[name] for name in ("ETag", "Cache-Control", "Vary")} == {
        name: first.headers[name] for name in ("ETag", "Cache-Control", "Vary")
    }
    assert not [name for name, _ in again.headers if name.startswith("Content-") and name != "Content-Security-Policy"]
    assert client.open(path, method=method, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nowhere", "/api/v1/search?page=0"])
def test_response_that_may_not_be_stored_has_no_validators(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert not {"ETag", "Last-Modified"} & set(headers.keys())


def test_statistics_change_with_the_time_of_the_check(tmp_path: Path) -> None:
    archive, index_dir = tmp_path / "archive", tmp_path / "index"
    write(Article(id="a", title="robot"), archive)
    build_index(archive, index_dir)
    settings = Settings(index_dir=index_dir)
    before = create_app(settings).test_client().get("/api/v1/stats")
    os.utime(index_dir / "checked", (4e9, 4e9))
    client = create_app(settings).test_client()
    for name, value in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        after = client.get("/api/v1/stats", headers={name: before.headers[value]})
        assert (after.status_code, (after.json or {})["checked_at"]) == (200, "2096-10-02T07:06:40Z")
    assert after.headers["Last-Modified"] == "Tue, 02 Oct 2096 07:06:40 GMT"


def test_different_searches_have_different_etags(client: FlaskClient) -> None:
    queries = ("q=robot", "q=robots", "q=robot&page=2", "q=robot&fields=id", "q=robot&sort=newest", "")
    assert len({client.get(f"{SEARCH}?{query}").headers["ETag"] for query in queries}) == len(queries)


def test_head_has_the_headers_and_no_body(client: FlaskClient) -> None:
    get, head = client.get(f"{SEARCH}?q=robot"), client.head(f"{SEARCH}?q=robot")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]


def test_repeated_request_is_served_from_the_cache(sample_index: Path) -> None:
    client = create_app(Settings(index_dir=sample_index)).test_client()
    assert search(client, "q=robot") == search(client, "q=robot")  # took_ms too, so it was not computed again


@pytest.mark.parametrize(
    "path", [f"{SEARCH}?q=robot", "/api/v1/facets/topic", "/api/v1/timeline", "/api/v1/stats", "/?q=robot"]
)
def test_cached_response_is_not_served_after_a_new_index(path: str, tmp_path: Path) -> None:
    archive, index_dir = tmp_path / "archive", tmp_path / "index"
    write(Article(id="a", title="robot", topics=("One",)), archive)
    build_index(archive, index_dir)
    client = create_app(Settings(index_dir=index_dir)).test_client()
    service = never_expiring(client)
    before = client.get(path)
    write(Article(id="b", title="another robot", topics=("Two",)), archive)
    snapshot = build_index(archive, index_dir).snapshot
    wait(lambda: service.engine.info().snapshot == snapshot)
    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.data != before.data


@pytest.mark.parametrize("path", [f"{SEARCH}?q=robot", "/api/v1/facets/topic?q=robot", "/?q=robot"])
def test_cached_response_is_not_served_after_new_synonyms(path: str, tmp_path: Path) -> None:
    archive, index_dir, synonyms = tmp_path / "archive", tmp_path / "index", tmp_path / "synonyms.yaml"
    write(Article(id="a", title="robot", topics=("One",)), archive)
    write(Article(id="b", title="automaton", topics=("Two",)), archive)
    build_index(archive, index_dir)
    synonyms.write_text("")
    client = create_app(Settings(index_dir=index_dir, synonyms=synonyms)).test_client()
    service = never_expiring(client)
    before, index = client.get(path), service.engine.info()
    synonyms.write_text("same: [[robot, automaton]]")
    wait(lambda: service.engine.info() != index)
    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.data != before.data


def test_cached_response_is_not_served_after_an_index_with_the_same_content(
    made: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    never_expiring(made)
    before = made.get("/api/v1/stats")
    rebuilt = structs.replace(INFO, snapshot="rebuilt")
    statistics = structs.replace(FakeEngine().statistics(), index=rebuilt)
    monkeypatch.setattr(FakeEngine, "info", lambda _: rebuilt)
    monkeypatch.setattr(FakeEngine, "statistics", lambda _: statistics)
    after = made.get("/api/v1/stats")
    assert after.headers["ETag"] == before.headers["ETag"]
    assert after.json is not None
    assert after.json["index"]["snapshot"] == "rebuilt"


def test_cached_response_has_the_links_of_its_mount_point(made: FlaskClient) -> None:
    for root in ("/one", "/two", ""):
        response = made.get(f"{SEARCH}?q=fery", environ_overrides={"SCRIPT_NAME": root})
        assert response.json is not None
        assert response.json["links"]["self"] == f"{root}{SEARCH}?q=fery"


def test_max_age_is_a_setting(engine: FakeEngine) -> None:
    client = create_app(Settings(page_cache_seconds=5), engine=engine).test_client()
    assert client.get(SEARCH).headers["Cache-Control"] == "public, max-age=5"


def test_different_endpoints_and_parameters_have_different_etags(made: FlaskClient) -> None:
    paths = (
        "/", "/api/v1/search", "/api/v1/facets/topic", "/api/v1/facets/provider", "/api/v1/facets/topic?q=a",
        "/api/v1/stats", "/api/v1/articles/_news/1", "/api/v1/articles/_news/2", "/api/v1/suggest?q=a",
        "/articles/_news/1", "/api/v1/similar/_news/1", "/api/v1/similar/_news/1?limit=5",
        "/api/v1/suggest?q=b", "/api/v1/suggest?q=a&limit=5",
    )  # fmt: skip
    assert len({made.get(path).headers["ETag"] for path in paths}) == len(paths)


def test_static_files_are_cached_for_a_day(client: FlaskClient) -> None:
    assert client.get("/static/1/style.css", buffered=True).headers["Cache-Control"] == "public, max-age=86400"


@pytest.fixture
def at_ten_seconds_to_eleven(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is 10:59:50 UTC."""
    now = datetime(2026, 11, 24, 10, 59, 50, tzinfo=UTC)
    monkeypatch.setattr("search.dates.utc_now", lambda: now)
    monkeypatch.setattr("web.responses.time", now.timestamp)


@pytest.mark.parametrize("path", [SEARCH, "/api/v1/timeline", "/api/v1/facets/topic", "/"])
@pytest.mark.parametrize(("query", "seconds"), [("from=7d", 10), ("to=%20%32W+", 10), ("from=2024", 60)])
def test_response_with_a_relative_date_ends_with_the_hour(
    client: FlaskClient, at_ten_seconds_to_eleven: None, path: str, query: str, seconds: int
) -> None:
    assert client.get(f"{path}?{query}").headers["Cache-Control"] == f"public, max-age={seconds}"


def test_relative_date_is_read_at_each_request(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    days = iter((datetime(2025, 3, 10, tzinfo=UTC), datetime(2025, 3, 11, tzinfo=UTC)))
    monkeypatch.setattr("search.dates.utc_now", lambda: next(days))
    responses = [client.get(f"{SEARCH}?from=7d") for _ in range(2)]
    absolute = [client.get(f"{SEARCH}?from=2025-03-{day}") for day in ("03", "04")]
    assert [r.headers["ETag"] for r in responses] == [r.headers["ETag"] for r in absolute]
    assert [(r.json or {})["query"]["from"] for r in responses] == ["2025-03-03", "2025-03-04"]
