"""Full builds of 2,100 articles, of which a child process is killed at a random moment.  Each ends with status 0 and
the index that one process builds, and leaves the lock free.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from search.demo import write_archive
from search.snapshot.store import SnapshotStore
from tests.faults.build_process import children_of, content_of, ended, start
from tests.faults.results import Row
from tests.files import MEMORY

TITLE: Final = "Killed child processes of builds"
BUILDS: Final = int(os.environ.get("BUILDS", "200"))
LONGEST: Final = 0.7
"""Seconds that children live on an idle machine."""


def measure() -> Iterator[Row]:
    killed = again = 0
    chance = random.Random(0)
    with TemporaryDirectory(dir=MEMORY) as name:
        archive = Path(name, "archive")
        write_archive(archive, 2_100, 1)
        ended(start(archive, Path(name, "whole")))
        whole = content_of(Path(name, "whole"))
        for number in range(BUILDS):
            index_dir = Path(name, str(number))
            build = start(archive, index_dir)
            killed += kill_a_child(build.pid, chance)
            status, messages = ended(build)
            assert (status, content_of(index_dir)) == (0, whole), messages
            again += "its work is done again" in messages
            with SnapshotStore(index_dir).locked():
                pass
    yield "builds", f"{BUILDS:,}"
    yield "killed children, builds that did the work of one again", f"{killed:,}, {again:,}"
    yield "builds that did not end, failed, or made another index", "0"


def kill_a_child(build: int, chance: random.Random) -> bool:
    """Kill a child a random time after the first is started; False if there is none any more."""
    deadline = time.monotonic() + 60
    while not children_of(build) and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(chance.random() * LONGEST)
    for child in children_of(build):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
            return True
    return False
