"""Clients that send requests all the time on keep-alive connections, while the server is stopped.

Every request that was accepted must be answered."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from search import build_index
from tests.faults.server import ROOT, TIMEOUT, kill, serving, steady_client, wait_until

TITLE: Final = "Stops"

STOPS: Final = int(os.environ.get("STOPS", "20"))
CLIENTS: Final = 8


def measure() -> Iterator[tuple[str, str]]:
    found = Counter[str]()
    with TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        build_index(ROOT / "tests/articles", index)
        for _ in range(STOPS):
            seen, never = Counter[str](), threading.Event()
            with serving(index) as server:
                clients = [threading.Thread(target=steady_client, args=(server, never, seen)) for _ in range(CLIENTS)]
                for client in clients:
                    client.start()
                wait_until(lambda: seen["answered"] > 200)  # noqa: B023  # called at once
                kill(server.process.pid, signal.SIGTERM)
                assert server.process.wait(TIMEOUT) == 0
                for client in clients:
                    client.join()
            found += seen
    yield f"requests answered by {STOPS} servers that were stopped", f"{found['answered']:,}"
    yield "connections that were answered once more with `Connection: close`", f"{found['announced']:,}"
    yield "requests lost", f"{found['lost']:,}"
    assert found["lost"] == 0, found
