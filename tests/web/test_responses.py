"""ETags, 304 and cached responses."""

from pathlib import Path
from time import monotonic, sleep

import pytest
from flask.testing import FlaskClient

from search import Article, Settings, build_index
from tests.files import write
from tests.web.responses import SEARCH, search
from web import create_app


def test_if_none_match_gives_304_for_an_equivalent_url(client: FlaskClient) -> None:
    first = client.get(f"{SEARCH}?q=robot&topic=AI")
    again = client.get(f"{SEARCH}?topic=AI&q=robot&page=1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert "Last-Modified" in first.headers


def test_different_searches_have_different_etags(client: FlaskClient) -> None:
    queries = ("q=robot", "q=robots", "q=robot&page=2", "q=robot&fields=id", "q=robot&sort=newest", "")
    assert len({client.get(f"{SEARCH}?{query}").headers["ETag"] for query in queries}) == len(queries)


def test_head_has_the_headers_and_no_body(client: FlaskClient) -> None:
    get, head = client.get(f"{SEARCH}?q=robot"), client.head(f"{SEARCH}?q=robot")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]


def test_repeated_request_is_served_from_the_cache(sample_index: Path) -> None:
    client = create_app(Settings(index_dir=sample_index)).test_client()
    assert search(client, "q=robot") == search(client, "q=robot")  # took_ms included, so it was not worked out again


@pytest.mark.parametrize("path", [f"{SEARCH}?q=robot", "/api/v1/facets/topic", "/api/v1/stats", "/?q=robot"])
def test_cached_response_is_not_served_after_a_new_index(path: str, tmp_path: Path) -> None:
    archive, index_dir = tmp_path / "archive", tmp_path / "index"
    write(Article(id="a", title="robot", topics=("One",)), archive)
    build_index(archive, index_dir)
    client = create_app(Settings(index_dir=index_dir)).test_client()
    before = client.get(path)
    write(Article(id="b", title="another robot", topics=("Two",)), archive)
    wanted = build_index(archive, index_dir).snapshot
    deadline = monotonic() + 30
    while search(client, "")["index"]["snapshot"] != wanted and monotonic() < deadline:
        sleep(0.01)
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
    before = client.get(path)
    synonyms.write_text("same: [[robot, automaton]]")
    deadline = monotonic() + 30
    while search(client, "q=robot&fields=id")["total"] != 2 and monotonic() < deadline:
        sleep(0.01)
    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.data != before.data
