"""Measures the server: start time, worker memory and HTTP throughput.

There is one worker and one client process.  On two cores, more of either would compete with the other."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Final
from urllib.parse import urlencode

from search import Settings
from search.cli.server import serve
from tests.bench.engines.article_search import TEXT_FIELDS
from tests.bench.http_client import BadResponseError, get, requests_per_second
from tests.bench.queries import BenchQuery, stream
from tests.bench.vocabulary import Vocabulary

_THIS: Final = "web:create_app"
_IDLE: Final = "tests.bench.http_apps:idle"
_TANTIVY: Final = "tests.bench.http_apps:over_tantivy"
_ROUNDS: Final = 5
_HOT_REQUESTS: Final = 4000
_COLD_REQUESTS: Final = 1000
_STARTS: Final = 5
_TIMEOUT: Final = 60.0
_FIRST_RESULT: Final = """
import sys
from search import SearchRequest, open_engine
results = open_engine(sys.argv[1]).search(SearchRequest(q=sys.argv[2]))
print(results.total, len(results.hits), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Throughput:
    """Requests per second: no-op route (`idle`), one search repeated (`hot`), distinct searches (`cold`)."""

    idle: float
    hot: float
    cold: float
    cold_tantivy: float


def start_seconds(folder: Path, text: str) -> float:
    """The median seconds from process start to the first result, including the verification of checksums."""
    return median(_start(folder, text) for _ in range(_STARTS))


def _start(folder: Path, text: str) -> float:
    started = perf_counter()
    with subprocess.Popen([sys.executable, "-c", _FIRST_RESULT, folder, text], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        result = process.stdout.readline()
        seconds = perf_counter() - started
    if process.returncode or not result.strip():
        raise BadResponseError(f"a process that opens {folder} ended with status {process.returncode}")
    return seconds


def throughput(this: Path, tantivy: Path, vocabulary: Vocabulary) -> Throughput:
    """The throughput of each server; all run at once and take turns."""
    with ExitStack() as running:
        idle = running.enter_context(_server(_IDLE, this))
        ours = running.enter_context(_server(_THIS, this))
        theirs = running.enter_context(_server(_TANTIVY, tantivy))
        searches = map(_path, stream(vocabulary, seed=1))
        one = next(searches)
        rates: dict[str, list[float]] = {"idle": [], "hot": [], "cold": [], "cold_tantivy": []}
        for _ in range(_ROUNDS):
            cold = list(islice(searches, _COLD_REQUESTS))
            rates["idle"].append(requests_per_second(idle.port, repeat(one), _HOT_REQUESTS))
            rates["hot"].append(requests_per_second(ours.port, repeat(one), _HOT_REQUESTS))
            rates["cold"].append(requests_per_second(ours.port, cold, _COLD_REQUESTS))
            rates["cold_tantivy"].append(requests_per_second(theirs.port, cold, _COLD_REQUESTS))
        return Throughput(**{name: median(values) for name, values in rates.items()})


def worker_megabytes(folder: Path, vocabulary: Vocabulary) -> float:
    """MB of anonymous memory of a worker after 1,000 distinct searches.

    Anonymous memory excludes the mapped files of the index and of programs."""
    with _server(_THIS, folder) as server:
        requests_per_second(server.port, map(_path, stream(vocabulary, seed=2)), _COLD_REQUESTS)
        return max(_anonymous_megabytes(process) for process in _descendants(server.process))


def _path(query: BenchQuery) -> str:
    """The API path of a query, without highlights and partial matches, so that both engines do the same work."""
    topics = [("topic", query.topic)] if query.topic else []
    return (
        f"/api/v1/search?{urlencode([('q', query.text), *topics, ('match', 'all'), ('fields', ','.join(TEXT_FIELDS))])}"
    )


@dataclass(frozen=True, slots=True)
class _Running:
    port: int
    process: int


@contextmanager
def _server(application: str, index_dir: Path) -> Iterator[_Running]:
    """This project's server with the application in one worker, ready for requests."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.bench.serving", application, str(index_dir), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _wait(process, port)
            yield _Running(port, process.pid)
        finally:
            process.terminate()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = perf_counter() + _TIMEOUT
    while process.poll() is None and perf_counter() < until:
        try:
            get(port, _path(BenchQuery()))
            return
        except OSError:
            sleep(0.05)
    raise BadResponseError(f"the server on port {port} does not respond")


def _descendants(process: int) -> Sequence[int]:
    children = [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return [*children, *(below for child in children for below in _descendants(child))]


def _anonymous_megabytes(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("Anonymous:"))


if __name__ == "__main__":
    application, folder, port = sys.argv[1:]
    serve(Settings(index_dir=Path(folder)), "127.0.0.1", int(port), workers=1, application=application)
