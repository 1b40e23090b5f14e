"""Measures a server's start time and the memory of its worker."""

import subprocess
import sys
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from tests.bench import servers
from tests.bench.http_client import BadResponseError, requests_per_second
from tests.bench.queries import BenchQuery, stream
from tests.bench.throughput import bare_path
from tests.bench.vocabulary import Vocabulary

_SEARCHES: Final = 1000
_STARTS: Final = 5
_FIRST_RESULT: Final = """
import sys
from search import SearchRequest, open_engine
results = open_engine(sys.argv[1]).search(SearchRequest(q=sys.argv[2]))
print(results.total, len(results.hits), flush=True)
"""


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


def worker_megabytes(folder: Path, vocabulary: Vocabulary) -> float:
    """MB of anonymous memory of a worker after 1,000 distinct searches.

    Anonymous memory excludes the mapped files of the index and of programs."""
    port = servers.free_port()
    command = servers.application_command(servers.THIS, folder, port)
    with servers.running(command, port, bare_path(BenchQuery())) as server:
        searches = islice(stream(vocabulary, seed=2), _SEARCHES)
        requests_per_second(server.port, map(bare_path, searches), _SEARCHES)
        return max(map(_anonymous_megabytes, server.workers()))


def _anonymous_megabytes(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("Anonymous:"))
