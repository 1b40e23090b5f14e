"""A server whose index is rebuilt while clients search."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

from search import build_index
from search.snapshot.removal import KEPT
from search.snapshot.store import SnapshotStore
from tests.faults.server import serving as run_server
from tests.faults.versions import versions_in, write_version
from tests.resources import anonymous_memory, descendants, mapped_snapshots, open_files
from tests.waiting import wait

SEEN_SECONDS = 30.0
"""How long a worker may take to use what is published, on a busy machine."""

PROBES = 12
"""Connections that are asked for the version; the chance that one of two workers gets none of them is 1 in 2,048."""


class Site(NamedTuple):
    """An archive and its index below a folder."""

    folder: Path

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    @property
    def index_dir(self) -> Path:
        return self.folder / "index"

    def publish(self, version: int) -> str:
        """Write a version of the archive and index it in this process."""
        write_version(self.archive, version)
        return build_index(self.archive, self.index_dir).snapshot

    def command(self, *options: str) -> list[str]:
        """The command that cron runs."""
        return [*PROGRAM, "index", str(self.archive), "--index-dir", str(self.index_dir), *options]

    def leftovers(self) -> list[str]:
        """Files of no snapshot, and snapshots that are neither among the newest three nor leased by an export."""
        store = SnapshotStore(self.index_dir)
        hidden = [path.name for path in self.index_dir.rglob(".*")]
        return hidden + [name for name in store.names()[:-KEPT] if name not in store.retention.protected()]


PROGRAM = [sys.executable, "-m", "search"]


class Server(NamedTuple):
    """A running server."""

    port: int
    process: int

    def versions(self) -> set[int]:
        """The versions that its workers use."""
        path, versions = "/api/v1/suggest?q=version", set()
        for _ in range(PROBES):
            connection = HTTPConnection("127.0.0.1", self.port, timeout=SEEN_SECONDS)
            connection.request("GET", path)
            versions |= versions_in(path, connection.getresponse().read().decode())
            connection.close()
        return versions

    def sees(self, version: int) -> bool:
        """Whether all workers use this version in time."""
        deadline = monotonic() + SEEN_SECONDS
        while self.versions() != {version}:
            if monotonic() > deadline:
                return False
            sleep(0.02)
        return True

    def open_files(self) -> int:
        """The open files of its processes, when the connections of earlier requests are closed."""
        counts = [0]
        while len(counts) < 10 or counts[-10:] != counts[-1:] * 10:
            counts.append(sum(map(open_files, descendants(self.process))))
            sleep(0.1)
        return counts[-1]

    def memory(self) -> int:
        """The bytes of its processes that are not files."""
        return sum(anonymous_memory(process) for process in descendants(self.process))

    def open_snapshots(self) -> int:
        """How many of its processes have opened a snapshot."""
        return sum(bool(mapped_snapshots(process)) for process in descendants(self.process))

    def mapped_snapshots(self) -> set[str]:
        return set().union(*map(mapped_snapshots, descendants(self.process)))


@contextmanager
def serving(site: Site, workers: int = 2, wrapper: Sequence[str] = ()) -> Iterator[Server]:
    """The server of a site, once all workers have opened its index.  `wrapper`: a command that runs it."""
    with run_server(site.index_dir, workers, wrapper=wrapper) as running:
        server = Server(running.port, running.process.pid)
        wait(lambda: server.open_snapshots() == workers)
        yield server
