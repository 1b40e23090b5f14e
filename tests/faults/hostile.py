"""What must hold for any request and any file, however odd; each with a limit of its CPU time."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from types import FrameType
from typing import Any, Final

import msgspec
from flask import Flask

from search.archive.reader import read_article
from search.errors import ArticleRejected
from tests.faults.fuzzed_requests import Environ, answer

CPU_LIMIT: Final = 5.0
"""Seconds of CPU after which a request or a file counts as a hang."""
SERVER_ERROR: Final = 500
JSON_TYPES: Final = ("/json", "+json")


def check_request(app: Flask, environ: Environ) -> tuple[int, float]:
    """The status of the response, and its seconds of CPU.

    Raises AssertionError for a server error, for headers that a server cannot send, and for broken JSON."""
    with _limited_cpu():
        started = process_time()
        status, headers, body = answer(app.wsgi_app, environ)
        seconds = process_time() - started
    assert status < SERVER_ERROR, (status, shown(environ))
    for name, value in headers:
        assert not set("\r\n\0").intersection(name + value), (name, value, shown(environ))
        value.encode("latin-1")
    sent = dict(headers)
    if body and sent.get("Content-Type", "").endswith(JSON_TYPES) and "Content-Encoding" not in sent:
        msgspec.json.decode(body)
    return status, seconds


def check_file(content: bytes) -> tuple[bool, float]:
    """Whether the reader takes the file, and its seconds of CPU.  Raises any other error than `ArticleRejected`."""
    with _limited_cpu():
        started = process_time()
        try:
            article = read_article(content, "a").article
        except ArticleRejected:
            return False, process_time() - started
        seconds = process_time() - started
    if article is not None:
        assert msgspec.json.decode(msgspec.json.encode(article))
    return True, seconds


def valid_files(archive: Path) -> list[bytes]:
    """The contents of the files of an archive."""
    return [path.read_bytes() for path in sorted(archive.rglob("*.md"))]


def shown(environ: Environ) -> dict[str, Any]:
    """What the client sent of a request."""
    sent = {name: value for name, value in environ.items() if isinstance(value, str)}
    return {**sent, "body": environ["wsgi.input"].getvalue()}


@contextmanager
def _limited_cpu() -> Iterator[None]:
    def stop(_: int, __: FrameType | None) -> None:
        raise TimeoutError(f"more than {CPU_LIMIT} s of CPU")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, CPU_LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
