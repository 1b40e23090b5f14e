"""Forged headers behind a real nginx that caches: no reader gets what another one's headers changed."""

import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.server import Server, serving, status_of
from tests.processes import free_port, running

ROOT = Path(__file__).parents[2]
PATHS = ["/?q=robot", "/nowhere", "/opensearch.xml", "/llms.txt", "/api/v1/search?q=robot"]
FORGED = [
    {"X-Forwarded-Prefix": "//evil.example"},
    {"X-Forwarded-Prefix": "/evil"},
    {"X-Forwarded-Prefix": "https://evil.example"},
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Port": "6666"},
    {"X-Forwarded-Server": "evil.example"},
    {"X-Forwarded-Proto": "evil"},
    {"X-Forwarded-For": "evil"},
    {"Forwarded": "for=evil;host=evil.example;proto=evil"},
    {"X-Original-URL": "/evil"},
    {"X-Script-Name": "/evil"},
    {"Host": "evil.example"},
    {"Accept": "application/json"},
    {"Accept-Encoding": "identity;q=0"},
    {"Accept-Encoding": "zstd"},
    {"Origin": "https://evil.example"},
    {"Cookie": "theme=evil"},
]


@pytest.fixture(params=["with a public URL", "without"])
def cache(request: pytest.FixtureRequest, sample_index: Path, tmp_path: Path) -> Iterator[str]:
    """The address of an nginx with its default cache key, which sets no header for the service but the host."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None and not os.environ.get("CI"):
        pytest.skip("needs nginx (Debian, Ubuntu: apt-get install nginx-light)")
    assert nginx, "nginx is missing; .ci/run installs nginx-light"
    http, cached = free_port(), free_port()
    folders = "".join(
        f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"""daemon off; master_process off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}
        http {{
            access_log off; {folders}
            proxy_cache_path {tmp_path}/cache keys_zone=all:1m;
            server {{
                listen 127.0.0.1:{cached};
                location / {{
                    proxy_pass http://127.0.0.1:{http};
                    proxy_set_header Host $host;
                    proxy_cache all;
                    proxy_cache_valid any 1m;
                    add_header X-Cache $upstream_cache_status always;
                }}
            }}
        }}""",
        encoding="utf-8",
    )
    settings = {"ARTICLE_SEARCH_TRUSTED_PROXIES": "1"}
    if request.param != "without":
        settings["ARTICLE_SEARCH_PUBLIC_URL"] = "https://search.example.org/news"
    serve = [sys.executable, "-m", "search", "serve", "--port", str(http), "--workers", "1", "--index-dir"]
    with (
        running([*serve, str(sample_index)], f"http://127.0.0.1:{http}/readyz", ROOT, os.environ | settings),
        running([nginx, "-c", str(tmp_path / "nginx.conf")], f"http://127.0.0.1:{cached}/healthz", tmp_path),
    ):
        yield f"http://127.0.0.1:{cached}"


def fetch(address: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as response:  # noqa: S310
            return response.status, dict(response.headers), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_fault_62_cache_gives_no_reader_what_the_headers_of_another_changed(cache: str) -> None:
    hits = 0
    for path in PATHS:
        status, _, clean = fetch(f"{cache}{path}&-" if "?" in path else f"{cache}{path}?-", {})
        for number, forged in enumerate(FORGED):
            fresh = f"{cache}{path}{'&' if '?' in path else '?'}{number}"
            fetch(fresh, forged)
            got, headers, body = fetch(fresh, {})
            hits += headers["X-Cache"] == "HIT"
            assert got == status, (path, forged)
            assert b"evil" not in body, (path, forged)
            assert "Content-Encoding" not in headers, (path, forged)
            assert len(body) == pytest.approx(len(clean), abs=200), (path, forged)
    assert hits > len(PATHS)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET / HTTP/1.1\r\nHost: a.example", 200),
        ("GET / HTTP/1.1", 400),
        ("GET / HTTP/1.1\r\nHost:", 400),
        ("GET / HTTP/1.1\r\nHost: a.example\r\nHost: a.example", 400),
        ("GET / HTTP/1.1\r\nHost: a.example\r\nhost: b.example", 400),
        ("GET /healthz HTTP/1.1\r\nHost: 192.0.2.1\r\nHost: 192.0.2.1", 400),
        ("GET / HTTP/1.1\r\nHost: b.example", 400),
        ("GET /healthz HTTP/1.1\r\nHost: 192.0.2.1:8000", 200),
        ("GET /healthz HTTP/1.0", 200),
    ],
)
def test_fault_70_request_needs_one_trusted_host(a_example: Server, head: str, status: int) -> None:
    with a_example.connect() as connection:
        connection.sendall(f"{head}\r\n\r\n".encode())
        assert status_of(connection.recv(1 << 16)) == status


@pytest.fixture(scope="module")
def a_example(sample_index: Path) -> Iterator[Server]:
    with serving(sample_index, workers=1, trusted_hosts="a.example,.b.test") as server:
        yield server
