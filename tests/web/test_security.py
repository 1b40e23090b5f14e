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
from tests.web.pages import Page, own_links
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


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "articles.example.evil", "a b"])
def test_untrusted_host_is_400(sample_index: Path, host: str) -> None:
    client = create_app(Settings(index_dir=sample_index, trusted_hosts=("articles.example",))).test_client()
    assert client.get("/", headers={"Host": host}).status_code == 400
    assert client.get("/", headers={"Host": "articles.example"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/v1/search?q=robot"])
def test_untrusted_host_gets_no_cached_response(sample_index: Path, path: str) -> None:
    client = create_app(Settings(index_dir=sample_index, trusted_hosts=("articles.example",))).test_client()
    assert client.get(path, headers={"Host": "articles.example"}).status_code == 200
    assert client.get(path, headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "//evil.example/api/v1/search", "/api/v1//search", "/static/1//style.css", "/api/v1/search/"],
)
def test_double_slash_does_not_redirect(client: FlaskClient, path: str) -> None:
    response = client.get("/", environ_overrides={"PATH_INFO": path})
    assert response.status_code == 404
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Forwarded-Host", "forwarded.example"),
        ("X-Forwarded-Prefix", "/forwarded"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Port", "8443"),
    ],
)
def test_proxy_headers_are_used_only_with_trusted_proxies(sample_index: Path, header: str, value: str) -> None:
    """The OpenSearch description always has absolute links, so it shows which host is used."""
    alone, behind = (
        create_app(Settings(index_dir=sample_index, trusted_proxies=count)).test_client() for count in (0, 1)
    )
    used, ignored = (client.get("/opensearch.xml", headers={header: value}).text for client in (behind, alone))
    assert value in used
    assert value not in ignored


@pytest.mark.parametrize(
    "prefix",
    [
        "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "evil",
        "/news//evil.example", "/../evil", "/evil/..", "/./evil", "/evil?b", "/evil#b", '/"><script>alert(1)',
        "/%2f/evil.example", "/ /evil.example", "/evilé",
    ],
)  # fmt: skip
def test_forwarded_prefix_that_is_not_a_plain_path_is_ignored(sample_index: Path, prefix: str) -> None:
    client = create_app(Settings(index_dir=sample_index, trusted_proxies=1)).test_client()
    for path in ("/?q=robot", "/nowhere", "/opensearch.xml", "/api/v1/search?q=robot"):
        text = client.get(path, headers={"X-Forwarded-Prefix": prefix}).text
        assert "evil" not in text
        assert "alert" not in text
        assert own_links(Page(text)) == own_links(Page(client.get(path).text))


@pytest.mark.parametrize(
    ("prefix", "root"), [("/news", "/news"), ("/news/", "/news"), ("/a/b.c/~d_e-f", "/a/b.c/~d_e-f"), ("/", "")]
)
def test_forwarded_prefix_starts_every_link(sample_index: Path, prefix: str, root: str) -> None:
    client = create_app(Settings(index_dir=sample_index, trusted_proxies=1)).test_client()
    response = client.get("/?q=robot", headers={"X-Forwarded-Prefix": prefix})
    plain = own_links(Page(client.get("/?q=robot").text))
    assert own_links(Page(response.text)) == {f"{root}{link}" for link in plain}


@pytest.mark.parametrize(
    ("trusted", "address"),
    [
        (("for", "proto", "host", "port", "prefix"), "https://f.example:8443/news/"),
        (("for", "proto"), "https://localhost/"),
        (("host",), "http://f.example/"),
        (("port",), "http://localhost:8443/"),
        (("prefix", "proto"), "https://localhost/news/"),
        ((), "http://localhost/"),
    ],
)
def test_only_the_configured_headers_are_trusted(sample_index: Path, trusted: tuple[str, ...], address: str) -> None:
    settings = Settings(index_dir=sample_index, trusted_proxies=1, trusted_headers=trusted)
    forwarded = {
        "X-Forwarded-Host": "f.example", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "8443",
        "X-Forwarded-Prefix": "/news",
    }  # fmt: skip
    description = create_app(settings).test_client().get("/opensearch.xml", headers=forwarded).text
    assert f'template="{address}?q=' in description


@pytest.mark.parametrize("scheme", ["javascript", "ftp", "https:", "", 'http"'])
def test_forwarded_scheme_is_http_or_https(sample_index: Path, scheme: str) -> None:
    client = create_app(Settings(index_dir=sample_index, trusted_proxies=1)).test_client()
    text = client.get("/opensearch.xml", headers={"X-Forwarded-Proto": scheme}).text
    assert 'template="http://localhost/?q=' in text


@pytest.mark.parametrize("host", ["a b", "a<b", "", '"', "a/b", "a@b", "x:99999"])
def test_malformed_host_is_400_if_the_response_needs_it(client: FlaskClient, host: str) -> None:
    assert client.get("/opensearch.xml", headers={"Host": host}).status_code == 400


def test_header_of_the_last_trusted_proxy_is_used(sample_index: Path) -> None:
    client = create_app(Settings(index_dir=sample_index, trusted_proxies=1)).test_client()
    html = client.get("/opensearch.xml", headers={"X-Forwarded-Host": "evil.example, articles.example"}).text
    assert "http://articles.example/" in html
    assert "evil" not in html


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


def test_all_headers_of_two_trusted_proxies_are_used(sample_index: Path) -> None:
    client = create_app(Settings(index_dir=sample_index, trusted_proxies=2)).test_client()
    forwarded = {
        "X-Forwarded-Host": "articles.example, inner.example",
        "X-Forwarded-Proto": "https, http",
        "X-Forwarded-Port": "8443, 80",
        "X-Forwarded-Prefix": "/news, /inner",
    }
    assert 'template="https://articles.example:8443/news/?q=' in client.get("/opensearch.xml", headers=forwarded).text
