"""Faults of requests, each against a whole application with an index of its own.  FAULTS.md lists them by number."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from search import Article, Image, Provider, Settings
from tests.files import indexed
from tests.web.pages import page
from tests.web.responses import SEARCH, ids, search
from web import create_app

TITLES = {
    "the": "The The",
    "rd": "R&D spending falls",
    "cpp": "C++ turns forty",
    "net": ".NET 10 is out",
    "quotes": """A "robot" called 'Ro & Bo'""",
    "script": "Mind the &lt;script&gt;alert(1)&lt;/script&gt; tag",
}
BAD_LINKS = ("javascript:alert(1)", "data:text/html,x", "//evil.example/x", "/x", "ftp://example.org/x")
PICTURE = "https://pictures.example/a.jpg"


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    archive = [Article(id=id, title=title, topics=('<b>Bold</b> & "brave"',)) for id, title in TITLES.items()]
    archive += [Article(id=f"link-{i}", title="Link", url=url) for i, url in enumerate(BAD_LINKS)]
    archive += [Article(id="picture", title="Picture", image=Image(PICTURE, 9, 9), provider=Provider("Gazette"))]
    with indexed(archive) as folder:
        yield folder


@pytest.fixture(scope="module")
def client(index_dir: Path) -> FlaskClient:
    return create_app(Settings(index_dir=index_dir)).test_client()


def problem(client: FlaskClient, query: str) -> Any:
    response = client.get(f"{SEARCH}?{query}")
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    return response.json


@pytest.mark.parametrize(
    ("q", "found"), [("the", "the"), ("R%26D", "rd"), ("C%2B%2B", "cpp"), (".NET", "net"), ("r%26d", "rd")]
)
def test_fault_39_words_that_analyzers_drop_are_found(client: FlaskClient, q: str, found: str) -> None:
    assert found in ids(search(client, f"q={q}"))


@pytest.mark.parametrize("q", ['"', "robot (", ") robot", "robot AND", "OR robot", "NOT NOT robot", "title:", '"robot'])
def test_fault_40_misplaced_syntax_is_read_as_words_with_a_warning(client: FlaskClient, q: str) -> None:
    assert search(client, urlencode({"q": q}))["warnings"]


@pytest.mark.parametrize(
    "q", ["*a*", "*robot", "r*t", "a*", " ".join(f"*{letter}*" for letter in "abcdefghijklmnopqrst")]
)
def test_fault_41_wildcards_other_than_a_prefix_are_read_as_words(client: FlaskClient, q: str) -> None:
    assert search(client, urlencode({"q": q}))["warnings"]


@pytest.mark.parametrize("q", ["robot~9", "robot^99", "robot~"])
def test_fault_41_fuzzy_and_boosted_words_are_plain_words(client: FlaskClient, q: str) -> None:
    assert ids(search(client, f"q={q}&typo=0")) in ([], ["quotes"])


@pytest.mark.parametrize("q", [" AND ".join(["a"] * 3000), "a" * 20_000, "é" * 501])
def test_fault_42_query_of_over_500_characters_is_refused(client: FlaskClient, q: str) -> None:
    assert [error["parameter"] for error in problem(client, urlencode({"q": q}))["errors"]] == ["q"]


def test_fault_42_words_beyond_the_limit_are_dropped_with_a_warning(client: FlaskClient) -> None:
    words = "+OR+".join(["robot", *(f"w{number}" for number in range(60))])
    response = search(client, f"q={words}")
    assert ids(response) == ["quotes"]
    assert response["warnings"]


@pytest.mark.parametrize("page_number", ["0", "-1", "1000000000", "501", "one", "1.5", ""])
def test_fault_43_page_out_of_range_is_refused(client: FlaskClient, page_number: str) -> None:
    assert problem(client, f"page={page_number}")["errors"][0]["parameter"] == "page"


def test_fault_43_page_past_the_end_is_empty(client: FlaskClient) -> None:
    response = search(client, "page=500")
    assert (response["results"], response["total"]) == ([], len(TITLES) + len(BAD_LINKS) + 1)


@pytest.mark.parametrize("query", ["q=%ff", "q=a%00b", "q=a&q=b", "page=1&page=2", "sort=%c3%28", "topic=%ff"])
def test_fault_44_undecodable_and_repeated_values_are_refused(client: FlaskClient, query: str) -> None:
    problem(client, query)


@pytest.mark.parametrize("query", ["q=%ff<script>", "q=a%00<script>", "page=<script>", "q=<script>&q=b"])
def test_fault_44_page_shows_refused_values_escaped(client: FlaskClient, query: str) -> None:
    response = client.get(f"/?{query}")
    assert response.status_code in (200, 422)
    assert "<script>" not in response.text


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("facets=topics", "facets"),
        ("facet_size=1001", "facet_size"),
        ("facet_size=-1", "facet_size"),
        ("facets=q", "facets"),
    ],
)
def test_fault_45_unknown_facet_or_huge_size_is_refused(client: FlaskClient, query: str, parameter: str) -> None:
    assert problem(client, query)["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize("query", ["q=script", "topic=<b>Bold</b>", "q=<script>alert(1)</script>", ""])
def test_fault_46_markup_in_articles_and_queries_is_escaped(client: FlaskClient, query: str) -> None:
    html = client.get(f"/?{query}").text
    assert "<script>alert" not in html
    assert "<b>Bold" not in html


def test_fault_46_json_is_typed(client: FlaskClient) -> None:
    response = client.get(f"{SEARCH}?q=<script>alert(1)</script>")
    assert (response.mimetype, response.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")


def test_fault_47_highlights_are_pieces_of_plain_text(client: FlaskClient) -> None:
    [result] = search(client, "q=robot")["results"]
    assert "".join(piece["text"] for piece in result["highlights"]["title"]) == TITLES["quotes"]
    [(_, shown)] = page(client, "q=robot").all("h3")
    assert shown == TITLES["quotes"]


@pytest.mark.parametrize("number", range(len(BAD_LINKS)))
def test_fault_48_only_absolute_http_urls_become_links(client: FlaskClient, number: int) -> None:
    article: Any = client.get(f"/api/v1/articles/link-{number}").json
    assert article["url"] is None
    links = {attributes.get("href", "") for attributes, _ in page(client, "q=link").all("a")}
    assert BAD_LINKS[number] not in links


def test_fault_49_remote_pictures_are_lazy_and_tell_no_referrer(client: FlaskClient) -> None:
    [(picture, _)] = page(client, "q=picture").all("img")
    assert (picture["src"], picture["loading"], picture["referrerpolicy"]) == (PICTURE, "lazy", "no-referrer")


def test_fault_49_setting_turns_remote_pictures_off(index_dir: Path) -> None:
    without = create_app(Settings(index_dir=index_dir, show_images=False)).test_client()
    assert page(without, "q=picture").all("img") == []
    assert "https:" not in without.get("/?q=picture").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["//evil.example/", "//evil.example/?q=", "/%0d%0aSet-Cookie:a=b", "/?q=%0d%0aX-A:b&topic="]
)
def test_fault_50_nothing_redirects_to_another_site_or_adds_a_header(client: FlaskClient, path: str) -> None:
    response = client.get(path, base_url="http://localhost")
    location = response.headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith("//")
    assert not {"Set-Cookie", "X-A"} & {*response.headers.keys()}


@pytest.mark.parametrize(
    "name", ["Host", "X-Forwarded-Host", "X-Forwarded-Server", "X-Original-URL", "X-Forwarded-Prefix"]
)
def test_fault_51_no_header_changes_the_links_of_a_page(client: FlaskClient, name: str) -> None:
    assert "evil" not in client.get("/?q=robot", headers={name: "evil.example"}).text


def test_fault_51_foreign_host_is_refused_if_trusted_hosts_are_set(index_dir: Path) -> None:
    trusting = create_app(Settings(index_dir=index_dir, trusted_hosts=("news.example",))).test_client()
    status = {host: trusting.get("/", headers={"Host": host}).status_code for host in ("news.example", "evil.example")}
    assert status == {"news.example": 200, "evil.example": 400}


def test_fault_51_absolute_links_come_from_the_public_url(index_dir: Path) -> None:
    public = create_app(Settings(index_dir=index_dir, public_url="https://news.example/search")).test_client()
    feed: Any = public.get("/feed.json", headers={"Host": "evil.example"}).json
    assert feed["feed_url"].startswith("https://news.example/search/")
    assert "evil" not in str(feed)


@pytest.mark.parametrize(("path", "origin"), [(SEARCH, "*"), ("/", None), ("/healthz", None)])
def test_fault_52_other_sites_read_the_api_only(client: FlaskClient, path: str, origin: str | None) -> None:
    headers = client.get(path, headers={"Origin": "https://other.example"}).headers
    assert headers.get("Access-Control-Allow-Origin") == origin
    assert "Access-Control-Allow-Credentials" not in headers


def test_fault_52_etag_is_that_of_the_query(client: FlaskClient) -> None:
    etags = {client.get(f"{SEARCH}?{query}").headers["ETag"] for query in ("q=robot", "q=script", "q=robot&page=2")}
    assert len(etags) == 3


@pytest.mark.parametrize("id", ["a" * 500, "a b", "a\tb", 'a"b', "ä", ""])
def test_fault_53_unusable_request_id_is_replaced(
    client: FlaskClient, id: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answered = client.get("/?q=robot", headers={"X-Request-ID": id}).headers["X-Request-ID"]
    assert answered != id
    assert not id or id not in caplog.text


@pytest.mark.parametrize("id", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/x", "/etc/passwd", "a%00b"])
def test_fault_54_id_is_looked_up_as_a_term_only(client: FlaskClient, id: str) -> None:
    response = client.get(f"/api/v1/articles/{id}", follow_redirects=True)
    assert response.status_code == 404
    assert "root:" not in response.text


@pytest.mark.parametrize("path", ["/", SEARCH, "/healthz", "/articles/the"])
@pytest.mark.parametrize("method", ["TRACE", "POST", "PUT", "DELETE", "PATCH"])
def test_fault_55_other_methods_are_refused(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("path", ["/", SEARCH, "/healthz", "/articles/the"])
def test_fault_55_head_has_no_body(client: FlaskClient, path: str) -> None:
    assert (client.head(path).status_code, client.head(path).data) == (200, b"")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_fault_57_health_tells_no_paths_or_versions(client: FlaskClient, index_dir: Path, path: str) -> None:
    response = client.get(path)
    shown = f"{response.text} {dict(response.headers)}".lower()
    assert not [word for word in (str(index_dir), "python", "whoosh", "flask", "werkzeug", "granian") if word in shown]


def test_fault_57_unexpected_error_is_generic(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = create_app(Settings(index_dir=index_dir)).test_client()
    monkeypatch.setattr("search.searcher.embedded_engine.EmbeddedEngine.search", lambda *_: 1 / 0)
    response = client.get(f"{SEARCH}?q=robot")
    assert (response.status_code, response.mimetype) == (500, "application/problem+json")
    assert "ZeroDivisionError" not in response.text
    assert "division" not in response.text
