"""The real server during a publish."""

import json
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from search import Article, build_index
from tests.files import write

TIMEOUT = 30.0  # seconds, for a server to start on a busy machine


def get(address: str) -> tuple[str, int, list[str]]:
    """The snapshot that the response is from, the total, and the titles."""
    with urllib.request.urlopen(address, timeout=TIMEOUT) as response:  # noqa: S310
        body = json.load(response)
    return body["index"]["snapshot"], body["total"], [result["title"] for result in body["results"]]


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
        deadline = monotonic() + TIMEOUT
        while monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{address}/readyz", timeout=1).close()  # noqa: S310
                break
            except OSError:
                sleep(0.05)
        yield address
        server.terminate()


def test_readers_see_either_index_and_no_error_during_a_publish(site: str, tmp_path: Path) -> None:
    """Each version has its own number of articles and its own titles, so a response of two versions shows."""
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
        deadline = monotonic() + TIMEOUT
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
