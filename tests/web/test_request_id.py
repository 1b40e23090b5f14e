"""The id of each request: in the response, and in the log lines of errors."""

import pytest
from flask.testing import FlaskClient

from search import SearchResults
from tests.fake_engine import FakeEngine

PATHS = ["/?q=robot", "/api/v1/search?q=robot", "/api/v1/search?page=0", "/nowhere", "/static/1/style.css", "/healthz"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("id", ["a", "0f3c-77.B_2", "x" * 128])
def test_id_of_the_client_is_in_the_response(client: FlaskClient, path: str, id: str) -> None:
    for _ in range(2):  # the second time perhaps from the cache
        response = client.get(path, headers={"X-Request-ID": id}, buffered=True)
        assert response.headers.getlist("X-Request-ID") == [id]


@pytest.mark.parametrize("given", ["", " ", "a b", "é", "x" * 129, "a\tb", '"', "a,b", "<script>"])
def test_unusable_id_is_replaced(client: FlaskClient, given: str) -> None:
    id = client.get("/api/v1/stats", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert id != given
    assert id.isalnum()


@pytest.mark.parametrize("path", PATHS)
def test_every_request_has_its_own_id(client: FlaskClient, path: str) -> None:
    assert len({client.get(path, buffered=True).headers["X-Request-ID"] for _ in range(3)}) == 3


def test_304_has_an_id(client: FlaskClient) -> None:
    etag = client.get("/?q=robot").headers["ETag"]
    response = client.get("/?q=robot", headers={"If-None-Match": etag, "X-Request-ID": "mine"})
    assert (response.status_code, response.headers["X-Request-ID"]) == (304, "mine")


def test_log_line_of_an_error_has_the_id(
    made: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> SearchResults:
        raise RuntimeError("broken")

    monkeypatch.setattr(FakeEngine, "search", fail)
    made.get("/api/v1/search", headers={"X-Request-ID": "job-7"})
    assert "Request job-7: GET '/api/v1/search' failed" in caplog.text


def test_log_line_of_an_unavailable_engine_has_the_id(bare: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    bare.get("/api/v1/search", headers={"X-Request-ID": "job-7"})
    assert "Request job-7: the engine is unavailable" in caplog.text
