"""A fault at each file operation of a command in the index directory: the process is killed, the power fails, or the
operation fails.  After each, the index opens and answers as before or as after, `check` finds nothing, the exit status
is 0 if the command took effect and only then, and the next build succeeds and leaves no unfinished files.

A process that is killed where it only reads leaves the same as at its next change, so kills and power failures are
tried at the operations that change something.  A power failure loses what was written after the last fsync of a file,
and, for half of the folders, what was named, renamed or removed after their last fsync.  A failed write has written
half.
"""

import errno
import logging
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

from tests.faults.crash_points import SCENARIOS, broken_promises, operations_of, scenario
from tests.faults.injector import AT_THE_END, CHANGES, ERRORS
from tests.faults.results import Row

TITLE: Final = "Crash points"
EVERY: Final = int(os.environ.get("EVERY", "1"))
"""Of all trials, every so many are made: 1 for all, 7 for a sample with all errors."""


def measure() -> Iterator[Row]:
    logging.disable(logging.CRITICAL)  # what is logged of the faults is not of interest
    for name in SCENARIOS:
        with scenario(name) as tried, ProcessPoolExecutor(os.cpu_count(), get_context("fork")) as pool:
            operations = operations_of(tried)
            changes = [at for at, each in enumerate(operations, 1) if each.split()[0] in CHANGES]
            errors = [(at, str(error)) for at in range(1, len(operations) + 1) for error in ERRORS]
            deaths = [(at, death) for at in changes for death in ("kill", "power")]
            trials = [*[*deaths, *errors][::EVERY], (AT_THE_END, "power")]
            count = Counter("error" if fault.isdigit() else fault for _, fault in trials)
            results = pool.map(broken_promises, *zip(*((tried, *trial) for trial in trials), strict=True), chunksize=8)
            broken = {trial: wrong for trial, wrong in zip(trials, results, strict=True) if wrong}
            assert not broken, "\n".join(
                f"{name}, {fault} at {at}, {operations[at - 1]}: {wrong}" for (at, fault), wrong in broken.items()
            )
        yield f"{name}: file operations", f"{len(operations):,}, of which {len(changes):,} change something"
        figures = ", ".join(f"{count[kind]:,}" for kind in ("kill", "power", "error"))
        yield f"{name}: kills, power failures, failed operations", figures
    yield "share of all possible trials", f"1 in {EVERY}" if EVERY > 1 else "all"
    yield "broken promises", "0"
    yield "errors", ", ".join(errno.errorcode[number] for number in ERRORS)
