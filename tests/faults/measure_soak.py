"""A server answers many requests while its index is updated every minute.

Its memory stays the same to 5%, and it holds no more files than before.  `REQUESTS` sets the number of requests."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Final

from tests.faults.client import Clients
from tests.faults.live_site import Server, Site, serving
from tests.files import MEMORY

TITLE: Final = "Soak"
REQUESTS: Final = int(os.environ.get("REQUESTS", "1000000"))
WARM_UP: Final = 20_000
"""Requests that fill the caches, which are limited in bytes, before memory is measured."""

PUBLISH_SECONDS: Final = 60.0
MAX_GROWTH: Final = 1.05


def measure() -> Iterator[tuple[str, str]]:
    with TemporaryDirectory(dir=MEMORY) as folder:
        site = Site(Path(folder))
        site.publish(0)
        with serving(site) as server:
            yield from _soaked(site, server)
        assert site.leftovers() == []
        yield "files left over", "0"


def _soaked(site: Site, server: Server) -> Iterator[tuple[str, str]]:
    published = _send(site, server, max(REQUESTS // 20, WARM_UP), 1)
    files, memory, started = server.open_files(), server.memory(), monotonic()
    published = _send(site, server, REQUESTS, published)
    seconds, growth = monotonic() - started, server.memory() / memory
    yield "requests", f"{REQUESTS:,} in {seconds / 60:,.0f} minutes, {REQUESTS / seconds:,.0f}/s"
    yield "publishes", f"{published - 1}"
    yield "failed requests, mixed answers", "0, 0"
    yield "memory at the start, at the end", f"{memory / 1e6:.0f} MB, {server.memory() / 1e6:.0f} MB ({growth:.3f})"
    assert server.open_files() <= files
    yield "open files at the start, at the end", f"{files}, {server.open_files()}"
    assert growth <= MAX_GROWTH, growth


def _send(site: Site, server: Server, requests: int, version: int) -> int:
    """Send the requests and publish a version every minute, from this one on.  Returns the next version."""
    with Clients(server.port, requests) as clients:
        due = monotonic()
        while clients.running:
            if monotonic() >= due:
                site.publish(version)
                assert server.sees(version)
                version, due = version + 1, due + PUBLISH_SECONDS
            sleep(0.1)
        tally = clients.tally()
    assert (tally.errors, tally.refused, tally.mixed) == ([], 0, []), (tally.errors[:5], tally.refused, tally.mixed[:5])
    return version
