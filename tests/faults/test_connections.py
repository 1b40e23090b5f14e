"""Clients that send or read slowly or not at all, and clients with too many connections."""

import os
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from search.server.connections import open_connections
from tests.faults.server import SEARCH, Server, request, serving, status_of, wait_until

STALL_SECONDS = 4
IN_ALL, PER_CLIENT = 100, 20
JSON = "Content-Type: application/json\r\n"
OTHER = "127.0.0.250"
"""The address of a client that does nothing wrong."""


@pytest.fixture(scope="module")
def server(sample_index: Path) -> Iterator[Server]:
    limits: dict[str, Any] = {
        "max_connections": IN_ALL,
        "max_client_connections": PER_CLIENT,
        "stall_seconds": STALL_SECONDS,
    }
    with serving(sample_index, **limits) as started:
        yield started


@pytest.fixture(autouse=True)
def _idle(server: Server) -> None:
    """Each worker has a queue of its own: one may still answer what the last test asked for, when another has ended."""
    wait_until(lambda: connections(server) == 0 and is_idle(server))


def is_idle(server: Server, seconds: float = 0.3) -> bool:
    before = cpu_seconds(server.workers)
    sleep(seconds)
    return cpu_seconds(server.workers) - before < 0.2 * seconds


def cpu_seconds(processes: list[int]) -> float:
    """Used by these processes since they started."""
    used = [Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[11:13] for pid in processes]
    return sum(int(user) + int(system) for user, system in used) / os.sysconf("SC_CLK_TCK")


def connections(server: Server) -> int:
    return len(list(open_connections(socket.AF_INET, server.port)))


def many(
    server: Server, number: int, sent: bytes, stack: ExitStack, per_client: int = PER_CLIENT
) -> list[socket.socket]:
    """Connections from so many addresses that none has more than its share, each after sending this."""
    opened = []
    for each in range(number):
        connection = stack.enter_context(server.connect(f"127.0.0.{2 + each // per_client}", receive_buffer=2048))
        connection.sendall(sent)
        opened.append(connection)
    return opened


def test_fault_66_clients_that_do_not_read_are_ended(server: Server) -> None:
    with ExitStack() as stack:
        unread = many(server, PER_CLIENT, request("/?q=robot&per_page=100") * 50, stack)
        wait_until(lambda: connections(server) == 0)
        for connection in unread:
            received = b""
            with suppress(ConnectionResetError):
                while more := connection.recv(1 << 20):
                    received += more
            assert received.count(b"HTTP/1.1 200 OK") < 50


def test_fault_66_more_clients_that_do_not_read_than_allowed_stop_no_probe(server: Server) -> None:
    with ExitStack() as stack:
        many(server, 3 * IN_ALL, request("/?q=robot&per_page=100") * 50, stack)
        for path in ("/healthz", "/readyz"):
            assert server.status(path, OTHER) == 200
        wait_until(lambda: connections(server) == 0)
        wait_until(lambda: server.status(SEARCH, OTHER) == 200)  # when what they asked for is made


@pytest.mark.parametrize(
    ("number", "sent"),
    [
        (80, b"GET / HTTP/1.1\r\nHost: a\r\nX"),
        (80, b""),
        (
            80,
            request("/api/v1/multi-search", "POST", "Content-Type: application/json\r\nContent-Length: 1000\r\n")
            + b"{",
        ),
    ],
    ids=["part of the headers", "nothing", "part of the body"],
)
def test_fault_56_clients_that_do_not_finish_their_request_delay_nobody_and_are_ended(
    server: Server, number: int, sent: bytes
) -> None:
    with ExitStack() as stack:
        slow = many(server, number, sent, stack)
        for _ in range(5):
            assert server.status("/healthz", OTHER) == 200
            assert server.status(SEARCH, OTHER) == 200
        for connection in slow:
            with suppress(ConnectionResetError):  # also ends the connection
                while connection.recv(65536):
                    pass


def test_fault_66_client_with_too_many_connections_is_refused_until_it_closes_some(server: Server) -> None:
    with ExitStack() as stack:
        held = [stack.enter_context(server.connect("127.0.0.9")) for _ in range(2 * PER_CLIENT)]
        sleep(0.5)  # until the next count
        statuses = Counter[int]()
        for connection in held[: PER_CLIENT // 2]:
            connection.sendall(request(SEARCH))
            response = connection.recv(1 << 16).lower()
            statuses[status_of(response)] += 1
            assert b"\r\nretry-after: 5\r\n" in response
            assert b"\r\nconnection: close\r\n" in response
        assert set(statuses) == {503}
        assert server.status("/healthz", "127.0.0.9") == 200
        assert server.status(SEARCH, OTHER) == 200
    wait_until(lambda: server.status(SEARCH, "127.0.0.9") == 200)


def test_proxy_may_have_more_connections_than_a_client(sample_index: Path) -> None:
    with serving(sample_index, workers=1, max_client_connections=2, trusted_proxies=1) as server, ExitStack() as stack:
        many(server, 5, b"", stack, per_client=5)
        sleep(0.5)  # until the next count
        assert server.status(SEARCH, "127.0.0.2") == 200


STREAMS = (
    "import sys; from pathlib import Path; from search import Settings; from search.server.server import serve;"
    f"settings = Settings(index_dir=Path(sys.argv[-1]), stall_seconds={STALL_SECONDS});"
    "serve(settings, '127.0.0.1', int(sys.argv[3]), 1, 'tests.faults.streaming_app:create_app')"
)


def test_stream_of_a_client_that_does_not_read_is_closed(tmp_path: Path) -> None:
    with serving(tmp_path, command=("-c", STREAMS)) as server, server.connect() as connection:
        connection.sendall(request("/stream"))
        wait_until(lambda: len(list(tmp_path.iterdir())) == 1)
        wait_until(lambda: list(tmp_path.iterdir()) == [])


def test_slow_client_that_reads_is_served(tmp_path: Path) -> None:
    with serving(tmp_path, command=("-c", STREAMS)) as server, server.connect(receive_buffer=1 << 18) as connection:
        connection.sendall(request("/stream"))
        end = monotonic() + 3 * STALL_SECONDS
        while monotonic() < end:
            assert connection.recv(1 << 14)  # the kernel asks for more when 64 KB are read: 5 times a second
            sleep(0.05)


def test_keep_alive_connection_lives_between_requests(server: Server) -> None:
    with server.connect() as connection:
        for _ in range(3):
            connection.sendall(request(SEARCH))
            assert status_of(connection.recv(1 << 16)) == 200
            sleep(1)
