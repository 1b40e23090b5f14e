"""Escaping, untrusted hosts and proxies, and security headers."""

from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from flask.testing import FlaskClient

from search import (
    Article,
    Bucket,
    Correction,
    Engine,
    Explanation,
    Facet,
    Factor,
    Fragment,
    Hit,
    Image,
    IndexInfo,
    Provider,
    Related,
    Relaxed,
    SearchRequest,
    SearchResults,
    Settings,
    WordMatch,
)
from tests.files import indexed
from web import create_app

ANYWHERE = ["/", "/?q=robot", "/nowhere", "/api/v1/search", "/api/v1/search?page=0", "/healthz", "/static/1/style.css"]


@pytest.mark.parametrize("path", ANYWHERE)
def test_every_response_has_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers


@pytest.mark.parametrize("path", ANYWHERE)
def test_other_sites_can_read_the_api_only(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert headers.get("Access-Control-Allow-Origin") == ("*" if path.startswith("/api/v1/") else None)
    assert ("ETag" in headers.get("Access-Control-Expose-Headers", "")) == path.startswith("/api/v1/")


@pytest.mark.parametrize(
    "q", ['<script>alert("q")</script>', '"><img src=x onerror=alert(1)>', "{{7*7}}", "'-alert(1)-'"]
)
def test_query_is_escaped(client: FlaskClient, q: str) -> None:
    html = client.get("/", query_string={"q": q}).text
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "49" not in html.partition("<main")[2].partition("</h2>")[0]


class MaliciousEngine:
    """An engine whose only article has markup in every field, which the archive reader would remove."""

    only = Article(
        id="attack",
        title='<script>alert("title")</script>',
        excerpt="<img src=x onerror=alert(1)>",
        topics=("<b>Bold</b>",),
        provider=Provider('"><script>alert(2)</script>'),
        url="https://example.com/a",
        related=(Related(title="<i>related</i>", url="https://example.org/b"),),
    )

    def info(self, at: str | None = None) -> IndexInfo:  # noqa: ARG002
        return IndexInfo("snapshot", datetime.now(UTC), 1, "content", datetime.now(UTC))

    def search(self, request: SearchRequest, count_partial: bool = False) -> SearchResults:  # noqa: ARG002
        marked: dict[str, tuple[Fragment, ...]] = {
            "title": (Fragment(self.only.title, True),),
            "excerpt": (Fragment(self.only.excerpt, False),),
        }
        facets = tuple(Facet(field, 1, 0, (Bucket("<u>value</u>", 1),)) for field in ("topic", "provider"))
        explanation = Explanation(1.0, (WordMatch("<var>", "synonym", "<kbd>", ()),), (Factor("heat", 2.0, "<samp>"),))
        other = Article(id="other", title="a", provider=Provider("<tt>other</tt>"), url='https://example.com/"><tt>')
        hit = Hit(
            self.only,
            1.0,
            marked,
            missing=("<del>word",),
            also=(other,),
            related_ids=("other",),
            explanation=explanation,
        )
        return SearchResults(
            1,
            (hit,),
            facets,
            self.info(),
            ("<s>warning</s>",),
            relaxed=Relaxed(1, 1),
            correction=Correction("<ins>new</ins>", applied=True, words=(("a", "<ins>new</ins>"),)),
            request=request,
        )

    def article(self, _: str) -> Article:
        return Article(id="other", title='<tt>"&other</tt>')


def test_articles_are_escaped() -> None:
    html = create_app(Settings(), engine=cast(Engine, MaliciousEngine())).test_client().get("/?q=a").text
    assert "alert(" in html
    for markup in (
        "<script>", "<img src=x", "<b>Bold", "<i>related", "<u>value", "<s>warning", "<del>", "<ins>", "<tt>", "<var>",
        "<kbd>", "<samp>",
    ):  # fmt: skip
        assert markup not in html


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "//evil.example/api/v1/search", "/api/v1//search", "/static/1//style.css", "/api/v1/search/"],
)
def test_double_slash_does_not_redirect(client: FlaskClient, path: str) -> None:
    response = client.get("/", environ_overrides={"PATH_INFO": path})
    assert response.status_code == 404
    assert "Location" not in response.headers


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example/", "ftp://a.example/", "a"])
def test_only_absolute_http_urls_become_links(url: str) -> None:
    article = Article(id="a", title="robot", url=url, image=Image(url), related=(Related(title="droid", url=url),))
    with indexed([article]) as index_dir:
        client = create_app(Settings(index_dir=index_dir)).test_client()
        pages = [client.get(path).text for path in ("/", "/articles/a")]
        article_json = client.get("/api/v1/articles/a").json
    for page in pages:
        assert "robot" in page
        assert "droid" in page
        assert not {f'{name}="{url}"' for name in ("href", "src", "content") if f'{name}="{url}"' in page}
    assert article_json is not None
    assert (article_json["url"], article_json["image"], article_json["related"][0]["url"]) == (None, None, None)


def test_pictures_can_be_turned_off() -> None:
    article = Article(id="a", title="robot", image=Image("https://example.com/a.png"))
    with indexed([article]) as index_dir:
        shown, hidden = (
            create_app(Settings(index_dir=index_dir, show_images=show)).test_client().get("/") for show in (True, False)
        )
    assert "example.com/a.png" in shown.text
    assert "example.com/a.png" not in hidden.text
    assert "https:" not in hidden.headers["Content-Security-Policy"]


def test_unexpected_error_is_logged_and_hidden(sample_index: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError("/secret/path")

    client = create_app(Settings(index_dir=sample_index), engine=cast(Engine, Broken())).test_client()
    response = client.get("/api/v1/search?q=robot")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert f"Request {response.headers['X-Request-ID']}: GET '/api/v1/search' failed" in caplog.text
    assert "/secret/path" in caplog.text


def test_path_next_to_the_api_is_not_readable_by_other_sites(client: FlaskClient) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/api/v1x").headers


def test_security_headers(client: FlaskClient) -> None:
    headers = client.get("/").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' https:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
