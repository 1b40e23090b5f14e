"""A real server whose processes a test can stop and kill."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.processes import free_port, get
from tests.waiting import wait

ROOT = Path(__file__).parents[2]
SEARCH = "/api/v1/search?q=robot&per_page=1"
TIMEOUT = 60.0  # seconds, for what takes less than one on an idle machine


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def workers(self) -> list[int]:
        return children(self.process.pid)

    def connect(self, client: str = "127.0.0.1", receive_buffer: int = 0) -> socket.socket:
        """A connection from a client address."""
        connection = socket.socket()
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(TIMEOUT)
        try:
            connection.bind((client, 0))
            connection.connect(("127.0.0.1", self.port))
        except OSError:
            connection.close()
            raise
        return connection

    def status(self, path: str, client: str = "127.0.0.1") -> int:
        """The status of the response to a new connection; 0 without one."""
        with self.connect(client) as connection:
            connection.sendall(request(path))
            return status_of(connection.recv(1 << 16))


@contextmanager
def serving(
    index_dir: Path,
    workers: int = 2,
    command: tuple[str, ...] = ("-m", "search"),
    wrapper: Sequence[str] = (),
    **settings: object,
) -> Iterator[Server]:
    """A server of the index with these settings, once all workers are ready; it is killed at the end.

    `wrapper`: a command that runs it."""
    port = free_port()
    environment = {f"ARTICLE_SEARCH_{name.upper()}": str(value) for name, value in settings.items()}
    arguments = ["serve", "--port", str(port), "--workers", str(workers), "--index-dir", str(index_dir)]
    program = [*wrapper, sys.executable, *command, *arguments]
    with subprocess.Popen(program, cwd=ROOT, env=os.environ | environment) as process:
        server = Server(process, port)
        try:
            wait_until(lambda: process.poll() is not None or get(f"{server.address}/readyz").status == 200)
            assert process.poll() is None, "the server has ended"
            yield server
        finally:
            process.terminate()
            try:
                process.wait(TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def request(path: str, method: str = "GET", headers: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()


def status_of(response: bytes) -> int:
    return int(response[9:12] or 0)


def children(pid: int) -> list[int]:
    """The running child processes; a dead one that its parent has not waited for is none."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found if is_running(int(child))]


def is_running(pid: int) -> bool:
    try:
        return _state(Path(f"/proc/{pid}")) not in "ZX"
    except OSError:
        return False


def is_stopped(pid: int) -> bool:
    """Whether every thread is stopped: the first that gets SIGSTOP stops the others."""
    return all(_state(thread) == "T" for thread in Path(f"/proc/{pid}/task").iterdir())


def _state(folder: Path) -> str:
    return (folder / "stat").read_text().rpartition(") ")[2][0]


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    os.kill(pid, number)


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for a server as long as for its responses."""
    wait(condition, TIMEOUT)


def steady_client(server: Server, stop: threading.Event, found: Counter[str]) -> None:
    """Sends requests on one connection after the other, until none is accepted any more."""
    while not stop.is_set():
        try:
            connection = server.connect()
        except OSError:
            found["not accepted"] += 1
            return
        with connection:
            while not stop.is_set():
                try:
                    connection.sendall(request(SEARCH))
                    response = connection.recv(1 << 18)
                except OSError:
                    response = b""
                found["answered" if status_of(response) == 200 else "lost"] += 1
                if not response or b"\r\nconnection: close\r\n" in response:
                    found["announced"] += bool(response)
                    break
