"""Which headers of proxies are believed, and which headers `Vary` names."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from search import Settings
from tests.fake_engine import FakeEngine
from tests.web.pages import Page, own_links
from web import create_app

EVIL = {
    "X-Forwarded-Host": ["evil.example", "evil.example, search.example"],
    "X-Forwarded-Port": ["8443", "evil"],
    "X-Forwarded-Prefix": ["//evil.example", "https://evil.example", "/evil", "/news//evil.example", "/../evil"],
    "X-Forwarded-Server": ["evil.example"],
    "X-Original-URL": ["/evil"],
    "X-Rewrite-URL": ["/evil"],
    "X-Script-Name": ["/evil"],
    "Forwarded": ["host=evil.example;proto=https", 'host="evil.example"'],
}


def behind(index_dir: Path, proxies: int = 1, **settings: object) -> Flask:
    return create_app(Settings(index_dir=index_dir, trusted_proxies=proxies, **settings))  # type: ignore[arg-type]


@pytest.mark.parametrize(("header", "value"), [(name, value) for name, values in EVIL.items() for value in values])
def test_fault_62_no_header_changes_the_host_or_the_path_of_links(sample_index: Path, header: str, value: str) -> None:
    client = behind(sample_index).test_client()
    for path in ("/?q=robot", "/nowhere", "/opensearch.xml", "/feed.atom", "/api/v1/search?q=robot"):
        text = client.get(path, headers={header: value}).text
        assert "evil" not in text
        assert "8443" not in text
        assert own_links(Page(text)) == own_links(Page(client.get(path).text))


@pytest.mark.parametrize(
    ("proxies", "trusted", "forwarded", "scheme"),
    [
        (1, ("for", "proto"), "https", "https"),
        (1, ("for", "proto"), "ftp, https", "https"),
        (1, ("for", "proto"), "https, http", "http"),
        (2, ("for", "proto"), "https, http", "https"),
        (2, ("for", "proto"), "https", "http"),
        (1, ("for",), "https", "http"),
        (1, (), "https", "http"),
        (0, ("for", "proto"), "https", "http"),
        (1, ("for", "proto"), "javascript", "http"),
        (1, ("for", "proto"), "https:", "http"),
        (1, ("for", "proto"), 'http"', "http"),
        (1, ("for", "proto"), "", "http"),
    ],
)
def test_scheme_is_that_of_the_outermost_trusted_proxy(
    sample_index: Path, proxies: int, trusted: tuple[str, ...], forwarded: str, scheme: str
) -> None:
    client = behind(sample_index, proxies, trusted_headers=trusted).test_client()
    text = client.get("/opensearch.xml", headers={"X-Forwarded-Proto": forwarded}).text
    assert f'template="{scheme}://localhost/?q=' in text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "192.0.2.1, 2001:db8::7", "2001:db8::7"),
        (2, "192.0.2.1, 192.0.2.7", "192.0.2.1"),
        (2, "192.0.2.1", "127.0.0.1"),
        (0, "192.0.2.1", "127.0.0.1"),
        (1, "evil", "127.0.0.1"),
        (1, "<script>", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_address_is_that_which_the_outermost_trusted_proxy_saw(
    sample_index: Path, proxies: int, forwarded: str, address: str
) -> None:
    app = behind(sample_index, proxies)
    app.add_url_rule("/address", view_func=lambda: request.remote_addr or "")
    assert app.test_client().get("/address", headers={"X-Forwarded-For": forwarded}).text == address


def test_public_url_sets_host_and_path_of_every_link(sample_index: Path) -> None:
    client = behind(sample_index, public_url="https://example.org/news").test_client()
    plain = own_links(Page(create_app(Settings(index_dir=sample_index)).test_client().get("/?q=robot").text))
    assert own_links(Page(client.get("/?q=robot").text)) == {f"/news{link}" for link in plain}
    assert 'template="https://example.org/news/?q=' in client.get("/opensearch.xml").text


OTHER_VALUES = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "Accept-Language": "de",
    "Authorization": "Basic YTpi",
    "Cookie": "theme=dark",
    "Host": "other.example",
    "Origin": "https://other.example",
    "Referer": "https://other.example/",
    "Save-Data": "on",
    "Sec-CH-Prefers-Color-Scheme": "dark",
    "Sec-Fetch-Dest": "empty",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "cross-site",
    "User-Agent": "other",
    "Via": "1.1 other",
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Proto": "https",
    "X-Requested-With": "fetch",
    **{name: values[0] for name, values in EVIL.items()},
}
"""A value of each header that changes a response of some service."""

EXAMPLES = {
    "id": "_news/0", "field": "topic", "version": "1", "filename": "style.css", "name": "Energy", "text": "2026-05-02",
}  # fmt: skip
QUERIES = {"/api/v1/changes": "?since=20261124T045001Z-a9d3", "/api/v1/trends": "?by=topic&value=Energy"}


def paths(app: Flask) -> Iterator[str]:
    """A path of every route, and some with errors."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            path = rule.rule
            for argument in rule.arguments:
                start = path.rindex("<", 0, path.index(f"{argument}>"))
                path = path[:start] + EXAMPLES[argument] + path[path.index(">", start) + 1 :]
            yield path + QUERIES.get(path, "")
    yield from ("/nowhere", "/api/v1/nowhere", "/?page=0", "/api/v1/search?page=0", "/?q=fery", "/api/v1/search?q=fery")


APP = create_app(Settings(trusted_proxies=1), engine=FakeEngine())


def seen(client: FlaskClient, path: str, headers: dict[str, str]) -> tuple[object, ...]:
    response = client.get(path, headers=headers, buffered=True)
    own = {"X-Request-ID", "Date", "Expires", "Content-Length"}
    body = re.sub(rb'"took_ms":[\d.]+', b"", response.data)
    return response.status_code, body, [pair for pair in response.headers if pair[0] not in own], response.vary


@pytest.mark.parametrize("path", sorted(set(paths(APP))))
def test_fault_62_vary_names_every_header_that_changes_the_response(path: str) -> None:
    client = APP.test_client()
    plain = seen(client, path, {})
    for header, value in [*OTHER_VALUES.items(), ("Accept-Encoding", "identity;q=0"), ("Accept", "text/html")]:
        other = seen(client, path, {header: value})
        assert other == plain or (header in plain[-1] and header in other[-1]), header  # type: ignore[operator]
