"""Exports from the real server, with several processes, while the index is rebuilt, and with slow clients."""

import http.client
import json
import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

import pytest

from search import Article, build_index
from search.snapshot.removal import KEPT
from search.snapshot.store import SnapshotStore
from tests.files import write
from tests.processes import free_port, running

COUNT = 250
PAGE = 20
EXCERPT = " ".join(f"robot{number % 50}" for number in range(2_600))
"""As long as excerpts can be: the sockets' buffers must not hold a whole export."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("crawled") / "archive"
    for number in range(COUNT):
        write(Article(id=f"{number:03}", title=f"robot {number}", excerpt=EXCERPT), path)
    return path


@pytest.fixture(scope="module")
def index_dir(archive: Path) -> Path:
    build_index(archive, archive.parent / "index")
    return archive.parent / "index"


@pytest.fixture(scope="module")
def port(index_dir: Path) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "search", "serve", "--port", str(port), "--index-dir", str(index_dir)]
    with running([*command, "--workers", "2"], f"http://127.0.0.1:{port}/readyz", Path(__file__).parents[2]):
        yield port


def page(address: str) -> tuple[list[str], str | None]:
    """The titles of a page of an export, and the address of the next."""
    with urlopen(address, timeout=30) as response:  # noqa: S310
        titles = [json.loads(line)["title"] for line in response]
        link = re.match('<([^>]+)>; rel="next"', response.headers.get("Link", ""))
    return titles, link and link[1]


def publish(archive: Path, index_dir: Path, version: int) -> str:
    """Change some titles, and add an article."""
    for number in [*range(0, COUNT, 5), COUNT + version]:
        write(Article(id=f"{number:03}", title=f"robot {number} version {version}"), archive)
    return build_index(archive, index_dir).snapshot


def test_slow_clients_block_no_search(port: int) -> None:
    """Even if each process streams several exports that nobody reads.  The first test: later indexes are small."""
    slow = [slow_client(port) for _ in range(10)]
    try:
        for connection in slow:
            connection.sendall(b"GET /api/v1/export HTTP/1.1\r\nHost: a\r\n\r\n")
        sleep(0.5)
        for _ in range(20):
            with urlopen(f"http://127.0.0.1:{port}/api/v1/search?q=robot", timeout=5) as response:
                assert response.status == 200
    finally:
        for connection in slow:
            connection.close()


def slow_client(port: int) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # before it is connected, else it has no effect
    connection.connect(("127.0.0.1", port))
    return connection


def test_crawler_gets_every_article_once_while_the_index_is_rebuilt_ten_times(
    port: int, archive: Path, index_dir: Path
) -> None:
    """Whichever process answers, and although builds keep three snapshots."""
    host = f"http://127.0.0.1:{port}"
    store = SnapshotStore(index_dir)
    first = store.current_name()
    address: str | None = f"/api/v1/export?limit={PAGE}&fields=title&q=robot"
    crawled: list[str] = []
    snapshots = []
    for version in range(1, 11):
        assert address is not None
        titles, address = page(host + address)
        crawled += titles
        snapshots.append(publish(archive, index_dir, version))
        wait_for(host, snapshots[-1])
    while address is not None:
        titles, address = page(host + address)
        crawled += titles
    assert sorted(crawled) == sorted(f"robot {number}" for number in range(COUNT))
    assert set(store.names()) == {first, *snapshots[-KEPT:]}


def wait_for(host: str, snapshot: str) -> None:
    """Wait until a process of the server has opened a snapshot."""
    deadline = monotonic() + 30
    while monotonic() < deadline:
        with urlopen(f"{host}/api/v1/search?per_page=0&facet_size={monotonic() % 999:.0f}", timeout=30) as response:  # noqa: S310
            if json.load(response)["index"]["snapshot"] == snapshot:
                return
        sleep(0.05)
    raise AssertionError("the server never opened the snapshot")


def test_snapshot_is_removed_when_its_lease_is_over(port: int, archive: Path, index_dir: Path) -> None:
    host = f"http://127.0.0.1:{port}"
    store = SnapshotStore(index_dir)
    _, address = page(f"{host}/api/v1/export?limit={PAGE}")
    # Not always the current one: the process that answered may not have noticed the last build yet.
    leased = str(address).rpartition("cursor=")[2].partition(".")[0]
    for version in range(20, 20 + KEPT):
        publish(archive, index_dir, version)
    assert leased in store.names()
    os.utime(index_dir / "leases" / leased, (1, 1))
    publish(archive, index_dir, 30)
    assert leased not in store.names()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", str(address))
    response = connection.getresponse()
    problem = json.load(response)
    connection.close()
    assert (response.status, problem["kept"]) == (410, store.names()[::-1])
