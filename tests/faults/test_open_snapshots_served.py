"""A real server without free descriptors, and with damaged files."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import pytest

from search.snapshot.store import SnapshotStore
from tests.faults.live_site import Site, serving
from tests.files import MEMORY
from tests.resources import descendants
from tests.waiting import wait


@pytest.fixture
def site() -> Iterator[Site]:
    with TemporaryDirectory(dir=MEMORY) as folder:
        made = Site(Path(folder))
        made.publish(0)
        yield made


def limited(soft: int, hard: int) -> list[str]:
    """A command that runs another with limits of open files."""
    return ["sh", "-c", f'ulimit -Sn {soft} && ulimit -Hn {hard} && exec "$@"', "sh"]


def test_fault_58_server_raises_the_limit_of_open_files_to_what_is_allowed(site: Site) -> None:
    with serving(site, wrapper=limited(200, 2000)) as server:
        for process in descendants(server.process):
            limits = Path(f"/proc/{process}/limits").read_text(encoding="ascii")
            assert re.search(r"Max open files +2000 +2000 ", limits)


def test_fault_58_publish_without_free_descriptors_is_seen_when_there_are_some(site: Site) -> None:
    with serving(site, workers=1, wrapper=limited(150, 150)) as server, ExitStack() as idle:
        for _ in range(200):
            idle.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        site.publish(1)
        sleep(1)  # several attempts to open it
        idle.close()
        assert server.sees(1)


def test_fault_33_truncated_files_end_no_worker_and_change_no_answer(site: Site) -> None:
    """A read beyond the end of a mapped file would kill the process."""
    site.publish(1)
    with serving(site) as server:
        assert server.sees(1)
        workers = descendants(server.process)
        sleep(0.1)
        for path in (site.index_dir / "snapshots" / SnapshotStore(site.index_dir).current_name()).glob("*.npy"):
            path.chmod(0o644)
            os.truncate(path, 0)
        wait(lambda: server.versions() == {0})
        assert descendants(server.process) == workers
        site.publish(2)
        assert server.sees(2)
