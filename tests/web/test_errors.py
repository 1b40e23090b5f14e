"""Error responses."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search import Article, EngineUnavailable, SearchResults, Settings, build_index
from tests.fake_engine import FakeEngine
from tests.files import write
from tests.web.pages import Page, link_urls
from tests.web.responses import SEARCH
from web import create_app


@pytest.mark.parametrize("path", [SEARCH, "/api/v1/stats", "/", "/healthz"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_than_get_and_head_are_405(client: FlaskClient, path: str, method: str) -> None:
    assert client.open(path, method=method).status_code == 405


@pytest.mark.parametrize(
    "path", [SEARCH, "/api/v1/stats", "/api/v1/facets/topic", "/api/v1/timeline", "/api/v1/suggest?q=a", "/readyz", "/"]
)
def test_fault_37_missing_index_is_503_with_retry_after(bare: FlaskClient, path: str) -> None:
    response = bare.get(path)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert str(Path.cwd()) not in response.text


def test_unusable_index_is_503_and_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(Article(id="a", title="robot"), tmp_path / "archive")
    snapshot = build_index(tmp_path / "archive", tmp_path / "index").snapshot
    (tmp_path / "index" / "snapshots" / snapshot / "manifest.json").unlink()
    client = create_app(Settings(index_dir=tmp_path / "index")).test_client()
    response = client.get(SEARCH)
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    assert "Retry-After" in response.headers
    assert "no readable manifest" in caplog.text
    assert "manifest" not in response.text
    assert "Nothing has been indexed" not in response.text


def test_unknown_path_is_an_html_page_for_a_browser(client: FlaskClient) -> None:
    response = client.get("/nowhere", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (404, "text/html")


def test_unknown_path_is_problem_json_for_a_program(client: FlaskClient) -> None:
    response = client.get("/nowhere", headers={"Accept": "application/json"})
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


class Maintenance(EngineUnavailable):
    public_message = "Try again on Monday."


def unavailable(_: FakeEngine, *__: object, **___: object) -> SearchResults:
    raise Maintenance("/secret/path is closed")


def test_unavailable_engine_shows_its_public_message_only(
    made: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(FakeEngine, "search", unavailable)
    response = made.get(SEARCH)
    assert response.json == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "Try again on Monday.",
    }
    assert response.headers["Retry-After"] == "30"
    assert "/secret/path is closed" in caplog.text


@pytest.mark.parametrize(
    ("path", "accept", "mimetype", "vary"),
    [
        ("/nowhere", "text/html", "text/html", "Accept"),
        ("/nowhere", "", "text/html", "Accept"),
        ("/nowhere", "application/json;q=0.5, text/html", "text/html", "Accept"),
        ("/nowhere", "application/problem+json", "application/problem+json", "Accept"),
        ("/?page=0", "application/json", "application/problem+json", "Accept"),
        ("/?page=0", "text/html", "text/html", "Accept"),
        ("/api/v1/search?page=0", "text/html", "application/problem+json", None),
        ("/feed.atom?from=x", "text/html", "application/problem+json", None),
        ("/changes.atom?from=x", "text/html", "application/problem+json", None),
    ],
)
def test_errors_outside_the_api_follow_the_accept_header(
    client: FlaskClient, path: str, accept: str, mimetype: str, vary: str | None
) -> None:
    response = client.get(path, headers={"Accept": accept})
    expected = {*filter(None, (vary, "Accept-Encoding"))}
    assert (response.mimetype, {*response.vary} - {"Host"}) == (mimetype, expected)
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/nowhere", 404, "Page not found"),
        ("/explanations/_news/1?page=0", 422, "There is a problem with this address"),
        ("/facets/topic?page=0", 422, "There is a problem with this address"),
    ],
)
def test_error_page_says_what_to_do_and_has_the_search_box(
    client: FlaskClient, path: str, status: int, title: str
) -> None:
    response = client.get(path)
    shown = Page(response.text)
    assert response.status_code == status
    assert [text for _, text in shown.all("h1")] == [title]
    assert ("Page number must be" in shown.all("main")[0][1]) == (status == 422)
    assert shown.all("input", id="q")
    assert shown.all("form")[0][0]["action"] == "/"


GONE = "at=20200101T000000Z-0000"


@pytest.mark.parametrize(
    ("path", "search"),
    [
        (f"/?q=robot&topic=AI&page=2&{GONE}", "/?q=robot&topic=AI"),
        (f"/?q=robot&page=x&{GONE}", "/?q=robot"),
        (f"/facets/topic?q=robot&filter=a&{GONE}", "/?q=robot"),
    ],
)
def test_page_of_a_snapshot_that_is_gone_leads_to_the_same_search(client: FlaskClient, path: str, search: str) -> None:
    response = client.get(path)
    assert response.status_code == 410
    assert link_urls(Page(response.text), "Search the current archive") == [search]


@pytest.mark.parametrize(
    "path", [f"/?q=%22robot+arm%22&{GONE}", "/nowhere?q=%22robot+arm%22&x=1", "/facets/topic?q=%22robot+arm%22&page=0"]
)
def test_error_page_keeps_the_query(client: FlaskClient, path: str) -> None:
    assert [attrs["value"] for attrs, _ in Page(client.get(path).text).all("input", id="q")] == ['"robot arm"']


def test_page_of_a_failed_search_keeps_the_query(made: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeEngine, "search", unavailable)
    assert [attrs["value"] for attrs, _ in Page(made.get("/?q=robot").text).all("input", id="q")] == ["robot"]


def test_page_without_an_index_reloads_itself(bare: FlaskClient) -> None:
    shown = Page(bare.get("/").text)
    assert "The archive is not ready yet" in shown.all("h1")[0][1]
    assert "reload.js" in [attrs["src"].split("/")[-1] for attrs, _ in shown.all("script")]
    assert shown.all("noscript")


def test_page_of_an_unavailable_engine_shows_its_public_message(
    made: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeEngine, "search", unavailable)
    response = made.get("/")
    assert "Try again on Monday." in response.text
    assert "reload.js" not in response.text


def test_page_of_an_unexpected_error_hides_it(made: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(FakeEngine, "search", fail)
    response = made.get("/")
    assert response.status_code == 500
    assert "Sorry, there is a problem with the search" in response.text
    assert "reported" not in response.text
    assert "secret" not in response.text


def test_method_not_allowed_names_the_allowed_methods(client: FlaskClient) -> None:
    response = client.post(SEARCH)
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert (response.json or {})["detail"] == "Only GET and HEAD are allowed."
