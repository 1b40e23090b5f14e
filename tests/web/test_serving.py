"""The real server while the index is replaced."""

import json
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

from search import Article, build_index
from tests.files import write

PATIENCE = 30.0  # seconds, for a server to start on a busy machine


def get(address: str) -> tuple[str, int, list[str]]:
    """The snapshot that answered, the total, and the titles."""
    with urllib.request.urlopen(address, timeout=PATIENCE) as response:  # noqa: S310
        answer = json.load(response)
    return answer["index"]["snapshot"], answer["total"], [result["title"] for result in answer["results"]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def publish(archive: Path, index_dir: Path, version: int, articles: int) -> str:
    for number in range(articles):
        write(Article(id=f"{number:03}", title=f"robot version {version}"), archive)
    return build_index(archive, index_dir).snapshot


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    publish(tmp_path / "archive", tmp_path / "index", 0, 20)
    port = free_port()
    command = [sys.executable, "-m", "search", "serve", "--port", str(port), "--workers", "2", "--index-dir", "index"]
    with subprocess.Popen(command, cwd=tmp_path, env={"PYTHONPATH": str(Path(__file__).parents[2])}) as server:
        address = f"http://127.0.0.1:{port}"
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{address}/readyz", timeout=1).close()  # noqa: S310
                break
            except OSError:
                sleep(0.05)
        yield address
        server.terminate()


def test_readers_see_one_index_or_the_next_and_never_an_error(site: str, tmp_path: Path) -> None:
    """Each version has another number of articles, and all of a version's titles name it: a mixed answer would show."""
    expected = {get(f"{site}/api/v1/search?q=robot&per_page=100")[0]: (20, {"robot version 0"})}
    seen: list[tuple[str, int, list[str]]] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                seen.append(get(f"{site}/api/v1/search?q=robot&per_page=100"))
            except (OSError, urllib.error.HTTPError) as error:
                failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for version in range(1, 4):
        articles = 20 + version
        snapshot = publish(tmp_path / "archive", tmp_path / "index", version, articles)
        expected[snapshot] = articles, {f"robot version {version}"}
        deadline = monotonic() + PATIENCE
        while seen[-1][0] != snapshot and monotonic() < deadline:
            sleep(0.01)
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert {snapshot for snapshot, _, _ in seen} == set(expected)
    for snapshot, total, titles in seen:
        assert (total, set(titles)) == expected[snapshot]
        assert len(titles) == total


def test_who_never_ends_a_request_is_cut_off_and_keeps_nobody_out(site: str) -> None:
    port = int(site.rpartition(":")[2])
    slow = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(200)]
    try:
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX")
        assert get(f"{site}/api/v1/search?q=robot")[1] == 20
        for connection in slow:
            with suppress(ConnectionResetError):  # an end as good as any
                while connection.recv(65536):
                    pass
    finally:
        for connection in slow:
            connection.close()
