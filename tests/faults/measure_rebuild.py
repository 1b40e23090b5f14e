"""The index is rebuilt again and again, by the command that cron runs, while clients search over HTTP.

No request fails, no answer mixes two versions of the archive, and every worker uses every publish within half a minute.
`REQUESTS` and `PUBLISHES` set how many.  Times depend on what else the machine does."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from tests.faults.client import Clients
from tests.faults.live_site import Server, Site, serving
from tests.faults.server import ROOT
from tests.faults.versions import write_version
from tests.files import MEMORY

TITLE: Final = "Rebuild under load"
REQUESTS: Final = int(os.environ.get("REQUESTS", "100000"))
PUBLISHES: Final = int(os.environ.get("PUBLISHES", "100"))


def measure() -> Iterator[tuple[str, str]]:
    with TemporaryDirectory(dir=MEMORY) as folder:
        site = Site(Path(folder))
        site.publish(0)
        with serving(site) as server:
            yield from _under_load(site, server)
        assert site.leftovers() == []
        yield "files left over", "0"


def _under_load(site: Site, server: Server) -> Iterator[tuple[str, str]]:
    with Clients(server.port, max(REQUESTS // 10, 1000)) as clients:
        idle = clients.tally()
    files, memory, started = server.open_files(), server.memory(), monotonic()
    version, missed = 0, 0
    with Clients(server.port, REQUESTS) as clients:
        while version < PUBLISHES or clients.running:
            version += 1
            write_version(site.archive, version)
            subprocess.run(["nice", *site.command("--full", "--quiet")], cwd=ROOT, check=True)
            missed += not server.sees(version)
        busy = clients.tally()
    seconds = monotonic() - started
    assert (busy.errors, busy.refused, busy.mixed, missed) == ([], 0, [], 0), (
        busy.errors[:5],
        busy.refused,
        busy.mixed[:5],
        missed,
    )
    yield "searches", f"{busy.answers:,} in {seconds:,.0f} s"
    yield "publishes during them", f"{version}"
    yield "versions that clients saw", f"{len(busy.versions)}"
    yield "failed searches, mixed answers, missed publishes", "0, 0, 0"
    yield "p50 and p99, idle", f"{idle.percentile(0.5):.1f} ms, {idle.percentile(0.99):.1f} ms"
    yield "p50 and p99, rebuilding", f"{busy.percentile(0.5):.1f} ms, {busy.percentile(0.99):.1f} ms"
    yield "p99, rebuilding / idle", f"{busy.percentile(0.99) / idle.percentile(0.99):.2f}"
    assert server.open_files() <= files
    yield "open files at the end / at the start", f"{server.open_files()} / {files}"
    yield "memory at the end / at the start", f"{server.memory() / memory:.3f}"
