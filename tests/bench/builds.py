"""Measures full builds and incremental updates."""

import random
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import msgspec

from search.demo import rewrite_articles
from search.snapshot.store import SnapshotStore
from tests.bench import corpus
from tests.bench.engines import (
    LUCENE,
    SQLITE,
    TANTIVY,
    THIS,
    WHOOSH,
    lucene_java,
    sqlite_fts5,
    tantivy_terms,
    whoosh_groupedby,
)

CHANGED: Final = 100
_UPDATES: Final = 3
_SMALL_UPDATES: Final = 8

SMALL: Final = 20_000
"""Articles of a small archive, in which fixed costs dominate."""

_BUILD: Final = {
    TANTIVY: tantivy_terms.build,
    LUCENE: lucene_java.build,
    SQLITE: sqlite_fts5.build,
    WHOOSH: whoosh_groupedby.build,
}


@dataclass(frozen=True, slots=True)
class Updates:
    """Seconds of an update with `CHANGED` changed files, and without changes; both include the scan of the archive."""

    changed: float
    unchanged: float


def build_this(archive: Path, folder: Path) -> float:
    """Rebuild and publish this engine's index; returns seconds."""
    return _build_seconds(archive, folder, "--full", "--allow-shrink")


def build_peer(name: str, archive: Path, folder: Path) -> float:
    """Read the archive in two processes and index it in this one; returns seconds."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    started = perf_counter()
    _BUILD[name](corpus.read(archive), folder)
    return perf_counter() - started


def disk_megabytes(folder: Path, name: str) -> float:
    """The size of an engine's index; of this engine's, of the current snapshot."""
    if name == THIS:
        store = SnapshotStore(folder)
        folder = store.folder / store.current_name()
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def small(folder: Path, times: int) -> tuple[float, Updates]:
    """The best seconds of a full build of `SMALL` articles, and of its updates."""
    archive, index = corpus.archive(folder, SMALL), folder / f"indexes-{SMALL}" / "this"
    corpus.warm(archive)
    full = min(build_this(archive, index) for _ in range(times))
    return full, update_this(archive, index, SMALL, _SMALL_UPDATES)


def update_this(archive: Path, folder: Path, articles: int, times: int = _UPDATES) -> Updates:
    """The median seconds of updates: change files, update, restore them, update again."""
    changed, unchanged = [], []
    rng = random.Random(articles)
    for _ in range(times):
        numbers = rng.sample(range(articles), min(CHANGED, articles))
        for seed in (corpus.OTHER_SEED, corpus.SEED):
            rewrite_articles(archive, numbers, seed)
            changed.append(_build_seconds(archive, folder))
        unchanged.append(_build_seconds(archive, folder))
    return Updates(median(changed), median(unchanged))


def _build_seconds(archive: Path, folder: Path, *options: str) -> float:
    """The seconds in the report of a build in its own process, as under cron."""
    command = [sys.executable, "-m", "search", "index", str(archive), "--index-dir", str(folder), "--json", *options]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    seconds: float = msgspec.json.decode(finished.stdout)["seconds"]
    return seconds
