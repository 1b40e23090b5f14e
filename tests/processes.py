"""Servers that a test starts and stops."""

import os
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

START_SECONDS = 120
"""On a busy machine, a server starts slowly."""


class Answer(NamedTuple):
    """Status 0 if nothing listens at the address."""

    status: int
    headers: Mapping[str, str]


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], address: str, cwd: Path, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """The server, once it answers at the address."""
    with subprocess.Popen(command, cwd=cwd, env=environment or os.environ) as process:
        try:
            deadline = time.monotonic() + START_SECONDS
            while process.poll() is None and get(address).status != 200:
                assert time.monotonic() < deadline, f"nothing is at {address} after {START_SECONDS} s"
                time.sleep(0.1)
            assert process.poll() is None
            yield
        finally:
            process.terminate()


def get(address: str) -> Answer:
    """The answer to a GET that accepts gzip.  Certificates are not checked: those of tests are self-signed."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310
    trusting = ssl._create_unverified_context()  # noqa: S323
    try:
        with urllib.request.urlopen(request, context=trusting, timeout=10) as answer:  # noqa: S310
            return Answer(answer.status, dict(answer.headers))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers))
    except OSError:
        return Answer(0, {})
