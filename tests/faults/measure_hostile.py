"""Random requests to every route of the API and the pages, and random mutations of article files.

The requests are made of the query syntax, of every parameter with odd values, of raw bytes and broken
percent-encodings, odd headers, methods and bodies.  The files have flipped bytes, odd values and YAML structures.
No response is a server error, every file is read or rejected, and none takes 5 s of CPU."""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from ipaddress import ip_network
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from flask import Flask

from search import Settings, build_index
from tests.faults.fuzzed_files import mutated
from tests.faults.fuzzed_requests import RequestFuzzer
from tests.faults.hostile import check_file, check_request, valid_files
from tests.faults.results import Row
from web import create_app

TITLE: Final = "Hostile input"
REQUESTS: Final = int(os.environ.get("REQUESTS", "100000"))
FILES: Final = int(os.environ.get("FILES", "50000"))
ARCHIVE: Final = Path(__file__).parents[1] / "articles"
_BATCH: Final = 500


def measure() -> Iterator[Row]:
    with TemporaryDirectory() as folder, ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        build_index(ARCHIVE, Path(folder))
        batches = list(pool.map(partial(_send, folder), range(0, REQUESTS, _BATCH)))
        statuses = sum((statuses for statuses, _ in batches), Counter[int]())
        yield "requests", f"{statuses.total():,}"
        yield "statuses", ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
        yield "most CPU of a request", f"{max(slowest for _, slowest in batches) * 1000:.0f} ms"
        files = [each for batch in pool.map(_read, range(0, FILES, _BATCH)) for each in batch]
        read = sum(is_read for is_read, _ in files)
        yield "files", f"{len(files):,}: {read:,} read, {len(files) - read:,} rejected"
        yield "most CPU of a file", f"{max(slowest for _, slowest in files) * 1000:.0f} ms"
    yield "server errors, crashes, hangs", "0"


@cache
def _application(index_dir: str) -> tuple[Flask, RequestFuzzer]:
    app = create_app(Settings(index_dir=Path(index_dir), metrics_for=(ip_network("127.0.0.1"),)))
    return app, RequestFuzzer(app)


@cache
def _files() -> list[bytes]:
    return valid_files(ARCHIVE)


def _send(index_dir: str, first: int) -> tuple[Counter[int], float]:
    """The number of responses by status, and the most CPU of one, of a batch of seeds."""
    app, fuzzer = _application(index_dir)
    answers = [check_request(app, fuzzer.request(Random(seed))) for seed in range(first, first + _BATCH)]
    return Counter(status for status, _ in answers), max(seconds for _, seconds in answers)


def _read(first: int) -> list[tuple[bool, float]]:
    return [check_file(mutated(Random(seed), _files())) for seed in range(first, first + _BATCH)]
