"""Thousands of clients that send or read too slowly: probes must be answered, and the connections must end."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep
from typing import Final

from search import build_index
from search.server.connections import open_connections
from tests.faults.server import ROOT, Server, request, serving
from tests.resources import resident_bytes

TITLE: Final = "Slow clients"

READERS: Final = int(os.environ.get("READERS", "2200"))
WRITERS: Final = int(os.environ.get("WRITERS", "200"))
PER_ADDRESS: Final = 50
PAGE: Final = request("/?q=robot&per_page=100") * 50
KINDS: Final = {
    f"{READERS:,} clients that ask and do not read": (READERS, PAGE),
    f"{WRITERS:,} clients that send part of the headers": (WRITERS, b"GET / HTTP/1.1\r\nHost: a\r\nX"),
    f"{WRITERS:,} clients that send part of a body": (
        WRITERS,
        request("/api/v1/multi-search", "POST", "Content-Type: application/json\r\nContent-Length: 1000\r\n") + b"{",
    ),
}


def measure() -> Iterator[tuple[str, str]]:
    with TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        build_index(ROOT / "tests/articles", index)
        with serving(index) as server:
            for kind, (number, sent) in KINDS.items():
                yield kind, _watched(server, number, sent)


def _watched(server: Server, number: int, sent: bytes) -> str:
    """What probes saw until the last connection had ended; the clients themselves close none."""
    before = _memory(server)
    slowest, most, probes = 0.0, 0.0, 0
    with ExitStack() as stack:
        started = monotonic()
        for each in range(number):
            client = stack.enter_context(server.connect(f"127.0.0.{2 + each // PER_ADDRESS}", receive_buffer=2048))
            client.sendall(sent)
        while any(open_connections(socket.AF_INET, server.port)):
            asked = perf_counter()
            assert server.status("/healthz", "127.0.0.250") == 200
            slowest, probes = max(slowest, perf_counter() - asked), probes + 1
            most = max(most, _memory(server))
            assert monotonic() < started + 120, "connections do not end"
            sleep(0.2)
        lasted = monotonic() - started
    return (
        f"{probes:,} probes answered, the slowest in {slowest * 1000:,.0f} ms; all ended after {lasted:.0f} s; "
        f"memory of the workers {before / 1e6:,.0f} → {most / 1e6:,.0f} MB"
    )


def _memory(server: Server) -> float:
    return sum(resident_bytes(worker) for worker in server.workers)
