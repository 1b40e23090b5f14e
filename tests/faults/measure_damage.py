"""A random file of the index is damaged: a flipped bit, a truncation, a zeroed range, a deleted or swapped file, or a
FIFO in its place; in four of five cases a file of the current snapshot, in one of ten CURRENT.

An engine that then opens the index answers from the newest sound snapshot, and the next build mends it.  An engine that
is running answers from the snapshot that it has open or from the newest sound one.  No answer is wrong.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Final

from tests.faults.random_damage import before_start, site, while_serving
from tests.faults.results import Row

TITLE: Final = "Damage"
DAMAGES: Final = int(os.environ.get("DAMAGES", "1000"))
"""How many are tried before the start, and how many while serving."""


def measure() -> Iterator[Row]:
    with site() as damaged, ProcessPoolExecutor(os.cpu_count(), get_context("fork")) as pool:
        for what, trial in (("before the start", before_start), ("while serving", while_serving)):
            results = list(pool.map(partial(trial, damaged), range(DAMAGES), chunksize=8))
            broken = {seed: wrong for seed, wrong in enumerate(results) if wrong}
            assert not broken, f"{what}: {broken}"
            yield f"damages {what}", f"{len(results):,}"
    yield "wrong answers, errors, processes killed", "0"
