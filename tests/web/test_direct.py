"""Responses that Flask does not handle equal those that it does."""

import re
from typing import cast

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from search import Engine, Settings
from tests.fake_engine import FakeEngine
from web import create_app
from web.direct import DirectMiddleware

PATHS = [
    "/", "/?q=fery", "/?q=f%C3%A9ry&topic=Energy&x=1", "/?page=0", "/?q=%ff", "/api/v1/search",
    "/api/v1/search?q=electrik+ferry&collapse=story", "/api/v1/search?page=0", "/api/v1/stats", "/api/v1/facets/topic",
    "/api/v1/suggest?q=a", "/api/v1/articles/_news/1", "/nowhere", "/opensearch.xml", "/healthz",
    "/explanations/_news/0?q=fery", "//", "/api/v1/search/",
]  # fmt: skip


def client(engine: object = None) -> FlaskClient:
    settings = Settings(trusted_proxies=1, trusted_hosts=("localhost",))
    return create_app(settings, engine=cast(Engine, engine or FakeEngine())).test_client()


def seen(response: TestResponse) -> tuple[int, str, list[tuple[str, str]]]:
    body = re.sub(r'"took_ms":[\d.]+', "", response.get_data(as_text=True))
    headers = [(name, value) for name, value in response.headers if name not in {"Content-Length", "X-Request-ID"}]
    return response.status_code, body, sorted(headers)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize(
    "headers", [{}, {"X-Forwarded-Prefix": "/news"}, {"Host": "evil.example"}, {"Accept": "application/json"}]
)
def test_response_equals_that_of_flask(
    monkeypatch: pytest.MonkeyPatch, path: str, method: str, headers: dict[str, str]
) -> None:
    direct = client()
    first, cached = (seen(direct.open(path, method=method, headers=headers)) for _ in range(2))
    monkeypatch.setattr(DirectMiddleware, "_response", lambda *_: None)
    assert first == cached == seen(client().open(path, method=method, headers=headers))


@pytest.mark.parametrize("path", ["/?q=fery", "/api/v1/search?q=fery", "/api/v1/stats", "/explanations/_news/0?q=fery"])
@pytest.mark.parametrize("tags", ["{}", '"other", {}', "*", '"other"', "W/", ""])
def test_304_equals_that_of_flask(monkeypatch: pytest.MonkeyPatch, path: str, tags: str) -> None:
    direct = client()
    headers = {"If-None-Match": tags.format(direct.get(path).headers["ETag"])}
    response = seen(direct.get(path, headers=headers))
    assert response[0] == (304 if "{}" in tags or tags == "*" else 200)
    monkeypatch.setattr(DirectMiddleware, "_response", lambda *_: None)
    assert response == seen(client().get(path, headers=headers))


@pytest.mark.parametrize("path", ["/?q=fery", "/api/v1/search?q=fery", "/api/v1/stats"])
def test_content_length_is_that_of_the_body(path: str) -> None:
    served = client()
    get, head = served.get(path), served.head(path)
    assert get.headers["Content-Length"] == head.headers["Content-Length"] == str(len(get.data))


def test_error_is_handled_by_flask(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(FakeEngine):
        def search(self, *_: object, **__: object) -> object:  # type: ignore[override]
            raise RuntimeError("broken")

    response = client(Broken()).get("/api/v1/search?q=a")
    assert (response.status_code, response.mimetype) == (500, "application/problem+json")
    assert "failed" in caplog.text


def test_search_is_served_without_flask(monkeypatch: pytest.MonkeyPatch) -> None:
    served = client()
    monkeypatch.setattr(served.application, "full_dispatch_request", lambda: pytest.fail("Flask handled a search"))
    for path in ("/", "/?q=fery", "/api/v1/search?q=fery"):
        assert served.get(path).status_code == 200
