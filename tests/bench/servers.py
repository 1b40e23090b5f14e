"""Starts HTTP servers for measurements, each in a process of its own with one worker."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import clock_gettime, perf_counter, sleep
from typing import Final

from search import Settings
from search.server.server import serve
from tests.bench.http_client import BadResponseError, get

THIS: Final = "web:create_app"
NO_OP: Final = "tests.bench.http_apps:idle"
TANTIVY: Final = "tests.bench.http_apps:over_tantivy"
_TIMEOUT: Final = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that responds to requests."""

    port: int
    process: int

    def cpu_seconds(self) -> float:
        """The CPU time that the server and its workers have used."""
        return sum(map(_cpu_seconds, [self.process, *self.workers()]))

    def workers(self) -> Sequence[int]:
        """The server's child processes."""
        return _descendants(self.process)


def application_command(application: str, index_dir: Path, port: int) -> list[str]:
    """Runs a WSGI application on this project's server."""
    return [sys.executable, "-m", "tests.bench.servers", application, str(index_dir), str(port)]


def free_port() -> int:
    """A port that no server uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], port: int, path: str) -> Iterator[Server]:
    """The server that the command starts on the port, once it responds to the path."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(process, port, path)
            yield Server(port, process.pid)
        finally:
            process.terminate()


def _wait(process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    until = perf_counter() + _TIMEOUT
    while process.poll() is None and perf_counter() < until:
        try:
            get(port, path)
            return
        except OSError:
            sleep(0.05)
    raise BadResponseError(f"the server on port {port} does not respond")


def _descendants(process: int) -> Sequence[int]:
    children = [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return [*children, *(below for child in children for below in _descendants(child))]


def _cpu_seconds(process: int) -> float:
    """The CPU time of another process, as by clock_getcpuclockid(3), which Python lacks; finer than /proc/PID/stat."""
    return clock_gettime(~process << 3 | 2)


if __name__ == "__main__":
    application, folder, port = sys.argv[1:]
    serve(Settings(index_dir=Path(folder)), "127.0.0.1", int(port), workers=1, application=application)
