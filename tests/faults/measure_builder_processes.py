"""Full builds of 2,100 articles, of which a child process is killed at a random moment.  Each ends with status 0 and
the index that one process builds, and leaves the lock free.
"""

import os
import random
import signal
import subprocess
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
CHANCE: Final = 0.005
"""Of a child to be killed in a given millisecond."""


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
            killed += kill_a_child(build, chance)
            status, messages = ended(build)
            assert (status, content_of(index_dir)) == (0, whole), messages
            again += "its work is done again" in messages
            with SnapshotStore(index_dir).locked():
                pass
    yield "builds", f"{BUILDS:,}"
    yield "killed children, builds that did the work of one again", f"{killed:,}, {again:,}"
    yield "builds that did not end, failed, or made another index", "0"


def kill_a_child(build: "subprocess.Popen[str]", chance: random.Random) -> bool:
    """Kill a child at a random moment; False if none was killed before the build ended."""
    while build.poll() is None:
        for child in children_of(build.pid):
            if chance.random() < CHANCE:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
                    return True
        time.sleep(0.001)
    return False
